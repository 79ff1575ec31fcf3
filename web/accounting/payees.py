"""Payees for accounting: who can be paid, entering and confirming signed sheets, one number in full on record."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Contributor, Unit
from payments.access import holds_money, require_money
from payments.banks import bank_names
from payments.models import PayeeDetails
from payments.payee_directory import NEEDS, PayeeFilter, payee_counts, payee_rows, payees_found
from payments.payee_policy import policy_on, set_payee_policy, shipped_policy
from payments.payee_sheets import payee_sheets_pdf
from payments.payees import (
    confirm_payee_details,
    current_details,
    enter_payee_details,
    masked_account,
    masked_id,
    people_with_same_id,
    reveal_number,
)
from payments.tax_statuses import (
    end_tax_status,
    proposed_tax_status,
    set_tax_status,
    tax_status_on,
    tax_statuses_of,
)
from web.page import PageRequest, for_accounting, for_members, show
from web.payee_forms import ConfirmForm, EndTaxForm, PolicyForm, RevealForm, SheetForm, TaxForm

A_PAGE = 50
NEED_WORDS = {
    "missing": gettext_lazy("chưa có thông tin"),
    "to_confirm": gettext_lazy("chờ xác nhận"),
    "on_hold": gettext_lazy("đang giữ sau khi đổi"),
    "name_differs": gettext_lazy("tên chủ tài khoản khác"),
    "same_id": gettext_lazy("trùng số định danh"),
    "tax_missing": gettext_lazy("chưa có diện thuế"),
}
NEED_TONES = {"missing": "wait", "to_confirm": "wait", "on_hold": "wait", "name_differs": "stop", "same_id": "stop"}


@for_accounting
@never_cache
def payees_page(request: PageRequest) -> HttpResponseBase:
    """Everybody to whom money may be due, narrowed by what is missing, by unit and by name."""
    narrowed = _narrowed(request)
    found = payees_found(actor=request.actor, narrowed=narrowed)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = payee_rows(actor=request.actor, people=list(page.object_list))
    banks = bank_names()
    counts = payee_counts(actor=request.actor)
    context = {
        "page": page,
        "rows": [_listed(row, banks) for row in rows],
        "narrowed": narrowed,
        "needs": [(need, NEED_WORDS[need], counts[need]) for need in NEEDS if counts[need] or need == narrowed.need],
        "all": counts["all"],
        "units": Unit.objects.filter(closed__isnull=True).order_by("kind", "sort_key", "pk"),
        "may_set_policy": holds_money(request.actor, "payee.policy"),
        "query": _query(narrowed),
    }
    return show(request, "accounting/payees.html", context)


@for_accounting
@never_cache
def payee_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One person: what is on record, by whom, what is to be done next."""
    require_money(request.actor, "payee.see")
    person = _person(public_id)
    (row,) = payee_rows(actor=request.actor, people=[person])
    details = row.details
    versions = (
        PayeeDetails.objects.filter(contributor=person)
        .select_related("changed_by", "confirmed_by")
        .order_by("-version")
    )
    typed_it = details is not None and details.changed_by_id == request.actor.account_id
    context = {
        **_listed(row, bank_names()),
        "versions": versions[:20],
        "same": people_with_same_id(person),
        "history": tax_statuses_of(person.pk),
        "today": row.today,
        "may_write": holds_money(request.actor, "payee.write"),
        "may_reveal": details is not None and holds_money(request.actor, "payee.reveal"),
        "may_tax": holds_money(request.actor, "tax_status.write"),
        "waits": details is not None and details.confirmed_at is None,
        "may_confirm": holds_money(request.actor, "payee.confirm") and not typed_it,
        "typed_it": typed_it,
        "unit": row.unit,
        "may_waive": holds_money(request.actor, "waiver.write") and person.pk != request.actor.contributor_id,
    }
    return show(request, "accounting/payee.html", context)


@for_accounting
@never_cache
@sensitive_post_parameters("personal_id", "bank_account")
def payee_enter_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """From the signed sheet into the machine, by the first person."""
    require_money(request.actor, "payee.write")
    person = _person(public_id)
    details = current_details(person.pk)
    form = SheetForm(request.POST or None, details=details, name=person.full_name)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            enter_payee_details(
                actor=request.actor,
                contributor=person,
                seen_version=form.seen_version,
                sheet_signed_on=form.cleaned_data["sheet_signed_on"],
                **form.payee_fields(),
            )
            messages.success(request, _("Đã lưu. Người nhận, hoặc người thứ hai giữ giấy ký, cần xác nhận."))
            return redirect("web:payee", public_id=public_id)
        newest = current_details(person.pk)
        form.show_newest(newest.version if newest else 0)
    return show(request, "accounting/payee_enter.html", {"person": person, "details": details}, form=form)


