"""Workers killed, the queue emptied: the same papers as if nothing had happened. Real processes, real Valkey."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager, suppress
from datetime import date

import pytest
import redis
from django.conf import settings
from django.db import connection

from contributors import clock
from contributors.actors import system_actor
from contributors.files import open_kept
from contributors.models import Account, Job, JobState
from contributors.registration import seat_founder
from payments import issuing, payees, runs
from payments.models import Paper, Run, Statement
from payments.papers_kept import render_again
from payments.run_sheets import FIRST
from tests.factories.world import at

pytestmark = pytest.mark.crash

PEOPLE = 60
PATIENCE = 60.0


@contextmanager
def worker(*, beat: bool = True, lease: int = 3):
    """A Celery worker of two processes on the test's database and queue, in a process group of its own."""
    environ = {
        **os.environ,
        "DATABASE_URL": test_database_url(),
        "JOB_LEASE_SECONDS": str(lease),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--concurrency=2"]
    command += [
        "--without-gossip",
        "--without-mingle",
        "--loglevel=WARNING",
        f"--hostname=crash-{uuid.uuid4().hex[:6]}@%h",
    ]
    if beat:
        command += ["--beat", "--schedule", f"{settings.VAR}/beat-{uuid.uuid4().hex[:6]}"]
    process = subprocess.Popen(
        command, env=environ, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """kill -9 for the worker and all its children at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_database_url() -> str:
    name = connection.settings_dict["NAME"]
    before, _, after = settings.DATABASE_URL.partition("?")
    return f"{before.rpartition('/')[0]}/{name}" + (f"?{after}" if after else "")


test_database_url.__test__ = False


def wait_until(true, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.02)
    raise AssertionError(
        f"waited too long for: {what}; jobs: {list(Job.unscoped.values_list('task', 'state', 'attempts', 'error'))}"
    )


@pytest.fixture
def crowd(committed_world):
    """Sixty people with a piece each, and a run approved over them."""
    world = committed_world
    founder = system_actor(world.portal)
    with clock.at(at("2026-07-01T08:00")):
        for number in range(PEOPLE):
            account = Account.objects.create(login_phone=f"+8498{number:07d}", name=f"Người Thứ {number}")
            person = seat_founder(
                actor=founder,
                full_name=f"Người Thứ {number}",
                phone=f"098{number:07d}",
                account=account,
                category="volunteer",
                unit=world.unit,
            )
            name = f"p{number}"
            world.accounts[name], world.people[name] = account, person
            payees.enter_payee_details(
                actor=world.actor(name),
                contributor=person,
                legal_name=person.full_name,
                personal_id=f"0892{person.pk:08d}",
            )
            payees.set_tax_status(
                actor=world.actor("accountant"),
                contributor=person,
                status="resident_no_contract",
                effective_from=date(2026, 1, 5),
            )
    for number in range(PEOPLE):
        world.published(f"p{number}", when=f"2026-07-{number % 28 + 1:02d}T10:00")
    with clock.at(at("2026-08-03T08:00")):
        accountant = world.actor("accountant")
        run = world.run()
        run = runs.freeze_run(actor=accountant, run=run, seen_version=run.version)
        job = runs.compute_run(actor=accountant, run=run, seen_version=run.version)
        from payments.tasks import task_compute_run

        task_compute_run(job_id=job.pk)
        run = world.fresh(run)
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    queue().flushdb()
    return world, run


def queue() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


def issue(world, run, monkeypatch) -> Run:
    """Issue in small chunks, so that the middle lasts long enough to be hit."""
    monkeypatch.setattr(issuing, "CHUNK", 2)
    with clock.at(at("2026-08-03T09:00")):
        return issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)


def papers(run: Run) -> int:
    return Paper.objects.filter(statement__run=run).count()


def assert_whole(world, run: Run) -> None:
    """As many papers as statements, one each, every file as its hash says and as an unbroken render makes it."""
    statements = Statement.objects.filter(run=run).count()
    found = list(Paper.objects.filter(statement__run=run).select_related("statement"))
    assert statements == PEOPLE + 2  # the approver and the publisher are paid too
    assert len({paper.statement_id for paper in found}) == len(found) == statements
    for paper in found:
        content = open_kept(paper.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == paper.sha256
    for paper in found[:: len(found) // 6]:
        assert hashlib.sha256(render_again(paper=paper, portal=world.portal)).hexdigest() == paper.sha256
    about_the_run = list(Paper.objects.filter(run=run).values_list("kind", flat=True))
    assert len(set(about_the_run)) == len(about_the_run)
    assert set(about_the_run) >= {"payment_list", *FIRST}
    assert Run.objects.get(pk=run.pk).papers_ready_at is not None


def test_worker_killed_while_rendering_leaves_the_same_papers(crowd, monkeypatch):
    world, run = crowd
    run = issue(world, run, monkeypatch)
    with worker() as first:
        wait_until(lambda: papers(run) >= 5, "the first papers")
        kill(first)
    after_kill = papers(run)
    assert 5 <= after_kill < PEOPLE + 2, "the worker was not hit in the middle"
    with worker():
        wait_until(lambda: Run.objects.get(pk=run.pk).papers_ready_at is not None, "the last paper")
        wait_until(lambda: not Job.objects.exclude(state=JobState.DONE).exists(), "every job done")
    assert_whole(world, run)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_worker_killed_at_random_moments_leaves_the_same_papers(crowd, monkeypatch, seed):
    world, run = crowd
    dice = random.Random(seed)
    run = issue(world, run, monkeypatch)
    for _ in range(3):
        with worker() as victim:
            time.sleep(dice.uniform(1.5, 5.0))
            kill(victim)
    with worker():
        wait_until(lambda: Run.objects.get(pk=run.pk).papers_ready_at is not None, "the last paper")
    assert_whole(world, run)


def test_queue_emptied_while_rendering_leaves_the_same_papers(crowd, monkeypatch):
    world, run = crowd
    run = issue(world, run, monkeypatch)
    with worker():
        wait_until(lambda: papers(run) >= 5, "the first papers")
        queue().flushdb()
        after_flush = papers(run)
        assert after_flush < PEOPLE + 2, "the queue was not emptied in the middle"
        # What the sweeper rings for is what has waited long: here, at once.
        Job.unscoped.filter(state=JobState.PENDING).update(rung_at=at("2026-08-03T00:00"))
        wait_until(lambda: Run.objects.get(pk=run.pk).papers_ready_at is not None, "the last paper")
    assert_whole(world, run)


def test_without_the_sweeper_an_emptied_queue_loses_work(crowd, monkeypatch):
    """The control: the same harness sees the loss when nobody rings again."""
    world, run = crowd
    run = issue(world, run, monkeypatch)
    queue().flushdb()
    with worker(beat=False):
        time.sleep(8)
    assert papers(run) == 0
