import sys
from urllib.parse import urlsplit

import requests
from rich.console import Console

try:
    requests.get("http://127.0.0.1:1/")
except requests.ConnectionError as error:
    Console().print(f"[bold]{type(error).__name__}[/bold]", urlsplit("http://a/b").netloc, sys.argv[1:])
