"""Celery entry points of the ground floor."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from contributors import (
    access_keys,
    attempts,
    codes,
    devices,
    events,
    heartbeats,
    importing,
    jobs,
    likeness,
    messaging,
    reminding,
    uploads,
    watching,
)
from contributors.heartbeats import beating
from contributors.models import Portal


@shared_task(name="contributors.sweep_jobs")
@beating("contributors.sweep_jobs")
def task_sweep_jobs() -> None:
    """Ring again for work whose bell was lost; on a timer."""
    jobs.sweep_jobs()
    heartbeats.expect_all()


@shared_task(name="contributors.seal_events")
@beating("contributors.seal_events")
def task_seal_events() -> None:
    """Append new events to every portal's chain; on a timer."""
    for portal_id in Portal.objects.values_list("pk", flat=True):
        while events.seal_events(portal_id=portal_id):
            pass


@shared_task(name=importing.TASK)
def task_import_people(*, job_id: int) -> None:
    """Write the people of a confirmed sheet, all or none."""
    jobs.work_job(job_id, importing.write_import)


@shared_task(name="contributors.end_old_imports")
@beating("contributors.end_old_imports")
def task_end_old_imports() -> None:
    """Let go of sheets that nobody confirmed; on a timer."""
    importing.end_old_imports()


@shared_task(name=likeness.TASK)
def task_print_piece(*, job_id: int) -> None:
    """What a sent piece looks like, for the next ones to be compared with."""
    jobs.work_job(job_id, likeness.print_piece)


@shared_task(name=watching.TASK)
def task_look_at_website(*, job_id: int) -> None:
    """Read the feed of the portal's own website and propose matches."""
    jobs.work_job(job_id, watching.look_at_website)


@shared_task(name="contributors.promise_looks")
@beating("contributors.promise_looks")
def task_promise_looks() -> None:
    """A look at every website that is watched; on a timer."""
    watching.promise_looks()


@shared_task(name=uploads.TASK)
def task_work_upload(*, job_id: int) -> None:
    """Decode a file that has arrived, and put it into its piece."""
    jobs.work_job(job_id, uploads.work_upload)


@shared_task(name="contributors.end_old_uploads")
@beating("contributors.end_old_uploads")
def task_end_old_uploads() -> None:
    """Let go of files that stopped on their way; on a timer."""
    uploads.end_old_uploads()


@shared_task(name="contributors.sweep_logins")
@beating("contributors.sweep_logins")
def task_sweep_logins() -> None:
    """Drop counts, codes, devices, keys of programs and sessions that are over; on a timer."""
    attempts.sweep_attempts()
    access_keys.sweep_access_keys()
    codes.sweep_codes()
    devices.sweep_devices()
    SessionStore.clear_expired()


@shared_task(name="contributors.remind")
@beating("contributors.remind")
def task_remind() -> None:
    """Tell people what waits for them; on a timer. A round that comes twice adds nothing."""
    for portal in Portal.objects.filter(closed_on__isnull=True).order_by("pk"):
        reminding.remind_portal(portal)


@shared_task(name=messaging.TASK)
def task_send_message(*, job_id: int) -> None:
    """Hand one message to the office's gateway."""
    jobs.work_job(job_id, messaging.send_message)


@shared_task(name="contributors.send_due_messages")
@beating("contributors.send_due_messages")
def task_send_due_messages() -> None:
    """Messages that waited for the morning, or for another try; on a timer."""
    messaging.send_due_messages()
