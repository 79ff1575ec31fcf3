"""A computation cut off while its lines are being written: nothing of it stays, and the next attempt is whole."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from contributors import clock
from contributors.models import Event, Job, JobState
from payments import line_writer, runs
from payments.books import check_books
from payments.models import DraftLine, Run, RunState
from payments.tasks import task_compute_run
from tests.payments.steps import AUGUST, frozen_run


@pytest.fixture
def asked(committed_world):
    """A run of six pieces whose computation is promised."""
    world = committed_world
    for day in range(6):
        world.published("lan", when=f"2026-07-{day + 1:02d}T09:00")
    with clock.at(AUGUST):
        run = frozen_run(world)
        job = runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return world, run, job


def end_of(backend: int) -> None:
    """The server ends that connection, as its own restart would."""
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"], dbname=settings["NAME"]
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [backend])


def test_connection_lost_in_the_middle_of_the_copy(asked, monkeypatch):
    world, run, job = asked
    write = line_writer.LineWriter._write

    def cut(self, rows):
        def half():
            for place, row in enumerate(rows):
                if place == len(rows) // 2:
                    end_of(self._driver.info.backend_pid)
                yield row

        write(self, half())

    with monkeypatch.context() as patched:
        patched.setattr(line_writer.LineWriter, "_write", cut)
        task_compute_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.claimed_until) == (JobState.PENDING, 1, None)
    assert DraftLine.objects.count() == 0
    assert world.fresh(run).state == RunState.FROZEN
    task_compute_run(job_id=job.pk)
    after = world.fresh(run)
    assert (after.state, after.generation) == (RunState.COMPUTED, 1)
    assert DraftLine.objects.filter(run=run, generation=1).count() == 18
    assert Event.objects.filter(kind="run.computed").count() == 1
    assert [each.name for each in check_books(world.portal) if not each.ok] == []


def test_claim_lost_to_another_worker_while_computing_changes_nothing(asked):
    """Two workers at one job, one after the other: the second finds it done."""
    world, run, job = asked
    task_compute_run(job_id=job.pk)
    first = list(DraftLine.objects.order_by("pk").values_list("pk", "amount"))
    Job.objects.filter(pk=job.pk).update(state=JobState.PENDING)
    task_compute_run(job_id=job.pk)
    assert list(DraftLine.objects.order_by("pk").values_list("pk", "amount")) == first
    assert Event.objects.filter(kind="run.computed").count() == 1
    assert Run.objects.get(pk=run.pk).version == world.fresh(run).version
