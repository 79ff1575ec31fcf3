"""What a fund has to expect: pieces in no run yet, what lapses with its cut-off, and its months.

Pieces are reckoned at the score that they have, at the lowest lawful one where they have none, by today's rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from contributors import clock
from contributors.models import CountsAs, Mode, Piece, PieceState, Portal
from contributors.portals import payment_mode_on
from payments import rates
from payments.facts import facts_from, frozen_facts
from payments.fund_policy import warn_days_on
from payments.law import base_salaries
from payments.models import Fund, Outcome, PayoutEvent, Run, RunItem, RunState
from payments.royalty.engine import compute
from payments.royalty.facts import RunFacts, ScorePolicy
from payments.royalty.outcome import ComputedLine
from payments.runs import payable_pieces

LIVE = (RunState.FROZEN, RunState.COMPUTED, RunState.IN_REVIEW, RunState.CONFIRMED, RunState.APPROVED)
CHART = 50
SPENT = (RunState.ISSUED, RunState.CLOSED)


@dataclass(frozen=True, slots=True)
class ExpectedPiece:
    """A piece that is in no run; `amount` in đồng, all its lines together."""

    piece: Piece
    amount: int
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Expected:
    """đồng. `known` False: no schedule is in force, or more pieces than were to be reckoned; `amount` says nothing."""

    pieces: int
    amount: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Lapsing:
    """What an open fund could still pay and would lose: pieces of its year, unpaid; `days` to the cut-off."""

    fund: Fund
    days: int
    pieces: list[ExpectedPiece]
    amount: int
    warns: bool


@dataclass(frozen=True, slots=True)
class Month:
    """đồng of one month; heights in units of a chart that is `CHART` high."""

    month: int
    year: int
    issued: int
    paid: int
    issued_height: int
    paid_height: int

    @property
    def label(self) -> str:
        return f"{self.month:02d}/{self.year}"

    @property
    def issued_y(self) -> int:
        return CHART - self.issued_height

    @property
    def paid_y(self) -> int:
        return CHART - self.paid_height


def expected(portal: Portal, *, most: int | None = None) -> Expected:
    """Published and approved pieces in no run yet, all together; more than `most` are only counted."""
    today = clock.today(portal.time_zone)
    if payment_mode_on(portal.pk, today) != Mode.PAYING:
        return Expected(0, 0)
    pieces = _waiting_ids(portal, today + timedelta(days=1)) + _approved_ids()
    amounts = _amounts(portal, pieces, today) if most is None or len(pieces) <= most else None
    if amounts is None:
        return Expected(len(pieces), 0, known=False)
    paid = [amount for amount in amounts.values() if amount]  # documents cost nothing
    return Expected(len(paid), sum(paid))


def lapsing(portal: Portal, fund: Fund, *, listed: bool = True) -> Lapsing | None:
    """What would be lost at the fund's cut-off; None where that day is over. `listed` False: the sums alone."""
    today = clock.today(portal.time_zone)
    days = (fund.cut_off - today).days
    if days < 0:
        return None
    until = min(today + timedelta(days=1), date(fund.year + 1, 1, 1))
    zone = ZoneInfo(portal.time_zone)
    ids = _waiting_ids(portal, until)
    rows = [
        piece
        for piece in Piece.objects.filter(pk__in=ids).select_related("genre").order_by("published_at", "pk")
        if piece.published_at is not None and piece.published_at.astimezone(zone).year == fund.year
    ]
    amounts = _amounts(portal, [piece.pk for piece in rows], today) or {}
    found = [
        ExpectedPiece(
            piece,
            amounts[str(piece.public_id)],
            piece.published_at.astimezone(zone).date() if piece.published_at else None,
        )
        for piece in rows
        if amounts.get(str(piece.public_id))  # what costs nothing loses nothing
    ]
    return Lapsing(
        fund=fund,
        days=days,
        pieces=found if listed else [],
        amount=sum(each.amount for each in found),
        warns=bool(found) and days <= warn_days_on(today),
    )


