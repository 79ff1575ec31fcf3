"""The run that is broken again and again: how it is made, who plays it, and what must be the same at its end."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from contributors import clock
from contributors.errors import DomainError
from contributors.jobs import retry_job
from contributors.models import Job, JobState, Portal
from contributors.scopes import portal_scope
from payments import issuing, payees, runs
from payments.books import check_books
from payments.models import Run, RunState
from tests.factories.world import World, at, build_world

CHUNK = 2
QUIET_SECONDS = 60.0
SAME = {
    "run": "SELECT state, generation, version, gross, tax, net, list_number, list_frozen, fingerprint,"
    " papers_ready_at IS NOT NULL FROM payments_run",
    "draft lines": "SELECT generation, subject_key, contributor_id, piece_id, role, kind, amount, exact_numerator,"
    ' exact_denominator, template, "values", reason, held FROM payments_draftline',
    "exclusions": "SELECT generation, piece_id, subject_key, bucket, reason FROM payments_runexclusion",
    "statements": "SELECT contributor_id, number, year, state, line_count, line_total, gross, tax, net, tax_template,"
    " tax_values, tax_status, frozen, code, issued_at FROM payments_statement",
    "lines": "SELECT s.number, l.ordinal, l.subject_key, l.contributor_id, l.piece_id, l.role, l.kind, l.amount,"
    ' l.exact_numerator, l.exact_denominator, l.template, l."values", l.reason'
    " FROM payments_line l JOIN payments_statement s ON s.id = l.statement_id",
    "counters": "SELECT kind, year, last FROM payments_numbercounter",
    "papers": "SELECT kind, number, template_version, sha256, size, path FROM payments_paper",
    "events": "SELECT kind, subject_type, subject_id, actor_kind, actor_account_id, facts FROM contributors_event",
    "jobs": "SELECT task, arguments, state FROM contributors_job",
}


def build(people: int) -> World:
    """A frozen run of so many people with a piece each, committed."""
    from contributors import registration
    from contributors.actors import system_actor

    world = build_world()
    with portal_scope(world.portal):
        for number in range(people):
            name = f"Người Thứ {number}"
            with clock.at(at("2026-07-01T08:00")):
                account = registration.open_account(login_phone=f"+8498{number:07d}", name=name, password=None)
                person = registration.seat_founder(
                    actor=system_actor(world.portal),
                    full_name=name,
                    phone=f"098{number:07d}",
                    account=account,
                    category="volunteer",
                    unit=world.unit,
                )
                world.accounts[name], world.people[name] = account, person
                payees.enter_payee_details(
                    actor=world.actor(name),
                    contributor=person,
                    legal_name=name,
                    personal_id=f"0892{person.pk:08d}",
                )
                payees.set_tax_status(
                    actor=world.actor("accountant"),
                    contributor=person,
                    status="resident_no_contract",
                    effective_from=date(2026, 1, 5),
                )
            world.published(name, when=f"2026-07-{number % 28 + 1:02d}T10:00")
        Job.unscoped.all().update(state=JobState.DONE)  # what was printed while writing has no part in this
        with clock.at(at("2026-08-03T08:00")):
            run = world.run()
            runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return world


class People(threading.Thread):
    """Accountant, head and account holder, who do what comes next, try again when told that something is wrong, and
    give a job its attempts back when they are shown that it failed.
    """

    def __init__(self, world: World, *, patience: float = QUIET_SECONDS, helps: bool = True) -> None:
        super().__init__(daemon=True)
        self.world = world
        self.patience = patience
        self.helps = helps
        self.refused: Counter[str] = Counter()
        self.retried = 0
        self.state = ""
        self.finished = False
        self.problem: BaseException | None = None

    def run(self) -> None:
        before: object = None
        moved = time.monotonic()
        try:
            with portal_scope(self.world.portal), clock.at(at("2026-08-03T09:00")):
                while not self.finished and time.monotonic() - moved < self.patience:
                    try:
                        now = self._step()
                    except (DatabaseError, InterfaceError, DomainError) as refused:
                        self.refused[_named(refused)] += 1
                        connection.close()
                        now = before
                    if now != before:
                        before, moved = now, time.monotonic()
                    time.sleep(0.05)
        except BaseException as problem:  # noqa: BLE001 - told by the main thread
            self.problem = problem
        finally:
            connection.close()

    def _step(self) -> object:
        run = Run.objects.get()
        self.state = run.state
        who = self.world.actor
        if run.state == RunState.FROZEN and not Job.objects.filter(task=runs.COMPUTE_TASK).exists():
            runs.compute_run(actor=who("accountant"), run=run, seen_version=run.version)
        elif run.state == RunState.COMPUTED and not runs.computing(run):
            runs.confirm_run(actor=who("head"), run=run, seen_version=run.version)
        elif run.state == RunState.CONFIRMED:
            runs.approve_run(actor=who("holder"), run=run, seen_version=run.version)
        elif run.state == RunState.APPROVED:
            issuing.issue_run(actor=who("accountant"), run=run, seen_version=run.version)
        open_jobs = list(Job.objects.exclude(state=JobState.DONE).order_by("pk"))
        if self.helps:
            for job in open_jobs:
                if job.state in {JobState.FAILED, JobState.QUARANTINED}:
                    retry_job(job=job)
                    self.retried += 1
        self.finished = run.papers_ready_at is not None and not open_jobs
        return run.state, [(job.pk, job.state, job.attempts) for job in open_jobs]


def _named(refused: Exception) -> str:
    """Which rule of the database it was, where it was one; else the kind of error."""
    cause = getattr(refused, "__cause__", None)
    rule = getattr(getattr(cause, "diag", None), "constraint_name", None) or getattr(refused, "code", "")
    return f"{type(refused).__name__} {rule}".strip()


def digest(portal: Portal) -> dict[str, list[str]]:
    """Everything of the run that must not depend on faults, as sorted text; the files themselves included."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for name, question in SAME.items():
            cursor.execute(question)
            found[name] = sorted(json.dumps(row, default=str, sort_keys=True) for row in cursor.fetchall())
        cursor.execute("SELECT path FROM payments_paper WHERE path <> '' ORDER BY path")
        files = [Path(settings.MEDIA_ROOT) / row[0] for row in cursor.fetchall()]
    found["files"] = sorted(
        hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else f"gone: {file.name}" for file in files
    )
    with portal_scope(portal):
        found["books"] = [f"{each.name}: {each.detail}" for each in check_books(portal, full=True) if not each.ok]
    return found


def open_jobs() -> tuple[int, int]:
    """(not done, all) of the jobs that print."""
    tasks = [issuing.RENDER_TASK, issuing.LIST_TASK]
    jobs = Job.unscoped.filter(task__in=tasks)
    return jobs.exclude(state=JobState.DONE).count(), jobs.count()
