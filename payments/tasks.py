"""Celery entry points of the upper floor: thin, each takes a job's id."""

from __future__ import annotations

from celery import shared_task

from contributors.jobs import work_job
from payments import computing, rendering


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
