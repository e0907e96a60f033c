from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import ORJSONResponse  # noqa: F401

from .routers import items, users
from .settings import Settings, settings


@asynccontextmanager
async def lifespan(_):
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(GZipMiddleware)
app.include_router(items.router)
app.include_router(users.router)


@app.get("/")
def root(known: Settings = Depends(settings)):
    return {"name": known.name}
