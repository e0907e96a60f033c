import asyncio, uvloop
from fastapi import FastAPI
from fastapi.responses import ORJSONResponse, HTMLResponse
import uvicorn, os
api = FastAPI()
@api.get("/")
async def root(): return {"a": 1}
if __name__ == "__main__":
    uvicorn.run(api, host="127.0.0.1", port=int(os.environ.get("PORT", "18431")), loop="uvloop")
