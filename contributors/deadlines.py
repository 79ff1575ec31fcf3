"""Questions about time: the board's rules on a day, the working calendar, when a piece's next step is due.

A step is due when the working hours that were promised have passed since the piece came to it; a leaders' activity
is due at the latest when its own day is over. After half of that time the deputy may act for the head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db.models import Q

from contributors import clock
from contributors.models import BoardRules, OwnDay, Piece, PieceState, Portal
from contributors.working_time import WorkingCalendar, end_of_day

USUAL = Path(__file__).with_name("board_rules.yaml")
HOURS = ("day_from", "noon_from", "noon_until", "day_until")


@dataclass(frozen=True, slots=True)
class Due:
    """When a step should be done. `why` is "review", "publish", "same_day" or "scheduled"; `hours` those promised."""

    since: datetime
    half: datetime
    at: datetime
    why: str
    hours: Decimal | None
    late: bool
    half_over: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """A portal's rules and calendar, read once for as many pieces as a page shows."""

    rules: BoardRules
    calendar: WorkingCalendar

    def due(self, piece: Piece, now: datetime | None = None) -> Due | None:
        """When the step that a piece waits for is due; None where nobody promised anything."""
        moment = now or clock.now()
        if piece.practice:
            return None
        if piece.state == PieceState.SCHEDULED and piece.scheduled_for is not None:
            return _due(piece.state_since, piece.scheduled_for, piece.scheduled_for, "scheduled", None, moment)
        if piece.state == PieceState.SUBMITTED:
            return self.due_after(piece, piece.state_since, "review", moment)
        if piece.state == PieceState.APPROVED:
            return self.due_after(piece, piece.state_since, "publish", moment)
        return None

    def due_after(self, piece: Piece, since: datetime, why: str, now: datetime) -> Due:
        hours = self.rules.review_hours if why == "review" else self.rules.publish_hours
        promised = Fraction(hours)
        at = self.calendar.after(since, promised)
        half = self.calendar.after(since, promised / 2)
        if self.rules.leader_same_day and piece.leader_activity and piece.event_on is not None:
            night = end_of_day(piece.event_on, self.calendar.zone)
            if since < night < at:
                return _due(since, since + (night - since) / 2, night, "same_day", None, now)
        return _due(since, half, at, why, hours, now)


def _due(  # noqa: PLR0917 - six facts of one step, in the order in which they come
    since: datetime, half: datetime, at: datetime, why: str, hours: Decimal | None, now: datetime
) -> Due:
    return Due(since, half, at, why, hours, late=now > at, half_over=now >= half)


@lru_cache(maxsize=1)
def usual_rules() -> dict[str, Any]:
    """What holds where a portal has said nothing, as values of `BoardRules`."""
    written = yaml.safe_load(USUAL.read_text(encoding="utf-8"))["usual"]
    field = {name: BoardRules._meta.get_field(name) for name in written}
    return {name: None if value is None else field[name].to_python(value) for name, value in written.items()}  # type: ignore[union-attr]


def rules_on(day: date) -> BoardRules:
    """The active portal's rules on a day; the usual ones, never saved, where it has none. One query."""
    row: BoardRules | None = BoardRules.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=day), effective_from__lte=day
    ).first()
    return row or BoardRules(effective_from=date.min, **usual_rules())


def calendar_of(rules: BoardRules, zone: ZoneInfo, own: Mapping[date, bool] | None = None) -> WorkingCalendar:
    """One query, unless the portal's own days are at hand."""
    return WorkingCalendar(
        zone=zone,
        weekdays=frozenset(int(number) for number in rules.weekdays),
        spans=((rules.day_from, rules.noon_from), (rules.noon_until, rules.day_until)),
        own=dict(OwnDay.objects.values_list("on", "working")) if own is None else own,
    )


def timing(portal: Portal, day: date | None = None) -> Timing:
    """The rules and the calendar of a day, by default today. Two queries."""
    rules = rules_on(day or clock.today(portal.time_zone))
    return Timing(rules, calendar_of(rules, ZoneInfo(portal.time_zone)))


def due_of(piece: Piece) -> Due | None:
    """When a piece's next step is due. Three queries at most."""
    if piece.state not in {PieceState.SUBMITTED, PieceState.APPROVED, PieceState.SCHEDULED}:
        return None
    return timing(Portal.objects.get(pk=piece.portal_id)).due(piece)


def half_waited(piece: Piece) -> bool:
    """Whether a sent-in piece has waited longer than half of the promised time, so that the deputy may act."""
    if piece.state != PieceState.SUBMITTED:
        return False
    due = due_of(piece)
    return due is not None and due.half_over
