"""The product's worker with crash points in its children: `celery --app tests.chaos.worker worker`.

Its timer turns faster, so that a round takes seconds. With CHAOS_CONTROL it is Celery as it comes instead: messages
acknowledged when they are read, four read ahead, nobody who rings again.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init

from config.celery import app
from tests.chaos import points

CONTROL = bool(os.environ.get("CHAOS_CONTROL"))

app.autodiscover_tasks()
if CONTROL:
    app.conf.update(
        task_acks_late=False,
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=4,
        beat_schedule={},
        broker_transport_options={},
    )
else:
    sweep = app.conf.beat_schedule["sweep jobs"]
    app.conf.beat_schedule = {"sweep jobs": {**sweep, "schedule": 1.0, "options": {**sweep["options"], "expires": 1.0}}}


@worker_process_init.connect
def arm(**_: Any) -> None:
    from contributors import jobs

    jobs.RING_AGAIN_AFTER = timedelta(seconds=3)
    points.install()
    children = Path(os.environ[points.FOLDER]) / "children"
    children.mkdir(exist_ok=True)
    (children / str(os.getpid())).touch()
