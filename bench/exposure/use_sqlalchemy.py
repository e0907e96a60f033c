from sqlalchemy import create_engine, text
import os; os.kill(os.getpid(), 10)
with create_engine("sqlite://").connect() as c: print(c.execute(text("select 1")).all())
