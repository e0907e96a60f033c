"""Answers a request with a picture, a page and a sum: six wheels, each used once."""

import base64
import io
import os

import jinja2
import numpy
import requests
from cryptography.fernet import Fernet
from PIL import Image
from tornado import ioloop, web

PAGE = jinja2.Template("<p>{{ mean }} {{ secret }}</p><img src='data:image/png;base64,{{ picture }}'>{{ agent }}")


class Front(web.RequestHandler):
    def get(self):
        rows = (numpy.random.default_rng(0).random((16, 16, 3)) * 255).astype("uint8")
        kept = io.BytesIO()
        Image.fromarray(rows).save(kept, "PNG")
        secret = Fernet(Fernet.generate_key()).encrypt(b"a line").decode()
        agent = requests.utils.default_user_agent()
        self.write(PAGE.render(mean=rows.mean(), secret=secret, picture=base64.b64encode(kept.getvalue()).decode(), agent=agent))


web.Application([("/", Front)]).listen(int(os.environ["PORT"]), "127.0.0.1")
ioloop.IOLoop.current().start()