def funds_that_warn(portal: Portal) -> list[Lapsing]:
    """Open funds near their cut-off with unpaid pieces of their year: for the card on the list of runs."""
    today = clock.today(portal.time_zone)
    near = today + timedelta(days=warn_days_on(today))
    found = []
    seen: set[int] = set()
    for fund in Fund.objects.filter(cut_off__gte=today, cut_off__lte=near, amount__gt=0).order_by("year", "-amount"):
        if fund.year in seen:
            continue  # the pieces of a year are named once, at its largest fund
        seen.add(fund.year)
        outlook = lapsing(portal, fund)
        if outlook is not None and outlook.warns:
            found.append(outlook)
    return found


def _waiting_ids(portal: Portal, until: date) -> list[int]:
    """Published before `until`, payable, and in no live run."""
    last = (
        Run.objects.filter(state__in=SPENT, period_until__lte=until)
        .order_by("-period_until")
        .values_list("period_until", flat=True)
        .first()
    )
    ids = payable_pieces(portal, last or date.min, until)
    taken = set(RunItem.objects.filter(run__state__in=LIVE).values_list("piece_id", flat=True))
    return [pk for pk in ids if pk not in taken]


def _approved_ids() -> list[int]:
    return list(
        Piece.objects.filter(state__in=[PieceState.APPROVED, PieceState.SCHEDULED])
        .exclude(genre__counts_as=CountsAs.DOCUMENT)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _amounts(portal: Portal, ids: Sequence[int], today: date) -> dict[str, int] | None:
    """đồng by the piece's public id; None where no schedule is in force."""
    if not ids:
        return {}
    pieces = []
    for _, facts in frozen_facts(portal, ids):
        facts["on"] = min(facts["on"], today.isoformat())
        pieces.append(facts_from(facts))
    since = min(piece.published_on for piece in pieces)
    schedules = rates.schedule_rows(portal, since, today + timedelta(days=1))
    if not schedules:
        return None
    rules = RunFacts(
        period_from=since,
        period_until=today + timedelta(days=1),
        rotation=0,
        schedules=tuple(rates.as_dated(row) for row in schedules),
        base_salaries=base_salaries(),
        score_policy=ScorePolicy.LOW,
    )
    sums: dict[str, int] = defaultdict(int)
    for outcome in compute(rules, pieces):
        if isinstance(outcome, ComputedLine):
            sums[outcome.piece] += outcome.amount
    return sums


def months_of(portal: Portal, fund: Fund) -> list[Month]:
    """Twelve months and what follows into the cut-off's: issued by the day of issue, paid by the day of payment."""
    zone = ZoneInfo(portal.time_zone)
    issued: dict[int, int] = defaultdict(int)
    for month, total in (
        Run.objects.filter(fund=fund, state__in=SPENT, issued_at__isnull=False)
        .annotate(month=TruncMonth("issued_at", tzinfo=zone))
        .values_list("month")
        .annotate(sum=Sum("gross"))
    ):
        issued[_month_number(fund, month.year, month.month)] += total or 0
    paid: dict[int, int] = defaultdict(int)
    for month, total in (
        PayoutEvent.objects.filter(payout__statement__run__fund=fund, payout__live=True, outcome=Outcome.CONFIRMED)
        .annotate(month=TruncMonth(Coalesce("happened_on", TruncDate("at", tzinfo=zone))))
        .values_list("month")
        .annotate(sum=Sum("payout__amount"))
    ):
        paid[_month_number(fund, month.year, month.month)] += total
    last = max([12, *issued, *paid])
    highest = max([1, *issued.values(), *paid.values()])
    return [
        Month(
            month=(number - 1) % 12 + 1,
            year=fund.year + (number - 1) // 12,
            issued=issued[number],
            paid=paid[number],
            issued_height=-(-issued[number] * CHART // highest),  # what is there at all is seen
            paid_height=-(-paid[number] * CHART // highest),
        )
        for number in range(1, last + 1)
    ]


def _month_number(fund: Fund, year: int, month: int) -> int:
    """January of the next year is 13."""
    return max(1, (year - fund.year) * 12 + month)
