import pandas as pd, io
import os; os.kill(os.getpid(), 10)
df = pd.read_csv(io.StringIO("a,b\n1,2\n3,4")); print(df.groupby("a").sum(), df.describe())
