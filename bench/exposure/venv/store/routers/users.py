from fastapi import APIRouter, WebSocket

router = APIRouter()


@router.websocket("/ws")
async def talk(socket: WebSocket):
    await socket.accept()
