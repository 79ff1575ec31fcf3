"""The timer's pulse: every task of the timer leaves word when it begins and ends, so that one that did not run is seen.

What is expected stands in the timer's own table (`beat_schedule`); a task that should run once a day is rung every
hour and looks here whether it has run, so a night on which the machine was off is made up for in the morning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from zoneinfo import ZoneInfo

from celery import current_app
from django.conf import settings
from django.utils import timezone

from contributors.models import Heartbeat

BACKUP = "backup"
BACKUP_EVERY = timedelta(days=1)
DAY = timedelta(days=1)
# A turn may be dropped when workers are busy; two in a row and half a minute are worth a look.
TURNS_MISSED = 3
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Pulse:
    """One task of the timer: when it last ended well, whether that is too long ago, and its last problem's kind."""

    task: str
    every: timedelta
    started_at: datetime | None
    finished_at: datetime | None
    late: bool
    error: str


def beating(task: str) -> Callable[[Callable[[], object]], Callable[[], None]]:
    """Around a task of the timer: begun, ended, or what kind of problem it had. The problem itself goes on."""

    def decorate(work: Callable[[], object]) -> Callable[[], None]:
        @wraps(work)
        def beat() -> None:
            _note(task, started_at=timezone.now())
            try:
                work()
            except Exception as problem:
                _note(task, error=type(problem).__name__)
                raise
            _note(task, finished_at=timezone.now(), error="")

        return beat

    return decorate


def once_a_day(task: str, *, hour: int) -> Callable[[Callable[[], object]], Callable[[], None]]:
    """Like `beating`, for a task that is rung every hour and works once after `hour` o'clock of each day."""

    def decorate(work: Callable[[], object]) -> Callable[[], None]:
        beat = beating(task)(work)

        @wraps(work)
        def maybe() -> None:
            last = Heartbeat.objects.filter(task=task).values_list("finished_at", flat=True).first()
            if last is None or last < _turn_before(timezone.now(), hour):
                beat()

        maybe.expected_every = DAY  # type: ignore[attr-defined]
        return maybe

    return decorate


def record_backup(*, at: datetime | None = None) -> None:
    """A backup was made: what `manage.py record_backup` says at the end of the operator's own script."""
    moment = at or timezone.now()
    _note(BACKUP, started_at=moment, finished_at=moment, error="")


def last_backup() -> datetime | None:
    return Heartbeat.objects.filter(task=BACKUP).values_list("finished_at", flat=True).first()


def pulses() -> list[Pulse]:
    """Every task that the timer is to ring, and its state. One query."""
    rows = {row.task: row for row in Heartbeat.objects.all()}
    return [
        _pulse(task, every, rows.get(task))
        for task, every in sorted(expected().items(), key=lambda item: (item[1], item[0]))
    ]


def expect_all() -> None:
    """Give every task of the timer a row, from which its first turn is waited for. Called by the most frequent one."""
    wanted = expected()
    known = set(Heartbeat.objects.values_list("task", flat=True))
    Heartbeat.objects.bulk_create(
        [
            Heartbeat(task=task, every_seconds=round(every.total_seconds()), first_seen_at=timezone.now())
            for task, every in wanted.items()
            if task not in known
        ],
        ignore_conflicts=True,
    )


def expected() -> dict[str, timedelta]:
    """How often each task of the timer is to end well."""
    return {entry["task"]: _every(entry) for entry in current_app.conf.beat_schedule.values()}


def _every(entry: dict[str, object]) -> timedelta:
    task = current_app.tasks.get(str(entry["task"]))
    rung = timedelta(seconds=float(str(entry["schedule"])))
    return getattr(getattr(task, "run", None), "expected_every", rung)


def _pulse(task: str, every: timedelta, row: Heartbeat | None) -> Pulse:
    now = timezone.now()
    allowed = every + timedelta(hours=3) if every >= DAY else TURNS_MISSED * every + GRACE
    if row is None:
        return Pulse(task, every, None, None, late=True, error="")
    since = row.finished_at or row.first_seen_at
    return Pulse(task, every, row.started_at, row.finished_at, late=now - since > allowed, error=row.error)


def _turn_before(now: datetime, hour: int) -> datetime:
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    turn = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return turn if turn <= local else turn - DAY


def _note(task: str, **values: object) -> None:
    every = BACKUP_EVERY if task == BACKUP else expected().get(task, DAY)
    fresh = {"every_seconds": round(every.total_seconds())}
    Heartbeat.objects.update_or_create(
        task=task, defaults=fresh | values, create_defaults=fresh | values | {"first_seen_at": timezone.now()}
    )
