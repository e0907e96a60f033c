import requests, threading, http.server
import os; os.kill(os.getpid(), 10)
s = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler); threading.Thread(target=s.serve_forever, daemon=True).start()
print(requests.get("http://127.0.0.1:%d/" % s.server_port).status_code)
