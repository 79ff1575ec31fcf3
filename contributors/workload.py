"""What each member of the board did in a period, as the log has it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from contributors.models import Event, Portal, Seat, SeatName

DONE = {
    "piece.approve": "approved",
    "piece.return": "returned",
    "piece.decline": "declined",
    "piece.publish": "posted",
    "piece.publish_document": "posted",
}


@dataclass(slots=True)
class Workload:
    """Steps by kind, counted as often as they were taken; documents posted are among `posted`.

    `name` is empty for those who did them without a seat of their own.
    """

    name: str
    seats: tuple[str, ...] = ()
    approved: int = 0
    returned: int = 0
    declined: int = 0
    posted: int = 0
    accounts: set[int] = field(default_factory=set)

    @property
    def total(self) -> int:
        return self.approved + self.returned + self.declined + self.posted


def workload(portal: Portal, period_from: date, period_until: date) -> tuple[Workload, ...]:
    """Everybody with a seat on a day of `[period_from, period_until)`, by seat and name; others last. Two queries."""
    zone = ZoneInfo(portal.time_zone)
    first, after = (datetime.combine(day, time.min, zone) for day in (period_from, period_until))
    there = Q(effective_from__lt=period_until) & (Q(effective_until__isnull=True) | Q(effective_until__gt=period_from))
    order = {seat: place for place, seat in enumerate(SeatName)}
    seats: dict[int, list[Seat]] = defaultdict(list)
    for seat in Seat.objects.filter(there).select_related("contributor").order_by("pk"):
        seats[seat.contributor.merged_into_id or seat.contributor_id].append(seat)
    people = []
    for rows in seats.values():
        held = sorted({SeatName(row.seat) for row in rows}, key=order.__getitem__)
        person = rows[0].contributor
        accounts = {row.contributor.account_id for row in rows if row.contributor.account_id is not None}
        people.append((order[held[0]], person.sort_key, Workload(person.full_name, tuple(held), accounts=accounts)))
    board = [each for *_, each in sorted(people, key=lambda row: row[:2])]
    others = Workload("")
    by_account = {account: each for each in board for account in each.accounts}
    for kind, account, times in (
        Event.objects.filter(kind__in=DONE, at__gte=first, at__lt=after)
        .order_by()
        .values_list("kind", "actor_account_id")
        .annotate(times=Count("pk"))
    ):
        each = by_account.get(account, others)
        setattr(each, DONE[kind], getattr(each, DONE[kind]) + times)
    return (*board, others) if others.total else tuple(board)
