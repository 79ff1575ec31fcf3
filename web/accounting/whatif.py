"""Tính thử: what paying would cost over days that are past or over somebody's own list. Nothing is stored."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from contributors import clock
from contributors.models import Genre
from payments.access import require_money
from payments.funding_proposals import funding_proposal_sheet, usual_wishes
from payments.papers.funding_proposal import funding_proposal
from payments.royalty_list import read_list
from payments.whatif_figures import Comparison
from payments.whatif_report import ListComparison, compare_list, compare_period
from payments.whatif_sides import NONE, side_of, sides_offered, usual_sides
from web.accounting.whatif_forms import ProposalForm, ProposedForm, WhatIfForm, WhatIfListForm, carried
from web.board.output import half_to_show
from web.downloads import made_answer
from web.page import PageRequest, for_members, show

SHOWN = 200  # people on a page, those with the largest change
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@for_members
@require_GET
def whatif_page(request: PageRequest) -> HttpResponseBase:
    """Unasked: the last half year that is over, by the newest draft against what is in force."""
    require_money(request.actor, "whatif.see")
    form = WhatIfForm(_usual(request) | _asked(request), offers=sides_offered(request.portal))
    found: Comparison | None = None
    if form.is_valid():
        with form.refusals():
            found = _of_period(request, form, form.cleaned_data["against"])
    asking = {name: form.data[name] for name in ("schedule", "first", "last")}
    link = f"{reverse('web:proposal')}?{urlencode(asking)}"
    return show(request, "accounting/rates/what_if.html", {**_shown(found), "proposal": link}, form=form)


@for_members
def whatif_list_page(request: PageRequest) -> HttpResponseBase:
    """The same over a list; the page carries it on to the proposal."""
    require_money(request.actor, "whatif.see")
    offers = sides_offered(request.portal)
    if request.method != "POST":
        form = WhatIfListForm(initial=_usual(request), offers=offers)
        return show(request, "accounting/rates/what_if_list.html", form=form)
    form = WhatIfListForm(request.POST, request.FILES, offers=offers)
    found = ListComparison()
    context: dict[str, object] = {}
    if form.is_valid():
        with form.refusals():
            work = form.cleaned_data["work"]
            content, name = work.read(), work.name or ""
            found = _of_list(request, form, form.cleaned_data["against"], content, name)
            said = {each: form.data[each] for each in ("schedule", "first", "last")}
            context = {"carried": carried(content), "asking": said | {"list_name": name}}
    context |= {"tried": found, **_shown(found.comparison)}
    answer = show(request, "accounting/rates/what_if_list.html", context, form=form)
    if found.problems:
        answer.status_code = 422
    return answer


@for_members
def proposal_page(request: PageRequest) -> HttpResponseBase:
    """Asks what the office writes itself; then the paper, which is kept nowhere."""
    require_money(request.actor, "whatif.see")
    writing = request.method == "POST" and request.POST.get("step") == "write"
    about = ProposedForm(request.POST or request.GET, offers=sides_offered(request.portal))
    if not about.is_valid():
        return redirect("web:what_if")
    today = clock.today(request.portal.time_zone)
    found = _proposed(request, about)
    usual = ProposalForm.usual(usual_wishes(today), found.year.cost.by.high)
    form = ProposalForm(request.POST if writing else None, initial=usual)
    if form.is_valid():
        with form.refusals():
            sheet = funding_proposal_sheet(
                actor=request.actor, portal=request.portal, comparison=found, wishes=form.wishes(), today=today
            )
            return made_answer(funding_proposal(sheet), kind=DOCX, name=f"to-trinh-kinh-phi-{sheet.asked_year}.docx")
    return show(request, "accounting/rates/proposal.html", {"about": about, "found": found}, form=form)


def _usual(request: PageRequest) -> dict[str, str]:
    half = half_to_show(request.portal)
    schedule, against = usual_sides(request.portal, half.until)
    return {
        "first": half.first.isoformat(),
        "last": half.last.isoformat(),
        "schedule": schedule,
        "against": against,
    }


def _asked(request: HttpRequest) -> dict[str, str]:
    names = ("first", "last", "schedule", "against")
    return {name: request.GET[name] for name in names if name in request.GET}


def _of_period(request: PageRequest, form: WhatIfForm, against: str) -> Comparison:
    since, until = form.period
    return compare_period(
        actor=request.actor,
        portal=request.portal,
        period_from=since,
        period_until=until,
        schedule=side_of(request.portal, form.cleaned_data["schedule"], since, until),
        against=side_of(request.portal, against, since, until),
    )


def _of_list(request: PageRequest, form: WhatIfForm, against: str, content: bytes, name: str) -> ListComparison:
    since, until = form.period
    schedule, other = (side_of(request.portal, key, since, until) for key in (form.cleaned_data["schedule"], against))
    read = read_list(
        content=content,
        file_name=name,
        schedules=[*schedule.schedules, *other.schedules],
        genre_names=dict(Genre.objects.values_list("name", "code")),
    )
    return compare_list(
        actor=request.actor,
        portal=request.portal,
        read=read,
        period_from=since,
        period_until=until,
        schedule=schedule,
        against=other,
    )


def _proposed(request: PageRequest, about: ProposedForm) -> Comparison:
    said = about.cleaned_data
    if not said["list_name"]:
        return _of_period(request, about, NONE)
    return _of_list(request, about, NONE, said["carried"], said["list_name"]).whole()


def _shown(found: Comparison | None) -> dict[str, object]:
    people = found.people[:SHOWN] if found else []
    return {"found": found, "people": people, "more": len(found.people) - len(people) if found else 0}
