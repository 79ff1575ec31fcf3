"""The timer goes on whatever the clock did while it was away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import Celery
from celery.beat import PersistentScheduler

from config.celery import configuration
from config.timer import Timer

YEAR = timedelta(days=365)


@pytest.fixture
def started(tmp_path):
    """A timer on a file of its own, as often as it is asked for."""
    app = Celery("timing", set_as_current=False)
    app.add_defaults(configuration)
    made: list[PersistentScheduler] = []

    def start(kind: type[PersistentScheduler] = Timer) -> PersistentScheduler:
        for timer in made:
            timer._store.close()
        timer = kind(app=app, schedule_filename=str(tmp_path / "beat"))
        timer.apply_entry = lambda entry, producer=None: None
        timer.producer = None
        made.append(timer)
        return timer

    yield start
    made[-1]._store.close()


def shift(timer: PersistentScheduler, by: timedelta) -> None:
    for entry in timer.schedule.values():
        entry.last_run_at = entry.default_now() + by
    timer.sync()


def seconds_to_the_next_sweep(timer: PersistentScheduler) -> float:
    """As the timer itself reckons after a turn, and no earlier than it looks again."""
    waits = timer.tick()
    event = next(event for event in timer._heap if event.entry.name == "sweep jobs")
    return max(waits, event.time - timer._when(event.entry, 0))


def test_sweep_of_a_year_to_come_is_sent_in_its_ten_seconds(started):
    shift(started(), YEAR)
    assert 5 < seconds_to_the_next_sweep(started()) <= 10  # after a restart: the file remembers


def test_clock_that_goes_back_under_a_running_timer_stops_nothing(started):
    timer = started()
    seconds_to_the_next_sweep(timer)
    shift(timer, YEAR)
    assert 5 < seconds_to_the_next_sweep(timer) <= 10


def test_clocks_that_differ_by_seconds_are_believed(started):
    timer = started()
    shift(timer, timedelta(seconds=30))
    assert 35 < seconds_to_the_next_sweep(timer) <= 40


def test_celerys_own_timer_waits_for_that_year(started):
    """The control."""
    shift(started(), YEAR)
    assert seconds_to_the_next_sweep(started(PersistentScheduler)) > 300 * 24 * 3600


def test_worker_and_beat_take_ours():
    assert configuration()["beat_scheduler"] == "config.timer:Timer"
