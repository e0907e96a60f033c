from jinja2 import Environment
import os; os.kill(os.getpid(), 10)
print(Environment().from_string("{% for x in y %}{{ x|upper }}{% endfor %}").render(y="abc"))
