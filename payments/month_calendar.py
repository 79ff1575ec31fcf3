"""The board's month: what is due or takes place on which day, both floors'. A fixed number of questions a month."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.deadlines import timing
from contributors.models import Assignment, Delegation, OwnDay, Piece, PieceState, Portal, TrainingSession
from contributors.working_time import public_holidays
from payments.access import holds_money
from payments.models import CheckDelivery, Run, RunState

MOST_OF_A_KIND = 200  # in a month; a board that plans more has another trouble
WAITING = (PieceState.SUBMITTED, PieceState.APPROVED, PieceState.SCHEDULED)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """Something of a day. `at` is "" for what has no hour; `id` is the public id of the thing, if it has a page."""

    at: str
    kind: str
    title: str
    id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    """`off` is why nobody works: a holiday's or an own day's name, "" on a day of work; `published` counts pieces."""

    on: date
    inside: bool
    today: bool
    working: bool
    off: str
    published: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks from Monday on; days of the neighbouring months are not `inside`."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def days(self) -> list[Day]:
        """Those of the month itself."""
        return [day for week in self.weeks for day in week if day.inside]


def month_calendar(actor: Actor, first: date) -> Month:
    """The month that begins on `first`. At most 15 queries. Raises `not_allowed`."""
    require(actor, "piece.compare")
    portal = Portal.objects.get(pk=actor.portal_id)
    zone = ZoneInfo(portal.time_zone)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    since = datetime.combine(first, time.min, zone)
    until = datetime.combine(last + timedelta(days=1), time.min, zone)
    entries: dict[date, list[Entry]] = {}
    for day, entry in (*_newsroom(since, until, zone), *_people(first, last), *_runs(actor, first, last, zone)):
        entries.setdefault(day, []).append(entry)
    return Month(first, _weeks(portal, first, last, entries, _published(since, until, zone)))


def _weeks(
    portal: Portal, first: date, last: date, entries: dict[date, list[Entry]], published: dict[date, int]
) -> tuple[tuple[Day, ...], ...]:
    today = clock.today(portal.time_zone)
    calendar = timing(portal).calendar
    notes = dict(OwnDay.objects.filter(on__gte=first, on__lte=last, working=False).values_list("on", "note"))
    holidays = public_holidays(first.year)
    start = first - timedelta(days=first.weekday())
    count = (last - start).days // 7 + 1
    weeks = []
    for week in range(count):
        days = [start + timedelta(days=7 * week + place) for place in range(7)]
        weeks.append(
            tuple(
                Day(
                    on=day,
                    inside=first <= day <= last,
                    today=day == today,
                    working=calendar.works_on(day),
                    off=notes.get(day) or ("holiday" if day in holidays and not calendar.works_on(day) else ""),
                    published=published.get(day, 0),
                    entries=tuple(sorted(entries.get(day, []))),
                )
                for day in days
            )
        )
    return tuple(weeks)


def _newsroom(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[tuple[date, Entry]]:
    live = Assignment.objects.filter(cancelled_at__isnull=True)
    for column, kind in (("deadline", "call"), ("event_at", "event")):
        rows: Any = live.filter(**{f"{column}__gte": since, f"{column}__lt": until})
        for moment, title, pk in rows.order_by(column, "pk").values_list(column, "title", "public_id")[:MOST_OF_A_KIND]:
            yield _at(moment, zone, kind, title, pk)
    pieces: Any = Piece.objects.filter(practice=False)
    scheduled = pieces.filter(state=PieceState.SCHEDULED, scheduled_for__gte=since, scheduled_for__lt=until)
    rows = scheduled.order_by("scheduled_for", "pk").values_list("scheduled_for", "title", "public_id")
    for moment, title, pk in rows[:MOST_OF_A_KIND]:
        yield _at(moment, zone, "posting", title, pk)
    happens = pieces.filter(state__in=WAITING, event_on__gte=since.date(), event_on__lt=until.date())
    rows = happens.order_by("event_on", "pk").values_list("event_on", "title", "public_id")
    for day, title, pk in rows[:MOST_OF_A_KIND]:
        yield day, Entry("", "piece_event", title, pk)


def _people(first: date, last: date) -> Iterator[tuple[date, Entry]]:
    for session in TrainingSession.objects.filter(
        held_on__gte=first, held_on__lte=last, cancelled_at__isnull=True
    ).order_by("held_on", "pk")[:MOST_OF_A_KIND]:
        yield session.held_on, Entry("", "training", session.title, session.public_id)
    away = Delegation.objects.filter(
        Q(effective_until__gt=F("effective_from")), effective_from__lte=last, effective_until__gt=first
    ).select_related("giver", "receiver")
    seen = set()
    for row in away.order_by("pk")[:MOST_OF_A_KIND]:
        day = max(row.effective_from, first)
        while day < row.effective_until and day <= last:
            if (day, row.giver_id, row.receiver_id) not in seen:
                seen.add((day, row.giver_id, row.receiver_id))
                yield day, Entry("", "away", f"{row.giver.full_name} → {row.receiver.full_name}")
            day += timedelta(days=1)


def _runs(actor: Actor, first: date, last: date, zone: ZoneInfo) -> Iterator[tuple[date, Entry]]:
    """Nothing for who does not see runs."""
    if not holds_money(actor, "run.see"):
        return
    live = Run.objects.exclude(state=RunState.CANCELLED)
    for run in live.filter(payment_date__gte=first, payment_date__lte=last).order_by("payment_date", "pk"):
        yield run.payment_date, Entry("", "payment", run.label, run.public_id)
    ends = (
        CheckDelivery.objects.filter(run__state__in=[RunState.IN_REVIEW], run__review_ended_at__isnull=True)
        .values("run__public_id", "run__label")
        .annotate(until=Max("deadline"))
        .order_by("until")
    )
    for row in ends:
        moment = row["until"].astimezone(zone)
        if first <= moment.date() <= last:
            yield _at(row["until"], zone, "check", row["run__label"], row["run__public_id"])


def _published(since: datetime, until: datetime, zone: ZoneInfo) -> dict[date, int]:
    rows = (
        Piece.objects.filter(state=PieceState.PUBLISHED, published_at__gte=since, published_at__lt=until)
        .annotate(day=TruncDate("published_at", tzinfo=zone))
        .values_list("day")
        .annotate(count=Count("pk"))
    )
    return dict(rows)


def _at(moment: datetime, zone: ZoneInfo, kind: str, title: str, pk: UUID) -> tuple[date, Entry]:
    here = moment.astimezone(zone)
    return here.date(), Entry(f"{here:%H:%M}", kind, title, pk)
