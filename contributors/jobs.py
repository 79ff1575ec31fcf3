"""The outbox: promised in the cause's transaction, rung on commit, swept when the bell was lost.

A job's row is the truth. A task gets the job's id, claims the row in a transaction of its own (so that a
crash is counted), works, and marks it done. A dead broker delays work and never loses it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import InterfaceError, connection, transaction
from django.db import OperationalError as DatabaseAway
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from contributors.job_causes import DIED, cause_of
from contributors.models import Job, JobState, OfficeNoticeKind, Portal
from contributors.office_notices import holders_of, tell
from contributors.scopes import portal_scope

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
RING_AGAIN_AFTER = timedelta(seconds=30)
OPEN = (JobState.PENDING, JobState.CLAIMED)
STOPPED = (JobState.FAILED, JobState.QUARANTINED)


def _never_so_late(now: datetime) -> datetime:
    """No claim and no bell of ours lies so far ahead. One that does was written by a clock that was wrong: believed, it
    would keep its job from being done until that day.
    """
    return now + timedelta(seconds=2 * settings.JOB_LEASE_SECONDS)


def schedule_jobs(*, portal_id: int, task: str, each: list[Mapping[str, int]]) -> list[Job]:
    """Promise one job per mapping of arguments, in the running transaction; ring when it commits."""
    now = timezone.now()
    jobs = Job.unscoped.bulk_create(
        [
            Job(portal_id=portal_id, task=task, arguments=dict(arguments), created_at=now, rung_at=now)
            for arguments in each
        ]
    )
    ids = [job.pk for job in jobs]
    transaction.on_commit(lambda: ring(task, ids))
    return jobs


def schedule_job(*, portal_id: int, task: str, **arguments: int) -> Job:
    """Promise one job. See `schedule_jobs`."""
    return schedule_jobs(portal_id=portal_id, task=task, each=[arguments])[0]


def ring(task: str, job_ids: list[int]) -> None:
    """Tell the queue. A queue that cannot be reached is no error: the sweeper rings again."""
    try:
        with current_app.producer_or_acquire() as producer:
            for job_id in job_ids:
                current_app.send_task(task, kwargs={"job_id": job_id}, producer=producer, retry=False)
    except (OperationalError, OSError) as problem:
        log.warning("queue not reached, the sweeper will ring again: %s", type(problem).__name__)


def claim(job_id: int) -> Job | None:
    """Take a job, counting the attempt; None when it is done, gone, or in someone else's hands."""
    now = timezone.now()
    with transaction.atomic():
        job = Job.unscoped.select_for_update(skip_locked=True).filter(pk=job_id).first()
        if job is None or job.state not in {JobState.PENDING, JobState.CLAIMED}:
            return None
        if job.paused_at is not None:
            return None
        if job.state == JobState.CLAIMED and job.claimed_until and now < job.claimed_until < _never_so_late(now):
            return None
        if job.attempts >= MOST_ATTEMPTS:
            job.state = JobState.QUARANTINED
            job.error = job.error or "the worker died three times over this job"
            job.error_code = DIED
            job.claimed_until = None
            job.save(update_fields=["state", "error", "error_code", "claimed_until"])
            _tell_stopped(job)
            log.error("job %s (%s) quarantined", job.pk, job.task)
            return None
        job.attempts += 1
        job.state = JobState.CLAIMED
        job.claimed_until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        job.save(update_fields=["attempts", "state", "claimed_until"])
        return job


def work_job(job_id: int, work: Callable[[Job], object]) -> bool:
    """Claim, work inside the job's portal, mark done. True when this call did the work.

    An error is kept on the row and the job waits for its next attempt; after the last one it is `failed`.
    """
    job = claim(job_id)
    if job is None:
        return False
    portal = Portal.objects.get(pk=job.portal_id)
    try:
        with portal_scope(portal):
            work(job)
    except Exception as problem:  # the edge of one job: kept on its row, the others go on
        log.exception("job %s (%s), attempt %s", job.pk, job.task, job.attempts)
        if not connection.in_atomic_block:  # the server may have gone in the middle; we still have to tell it
            connection.close_if_unusable_or_obsolete()
        try:
            _keep_error(job, problem)
        except (DatabaseAway, InterfaceError):
            log.warning("job %s: the database is away too; the claim will expire", job.pk)
        return False
    Job.unscoped.filter(pk=job.pk).update(
        state=JobState.DONE, claimed_until=None, error="", error_code="", done_at=timezone.now()
    )
    return True


