import io

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

table = pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]})
kept = io.BytesIO()
pq.write_table(table, kept, compression="zstd")
kept.seek(0)
frame = pl.from_arrow(pq.read_table(kept))
print(frame.lazy().filter(pl.col("a") > 1).groupby("b").agg(pl.col("a").sum()).collect())
