"""Bảng theo dõi: the period at a glance, and each of its tables as a file."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Mode, Portal
from contributors.output import last_publication
from contributors.output_cuts import count, makers
from contributors.output_tables import Output, output_of
from contributors.spreadsheets import write_csv, write_table
from contributors.workload import workload
from payments.access import holds_money, require_money
from payments.activity_report import RIGHT
from payments.fund_forecast import forecast_of
from payments.piece_costs import piece_costs
from web.board import dashboard_blocks as blocks
from web.board.dashboard_blocks import Block, Coverage
from web.board.dashboard_forms import DashboardForm
from web.board.dashboard_money import cost_block, fund_block, no_fund_block, would_cost_block
from web.downloads import made_answer
from web.modes import mode_today
from web.page import PageRequest, for_members, show

YEAR = 12
COUNTED = ("month", "months", "units", "lags", "genres", "topics", "people")
NEWSROOM = frozenset({*COUNTED, "workload"})
MONEY = frozenset({"costs", "fund"})
ASKED = ("first", "last", "unit", "successors", "genre", "topic", "role", "contributor")
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@for_members
@require_GET
def dashboard_page(request: PageRequest) -> HttpResponseBase:
    """Unasked: twelve months up to today, or up to the last month in which anything went up."""
    require_money(request.actor, RIGHT)
    return _page(request, NEWSROOM)


@for_members
@require_GET
def dashboard_money_page(request: PageRequest) -> HttpResponseBase:
    """What the same pieces cost, and where the year's money stands."""
    if not _sees_money(request):
        raise DomainError("not_allowed")
    return _page(request, MONEY)


@for_members
@require_GET
def dashboard_file(request: PageRequest, key: str, name: str) -> HttpResponseBase:
    """One table, all its rows, as `file.csv` or `file.xlsx`; a question that is none leads back to the page."""
    require_money(request.actor, RIGHT)
    kind = name.removeprefix("file.")
    if name == kind or kind not in KINDS:
        raise DomainError("not_found")
    form = _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('web:dashboard')}?{request.GET.urlencode()}")
    found = dict(_blocks(request, form, {key})).get(key)
    if found is None:
        raise DomainError("not_found")
    block = found[0]
    content = (
        write_csv(block.headings, block.table)
        if kind == "csv"
        else write_table(block.headings, block.table, blocks.sheet_name(block.title))
    )
    first, until = form.period
    return made_answer(
        content, kind=KINDS[kind], name=f"{key}-{first:%Y-%m-%d}-{until - timedelta(days=1):%Y-%m-%d}.{kind}"
    )


def _page(request: PageRequest, keys: Container[str]) -> HttpResponseBase:
    form = _asked(request)
    context: dict[str, object] = {"of_money": keys is MONEY, "sees_money": _sees_money(request)}
    if form.is_valid():
        first, until = form.period
        request.shown_until = until
        made = dict(_blocks(request, form, keys))
        person = form.person
        context |= {
            "first": first,
            "until": until,
            "blocks": [block for block, _coverage in made.values()],
            "coverage": made["units"][1] if "units" in made else None,
            "query": _query(form),
            "person": person.full_name if person else "",
            "without_person": _query(form, contributor=""),
            "narrowed": not form.cut.whole,
        }
    return show(request, "board/output/dashboard.html", context, form=form)


def _sees_money(request: PageRequest) -> bool:
    return holds_money(request.actor, "run.see") or holds_money(request.actor, "whatif.see")


def _blocks(
    request: PageRequest, form: DashboardForm, keys: Container[str]
) -> Iterator[tuple[str, tuple[Block, Coverage | None]]]:
    """Those of `keys`, in the order of the page; money for those who may see it."""
    portal, (first, until), cut = request.portal, form.period, form.cut
    last = until - timedelta(days=1)
    if any(key in keys for key in COUNTED):
        output = output_of(portal, first, until, cut)
        yield from _counted(portal, output, first, last)
        if "people" in keys:
            made = makers(portal, first, until, cut, counts=output.counts)
            links = [f"?{_query(form, contributor=each.public_id)}" for each in made.people]
            yield "people", (blocks.people_block(made, output.counts.total.news, links), None)
    if "workload" in keys:
        yield "workload", (blocks.work_block(workload(portal, first, until)), None)
    if "costs" in keys:
        paying = mode_today(portal) == Mode.PAYING
        if holds_money(request.actor, "run.see" if paying else "whatif.see"):
            cut = cut if cut.unit_id else replace(cut, successors=False)  # no unit is named in what follows
            counts = count(portal, first, until, cut)
            if paying:
                yield "costs", (cost_block(piece_costs(portal, first, until, cut, counts=counts)), None)
            else:
                yield "costs", (would_cost_block(portal, first, until, cut, counts), None)
    if "fund" in keys and holds_money(request.actor, "run.see"):
        forecast = forecast_of(portal, last.year)
        yield "fund", (fund_block(forecast) if forecast else no_fund_block(last.year), None)


def _counted(
    portal: Portal, output: Output, first: date, last: date
) -> Iterator[tuple[str, tuple[Block, Coverage | None]]]:
    yield "month", (blocks.month_block(portal, output.counts, first, last), None)
    yield "months", (blocks.months_block(output), None)
    yield "units", blocks.units_block(output)
    yield "lags", (blocks.lag_block(portal, output.counts, output.months.spans), None)
    yield "genres", (blocks.genres_block(output), None)
    yield "topics", (blocks.topics_block(output), None)


def _asked(request: PageRequest) -> DashboardForm:
    return DashboardForm(request.GET if "first" in request.GET else request.GET.dict() | _usual(request.portal))


def _usual(portal: Portal) -> dict[str, str]:
    today = clock.today(portal.time_zone)
    latest = last_publication(portal) or today
    last = min(today, _months_on(latest, 1) - timedelta(days=1))
    if latest > _months_on(today, -YEAR):
        last = today
    return {"first": _months_on(last, 1 - YEAR).isoformat(), "last": last.isoformat()}


def _months_on(day: date, months: int) -> date:
    """The first of the month so many months away."""
    number = day.year * YEAR + day.month - 1 + months
    return date(number // YEAR, number % YEAR + 1, 1)


def _query(form: DashboardForm, **other: str) -> str:
    asked = {name: form.data.get(name, "") for name in ASKED} | other
    return urlencode({name: value for name, value in asked.items() if value})
