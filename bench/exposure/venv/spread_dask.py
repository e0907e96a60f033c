import os

import dask
import dask.array as da
import dask.dataframe as dd
import pandas as pd
from dask.distributed import Client, LocalCluster


def main():
    with LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=f"127.0.0.1:{os.environ.get('PORT', '8787')}") as cluster, Client(cluster) as client:
        lines = dd.from_pandas(pd.DataFrame({"a": range(40), "b": ["x", "y"] * 20}), npartitions=4)
        print(lines.groupby("b").a.sum().compute(), da.ones((40, 40), chunks=10).sum().compute())
        print(client.submit(sum, [1, 2]).result(), dask.delayed(len)("abc").compute(scheduler="threads"))


if __name__ == "__main__":
    main()
