"""How gunicorn runs: `gunicorn --config python:lxp.config.gunicorn lxp.config.wsgi`. `lxp serve` uses the same."""

import gc
import os
from typing import Any

from django.db import connections

from lxp.serving.web import load_application, open_first_pages

bind = os.environ.get("LXP_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("LXP_WORKERS", "2"))
threads = int(os.environ.get("LXP_THREADS", "4"))
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 15
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
loglevel = "warning"
control_socket_disable = True


def when_ready(arbiter: Any) -> None:
    """What every worker needs is loaded once, and kept from the garbage collector: its counting would copy each page of
    memory that the workers share."""
    load_application()
    open_first_pages()
    gc.collect()
    gc.freeze()


def pre_fork(arbiter: Any, worker: Any) -> None:
    """A connection that was opened while loading must not be shared with the workers."""
    connections.close_all()
