"""How promises were kept in a period, each figure with the steps that it is made of.

A step of review begins when a piece is sent in (or falls back because it was changed after approval) and ends with the
board's answer: returned, declined or approved. A step of posting begins with the approval and ends when it is up.
Counted are the steps that *ended* in the period; documents and practice pieces have no promise. Rules and calendar are
those of the day on which the step began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from contributors.access import require
from contributors.actors import Actor
from contributors.deadlines import Timing, calendar_of, usual_rules
from contributors.models import BoardRules, CountsAs, Event, OwnDay, Piece, Portal
from contributors.working_time import WorkingCalendar

BEGINS = {"piece.submit": "review", "piece.drop_approval": "review", "piece.approve": "publish"}
ENDS = {
    "piece.return": "review",
    "piece.decline": "review",
    "piece.approve": "review",
    "piece.publish": "publish",
}


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step: `hours` are the working hours that it took, `promised` None where the event's day was the limit."""

    piece: Piece
    what: str
    since: datetime
    until: datetime
    hours: Fraction
    promised: Decimal | None
    due_at: datetime
    kept: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """`percent` is cut to a whole number, None where nothing was measured."""

    kept: int
    total: int

    @property
    def percent(self) -> int | None:
        return self.kept * 100 // self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Timeliness:
    """`same_day` are leaders' activities that went up on the day of the event; `late` are broken promises."""

    review: Measure
    posting: Measure
    same_day: Measure
    late: list[StepTaken]
    steps: list[StepTaken]


def timeliness(*, actor: Actor, portal: Portal, period_from: date, period_until: date) -> Timeliness:
    """Of the steps that ended in `[period_from, period_until)`. Four queries. Raises `not_allowed`."""
    require(actor, "piece.see")
    zone = ZoneInfo(portal.time_zone)
    first = datetime.combine(period_from, time.min, zone)
    last = datetime.combine(period_until, time.min, zone)
    ended = Event.objects.filter(subject_type="piece", kind__in=ENDS, at__gte=first, at__lt=last)
    pieces = {
        piece.pk: piece
        for piece in Piece.objects.filter(pk__in=ended.values("subject_id"), practice=False)
        .exclude(genre__counts_as=CountsAs.DOCUMENT)
        .select_related("genre", "contributor", "unit")
    }
    log = Event.objects.filter(subject_type="piece", subject_id__in=pieces, kind__in={*BEGINS, *ENDS}, at__lt=last)
    rules = _AllRules(zone)
    steps = [
        step
        for step in _steps(log.order_by("subject_id", "pk").values_list("subject_id", "kind", "at"), pieces, rules)
        if step.until >= first
    ]
    posted = [step for step in steps if step.what == "publish"]
    leaders = [step for step in posted if step.piece.leader_activity and step.piece.event_on is not None]
    late = sorted((step for step in steps if not step.kept), key=lambda step: (step.until, step.piece.pk))
    return Timeliness(
        review=_measure(step for step in steps if step.what == "review"),
        posting=_measure(posted),
        same_day=Measure(
            sum(step.until.astimezone(zone).date() == step.piece.event_on for step in leaders), len(leaders)
        ),
        late=late,
        steps=steps,
    )


def _measure(steps: Iterable[StepTaken]) -> Measure:
    kept = [step.kept for step in steps]
    return Measure(sum(kept), len(kept))


def _steps(log: Iterable[tuple[int, str, datetime]], pieces: dict[int, Piece], rules: _AllRules) -> Iterator[StepTaken]:
    begun: dict[tuple[int, str], datetime] = {}
    for piece_id, kind, at in log:
        what = ENDS.get(kind)
        since = begun.pop((piece_id, what), None) if what else None
        if what and since is not None:
            when = rules.on(since)
            due = when.due_after(pieces[piece_id], since, what, at)
            hours = when.calendar.hours_between(since, at)
            yield StepTaken(pieces[piece_id], what, since, at, hours, due.hours, due.at, kept=not due.late)
        if kind in BEGINS:
            begun[piece_id, BEGINS[kind]] = at


class _AllRules:
    """Every version of the board's rules with its calendar. Two queries."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.own = dict(OwnDay.objects.values_list("on", "working"))
        rows = list(BoardRules.objects.order_by("-effective_from"))
        self.rows = [*rows, BoardRules(effective_from=date.min, **usual_rules())]
        self.kept: dict[date, Timing] = {}

    def on(self, moment: datetime) -> Timing:
        day = moment.astimezone(self.zone).date()
        row = next(
            row
            for row in self.rows
            if row.effective_from <= day and (row.effective_until is None or row.effective_until > day)
        )
        return self.kept.setdefault(row.effective_from, Timing(row, self._calendar(row)))

    def _calendar(self, row: BoardRules) -> WorkingCalendar:
        return calendar_of(row, self.zone, self.own)
