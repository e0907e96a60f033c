import os

import uvicorn
from litestar import Litestar, get


@get("/")
async def index() -> dict[str, str]:
    return {"hello": "world"}


app = Litestar([index])
uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
