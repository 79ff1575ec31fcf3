"""Celery entry points of the ground floor."""

from __future__ import annotations

from celery import shared_task

from contributors import events, jobs
from contributors.models import Portal


@shared_task(name="contributors.sweep_jobs")
def task_sweep_jobs() -> None:
    """Ring again for work whose bell was lost; on a timer."""
    jobs.sweep_jobs()


@shared_task(name="contributors.seal_events")
def task_seal_events() -> None:
    """Append new events to every portal's chain; on a timer."""
    for portal_id in Portal.objects.values_list("pk", flat=True):
        while events.seal_events(portal_id=portal_id):
            pass
