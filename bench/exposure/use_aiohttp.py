from aiohttp import web
import os
import os; os.kill(os.getpid(), 10)
async def h(r): return web.Response(text="x")
a = web.Application(); a.add_routes([web.get("/", h)]); web.run_app(a, host="127.0.0.1", port=int(os.environ["PORT"]))
