"""How the whole is: each check can be good and bad; what did not happen is seen; daily work is made up for."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from contributors import heartbeats
from contributors.events import seal_events
from contributors.jobs import schedule_job
from contributors.models import Event, Heartbeat, Job
from contributors.tasks import task_sweep_jobs
from payments import health
from payments.books import check_books, checks
from payments.tasks import task_erase_due


class Disk(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def _tasks(celery_app):
    """Every task of the timer is known."""


@pytest.fixture
def whole(world, monkeypatch):
    """A machine on which all is well."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(100, 10, 90))
    monkeypatch.setattr(health, "_broker", lambda: health.HealthCheck("broker", "Hàng đợi", "good", "Nối được."))
    now = timezone.now()
    for task, every in heartbeats.expected().items():
        Heartbeat.objects.create(
            task=task, every_seconds=every.total_seconds(), first_seen_at=now, started_at=now, finished_at=now
        )
    heartbeats.record_backup()
    seal_events(portal_id=world.portal.pk)
    checks.record_check(portal=world.portal, occasion="nightly", findings=check_books(world.portal))
    return world


def states(portal=None) -> dict[str, str]:
    return {check.code: check.state for check in health.look(portal).checks if check.state != "good"}


def ago(**time: int):
    return timezone.now() - timedelta(**time)


def owed(world, **fields) -> Job:
    job = schedule_job(portal_id=world.portal.pk, task="contributors.print_piece", piece_id=1)
    Job.objects.filter(pk=job.pk).update(**fields)
    return job


def test_whole_machine_is_good(whole):
    assert states() == states(whole.portal) == {}
    assert health.look().state == "good"
    assert len(health.look().checks) == 10


def late_timer(_world):
    Heartbeat.objects.filter(task="contributors.seal_events").update(finished_at=ago(minutes=5))


def timer_never_ran(_world):
    Heartbeat.objects.filter(task="contributors.remind").delete()


def books_are_late(world):
    from tests.payments.books.test_invariants import triggers_off

    triggers_off()
    checks.BooksCheck.objects.update(finished_at=ago(hours=31))


def books_are_broken(world):
    checks.record_check(
        portal=world.portal, occasion="nightly", findings=[checks.BookFinding("x", ok=False, detail="1")]
    )


def unsealed(world):
    world.draft()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE contributors_event DISABLE TRIGGER USER")
    Event.objects.filter(pk=Event.objects.order_by("-pk").first().pk).update(recorded_at=ago(minutes=11))


@pytest.mark.parametrize(
    ("arrange", "code", "state"),
    [
        (late_timer, "timers", "bad"),
        (timer_never_ran, "timers", "bad"),
        (lambda world: owed(world, created_at=ago(minutes=11)), "oldest_job", "bad"),
        (lambda world: owed(world, state="claimed", claimed_until=ago(minutes=2)), "expired_claims", "bad"),
        (lambda world: owed(world, state="quarantined"), "stopped_jobs", "warn"),
        (lambda world: owed(world, state="failed"), "stopped_jobs", "warn"),
        (unsealed, "seal_lag", "bad"),
        (books_are_broken, "books", "bad"),
        (books_are_late, "books", "warn"),
        (lambda _world: Heartbeat.objects.filter(task="backup").delete(), "backup", "warn"),
        (lambda _world: heartbeats.record_backup(at=ago(days=3)), "backup", "warn"),
    ],
)
def test_what_is_wrong_is_named_for_the_portal_and_the_whole(whole, arrange, code, state):
    arrange(whole)
    assert states() == states(whole.portal) == {code: state}


def test_paused_and_young_jobs_are_no_alarm(whole):
    owed(whole, created_at=ago(hours=5), paused_at=ago(hours=4))
    owed(whole, created_at=ago(minutes=9))
    assert states() == {}


@pytest.mark.parametrize(("free", "state"), [(4, "bad"), (14, "warn"), (16, "good")])
def test_room_on_the_disk(whole, monkeypatch, free, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(100, 100 - free, free))
    assert states().get("disk", "good") == state


def test_queue_that_is_away_is_bad(whole, monkeypatch, settings):
    monkeypatch.undo()
    monkeypatch.setattr(health.current_app, "connection_for_write", lambda: (_ for _ in ()).throw(OSError("refused")))
    assert health._broker().state == "bad"


def test_database_that_is_away_is_bad_and_nothing_else_is_asked(whole, monkeypatch):
    def gone():
        raise OperationalError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(health.connection, "cursor", gone)
        found = health.look()
    assert [check.code for check in found.checks] == ["database", "disk"]
    assert found.state == "bad"


class TestTimer:
    def test_task_leaves_word_when_it_begins_and_ends(self, world):
        task_sweep_jobs()
        pulse = next(pulse for pulse in heartbeats.pulses() if pulse.task == "contributors.sweep_jobs")
        assert pulse.started_at <= pulse.finished_at
        assert not pulse.late

    def test_first_sweep_begins_to_wait_for_the_others(self, world):
        assert {pulse.late for pulse in heartbeats.pulses()} == {True}  # nothing ever ran: the timer is not there
        task_sweep_jobs()
        assert {pulse.late for pulse in heartbeats.pulses()} == {False}
        Heartbeat.objects.update(first_seen_at=ago(days=2))
        late = {pulse.task for pulse in heartbeats.pulses() if pulse.late}
        assert late == set(heartbeats.expected()) - {"contributors.sweep_jobs"}

    def test_task_that_breaks_is_late_once_its_turns_are_over_and_its_problem_is_named(self, world):
        def broken() -> None:
            raise OSError("x")

        Heartbeat.objects.create(
            task="contributors.remind", every_seconds=300, first_seen_at=ago(days=1), finished_at=ago(minutes=20)
        )
        with pytest.raises(OSError):
            heartbeats.beating("contributors.remind")(broken)()
        pulse = next(pulse for pulse in heartbeats.pulses() if pulse.task == "contributors.remind")
        assert (pulse.late, pulse.error) == (True, "OSError")

    def test_daily_task_rung_every_hour_works_once_a_day_and_makes_up_for_a_missed_night(self, world, monkeypatch):
        done = []
        monkeypatch.setattr("payments.erasing.erase_due", lambda **_: done.append(1))
        task_erase_due()
        task_erase_due()
        assert len(done) == 1
        Heartbeat.objects.filter(task="payments.erase_due").update(finished_at=ago(days=2))
        task_erase_due()
        assert len(done) == 2
        assert heartbeats.expected()["payments.erase_due"] == timedelta(days=1)

    def test_every_task_of_the_timer_beats(self, celery_app):
        for entry in celery_app.conf.beat_schedule.values():
            assert hasattr(celery_app.tasks[entry["task"]].run, "__wrapped__"), entry["task"]

    def test_backup_is_noted_by_its_command(self, world):
        assert heartbeats.last_backup() is None
        call_command("record_backup")
        assert heartbeats.last_backup() is not None


def test_monitor_gets_200_or_503_and_no_word_about_a_portal(whole, monkeypatch):
    monkeypatch.setattr("api.ready._last", None)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["state"]) == (200, "good")
    assert set(answer.json()) == {"state", "checks"}
    assert set(answer.json()["checks"].values()) == {"good"}
    owed(whole, created_at=ago(minutes=11))
    assert Client().get("/readyz").status_code == 200  # asked a moment ago
    monkeypatch.setattr("api.ready._last", None)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["oldest_job"]) == (503, "bad")
    assert Client().post("/readyz").status_code == 405
