"""What waits for a board member, oldest first; entering for someone."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from contributors import clock
from contributors.access import holds, require
from contributors.crediting import disputed_credits
from contributors.deadlines import timing
from contributors.models import Contributor
from contributors.output import waiting_desk
from contributors.registration import record_person
from contributors.watching import sightings_waiting
from web.board.forms import AuthorForm
from web.due import waiting
from web.notices import told_notices
from web.once import FirstPress
from web.page import PageRequest, for_board, for_members, show

MOST_DISPUTED = 50


@for_board
def desk_page(request: PageRequest) -> HttpResponseBase:
    desk = waiting_desk(request.actor)
    when = timing(request.portal)
    disputed = list(disputed_credits()[:MOST_DISPUTED]) if holds(request.actor, "credit.settle") else []
    context = {
        "desk": desk,
        "submitted": waiting(desk.submitted, when),
        "to_publish": waiting(desk.to_publish, when),
        "disputed": disputed,
        "notices": told_notices(request.actor.contributor_id),
        "today": clock.today(request.portal.time_zone),
        "nothing": not (desk.submitted or desk.to_publish or desk.applications or desk.practice or disputed),
        "sightings": sightings_waiting(request.actor).count() if holds(request.actor, "sighting.answer") else 0,
        "may_call": holds(request.actor, "call.write"),
        "may_enter": holds(request.actor, "piece.start_for_other"),
    }
    return show(request, "board/desk.html", context)


@for_members
def enter_page(request: PageRequest) -> HttpResponseBase:
    """Nhập hộ: name the author, then write as for oneself. Both names are kept."""
    require(request.actor, "piece.start_for_other")
    form = AuthorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        press = FirstPress(form.cleaned_data["client_key"])
        with form.refusals():
            author = form.cleaned_data["contributor"] or press.kept(Contributor)
            if author is None:
                author = record_person(
                    actor=request.actor, full_name=form.cleaned_data["full_name"], unit=form.cleaned_data["unit"]
                )
                press.keep(author)
            return redirect(f"{reverse('web:send')}?{urlencode({'for': str(author.public_id)})}")
    return show(request, "board/enter.html", form=form)
