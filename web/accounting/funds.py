"""Dự toán: the money of budget years, what is bound and spent, and what would lapse."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Portal
from payments.access import holds_money, require_money
from payments.fund_outlook import expected, lapsing, months_of
from payments.fund_policy import set_fund_policy, warn_days_on
from payments.funds import change_fund, enter_fund, fund_of, position, positions
from payments.models import Fund, FundChange, Run
from web.accounting.fund_forms import FundChangeForm, FundForm, FundPolicyForm
from web.page import PageRequest, for_accounting, show


@for_accounting
def funds_page(request: PageRequest) -> HttpResponseBase:
    funds = list(Fund.objects.order_by("-year", "source"))
    found = positions(funds)
    context = {
        "rows": [(fund, found[fund.pk]) for fund in funds],
        "may_write": holds_money(request.actor, "fund.write"),
        "today": clock.today(request.portal.time_zone),
    }
    return show(request, "accounting/funds/funds.html", context)


@for_accounting
def new_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "fund.write")
    if request.method != "POST":
        form = FundForm.of_year(clock.today(request.portal.time_zone))
        return show(request, "accounting/funds/new.html", form=form)
    form = FundForm(request.POST)
    if form.is_valid():
        with form.refusals():
            fund = enter_fund(actor=request.actor, **form.cleaned_data)
            return redirect("web:fund", public_id=fund.public_id)
    return show(request, "accounting/funds/new.html", form=form)


@for_accounting
def fund_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Where the money of one fund is; what is expected stands at the year's largest fund, which pays for it."""
    fund = _fund(public_id)
    portal = Portal.objects.get(pk=request.portal.pk)
    today = clock.today(portal.time_zone)
    here = position(fund, paid=True)
    main = fund_of(portal.pk, fund.year)
    takes = main is not None and main.pk == fund.pk and fund.cut_off >= today
    waiting = expected(portal) if takes else None
    outlook = lapsing(portal, fund) if takes else None
    coming = here.preparing + (waiting.amount if waiting else 0)
    context = {
        "fund": fund,
        "position": here,
        "expected": waiting,
        "coming": coming,
        "bound": here.issued + here.committed,
        "left_after": here.left - coming,
        "lapsing": outlook,
        "months": months_of(portal, fund),
        "runs": Run.objects.filter(fund=fund).exclude(state="cancelled").order_by("-period_from"),
        "changes": FundChange.objects.filter(fund=fund).select_related("changed_by").order_by("-pk"),
        "closed": fund.cut_off < today,
        "may_write": holds_money(request.actor, "fund.write"),
    }
    return show(request, "accounting/funds/fund.html", context)


@for_accounting
def change_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require_money(request.actor, "fund.write")
    fund = _fund(public_id)
    form = FundChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            change_fund(
                actor=request.actor,
                fund=fund,
                change=form.signed,
                decision_number=form.cleaned_data["decision_number"],
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Đã ghi thay đổi dự toán."))
            return redirect("web:fund", public_id=public_id)
    return show(
        request, "accounting/funds/change.html", {"fund": fund, "position": position(fund, paid=True)}, form=form
    )


@for_accounting
def policy_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "fund.write")
    today = clock.today(request.portal.time_zone)
    days = warn_days_on(today)
    form = FundPolicyForm(request.POST) if request.method == "POST" else FundPolicyForm.shown(days, today)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            set_fund_policy(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Đã lưu số ngày báo trước."))
            return redirect("web:funds")
    return show(request, "accounting/funds/policy.html", {"days": days}, form=form)


def _fund(public_id: uuid.UUID) -> Fund:
    found = Fund.objects.filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found
