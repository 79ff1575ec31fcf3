"""What time it is for a verb.

Ordinarily now. Loading records of the past (the demo portal, an import) sets the moment at which a thing
happened; the event row keeps the real time of writing beside it. Claims of jobs never use this clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("butlang_moment", default=None)


def now() -> datetime:
    """The aware moment at which the running verb happens."""
    return _moment.get() or timezone.now()


def today(time_zone: str = "Asia/Ho_Chi_Minh") -> date:
    """The calendar day of `now()` in a portal's time zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let verbs inside happen at `moment` (aware)."""
    if moment.tzinfo is None:
        message = "the moment must be aware"
        raise ValueError(message)
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
