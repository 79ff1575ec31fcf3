"""What a superior sees of the portals below it: their figures side by side, and who has not reported.

This is the one place where a portal reads rows of others, and only sums and counts come out of it: no name, no phone,
no title of a piece. Each figure is the one that the portal itself shows for the period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from contributors.actors import Actor
from contributors.models import Portal
from contributors.names import place_key
from contributors.output_of_portals import FIGURES, PortalFigures, figures_of_portals
from contributors.portals import last_day
from contributors.portals_below import portals_below
from contributors.scopes import portals_scope
from payments.access import require_money
from payments.funds import positions
from payments.models import Fund, Run, RunState, SentReport
from payments.report_periods import Period

RIGHT = "below.see"
MOST_NAMED = 40  # in one message to copy


@dataclass(frozen=True, slots=True)
class Sent:
    """What was reported, as it was then; `spent` in đồng. `round` 2 and more: sent again."""

    at: datetime
    round: int
    figures: PortalFigures
    spent: int


@dataclass(frozen=True, slots=True)
class Beside:
    """One portal below. `spent`: gross issued in the period, `fund` and `fund_issued`: of the budget year in which the
    period ends; all in đồng.
    """

    portal_id: int
    name: str
    slug: str
    depth: int
    above: str
    closed_on: date | None
    now: PortalFigures
    before: PortalFigures
    spent: int
    fund: int
    fund_issued: int
    sent: Sent | None
    due: bool

    @property
    def missing(self) -> bool:
        """A report is awaited and has not come."""
        return self.due and self.sent is None

    @property
    def changed(self) -> bool:
        """The figures are no longer those that were reported."""
        return self.sent is not None and (self.sent.figures, self.sent.spent) != (self.now, self.spent)

    @property
    def fund_percent(self) -> int | None:
        return self.fund_issued * 100 // self.fund if self.fund else None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """`rows` in the asked order; `total` sums them up and has no name."""

    period: Period
    rows: tuple[Beside, ...]
    total: Beside

    @property
    def missing(self) -> tuple[Beside, ...]:
        """By the tree, whatever the order of the rows."""
        return tuple(sorted((row for row in self.rows if row.missing), key=lambda row: (place_key(row.name), row.slug)))

    @property
    def awaited(self) -> int:
        return sum(row.due for row in self.rows)

    @property
    def arrived(self) -> int:
        return sum(row.due and row.sent is not None for row in self.rows)


ORDERS: Mapping[str, Callable[[Beside], Any]] = {
    "name": lambda row: place_key(row.name),
    "news": lambda row: row.now.news,
    "before": lambda row: row.before.news,
    "photos": lambda row: row.now.photos,
    "documents": lambda row: row.now.documents,
    "late": lambda row: row.now.late,
    "contributors": lambda row: row.now.contributors,
    "silent": lambda row: row.now.silent,
    "spent": lambda row: row.spent,
    "sent": lambda row: row.sent.at.timestamp() if row.sent else 0,
}
USUAL_ORDER = "-news"


def side_by_side(*, actor: Actor, portal: Portal, period: Period, order: str = USUAL_ORDER) -> SideBySide:
    """Everything below `portal` in a period and the one before it, children of children included.

    `order`: a key of `ORDERS`, with "-" the other way round; an unknown one is the usual one. Portals that were
    closed before the earlier period are left out. A constant number of queries for each time zone and level.
    Raises `not_allowed`.
    """
    require_money(actor, RIGHT)
    below = [one for one in portals_below(portal) if _open_in(one.portal, period.before.first)]
    portals = [one.portal for one in below]
    now = figures_of_portals(portals, period.first, period.until)
    before = figures_of_portals(portals, period.before.first, period.before.until)
    spent = spent_of(portals, period)
    funds = _funds_of(portals, last_day(period.until).year)
    reported = _reported(portals, period)
    rows = [
        Beside(
            portal_id=one.portal.pk,
            name=one.portal.name,
            slug=one.portal.slug,
            depth=one.depth,
            above=one.above,
            closed_on=one.portal.closed_on,
            now=now[one.portal.pk],
            before=before[one.portal.pk],
            spent=spent.get(one.portal.pk, 0),
            fund=funds[one.portal.pk][0],
            fund_issued=funds[one.portal.pk][1],
            sent=reported.get(one.portal.pk),
            due=_open_in(one.portal, last_day(period.until)),
        )
        for one in below
    ]
    return SideBySide(period, tuple(_ordered(rows, order)), _total(rows))


def spent_of(portals: Sequence[Portal], period: Period) -> dict[int, int]:
    """By portal, gross of the issued runs that lie within the period, in đồng. One query."""
    if not portals:
        return {}
    with portals_scope(portals):
        runs = Run.objects.filter(
            state__in=[RunState.ISSUED, RunState.CLOSED],
            period_from__gte=period.first,
            period_until__lte=period.until,
        )
        return {pk: gross or 0 for pk, gross in runs.order_by().values_list("portal_id").annotate(Sum("gross"))}


def reminder(found: SideBySide) -> str:
    """To paste into the group of the offices: whose report is awaited. Vietnamese, as they speak."""
    names = [row.name for row in found.missing]
    named = "\n".join(f"- {name}" for name in names[:MOST_NAMED])
    more = f"\n- và {len(names) - MOST_NAMED} trang khác" if len(names) > MOST_NAMED else ""
    return (
        f"Đề nghị các trang sau gửi báo cáo {found.period.name}:\n{named}{more}\n"
        "Cách gửi: vào Thống kê, mở Báo cáo, chọn đúng kỳ, xem lại số liệu rồi bấm “Gửi cấp trên”. Xin cảm ơn."
    )


def figures_kept(figures: PortalFigures, spent: int) -> dict[str, int]:
    """How a report keeps what it said."""
    return {**asdict(figures), "spent": spent}


def figures_as_sent(report: SentReport) -> tuple[PortalFigures, int]:
    """What a kept report said: counts, and đồng spent."""
    kept = report.figures
    return PortalFigures(*(int(kept.get(name, 0)) for name in FIGURES)), int(kept.get("spent", 0))


def _open_in(portal: Portal, day: date) -> bool:
    return portal.closed_on is None or portal.closed_on > day


def _funds_of(portals: Sequence[Portal], year: int) -> dict[int, tuple[int, int]]:
    """By portal: what its funds of a year have, and what is issued from them."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    if not portals:
        return found
    with portals_scope(portals):
        funds = list(Fund.objects.filter(year=year))
        stand = positions(funds, paid=False) if funds else {}
    for fund in funds:
        amount, issued = found[fund.portal_id]
        found[fund.portal_id] = (amount + fund.amount, issued + stand[fund.pk].issued)
    return found


