"""Đúng hạn: how the board kept its promises, with the steps behind each figure."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from contributors import clock
from contributors.timeliness import timeliness
from web.board.forms import PeriodForm
from web.page import PageRequest, for_board, show

MOST = 200


@for_board
def timeliness_page(request: PageRequest) -> HttpResponseBase:
    """By default this month so far."""
    today = clock.today(request.portal.time_zone)
    usual = {"first": today.replace(day=1).isoformat(), "last": today.isoformat()}
    form = PeriodForm(request.GET if "first" in request.GET else usual)
    context: dict[str, object] = {"most": MOST}
    if form.is_valid():
        first, until = form.period
        request.shown_until = until
        found = timeliness(actor=request.actor, portal=request.portal, period_from=first, period_until=until)
        context |= {"found": found, "late": found.late[:MOST], "first": first, "until": until}
    return show(request, "board/work/timeliness.html", context, form=form)
