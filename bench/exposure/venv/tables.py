import duckdb
import polars as pl

frame = pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
print(duckdb.sql("select sum(a) from frame").pl())
frame.write_parquet("/tmp/t.parquet")
print(duckdb.sql("select * from '/tmp/t.parquet'").df())
print(pl.scan_parquet("/tmp/t.parquet").filter(pl.col("a") > 1).collect())
