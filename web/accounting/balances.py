"""What is carried between runs: everybody's balance, one person's ledger, the portal's rule; and tax of a year."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from contributors import clock
from payments.access import holds_money, require_money
from payments.balances import balance_of, balances, carry_rule_on, ledger_of, person_with_balance, set_balance_policy
from payments.errors import PaymentError
from payments.tax_year import tax_of_year, tax_year_table, tax_years
from web.accounting.after_forms import CarryPolicyForm
from web.accounting.corrections import after_tabs
from web.page import PageRequest, for_accounting, for_members, show

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
YEAR_DIGITS = 4


@for_accounting
def balances_page(request: PageRequest) -> HttpResponseBase:
    rows = balances(request.actor)
    context = {
        "tabs": after_tabs(request.actor),
        "here": "balances",
        "rows": rows,
        "held": sum(row.amount for row in rows if row.amount > 0),
        "owed": -sum(row.amount for row in rows if row.amount < 0),
        "rule": carry_rule_on(request.portal.pk, clock.today(request.portal.time_zone)),
        "may_set": holds_money(request.actor, "balance.policy"),
    }
    return show(request, "accounting/after/balances.html", context)


@for_accounting
def balance_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One person's ledger with the balance after each entry."""
    person = person_with_balance(public_id)
    lines = ledger_of(actor=request.actor, contributor=person)
    context = {"person": person, "lines": lines, "balance": balance_of(person.pk)}
    return show(request, "accounting/after/balance.html", context)


@for_members
def balance_policy_page(request: PageRequest) -> HttpResponseBase:
    """The least sum to pay, and how much of a debt one payment takes."""
    require_money(request.actor, "balance.policy")
    today = clock.today(request.portal.time_zone)
    rule = carry_rule_on(request.portal.pk, today)
    initial: dict[str, Any] = {
        "floor": rule.floor,
        "recovery_percent": rule.recovery_percent,
        "recovery_dong": rule.recovery_dong,
        "release_at_year_end": rule.release_at_year_end,
        "effective_from": today,
    }
    form = CarryPolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            set_balance_policy(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Đã lưu quy tắc chuyển kỳ."))
            return redirect("web:balance_policy")
    return show(request, "accounting/after/policy.html", {"rule": rule}, form=form)


@for_accounting
@never_cache
def tax_year_page(request: PageRequest) -> HttpResponseBase:
    """Everybody's tax of a year, those reported to payroll apart."""
    found = tax_of_year(actor=request.actor, year=_year(request))
    context = {
        "tabs": after_tabs(request.actor),
        "here": "tax_year",
        "found": found,
        "years": sorted({found.year, *tax_years(request.actor)}, reverse=True),
    }
    return show(request, "accounting/after/tax_year.html", context)


@for_accounting
@never_cache
def tax_year_file(request: PageRequest, kind: str) -> HttpResponseBase:
    year = _year(request)
    content = tax_year_table(actor=request.actor, year=year, kind=kind)
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="thue-{year}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _year(request: PageRequest) -> int:
    said = request.GET.get("year", str(clock.today(request.portal.time_zone).year))
    if not (said.isascii() and said.isdigit() and len(said) == YEAR_DIGITS):
        raise PaymentError("tax_year_wrong", field="year")
    return int(said)
