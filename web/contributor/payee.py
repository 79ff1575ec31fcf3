"""One's own payee details: seen by their last digits, changed, and confirmed where somebody else typed them."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.consents import ConsentText, current_consents
from contributors.errors import DomainError
from contributors.models import Contributor, Mode
from contributors.portals import payment_mode_on
from payments.banks import bank_names
from payments.models import PayeeDetails
from payments.payee_policy import policy_on
from payments.payees import (
    PAYMENT_CONSENT,
    confirm_payee_details,
    current_details,
    enter_payee_details,
    masked_account,
    masked_id,
)
from payments.tax_statuses import tax_status_on
from web.page import PageRequest, for_contributors, person_of, show
from web.payee_forms import OwnDetailsForm


@for_contributors
@never_cache
def my_payee_page(request: PageRequest) -> HttpResponseBase:
    """What is on record, masked; a hold; and what somebody else typed for me to confirm."""
    return _shown(request)


@for_contributors
@never_cache
@sensitive_post_parameters("personal_id", "bank_account")
def my_payee_change_page(request: PageRequest) -> HttpResponseBase:
    _check_paying(request)
    person = Contributor.objects.get(pk=person_of(request))
    details = current_details(person.pk)
    text = _consent()
    form = OwnDetailsForm(request.POST or None, details=details, name=person.full_name)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = enter_payee_details(
                actor=request.actor,
                contributor=person,
                seen_version=form.seen_version,
                consents=[(text.purpose, text.version)],
                **form.payee_fields(),
            )
            messages.success(request, _saved(row))
            return redirect("web:my_payee")
        newest = current_details(person.pk)
        form.show_newest(newest.version if newest else 0)
    days = policy_on(request.portal.pk, clock.today(request.portal.time_zone)).hold_days
    context = {"details": details, "consent": text, "hold_days": days}
    return show(request, "contributor/payee_change.html", context, form=form)


@for_contributors
@require_POST
def my_payee_confirm(request: PageRequest) -> HttpResponseBase:
    """“Đúng là của tôi”: confirms only what was shown."""
    details = current_details(person_of(request))
    if details is None or request.POST.get("version") != str(details.version):
        raise DomainError("stale_version")
    confirm_payee_details(actor=request.actor, details=details)
    messages.success(request, _("Đã xác nhận thông tin nhận tiền."))
    return redirect("web:my_payee")


def _shown(request: PageRequest) -> HttpResponseBase:
    _check_paying(request)
    person = person_of(request)
    today = clock.today(request.portal.time_zone)
    details = current_details(person)
    context = {
        "details": details,
        "masked_id": masked_id(details) if details else "",
        "masked_account": masked_account(details) if details else "",
        "bank": bank_names().get(details.bank_bin, "") if details else "",
        "held": details is not None and details.hold_until is not None and today < details.hold_until,
        "status": tax_status_on(person, today),
        "year": today.year,
    }
    return show(request, "contributor/payee.html", context)


def _consent() -> ConsentText:
    return current_consents(PAYMENT_CONSENT)[0]


def _saved(row: PayeeDetails) -> str:
    if row.hold_until is not None and clock.today() < row.hold_until:
        return _("Đã lưu. Để an toàn, tiền chỉ vào tài khoản mới từ ngày %(day)s.") % {
            "day": f"{row.hold_until:%d/%m/%Y}"
        }
    return _("Đã lưu thông tin nhận tiền.")


def _check_paying(request: PageRequest) -> None:
    """In a portal that pays nobody there is nothing to be asked."""
    mode = payment_mode_on(request.portal.pk, clock.today(request.portal.time_zone))
    if mode not in {Mode.PAYING, Mode.TRIAL}:
        raise DomainError("not_found")
