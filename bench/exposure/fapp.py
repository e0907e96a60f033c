from fastapi import FastAPI
from pydantic import BaseModel
api = FastAPI()
class M(BaseModel): x: int = 1
@api.get("/")
def root() -> M: return M()
