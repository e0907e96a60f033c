import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import openai
import tiktoken
from huggingface_hub import HfApi, InferenceClient


class Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "pilot", "content": "aye"}}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "18431"))), Answer)
Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}/v1"
print(openai.OpenAI(api_key="none", base_url=base).chat.completions.create(model="m", messages=[{"role": "user", "content": "ahoy"}]))
print(InferenceClient(base_url=base).chat_completion([{"role": "user", "content": "ahoy"}]), HfApi(), tiktoken.list_encoding_names())
