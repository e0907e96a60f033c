from functools import lru_cache

from pydantic import BaseSettings


class Settings(BaseSettings):
    name: str = "store"

    class Config:
        env_file = ".env"


@lru_cache
def settings():
    return Settings()
