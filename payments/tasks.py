"""Celery entry points of the upper floor: thin. All but the timer's take a job's id."""

from __future__ import annotations

from celery import shared_task

from contributors import clock
from contributors.actors import system_actor
from contributors.heartbeats import beating, once_a_day
from contributors.jobs import work_job
from contributors.models import Portal
from contributors.scopes import portal_scope
from payments import archives, computing, erasing, rendering
from payments.books import checks
from payments.inspection import building


@shared_task(name="payments.compute_run")
def task_compute_run(*, job_id: int) -> None:
    """Write one generation of a run's draft lines."""
    work_job(
        job_id,
        lambda job: computing.compute_generation(
            run_id=job.arguments["run_id"], generation=job.arguments["generation"]
        ),
    )


@shared_task(name="payments.render_statements")
def task_render_statements(*, job_id: int) -> None:
    """Render a chunk of a run's statements."""
    work_job(
        job_id,
        lambda job: rendering.render_statements(
            run_id=job.arguments["run_id"], first=job.arguments["first"], last=job.arguments["last"]
        ),
    )


@shared_task(name="payments.render_payment_list")
def task_render_payment_list(*, job_id: int) -> None:
    """Render a run's payment list."""
    work_job(job_id, lambda job: rendering.render_list(run_id=job.arguments["run_id"]))


@shared_task(name=checks.CHECK_TASK)
def task_check_books(*, job_id: int) -> None:
    """Ask every invariant of a portal's books."""
    work_job(job_id, lambda job: checks.work_check(check_id=job.arguments["check_id"]))


@shared_task(name="payments.promise_checks")
@beating("payments.promise_checks")
def task_promise_checks() -> None:
    """A check of every portal's books each night; on a timer, hourly, so that a missed night is made up for."""
    checks.promise_nightly_checks()


@shared_task(name="payments.render_run_paper")
def task_render_run_paper(*, job_id: int) -> None:
    """Render one paper about a whole run."""
    work_job(
        job_id,
        lambda job: rendering.render_run_paper(run_id=job.arguments["run_id"], sheet_id=job.arguments["sheet_id"]),
    )


@shared_task(name="payments.pack_archive")
def task_pack_archive(*, job_id: int) -> None:
    """Pack all papers of a run into one zip."""
    work_job(job_id, lambda job: archives.pack_archive(archive_id=job.arguments["archive_id"]))


@shared_task(name=building.TASK)
def task_build_inspection_pack(*, job_id: int) -> None:
    """Some steps of a pack for inspectors; the next job goes on."""
    work_job(job_id, lambda job: building.build(pack_id=job.arguments["pack_id"]))


@shared_task(name="payments.erase_due")
@once_a_day("payments.erase_due", hour=2)
def task_erase_due() -> None:
    """Erase in every portal what the retention table says has been kept long enough; on a timer."""
    for portal in Portal.objects.order_by("pk"):
        with portal_scope(portal):
            erasing.erase_due(actor=system_actor(portal), portal=portal, day=clock.today(portal.time_zone))
