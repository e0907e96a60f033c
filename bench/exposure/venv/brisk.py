import os

from sanic import Sanic
from sanic.response import json

app = Sanic("brisk")


@app.get("/")
async def front(request):
    return json({"line": request.args.get("line", "a")})


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), workers=1)
