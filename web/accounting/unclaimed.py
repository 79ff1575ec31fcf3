"""What nobody took: the list, one statement with its notices, and what is decided about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from contributors.errors import DomainError
from payments.access import holds_money
from payments.models import Statement, UnclaimedState
from payments.run_rules import run_rules
from payments.unclaimed import (
    described,
    keep_unclaimed,
    record_notice,
    reverse_transfer,
    transfer_unclaimed,
    unclaimed_statements,
)
from web.accounting.after_forms import KeepForm, NoticeForm, TransferForm
from web.accounting.corrections import A_PAGE, after_tabs
from web.forms import PageForm, ReasonForm
from web.page import PageRequest, for_accounting, show


@for_accounting
def unclaimed_page(request: PageRequest) -> HttpResponseBase:
    page = Paginator(unclaimed_statements(request.actor), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": after_tabs(request.actor),
        "here": "unclaimed",
        "page": page,
        "rows": described(request.actor, list(page.object_list)),
        "rule": run_rules().payment_rule_on(clock.today(request.portal.time_zone)),
    }
    return show(request, "accounting/after/unclaimed.html", context)


@for_accounting
def unclaimed_one_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Notices of one statement; transferred, kept or given back here, each by a form of its own."""
    statement = unclaimed_statements(request.actor).filter(public_id=public_id).first()
    if statement is None:
        raise DomainError("not_found")
    (found,) = described(request.actor, [statement])
    pressed = next((name for name in ("notice", "transfer", "keep", "reverse") if name in request.POST), "")
    version = found.decision.version if found.decision else 0
    forms: dict[str, PageForm] = {
        "notice": NoticeForm(_posted(request, pressed == "notice"), initial={"on": clock.today()}),
        "transfer": TransferForm(_posted(request, pressed == "transfer"), year=statement.year or 0, auto_id="t_%s"),
        "keep": KeepForm(_posted(request, pressed == "keep"), auto_id="k_%s"),
        "reverse": ReasonForm(_posted(request, pressed == "reverse"), initial={"version": version}, auto_id="r_%s"),
    }
    chosen = forms.get(pressed)
    if chosen is not None and chosen.is_valid():
        with chosen.refusals():
            _verb(request, statement, found.decision, pressed)(chosen)
            messages.success(request, _("Đã ghi."))
            return redirect("web:unclaimed_one", public_id=public_id)
    context = {
        "found": found,
        "statement": statement,
        "forms": forms,
        "may_write": holds_money(request.actor, "unclaimed.write"),
        "transferred": found.decision is not None and found.decision.state == UnclaimedState.TRANSFERRED,
        "ended": found.decision is not None and found.decision.state in {"transferred", "owed", "paid_again"},
    }
    return show(request, "accounting/after/unclaimed_one.html", context, form=chosen)


def _posted(request: PageRequest, pressed: bool) -> Any:  # noqa: FBT001 - which of four forms was sent
    return request.POST if pressed else None


def _verb(request: PageRequest, statement: Statement, decision: Any, pressed: str) -> Callable[[Any], object]:
    actor = request.actor
    if pressed == "notice":
        return lambda form: record_notice(actor=actor, statement=statement, **form.cleaned_data)
    if pressed == "transfer":
        return lambda form: transfer_unclaimed(actor=actor, statement=statement, **form.cleaned_data)
    if pressed == "keep":
        return lambda form: keep_unclaimed(actor=actor, statement=statement, **form.cleaned_data)
    if decision is None:
        raise DomainError("not_found")
    return lambda form: reverse_transfer(
        actor=actor, decision=decision, seen_version=form.seen_version, reason=form.cleaned_data["reason"]
    )
