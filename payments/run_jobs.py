"""The background work of a run and of a portal: looking at it, pausing, going on, giving up, trying again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from contributors import jobs
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.job_causes import sentence_of
from contributors.jobs import OPEN, STOPPED, schedule_job, schedule_jobs
from contributors.models import Job, JobState
from payments.access import holds_money, require_money
from payments.earnings import Progress
from payments.errors import PaymentError
from payments.issuing import CHUNK, LIST_TASK, RENDER_TASK, RUN_PAPER_TASK, is_issued
from payments.models import Paper, PaperKind, Run, RunSheet, Statement
from payments.run_sheets import LAST
from payments.runs import COMPUTE_TASK, lock_run

Verb = Callable[[QuerySet[Job]], int]
RUN_TASKS = (COMPUTE_TASK, RENDER_TASK, LIST_TASK, RUN_PAPER_TASK)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class JobShown:
    """A job as people read it. `raw` is what the machine said, for administrators only, "" for others."""

    job: Job
    cause: str
    raw: str
    run: Run | None
    may_manage: bool


@dataclass(frozen=True, slots=True)
class RunWork:
    """What stands open of a run's background work, by what can be done about it."""

    waiting: int
    working: int
    paused: int
    stopped: int
    causes: tuple[str, ...]

    @property
    def may_pause(self) -> bool:
        return self.waiting + self.working > 0

    @property
    def may_cancel(self) -> bool:
        return self.waiting + self.paused + self.stopped > 0


def jobs_of_run(run: Run) -> QuerySet[Job]:
    return Job.objects.filter(task__in=RUN_TASKS, arguments__run_id=run.pk)


def run_work(run: Run) -> RunWork:
    """One query."""
    return _work(jobs_of_run(run).exclude(state__in=[JobState.DONE, JobState.CANCELLED]).order_by("pk"))


def _work(jobs_found: Iterable[Job]) -> RunWork:
    found = list(jobs_found)
    stopped = [job for job in found if job.state in STOPPED]
    moving = [job for job in found if job.state in OPEN and job.paused_at is None]
    return RunWork(
        waiting=sum(job.state == JobState.PENDING for job in moving),
        working=sum(job.state == JobState.CLAIMED for job in moving),
        paused=len(found) - len(stopped) - len(moving),
        stopped=len(stopped),
        causes=tuple(dict.fromkeys(sentence_of(job.error_code) for job in stopped if job.error_code)),
    )


def may_manage(actor: Actor, job: Job) -> bool:
    """Administrators every job of the portal, accountants those of runs and books."""
    if "admin" in actor.capabilities:
        return holds_money(actor, "job.manage")
    return holds_money(actor, "job.manage") and job.task.startswith("payments.")


def pause_run(*, actor: Actor, run: Run) -> int:
    """Nothing more of the run is taken up; what a worker holds ends first. Raises `no_job_to_pause`."""
    return _act(actor, run, "pause", jobs.pause_jobs, "no_job_to_pause")


def resume_run(*, actor: Actor, run: Run) -> int:
    """What was paused goes on. Raises `no_job_paused`."""
    return _act(actor, run, "resume", jobs.resume_jobs, "no_job_paused")


def retry_run(*, actor: Actor, run: Run) -> int:
    """What failed or was set aside begins anew. Raises `no_job_stopped`."""
    return _act(actor, run, "retry", jobs.retry_jobs, "no_job_stopped")


def cancel_run_work(*, actor: Actor, run: Run) -> int:
    """What nobody holds is given up: a computation can be asked for anew, papers by `render_missing`.

    Raises `no_job_to_cancel`.
    """
    return _act(actor, run, "cancel", jobs.cancel_jobs, "no_job_to_cancel")


def _act(actor: Actor, run: Run, word: str, verb: Verb, nothing: str) -> int:
    require_money(actor, "job.manage")
    with transaction.atomic():
        row = lock_run(run, None)
        count: int = verb(jobs_of_run(row))
        if not count:
            raise PaymentError(nothing)
        record_event(actor=actor, kind=f"run.jobs_{word}", subject=row, facts={"jobs": count})
    return count


