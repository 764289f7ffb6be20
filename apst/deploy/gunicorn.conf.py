"""Gunicorn, the same for `./run demo` and for the container."""

import gc
import os
from typing import Any

from django.db import connections

bind = f"{os.environ.get('WEB_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "sync"
timeout = 30  # seconds; whatever takes longer is a job
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - memory: a slow disk must not look like a hung worker
preload_app = True  # loaded once, shared by the workers
control_socket_disable = True  # nobody steers it while it runs
accesslog = None  # the application logs its own requests, without names
errorlog = "-"


def when_ready(server: Any) -> None:
    """Before the workers are forked: leave no connection to share, and keep what is loaded out of their collections."""
    connections.close_all()
    gc.collect()
    gc.freeze()
