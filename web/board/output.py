"""Thống kê: the figures of a period, and what the unpaid work would have cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http.response import HttpResponseBase

from contributors import clock
from contributors.access import holds
from contributors.models import Portal
from contributors.output import last_publication
from contributors.output_cuts import Counts
from contributors.output_tables import figures_of
from contributors.past_lists import RIGHT as PAST_RIGHT
from payments.access import holds_money
from payments.errors import PaymentError
from payments.whatif import MOST_AT_ONCE, WhatIf, would_have_cost
from web.board.dashboard_money import too_many
from web.board.forms import PeriodForm
from web.board.output_charts import output_charts
from web.page import PageRequest, for_board, show

HALVES_OFFERED = 6


@dataclass(frozen=True, slots=True)
class HalfYear:
    """Reports are written by half years."""

    year: int
    half: int

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def until(self) -> date:
        return date(self.year, 7, 1) if self.half == 1 else date(self.year + 1, 1, 1)

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)

    def before(self) -> HalfYear:
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)  # noqa: PLR2004


def half_year_of(day: date) -> HalfYear:
    return HalfYear(day.year, 1 if day.month <= 6 else 2)  # noqa: PLR2004 - June ends the first half


def half_to_show(portal: Portal) -> HalfYear:
    """The last half year that is over; where everything that went up is older, the one of the latest."""
    over = half_year_of(clock.today(portal.time_zone)).before()
    latest = last_publication(portal)
    return half_year_of(latest) if latest is not None and latest < over.first else over


def _usual(portal: Portal) -> dict[str, str]:
    chosen = half_to_show(portal)
    return {"first": chosen.first.isoformat(), "last": chosen.last.isoformat()}


@for_board
def output_page(request: PageRequest) -> HttpResponseBase:
    """By default the half year that is worth showing."""
    current = half_year_of(clock.today(request.portal.time_zone))
    halves = [current]
    while len(halves) < HALVES_OFFERED:
        halves.append(halves[-1].before())
    form = PeriodForm(request.GET if "first" in request.GET else _usual(request.portal))
    context: dict[str, object] = {"halves": halves, "may_import": holds(request.actor, PAST_RIGHT)}
    if form.is_valid():
        period_from, period_until = form.period
        request.shown_until = period_until
        charts = output_charts(
            actor=request.actor, portal=request.portal, period_from=period_from, period_until=period_until
        )
        counted = figures_of(request.portal, period_until, charts.counts)
        context |= {"first": period_from, "until": period_until, "figures": counted, "charts": charts}
        if holds_money(request.actor, "whatif.see"):
            context |= _cost(request, period_from, period_until, charts.counts)
    return show(request, "board/output.html", context, form=form)


def _cost(request: PageRequest, period_from: date, period_until: date, counts: Counts) -> dict[str, WhatIf | str]:
    if counts.news_up > MOST_AT_ONCE:
        return {"no_cost": too_many()}
    try:
        cost = would_have_cost(
            portal=request.portal, period_from=period_from, period_until=period_until, genre_names=counts.codes
        )
    except PaymentError as refused:
        return {"no_cost": refused.message()}
    return {"cost": cost}