@for_accounting
@never_cache
@sensitive_post_parameters("personal_id", "bank_account")
def payee_confirm_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The second person types the sheet's numbers once more."""
    require_money(request.actor, "payee.confirm")
    person = _person(public_id)
    details = current_details(person.pk)
    if details is None:
        raise DomainError("not_found")
    form = ConfirmForm(request.POST or None, initial={"sheet_signed_on": details.sheet_signed_on})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            confirm_payee_details(actor=request.actor, details=details, **form.cleaned_data)
            messages.success(request, _("Đã xác nhận theo giấy ký của %(name)s.") % {"name": person.full_name})
            return redirect("web:payee", public_id=public_id)
    context = {"person": person, "details": details, "bank": bank_names().get(details.bank_bin, "")}
    return show(request, "accounting/payee_confirm.html", context, form=form)


@for_accounting
@never_cache
def payee_reveal_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One number in full, in the answer to this press alone."""
    require_money(request.actor, "payee.reveal")
    person = _person(public_id)
    details = current_details(person.pk)
    if details is None:
        raise DomainError("not_found")
    number = ""
    form = RevealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            number = reveal_number(
                actor=request.actor,
                details=details,
                which=form.cleaned_data["which"],
                reason=form.cleaned_data["reason"],
            )
    context = {
        "person": person,
        "number": number,
        "label": dict(form.fields["which"].choices).get(form.data.get("which", "")),  # type: ignore[attr-defined]
        "bank": bank_names().get(details.bank_bin, ""),
    }
    return show(request, "accounting/payee_reveal.html", context, form=form)


@for_accounting
def payee_tax_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """How a person is taxed from a day on; or that a status ends."""
    require_money(request.actor, "tax_status.write")
    person = _person(public_id)
    today = clock.today(request.portal.time_zone)
    now = tax_status_on(person.pk, today)
    ends = request.method == "POST" and "end" in request.POST
    initial = {"kind": now.status if now else proposed_tax_status(person), "effective_from": today}
    form = TaxForm(request.POST if request.method == "POST" and not ends else None, initial=initial)
    ending = EndTaxForm(request.POST if ends else None, initial={"effective_until": today})
    chosen = ending if ends else form
    if request.method == "POST" and chosen.is_valid():
        with chosen.refusals():
            if ends:
                end_tax_status(actor=request.actor, contributor=person, **ending.cleaned_data)
            else:
                given = form.cleaned_data
                set_tax_status(
                    actor=request.actor,
                    contributor=person,
                    status=given["kind"],
                    effective_from=given["effective_from"],
                    committed_year=given["committed_year"],
                    withhold_asked=given["withhold_asked"],
                )
            messages.success(request, _("Đã ghi diện thuế của %(name)s.") % {"name": person.full_name})
            return redirect("web:payee", public_id=public_id)
    context = {
        "person": person,
        "form": form,
        "ending": ending,
        "now": now,
        "proposed": now is None,
        "history": tax_statuses_of(person.pk),
    }
    return show(request, "accounting/payee_tax.html", context, form=chosen)


@for_members
def payee_policy_page(request: PageRequest) -> HttpResponseBase:
    """For how many days a change holds payouts."""
    require_money(request.actor, "payee.policy")
    today = clock.today(request.portal.time_zone)
    policy = policy_on(request.portal.pk, today)
    form = PolicyForm(request.POST or None, initial={"hold_days": policy.hold_days, "effective_from": today})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            set_payee_policy(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Đã lưu số ngày giữ."))
            return redirect("web:payee_policy")
    context = {"policy": policy, "shipped": shipped_policy().hold_days}
    return show(request, "accounting/payee_policy.html", context, form=form)


@for_accounting
@never_cache
def payee_sheets(request: PageRequest) -> HttpResponseBase:
    """The sheets to be signed, of one unit or of everybody, in one file."""
    content = payee_sheets_pdf(actor=request.actor, narrowed=_narrowed(request))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="giay-thong-tin-nhan-nhuan-but.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _narrowed(request: PageRequest) -> PayeeFilter:
    unit: uuid.UUID | str | None = request.GET.get("unit", "")
    if unit and unit != "none":
        try:
            unit = uuid.UUID(str(unit))
        except ValueError:
            unit = None
    need = request.GET.get("need", "")
    return PayeeFilter(need=need if need in NEEDS else "", unit=unit or None, q=request.GET.get("q", "")[:100].strip())


def _query(narrowed: PayeeFilter) -> str:
    """The filter as the links of the page carry it."""
    return urlencode({"need": narrowed.need, "unit": narrowed.unit or "", "q": narrowed.q})


def _listed(row: Any, banks: dict[str, str]) -> dict[str, Any]:
    details = row.details
    return {
        "person": row.contributor,
        "unit": row.unit,
        "details": details,
        "masked_id": masked_id(details) if details else "",
        "masked_account": masked_account(details) if details else "",
        "bank": banks.get(details.bank_bin, details.bank_bin) if details else "",
        "status": row.status,
        "needs": [(NEED_WORDS[need], NEED_TONES.get(need, "wait")) for need in row.needs],
        "held": "on_hold" in row.needs,
    }


def _person(public_id: uuid.UUID) -> Contributor:
    person: Contributor | None = Contributor.objects.filter(public_id=public_id, merged_into__isnull=True).first()
    if person is None:
        raise DomainError("not_found")
    return person