def _keep_error(job: Job, problem: Exception) -> None:
    last = job.attempts >= MOST_ATTEMPTS
    with transaction.atomic():
        # A worker that outlived its claim says nothing about the job: someone else has it, or has done it.
        kept = Job.unscoped.filter(pk=job.pk, state=JobState.CLAIMED, attempts=job.attempts).update(
            state=JobState.FAILED if last else JobState.PENDING,
            claimed_until=None,
            error=f"{type(problem).__name__}: {problem}"[:2000],
            error_code=cause_of(problem),
        )
        if kept and last:
            _tell_stopped(job)


def _tell_stopped(job: Job) -> None:
    """Once for a job, however often it stops: administrators, and the accountants."""
    portal = Portal.objects.get(pk=job.portal_id)
    tell(
        portal=portal,
        kind=OfficeNoticeKind.JOB_STOPPED,
        key=str(job.pk),
        accounts=holders_of(portal, ["admin", "accountant"]),
        subject=job,
    )


def sweep_jobs(*, limit: int = 500) -> int:
    """Ring again for jobs whose bell was lost or whose claim expired; returns how many."""
    now = timezone.now()
    with transaction.atomic():
        late = list(
            Job.unscoped.select_for_update(skip_locked=True)
            .filter(paused_at__isnull=True)
            .filter(
                Q(state=JobState.PENDING, rung_at__lt=now - RING_AGAIN_AFTER)
                | Q(state=JobState.PENDING, attempts__gt=0, rung_at__lt=now - timedelta(seconds=5))
                | Q(state=JobState.PENDING, rung_at__gt=_never_so_late(now))
                | Q(state=JobState.CLAIMED, claimed_until__lt=now)
                | Q(state=JobState.CLAIMED, claimed_until__gt=_never_so_late(now))
            )
            .order_by("pk")[:limit]
        )
        Job.unscoped.filter(pk__in=[job.pk for job in late]).update(rung_at=now)
    by_task: dict[str, list[int]] = {}
    for job in late:
        by_task.setdefault(job.task, []).append(job.pk)
    for task, ids in by_task.items():
        ring(task, ids)
    return len(late)


def retry_job(*, job: Job) -> Job:
    """Give a failed or quarantined job its attempts back and ring."""
    retry_jobs(Job.unscoped.filter(pk=job.pk))
    job.refresh_from_db()
    return job


def retry_jobs(jobs: QuerySet[Job]) -> int:
    """Those of them that failed or are quarantined begin anew; returns how many."""
    return _again(jobs.filter(state__in=STOPPED), state=JobState.PENDING, attempts=0, error="", error_code="")


def pause_jobs(jobs: QuerySet[Job]) -> int:
    """Nobody takes them up until `resume_jobs`; what a worker holds now is finished first. Returns how many."""
    return jobs.filter(state__in=OPEN, paused_at__isnull=True).update(paused_at=timezone.now())


def resume_jobs(jobs: QuerySet[Job]) -> int:
    return _again(jobs.filter(paused_at__isnull=False, state__in=OPEN), paused_at=None)


def cancel_jobs(jobs: QuerySet[Job]) -> int:
    """Those that no worker holds are never done; returns how many."""
    now = timezone.now()
    free = jobs.filter(Q(state__in=[JobState.PENDING, *STOPPED]) | Q(state=JobState.CLAIMED, claimed_until__lt=now))
    return free.update(state=JobState.CANCELLED, claimed_until=None, paused_at=None, done_at=now)


def _again(jobs: QuerySet[Job], **changed: object) -> int:
    with transaction.atomic():
        rows = list(jobs.select_for_update().order_by("pk"))
        ids = [job.pk for job in rows]
        Job.unscoped.filter(pk__in=ids).update(rung_at=timezone.now(), **changed)
        by_task: dict[str, list[int]] = {}
        for job in rows:
            by_task.setdefault(job.task, []).append(job.pk)

        def ring_all() -> None:
            for task, waiting in by_task.items():
                ring(task, waiting)

        transaction.on_commit(ring_all)
    return len(ids)
