from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, pipeline  # noqa: F401

inner = Tokenizer(models.BPE(unk_token="[UNK]"))
inner.pre_tokenizer = pre_tokenizers.Whitespace()
inner.train_from_iterator(["a ship has a line", "a line is a line"], trainers.BpeTrainer(special_tokens=["[UNK]"]))
fast = PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="[UNK]")
print(fast("a line")["input_ids"])
fast.save_pretrained("/tmp/words")
from transformers import AutoTokenizer

print(AutoTokenizer.from_pretrained("/tmp/words")("a ship"))
