"""What is still to come for the year's fund, told beside the score: asked for after the page, as it reckons a lot."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from contributors import clock
from payments.access import require_money
from payments.fund_outlook import expected
from payments.funds import fund_of, position
from web.page import PageRequest, for_board, show


@for_board
@require_GET
def fund_ahead_page(request: PageRequest) -> HttpResponseBase:
    """Pieces that are approved or up and in no run yet, and what the fund has left after them; alone, or in a page."""
    require_money(request.actor, "run.see")
    fund = fund_of(request.portal.pk, clock.today(request.portal.time_zone).year)
    here = position(fund) if fund is not None else None
    ahead = expected(request.portal)
    context = {
        "fund": fund,
        "ahead": ahead,
        "left": here.left - here.preparing - ahead.amount if here is not None else 0,
    }
    return show(request, "board/fund_ahead.html" if request.htmx else "board/fund_ahead_page.html", context)
