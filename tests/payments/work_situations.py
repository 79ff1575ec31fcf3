"""Situations in which checks and background work are refused; registered into `test_named_errors`."""

from __future__ import annotations

from collections.abc import Callable

from contributors.models import Job, JobState
from payments import issuing, run_jobs, runs
from payments.books import checks
from payments.models import Statement
from tests.factories.world import World
from tests.payments.steps import approved_run, frozen_run, issued_run

Act = Callable[[], object]


def disagreeing(world: World) -> Act:
    """Somebody raised a sum behind the software's back."""
    world.published("lan")
    run = approved_run(world)
    Statement.objects.filter(run=run, contributor=world.people["lan"]).update(line_count=99)
    return lambda: issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)


def asked_already(world: World) -> Act:
    checks.ask_check(actor=world.actor("accountant"))
    return lambda: checks.ask_check(actor=world.actor("holder"))


def promised(world: World):
    """A run whose computation waits."""
    world.published("lan")
    run = frozen_run(world)
    Job.objects.update(state=JobState.DONE)  # what sending the piece promised
    runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return world.fresh(run)


def of_run(verb: Callable[..., object], state: str = "") -> Callable[[World], Act]:
    """The verb on a run with nothing owed, or with a job in a state in which the verb has nothing to do."""

    def arrange(world: World) -> Act:
        if state:
            run = promised(world)
            Job.objects.update(state=state)
        else:
            world.published("lan")
            run = frozen_run(world)
        return lambda: verb(actor=world.actor("accountant"), run=run)

    return arrange


def all_rendered(world: World) -> Act:
    world.published("lan")
    run = issued_run(world)
    return lambda: run_jobs.render_missing(actor=world.actor("accountant"), run=run)


CASES: list[tuple[str, str, Callable[..., Act]]] = [
    ("books_do_not_agree", "books_do_not_agree", disagreeing),
    ("books_check_running", "books_check_running", asked_already),
    ("no_job_to_pause", "no_job_to_pause", of_run(run_jobs.pause_run)),
    ("no_job_paused", "no_job_paused", of_run(run_jobs.resume_run)),
    ("no_job_stopped", "no_job_stopped", of_run(run_jobs.retry_run, JobState.DONE)),
    ("no_job_to_cancel", "no_job_to_cancel", of_run(run_jobs.cancel_run_work, JobState.DONE)),
    ("run_not_issued", "run_not_issued", of_run(run_jobs.render_missing)),
    ("nothing_to_render", "nothing_to_render", all_rendered),
]
