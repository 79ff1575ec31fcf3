"""Ghi nhận và cảm ơn: who is thanked for a period and for what, and the papers to print and sign."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.http.response import HttpResponseBase

from contributors import clock
from payments.papers.thanks import PAPERS
from payments.report_periods import Period
from payments.thanks_papers import MOST_PEOPLE, print_thanks, recognised
from web.board.output import HALVES_OFFERED, half_to_show, half_year_of
from web.board.report_forms import ReportForm
from web.downloads import made_answer
from web.page import PageRequest, for_board, show


@for_board
def thanks_page(request: PageRequest) -> HttpResponseBase:
    """By default the half year that is worth showing; a POST prints the papers of those who were chosen."""
    halves = [half_year_of(clock.today(request.portal.time_zone))]
    while len(halves) < HALVES_OFFERED:
        halves.append(halves[-1].before())
    form = ReportForm(request.POST if request.method == "POST" else _asked(request))
    context: dict[str, object] = {"halves": halves, "most": MOST_PEOPLE, "papers": PAPERS}
    if form.is_valid():
        first, until = form.period
        period = Period(first, until)
        if request.method == "POST":
            with form.refusals():
                content = print_thanks(
                    actor=request.actor,
                    portal=request.portal,
                    period=period,
                    people=_ids(request.POST.getlist("people")),
                    kinds=[kind for kind in PAPERS if request.POST.get("papers") in {kind, "all"}],
                    dated=form.cleaned_data["dated"],
                )
                return made_answer(
                    content,
                    kind="application/pdf",
                    name=f"cam-on-{first:%Y-%m-%d}-{form.cleaned_data['last']:%Y-%m-%d}.pdf",
                )
        request.shown_until = until
        chosen = set(_ids(request.POST.getlist("people")))
        found = recognised(actor=request.actor, portal=request.portal, period=period)
        context |= {
            "found": found,
            "first": first,
            "until": until,
            "people": [(person, request.method != "POST" or person.public_id in chosen) for person in found.people],
        }
    return show(request, "board/output/thanks.html", context, form=form)


def _asked(request: PageRequest) -> dict[str, str]:
    if "first" in request.GET:
        return {name: request.GET.get(name, "") for name in ("first", "last")} | {"dated": ""}
    half = half_to_show(request.portal)
    return {"first": half.first.isoformat(), "last": half.last.isoformat(), "dated": ""}


def _ids(given: Iterable[str]) -> list[uuid.UUID]:
    """What is no id names nobody."""
    found = []
    for text in given:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
