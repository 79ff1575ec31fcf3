"""Bảng theo dõi: the period at a glance, and each of its tables as a file."""

from __future__ import annotations

from collections.abc import Iterator
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
from contributors.output_cuts import document_genres, makers
from contributors.output_tables import output_of
from contributors.spreadsheets import write_csv, write_table
from contributors.workload import workload
from payments.access import holds_money, require_money
from payments.activity_report import RIGHT
from payments.fund_forecast import forecast_of
from payments.piece_costs import piece_costs
from web.board import dashboard_blocks as blocks
from web.board.dashboard_blocks import Block, Coverage
from web.board.dashboard_forms import DashboardForm
from web.board.dashboard_money import cost_block, fund_block, would_cost_block
from web.downloads import made_answer
from web.modes import mode_today
from web.page import PageRequest, for_members, show

YEAR = 12
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
    form = _asked(request)
    context: dict[str, object] = {}
    if form.is_valid():
        first, until = form.period
        request.shown_until = until
        made = dict(_blocks(request, form))
        person = form.person
        context |= {
            "first": first,
            "until": until,
            "blocks": [block for block, _coverage in made.values()],
            "coverage": made["units"][1],
            "query": _query(form),
            "person": person.full_name if person else "",
            "without_person": _query(form, contributor=""),
            "narrowed": not form.cut.whole,
        }
    return show(request, "board/output/dashboard.html", context, form=form)


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
    found = dict(_blocks(request, form, only=key)).get(key)
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


def _blocks(
    request: PageRequest, form: DashboardForm, *, only: str = ""
) -> Iterator[tuple[str, tuple[Block, Coverage | None]]]:
    """By key, in the order of the page; money for those who may see it. `only`: nothing is asked for any other."""
    portal, (first, until), cut = request.portal, form.period, form.cut

    def wanted(key: str) -> bool:
        return only in {"", key}

    output = output_of(portal, first, until, cut)
    counts = output.counts
    yield "month", (blocks.month_block(portal, counts, first, until - timedelta(days=1)), None)
    yield "months", (blocks.months_block(output), None)
    yield "units", blocks.units_block(output)
    yield "lags", (blocks.lag_block(portal, counts, output.months.spans), None)
    if wanted("workload"):
        yield "workload", (blocks.work_block(workload(portal, first, until)), None)
    yield "genres", (blocks.genres_block(output), None)
    yield "topics", (blocks.topics_block(output), None)
    if wanted("people"):
        made = makers(portal, first, until, cut, pieces=counts.total.news)
        links = [f"?{_query(form, contributor=each.public_id)}" for each in made.people]
        yield "people", (blocks.people_block(made, counts.total.news, links), None)
    paying = mode_today(portal) == Mode.PAYING
    if wanted("costs") and paying and holds_money(request.actor, "run.see"):
        documents = document_genres()
        news = {genre: each.news for genre, each in counts.genres.items() if genre not in documents}
        yield "costs", (cost_block(piece_costs(portal, first, until, cut, pieces=news)), None)
    elif wanted("costs") and not paying and holds_money(request.actor, "whatif.see"):
        yield "costs", (would_cost_block(portal, first, until, cut, counts), None)
    if wanted("fund") and holds_money(request.actor, "run.see"):
        forecast = forecast_of(portal, (until - timedelta(days=1)).year)
        if forecast is not None:
            yield "fund", (fund_block(forecast), None)


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
