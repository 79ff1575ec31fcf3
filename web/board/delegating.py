"""Uỷ quyền, and "Nếu một người vắng": who acts when somebody is away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.absences import MONEY_STEPS, Absence, Absences, if_one_is_away
from contributors.access import holds
from contributors.board import board_on, clashes
from contributors.delegations import delegations_from, hand_over, take_back
from contributors.models import HANDED_BY, Contributor, Delegation, Mode
from contributors.portals import payment_mode_on
from web.board.place_words import clash_words, place_names
from web.board.seats import STEP_WORDS
from web.board.work_forms import HandOverForm
from web.page import PageRequest, for_board, for_members, show

WORDS: Mapping[str, Promise] = {
    **STEP_WORDS,
    "return": gettext_lazy("Trả lại để sửa"),
    "approve_heads": gettext_lazy("Duyệt tin, bài do trưởng ban làm"),
    "second_score": gettext_lazy("Chấm lần hai điểm cao"),
    "document": gettext_lazy("Đăng văn bản"),
    "retract": gettext_lazy("Gỡ tin, bài"),
}


@dataclass(frozen=True, slots=True)
class Away:
    """One person in the words of the page."""

    person: Absence
    roles: list[str]
    stops: list[str]
    waits: list[str]


def step_words(steps: Iterable[str], *, unpaid: bool) -> list[str]:
    return [str(WORDS[step]) for step in steps if not (unpaid and step in MONEY_STEPS)]


def away_rows(found: Absences, *, unpaid: bool) -> list[Away]:
    """Who stops what; `unpaid`: without the steps of money."""
    names = place_names()
    return [
        Away(
            person,
            [names[role] for role in person.roles],
            step_words(person.stops, unpaid=unpaid),
            step_words(person.waits, unpaid=unpaid),
        )
        for person in found.people
    ]


@for_members
def absences_page(request: PageRequest) -> HttpResponseBase:
    if not (request.actor.on_board or holds(request.actor, "grant.give")):
        raise Http404
    today = clock.today(request.portal.time_zone)
    found = if_one_is_away(today)
    unpaid = payment_mode_on(request.portal.pk, today) == Mode.UNPAID
    context = {
        "people": away_rows(found, unpaid=unpaid),
        "clashes": clash_words(clashes(today)),
        "unpaid": [str(WORDS[step]) for step in found.already if unpaid and step in MONEY_STEPS],
        "already": step_words(found.already, unpaid=unpaid),
        "delegations": delegations_from(clock.today(request.portal.time_zone)),
        "may_hand_over": _may_hand_over(request),
        "may_end_all": holds(request.actor, "seat.give"),
        "me": request.actor.contributor_id,
    }
    return show(request, "board/work/absences.html", context)


@for_board
def hand_over_page(request: PageRequest) -> HttpResponseBase:
    if not _may_hand_over(request):
        raise Http404
    today = clock.today(request.portal.time_zone)
    people: dict[int, Contributor] = {row.contributor_id: row.contributor for row in board_on(today)}
    others = [person for pk, person in people.items() if pk != request.actor.contributor_id]
    form = HandOverForm(
        request.POST or None, seats=request.actor.seats, people=others, initial={"effective_from": today}
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = hand_over(
                actor=request.actor,
                receiver=form.cleaned_data["receiver"],
                right=form.cleaned_data["right"],
                effective_from=form.cleaned_data["effective_from"],
                effective_until=form.cleaned_data["last_day"] + timedelta(days=1),
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Đã uỷ quyền cho %(name)s.") % {"name": row.receiver.full_name})
            return redirect("web:absences")
    return show(request, "board/work/hand_over.html", form=form)


@for_members
@require_POST
def take_back_view(request: PageRequest, pk: int) -> HttpResponseBase:
    row = Delegation.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    take_back(actor=request.actor, delegation=row)
    messages.success(request, _("Đã kết thúc uỷ quyền."))
    return redirect("web:absences")


def _may_hand_over(request: PageRequest) -> bool:
    return any(request.actor.seats & seats for seats in HANDED_BY.values())
