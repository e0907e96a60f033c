import multiprocessing
import os

bind = "127.0.0.1:" + os.environ.get("PORT", "8000")
workers = min(1, multiprocessing.cpu_count())
worker_class = "gevent"
accesslog = "-"
