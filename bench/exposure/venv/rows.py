from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

engine = create_engine("postgresql://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 1})
try:
    with engine.connect() as connection:
        connection.execute(text("select 1"))
except OperationalError as error:
    print(type(error.orig).__module__)
