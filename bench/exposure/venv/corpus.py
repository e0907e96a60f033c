from datasets import Dataset, load_dataset

with open("/tmp/lines.csv", "w") as file:
    file.write("text,label\n" + "".join(f"line {at},{at % 2}\n" for at in range(20)))
lines = load_dataset("csv", data_files="/tmp/lines.csv", split="train", cache_dir="/tmp/datasets")
lines = lines.map(lambda row: {"length": len(row["text"])}, num_proc=2).filter(lambda row: row["label"] == 1)
lines.to_parquet("/tmp/lines.parquet")
print(Dataset.from_parquet("/tmp/lines.parquet", cache_dir="/tmp/datasets")[0], lines.train_test_split(0.5))
