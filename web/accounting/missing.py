"""What is missing before the portal can pay, on one page."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from contributors.access import holds
from payments.access import holds_money
from payments.readiness import what_is_missing
from web.page import PageRequest, for_accounting, show


@for_accounting
def missing_page(request: PageRequest) -> HttpResponseBase:
    """Account holder, decision, fund, and the payee sheets by hamlet."""
    context = {
        "missing": what_is_missing(actor=request.actor),
        "may_enter": holds_money(request.actor, "payee.write"),
        "may_give": holds(request.actor, "grant.give"),
        "may_see_rates": holds_money(request.actor, "whatif.see"),
    }
    return show(request, "accounting/missing.html", context)
