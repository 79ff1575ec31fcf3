"""Who accepts no fee, for accounting: the list, recording a signed sheet, the second person, withdrawing."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Contributor
from payments.access import holds_money, require_money
from payments.models import Waiver
from payments.waivers import confirm_waiver, record_waiver, waiver_words, waivers, withdraw_waiver
from web.accounting.after_forms import WaiveForOtherForm
from web.accounting.corrections import A_PAGE, after_tabs
from web.forms import SeenForm
from web.page import PageRequest, for_accounting, show


@for_accounting
def waivers_page(request: PageRequest) -> HttpResponseBase:
    page = Paginator(waivers(request.actor), A_PAGE).get_page(request.GET.get("page"))
    context = {"tabs": after_tabs(request.actor), "here": "waivers", "page": page}
    return show(request, "accounting/after/waivers.html", context)


@for_accounting
def waive_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Record the sheet that a person signed."""
    require_money(request.actor, "waiver.write")
    person = Contributor.objects.filter(public_id=public_id, merged_into__isnull=True).first()
    if person is None:
        raise DomainError("not_found")
    today = clock.today(request.portal.time_zone)
    form = WaiveForOtherForm(request.POST or None, person=person.pk, initial={"effective_from": today})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = record_waiver(
                actor=request.actor,
                contributor=person,
                sheet_signed_on=form.cleaned_data["sheet_signed_on"],
                **form.chosen(),
            )
            messages.success(request, _("Đã ghi. Người thứ hai giữ giấy ký xác nhận thì mới có hiệu lực."))
            return redirect("web:waiver", public_id=row.public_id)
    return show(request, "accounting/after/waive.html", {"person": person, "words": waiver_words()}, form=form)


@for_accounting
def waiver_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One waiver: confirmed by the second person, or withdrawn."""
    row = _waiver(request.actor, public_id)
    form = SeenForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if "withdraw" in request.POST:
                withdraw_waiver(actor=request.actor, waiver=row, seen_version=form.seen_version)
                messages.success(request, _("Đã ghi: người này nhận nhuận bút trở lại."))
            else:
                confirm_waiver(actor=request.actor, waiver=row, seen_version=form.seen_version)
                messages.success(request, _("Đã xác nhận việc từ chối nhận."))
            return redirect("web:waiver", public_id=public_id)
        row = _waiver(request.actor, public_id)
        form.show_newest(row.version)
    recorded_it = row.recorded_by_id == request.actor.account_id
    context = {
        "row": row,
        "words": waiver_words(),
        "recorded_it": recorded_it,
        "may_confirm": row.confirmed_at is None
        and row.withdrawn_at is None
        and not recorded_it
        and holds_money(request.actor, "waiver.confirm"),
        "may_withdraw": row.withdrawn_at is None and holds_money(request.actor, "waiver.write"),
    }
    return show(request, "accounting/after/waiver.html", context, form=form)


def _waiver(actor: Actor, public_id: uuid.UUID) -> Waiver:
    row: Waiver | None = waivers(actor).filter(public_id=public_id).first()
    if row is None:
        raise DomainError("not_found")
    return row
