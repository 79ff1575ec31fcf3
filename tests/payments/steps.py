"""The steps of a run as tests take them, and what they compare: the whole database, several callers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from contributors import clock
from contributors import tasks as ground
from contributors.errors import DomainError
from contributors.models import Job, JobState
from contributors.scopes import portal_scope
from payments import issuing, payouts, runs, tasks
from payments.models import Line, Run
from tests.factories.world import World, at

AUGUST = at("2026-08-03T08:00")
SEPTEMBER = at("2026-09-03T08:00")
# The days of the run after the world's own July.
NEXT_MONTH = {"since": "2026-08-01", "until": "2026-09-01", "pay": "2026-09-05"}
TASKS: dict[str, Callable[..., Any]] = {
    task.name: task
    for task in (
        ground.task_print_piece,
        ground.task_work_upload,
        tasks.task_compute_run,
        tasks.task_render_statements,
        tasks.task_render_payment_list,
        tasks.task_check_books,
        tasks.task_render_run_paper,
        tasks.task_pack_archive,
        tasks.task_build_inspection_pack,
    )
}


def work() -> int:
    """Do every promised job here and now, as a worker would; returns how many."""
    done = 0
    while job := Job.unscoped.filter(state=JobState.PENDING).order_by("pk").first():
        TASKS[job.task](job_id=job.pk)
        done += 1
    return done


def frozen_run(world: World, **fields: Any) -> Run:
    run = world.run(**fields)
    return runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version)


def compute(world: World, run: Run) -> Run:
    runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    work()
    return world.fresh(run)


def computed_run(world: World, **fields: Any) -> Run:
    return compute(world, frozen_run(world, **fields))


def confirmed_run(world: World, **fields: Any) -> Run:
    run = computed_run(world, **fields)
    return runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)


def approved_run(world: World, **fields: Any) -> Run:
    run = confirmed_run(world, **fields)
    return runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)


def issue(world: World, run: Run) -> Run:
    return issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)


def issued_run(world: World, **fields: Any) -> Run:
    """Issued, its papers rendered. Call these steps inside `clock.at`."""
    run = issue(world, approved_run(world, **fields))
    work()
    return world.fresh(run)


def closed_run(world: World, **fields: Any) -> Run:
    run = issued_run(world, **fields)
    accountant = world.actor("accountant")
    payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
    payouts.confirm_payouts(actor=accountant, run=run)
    return payouts.close_run(actor=accountant, run=run, seen_version=run.version)


def paid(run: Run) -> list[tuple[str, str, int]]:
    """(name, role, đồng) of every line of a run, sorted."""
    return sorted(
        (line.contributor.full_name, line.role, line.amount)
        for line in Line.objects.filter(run=run).select_related("contributor")
    )


def database_rows() -> dict[str, tuple[int, str]]:
    """How many rows every table has, and a checksum over them: equal means that nothing was written."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND (tablename LIKE 'payments\\_%' OR tablename LIKE 'contributors\\_%') ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found


@dataclass(frozen=True)
class Refusal:
    """What one of several callers was told."""

    code: str


def at_once(world: World, calls: Sequence[Callable[[], Any]], moment: datetime) -> list[Any]:
    """Every call in a thread and a connection of its own, started together; results in order, refusals as values."""
    start = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def one(place: int) -> None:
        try:
            with portal_scope(world.portal), clock.at(moment):
                start.wait(timeout=10)
                results[place] = calls[place]()
        except DomainError as refused:
            results[place] = Refusal(refused.code)
        except Exception as problem:  # noqa: BLE001 - shown by the comparison that follows
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
