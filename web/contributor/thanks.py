"""Lời cảm ơn: what the network thanks me for in a half year, and my wish to be thanked by name or not."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contributors import clock
from contributors.models import Contributor
from contributors.recognition import recognition
from contributors.thanks import thanks_wanted, want_thanks
from web.board.output import half_year_of
from web.page import PageRequest, for_contributors, person_of, show


@for_contributors
@require_GET
def my_thanks_page(request: PageRequest) -> HttpResponseBase:
    """The last half year, or (`now`) the one that is running."""
    person = person_of(request)
    running = half_year_of(clock.today(request.portal.time_zone))
    half = running if "now" in request.GET else running.before()
    found = recognition(request.portal, half.first, half.until, who=[person])
    context = {
        "half": half,
        "halves": [(running.before(), ""), (running, "now")],
        "found": found,
        "reasons": [reason for mine in found.people for reason in mine.reasons],
        "wanted": thanks_wanted(Contributor.objects.get(pk=person)),
    }
    return show(request, "contributor/thanks.html", context)


@for_contributors
@require_POST
def want_thanks_view(request: PageRequest) -> HttpResponseBase:
    """No thanks by name, or again."""
    wanted = request.POST.get("wanted") == "yes"
    want_thanks(actor=request.actor, contributor=Contributor.objects.get(pk=person_of(request)), wanted=wanted)
    messages.success(
        request,
        _("Từ nay bạn lại được cảm ơn cùng mọi người.")
        if wanted
        else _("Từ nay tên bạn không có trong lời cảm ơn nào."),
    )
    return redirect("web:details")
