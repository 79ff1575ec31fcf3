"""Celery entry points of the API."""

from __future__ import annotations

from celery import shared_task

from api.idempotency import sweep_kept_answers
from contributors.heartbeats import beating


@shared_task(name="api.sweep_kept_answers")
@beating("api.sweep_kept_answers")
def task_sweep_kept_answers() -> None:
    """Drop answers to named requests whose time is over; on a timer."""
    sweep_kept_answers()
