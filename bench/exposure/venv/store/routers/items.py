from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/items")


class Item(BaseModel):
    price: float


@router.get("/{name}")
async def item(name: str) -> Item:
    import httpx

    return Item(price=len(httpx.__version__))
