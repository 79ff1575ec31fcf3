# ruff: noqa: INP001
"""The web server, the same for `make run`, systemd and compose: `gunicorn -c deploy/gunicorn.conf.py config.wsgi`.

Threads keep connections alive between a browser's requests; see docs/adr/0003-web-server.md.
WEB_CONCURRENCY (processes) and GUNICORN_CMD_ARGS (anything) override it, as gunicorn documents.
"""

import os
from pathlib import Path

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4  # below DB_POOL_MAX: a thread never waits for a connection
keepalive = 15
timeout = 60
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the heartbeat must not wait for a disk
control_socket_disable = True
