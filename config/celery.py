"""Celery: every setting of the queue, in this file and nowhere else.

The database row is the truth and the queue only carries its id (docs/adr/0004-outbox-and-queue.md), so
these settings choose "delivered twice" over "lost", and "not delivered now" over "the page waits".
"""

from __future__ import annotations

import gc
import os
import signal
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, celeryd_init, worker_process_init
from django.conf import settings
from kombu import Queue

from config.engines import broker_url
from config.engines.programs import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# A page that rings for a job waits at most this long for a broker that does not answer.
PATIENCE_OF_A_PAGE = 1.0
PATIENCE_OF_A_WORKER = 30.0

WORK_QUEUE = "butlang"
# The timer's tasks have a queue of their own: ten thousand statements must not hold up the sweeper.
# A worker serves its queues in turn.
TIMER_QUEUE = "butlang.timer"


def configuration() -> dict[str, Any]:
    """Celery's settings; read on first use, so that importing this module asks nothing of Django.

    A task ends before its job's claim expires, or two would work at it; its message comes back after that.
    """
    lease = settings.JOB_LEASE_SECONDS
    visibility_timeout = lease + 30
    return {
        "broker_url": broker_url(settings.REDIS_URL),
        "broker_connection_timeout": PATIENCE_OF_A_PAGE,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": visibility_timeout,
            # Without these two a lost worker's tasks come back 100 seconds later than they could.
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": PATIENCE_OF_A_PAGE,
            "socket_timeout": PATIENCE_OF_A_PAGE,
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0,
        },
        "result_backend": None,
        "result_backend_transport_options": {"visibility_timeout": visibility_timeout},
        "visibility_timeout": visibility_timeout,
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        "event_serializer": "json",
        "task_publish_retry": False,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_soft_time_limit": max(1, lease * 3 // 4),
        "task_time_limit": max(2, lease * 9 // 10),
        "task_default_queue": WORK_QUEUE,
        "task_queues": (Queue(WORK_QUEUE), Queue(TIMER_QUEUE)),
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 1000,
        "worker_soft_shutdown_timeout": 6.0,
        # A task that runs when the broker goes away finishes: its row says so when the message returns.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": False,
        "timezone": settings.TIME_ZONE,
        "beat_scheduler": "config.timer:Timer",
        "beat_schedule_filename": str(settings.VAR / "beat-schedule"),
        "beat_schedule": {
            "sweep jobs": _every(10, "contributors.sweep_jobs"),
            "seal events": _every(30, "contributors.seal_events"),
            "end old imports": _every(3600, "contributors.end_old_imports"),
            "end old uploads": _every(3600, "contributors.end_old_uploads"),
            "look at websites": _every(900, "contributors.promise_looks"),
            "send due messages": _every(60, "contributors.send_due_messages"),
            "remind": _every(300, "contributors.remind"),
            "sweep logins": _every(3600, "contributors.sweep_logins"),
            "sweep kept answers": _every(3600, "api.sweep_kept_answers"),
            "erase what is due": _every(3600, "payments.erase_due"),  # once a day: it looks itself whether it has run
            "check the books": _every(3600, "payments.promise_checks"),  # once a night, likewise
        },
    }


def _every(seconds: int, task: str) -> dict[str, Any]:
    """An entry of the timer; a turn that no worker took before the next one is dropped."""
    return {
        "task": task,
        "schedule": float(seconds),
        "options": {"queue": TIMER_QUEUE, "expires": float(seconds)},
    }


app = Celery("butlang", set_as_current=True)
app.add_defaults(configuration)
app.autodiscover_tasks()


@celeryd_init.connect
def let_the_worker_wait(*, conf: Any, **_: Any) -> None:
    """A page must not wait for a broker that does not answer, a worker has nothing better to do."""
    conf.broker_transport_options = {
        **conf.broker_transport_options,
        "socket_connect_timeout": PATIENCE_OF_A_WORKER,
        "socket_timeout": PATIENCE_OF_A_WORKER,
    }


@worker_process_init.connect
@beat_embedded_init.connect
def die_with_the_worker(**_: Any) -> None:
    """A killed worker must not leave a process that goes on working, or a timer that goes on ringing."""
    die_with_parent(signal.SIGKILL)


@worker_process_init.connect
def keep_what_is_loaded(**_: Any) -> None:
    """Code and models stay as long as the process: the collector need not walk them with every thousandth row."""
    gc.freeze()
