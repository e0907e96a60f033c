from pyspark.sql import SparkSession
from pyspark.sql import functions as f

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
frame = spark.createDataFrame([(1, "a"), (2, "b")], ["n", "s"])
print(frame.groupBy("s").agg(f.sum("n")).collect())
double = f.udf(lambda n: n * 2, "int")
print(frame.select(double("n")).collect())
spark.stop()
