import subprocess

import jinja2
import requests

print(jinja2.Template("{{ a }}").render(a=requests.__version__))
subprocess.run(["git", "--version"], check=True)
