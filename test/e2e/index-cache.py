"""A package index over the one that pip is configured for, which keeps what it was asked: pages as they were, and what each wheel says
of itself beside the wheel (PEP 658), read out of it by pip's own code. Without it pip fetches 1.7 GB for each question about torch.
Usage: index-cache.py FOLDER; prints its address, and ends with its standard input."""

import hashlib
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urljoin

from pip._internal.commands import create_command
from pip._internal.network.lazy_wheel import dist_from_wheel_url

KEPT = sys.argv[1]
command = create_command("download")
options, _ = command.parser.parse_args([])
session = command._build_session(options)
UPSTREAM = options.index_url.rstrip("/")
SIMPLE = "application/vnd.pypi.simple.v1+json"
locks = {}
guard = threading.Lock()


def kept(key, make):
    """The bytes that stand for a key, made once."""
    path = os.path.join(KEPT, hashlib.sha256(key.encode()).hexdigest())
    with guard:
        lock = locks.setdefault(path, threading.Lock())
    with lock:
        if os.path.exists(path):
            with open(path, "rb") as file:
                return file.read()
        made = make()
        with open(path + ".new", "wb") as file:
            file.write(made)
        os.replace(path + ".new", path)
        return made


def page(name):
    url = f"{UPSTREAM}/{name}/"
    answer = session.get(url, headers={"Accept": SIMPLE})
    answer.raise_for_status()
    if SIMPLE not in answer.headers.get("Content-Type", ""):
        raise ValueError("the index speaks no JSON")
    document = answer.json()
    for file in document["files"]:
        file["url"] = urljoin(answer.url, file["url"])
        for told in ("core-metadata", "dist-info-metadata", "data-dist-info-metadata"):
            file.pop(told, None)
        if file["filename"].endswith(".whl"):
            file["core-metadata"] = True
    return json.dumps(document).encode()


def metadata(url):
    # Beside the wheel where it lies there, also where the page does not say so: reading it out of a wheel takes several questions.
    answer = session.get(url + ".metadata")
    if answer.status_code == 200:
        return answer.content
    name = unquote(url.rsplit("/", 1)[1]).split("-")[0]
    return dist_from_wheel_url(name, url, session).read_text("METADATA").encode()


class Index(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            self.answer()
        except Exception as error:  # an index that is asked goes on answering
            self.send(getattr(getattr(error, "response", None), "status_code", 502), str(error).encode(), "text/plain")

    def answer(self):
        own = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.startswith("/simple/"):
            name = self.path.split("/")[2]
            document = json.loads(kept(f"page {name}", lambda: page(name)))
            for file in document["files"]:
                file["url"] = f"{own}/files/{quote(file['url'], safe='')}/{file['filename']}"
            self.send(200, json.dumps(document).encode(), SIMPLE)
            return
        _, _, address, filename = self.path.split("/", 3)
        url = unquote(address)
        if filename.endswith(".metadata"):
            self.send(200, kept(f"metadata {url}", lambda: metadata(url)), "text/plain")
            return
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


os.makedirs(KEPT, exist_ok=True)
server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}/simple", flush=True)
sys.stdin.read()