def _reported(portals: Sequence[Portal], period: Period) -> dict[int, Sent]:
    """By portal, the last report of exactly this period. One query."""
    if not portals:
        return {}
    with portals_scope(portals):
        rows = list(
            SentReport.objects.filter(period_from=period.first, period_until=period.until).order_by(
                "portal_id", "round"
            )
        )
    return {row.portal_id: Sent(row.sent_at, row.round, *figures_as_sent(row)) for row in rows}


def _ordered(rows: Sequence[Beside], order: str) -> list[Beside]:
    if order.removeprefix("-") not in ORDERS:
        order = USUAL_ORDER
    by_name = sorted(rows, key=lambda row: (place_key(row.name), row.slug))
    return sorted(by_name, key=ORDERS[order.removeprefix("-")], reverse=order.startswith("-"))


def _total(rows: Sequence[Beside]) -> Beside:
    whole = Beside(
        portal_id=0,
        name="",
        slug="",
        depth=0,
        above="",
        closed_on=None,
        now=PortalFigures(),
        before=PortalFigures(),
        spent=sum(row.spent for row in rows),
        fund=sum(row.fund for row in rows),
        fund_issued=sum(row.fund_issued for row in rows),
        sent=None,
        due=False,
    )
    for row in rows:
        whole = replace(whole, now=whole.now + row.now, before=whole.before + row.before)
    return whole