def render_missing(*, actor: Actor, run: Run) -> int:
    """Promise the papers of an issued run that neither exist nor are promised; returns how many jobs.

    Raises `nothing_to_render`, `run_not_issued`.
    """
    require_money(actor, "job.manage")
    with transaction.atomic():
        row = lock_run(run, None)
        if not is_issued(row):
            raise PaymentError("run_not_issued")
        if jobs_of_run(row).filter(state__in=[*OPEN, *STOPPED]).exists():
            raise PaymentError("nothing_to_render")
        numbers = missing_numbers(row)
        chunks = [numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK)]
        promised = schedule_jobs(
            portal_id=row.portal_id,
            task=RENDER_TASK,
            each=[{"run_id": row.pk, "first": chunk[0], "last": chunk[-1]} for chunk in chunks],
        )
        count = len(promised)
        if not Paper.objects.filter(run=row, kind=PaperKind.PAYMENT_LIST).exists():
            schedule_job(portal_id=row.portal_id, task=LIST_TASK, run_id=row.pk)
            count += 1
        sheets = missing_sheets(row)
        schedule_jobs(
            portal_id=row.portal_id,
            task=RUN_PAPER_TASK,
            each=[{"run_id": row.pk, "sheet_id": sheet} for sheet in sheets],
        )
        count += len(sheets)
        if not count:
            raise PaymentError("nothing_to_render")
        record_event(actor=actor, kind="run.jobs_render", subject=row, facts={"jobs": count})
    return count


def papers_missing(run: Run, progress: Progress) -> bool:
    """Whether papers of an issued run are neither there nor owed by anybody. No query."""
    nobody = not (progress.working or progress.failed_jobs or progress.paused_jobs)
    return is_issued(run) and nobody and progress.done < progress.total


def missing_numbers(run: Run) -> list[int]:
    """Numbers of issued statements that have no file."""
    there = Paper.objects.filter(statement__run=run).values("statement_id")
    rows = Statement.objects.filter(run=run, number__isnull=False).exclude(pk__in=there)
    return [number for number in rows.order_by("number").values_list("number", flat=True) if number is not None]


def missing_sheets(run: Run) -> list[int]:
    """Ids of the run's own papers without a file; cover and dossier only once the others are there, since whoever
    finishes these promises them.
    """
    there = Paper.objects.filter(run=run).values("kind")
    rows = RunSheet.objects.filter(run=run).exclude(kind__in=there)
    if run.papers_ready_at is None:
        rows = rows.exclude(kind__in=LAST)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def retry_one(*, actor: Actor, public_id: UUID | str) -> Job:
    """Raises `not_found`, `no_job_stopped`."""
    return _one(actor, public_id, "retry", jobs.retry_jobs, "no_job_stopped")


def cancel_one(*, actor: Actor, public_id: UUID | str) -> Job:
    """Raises `not_found`, `no_job_to_cancel`."""
    return _one(actor, public_id, "cancel", jobs.cancel_jobs, "no_job_to_cancel")


def _one(actor: Actor, public_id: UUID | str, word: str, verb: Verb, nothing: str) -> Job:
    require_money(actor, "job.manage")
    with transaction.atomic():
        job = Job.objects.filter(public_id=public_id).first()
        if job is None:
            raise DomainError("not_found")
        if not may_manage(actor, job):
            raise DomainError("not_allowed")
        if not verb(Job.objects.filter(pk=job.pk)):
            raise PaymentError(nothing)
        record_event(actor=actor, kind=f"job.{word}", subject=job, facts={"task": job.task})
    job.refresh_from_db()
    return job


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is not done: one by one, and summed up for each run."""

    jobs: list[JobShown]
    runs: list[tuple[Run, RunWork]]


def open_work(*, actor: Actor) -> OpenWork:
    """The stopped first; at most two hundred jobs. Two queries."""
    require_money(actor, "job.manage")
    rows = Job.objects.exclude(state__in=[JobState.DONE, JobState.CANCELLED]).order_by("-pk")[:SHOWN]
    found = sorted(rows, key=lambda job: (job.state not in STOPPED, -job.pk))
    of_run: dict[int, list[Job]] = {}
    for job in found:
        if job.task in RUN_TASKS:
            of_run.setdefault(job.arguments["run_id"], []).append(job)
    runs = Run.objects.in_bulk(list(of_run))
    admin = "admin" in actor.capabilities
    shown = [
        JobShown(
            job=job,
            cause=sentence_of(job.error_code),
            raw=job.error if admin else "",
            run=runs.get(job.arguments.get("run_id", 0)),
            may_manage=may_manage(actor, job),
        )
        for job in found
    ]
    return OpenWork(shown, [(runs[pk], _work(jobs_found)) for pk, jobs_found in of_run.items() if pk in runs])
