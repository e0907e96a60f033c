from dagster import asset, Definitions
@asset
def one(): return 1
defs = Definitions(assets=[one])
