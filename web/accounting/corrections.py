"""Corrections after issue: the list, proposing one on a statement, the second person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Role
from contributors.names import search_key
from payments.access import holds_money, require_money
from payments.corrections import (
    OPEN,
    Correctable,
    cancel_correction,
    confirm_correction,
    correctable_lines,
    corrections,
    may_confirm_correction,
    propose_correction,
)
from payments.models import Correction, Statement, StatementState
from web.accounting.after_forms import CorrectForm
from web.forms import ReasonForm, SeenForm
from web.page import PageRequest, for_accounting, show
from web.templatetags.web_format import dong, viet_date

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    word: str


def after_tabs(actor: Actor) -> list[Tab]:
    """The rooms of this part that the person may enter."""
    rooms = (
        ("after", _("Điều chỉnh"), ("correction.write", "correction.confirm")),
        ("balances", _("Số dư"), ("balance.see",)),
        ("waivers", _("Từ chối nhận"), ("waiver.see",)),
        ("unclaimed", _("Chưa nhận"), ("unclaimed.see",)),
        ("tax_year", _("Thuế trong năm"), ("tax_year.see",)),
    )
    return [Tab(name, word) for name, word, rights in rooms if any(holds_money(actor, right) for right in rights)]


@for_accounting
def after_page(request: PageRequest) -> HttpResponseBase:
    found = corrections(request.actor)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": after_tabs(request.actor),
        "here": "after",
        "page": page,
        "waiting": found.filter(state="proposed").count(),
        "may_write": holds_money(request.actor, "correction.write"),
    }
    return show(request, "accounting/after/corrections.html", context)


@for_accounting
def statements_page(request: PageRequest) -> HttpResponseBase:
    """Issued statements by name: where a correction begins."""
    require_money(request.actor, "correction.write")
    asked = request.GET.get("q", "")[:100].strip()
    found = Statement.objects.filter(state=StatementState.ISSUED).select_related("contributor", "run")
    if asked:
        found = found.filter(contributor__search_key__contains=search_key(asked))
    page = Paginator(found.order_by("-issued_at", "-number"), A_PAGE).get_page(request.GET.get("page"))
    return show(request, "accounting/after/statements.html", {"page": page, "asked": asked})


@for_accounting
def correct_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Which line of a statement is wrong, by how much and why."""
    require_money(request.actor, "correction.write")
    statement = Statement.objects.select_related("contributor", "run").filter(public_id=public_id).first()
    if statement is None:
        raise DomainError("not_found")
    found = correctable_lines(actor=request.actor, statement=statement)
    by_key = {str(each.line.ordinal): each for each in found}
    choices = [(key, _of_line(each)) for key, each in by_key.items()]
    form = CorrectForm(request.POST or None, lines=choices)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = propose_correction(
                actor=request.actor,
                line=by_key[form.cleaned_data["line"]].line,
                amount=form.signed,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Đã đề nghị. Người thứ hai xác nhận thì kỳ sau tính vào."))
            return redirect("web:correction", public_id=row.public_id)
    return show(request, "accounting/after/correct.html", {"statement": statement, "lines": found}, form=form)


@for_accounting
def correction_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One correction: what, why, who; confirmed or dropped here."""
    row = _correction(request.actor, public_id)
    drops = request.method == "POST" and "drop" in request.POST
    form = SeenForm(request.POST if request.method == "POST" and not drops else None, initial={"version": row.version})
    dropping = ReasonForm(request.POST if drops else None, initial={"version": row.version})
    chosen = dropping if drops else form
    if request.method == "POST" and chosen.is_valid():
        with chosen.refusals():
            if drops:
                cancel_correction(
                    actor=request.actor,
                    correction=row,
                    seen_version=dropping.seen_version,
                    reason=dropping.cleaned_data["reason"],
                )
                messages.success(request, _("Đã bỏ điều chỉnh này."))
            else:
                confirm_correction(actor=request.actor, correction=row, seen_version=form.seen_version)
                messages.success(request, _("Đã xác nhận. Lần duyệt chi tới sẽ tính vào phiếu của người này."))
            return redirect("web:correction", public_id=public_id)
        row = _correction(request.actor, public_id)
        chosen.show_newest(row.version)
    context = {
        "row": row,
        "form": form,
        "dropping": dropping,
        "may_confirm": may_confirm_correction(request.actor, row),
        "may_drop": row.state in OPEN and holds_money(request.actor, "correction.write"),
        "proposed_it": row.proposed_by_id == request.actor.account_id,
    }
    return show(request, "accounting/after/correction.html", context, form=chosen)


def _correction(actor: Actor, public_id: uuid.UUID) -> Correction:
    row: Correction | None = (
        corrections(actor).select_related("taken_as__run", "cancelled_by").filter(public_id=public_id).first()
    )
    if row is None:
        raise DomainError("not_found")
    return row


def _of_line(each: Correctable) -> str:
    """Title, role and day, since one person may have several amounts for pieces of one title."""
    line = each.line
    parts = [line.piece.title if line.piece else _("khoản của kỳ")]
    if line.role in Role.values:
        parts.append(str(Role(line.role).label))
    if line.piece and line.piece.published_at:
        parts.append(viet_date(line.piece.published_at))
    title = " · ".join(parts)
    if each.room == line.amount:
        return f"{title} · {dong(line.amount)}"
    return _("%(title)s · %(amount)s, còn %(room)s") % {
        "title": title,
        "amount": dong(line.amount),
        "room": dong(each.room),
    }
