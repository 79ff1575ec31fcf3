"""Payee details and tax status of contributors."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Contributor
from contributors.names import person_name
from payments import envelope
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import PayeeDetails, TaxKind, TaxStatus

MASK = "••••••••"
PERSONAL_ID = re.compile(r"\d{12}")
OLD_TAX_CODE = re.compile(r"\d{10}")
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def checked_personal_id(text: str) -> str:
    """12 digits (CCCD, no check digit), or an old 10-digit tax code with its check digit.

    Raises `personal_id_malformed`.
    """
    digits = re.sub(r"[ .\-]", "", text)
    if PERSONAL_ID.fullmatch(digits):
        return digits
    if OLD_TAX_CODE.fullmatch(digits):
        total = sum(int(digit) * weight for digit, weight in zip(digits, TAX_WEIGHTS, strict=False))
        if 10 - total % 11 == int(digits[9]):
            return digits
    raise PaymentError("personal_id_malformed", field="personal_id")


def _row_context(contributor_id: int, version: int, column: str) -> str:
    return f"payments_payeedetails.{column}:{contributor_id}:{version}"


def enter_payee_details(
    *,
    actor: Actor,
    contributor: Contributor,
    legal_name: str,
    personal_id: str,
    bank_bin: str = "",
    bank_account: str = "",
) -> PayeeDetails:
    """A new version of a person's payment details. The payee confirms their own; others need a second person.

    Raises `personal_id_malformed`, `bank_malformed`, `bank_account_malformed`.
    """
    own = contributor.pk == actor.contributor_id
    if actor.kind != "system":
        require_money(actor, "payee.write", own=own)
    number = checked_personal_id(personal_id)
    account = re.sub(r"[ .\-]", "", bank_account)
    if bank_bin and not re.fullmatch(r"\d{6}", bank_bin):
        raise PaymentError("bank_malformed", field="bank_bin")
    if account and not re.fullmatch(r"\d{6,19}", account):
        raise PaymentError("bank_account_malformed", field="bank_account")
    with transaction.atomic():
        person = Contributor.objects.select_for_update().get(pk=contributor.pk)
        last = PayeeDetails.objects.filter(contributor=person).order_by("-version").first()
        PayeeDetails.objects.filter(contributor=person, current=True).update(current=False)
        version = last.version + 1 if last else 1
        key = envelope.current_data_key()
        row = PayeeDetails.objects.create(
            portal_id=actor.portal_id,
            contributor=person,
            version=version,
            legal_name=person_name(legal_name),
            data_key=key,
            personal_id=envelope.encrypt(number, key=key, context=_row_context(person.pk, version, "personal_id")),
            personal_id_hmac=envelope.fingerprint(number, purpose="personal id"),
            personal_id_tail=number[-4:],
            bank_bin=bank_bin,
            bank_account=envelope.encrypt(account, key=key, context=_row_context(person.pk, version, "bank_account"))
            if account
            else None,
            bank_account_hmac=envelope.fingerprint(account, purpose="bank account") if account else None,
            bank_account_tail=account[-4:],
            changed_by_id=actor.account_pk,
            changed_at=clock.now(),
            confirmed_by_id=actor.account_id if own else None,
            confirmed_by_payee=own,
            confirmed_at=clock.now() if own else None,
        )
        record_event(
            actor=actor, kind="payee.entered", subject=row, facts={"contributor": person.pk, "version": version}
        )
    return row


def confirm_payee_details(*, actor: Actor, details: PayeeDetails) -> PayeeDetails:
    """The payee, or a second person who holds the signed sheet. Raises `not_allowed` for who entered them."""
    with transaction.atomic():
        row = PayeeDetails.objects.select_for_update().get(pk=details.pk)
        own = row.contributor_id == actor.contributor_id
        require_money(actor, "payee.confirm", own=own)
        if row.changed_by_id == actor.account_id and not own:
            raise DomainError("not_allowed")
        row.confirmed_by_id = actor.account_id
        row.confirmed_by_payee = own
        row.confirmed_at = clock.now()
        row.save(update_fields=["confirmed_by", "confirmed_by_payee", "confirmed_at"])
        record_event(actor=actor, kind="payee.confirmed", subject=row, facts={"by_payee": own})
    return row


def set_tax_status(
    *, actor: Actor, contributor: Contributor, status: str, effective_from: date, committed_year: int | None = None
) -> TaxStatus:
    """How a person's payments are taxed from a day on; the status before ends the same day."""
    require_money(actor, "payee.confirm")
    if status not in TaxKind.values:
        raise DomainError("not_found", field="status")
    with transaction.atomic():
        TaxStatus.objects.filter(
            contributor=contributor, effective_until__isnull=True, effective_from__lt=effective_from
        ).update(effective_until=effective_from)
        row = TaxStatus.objects.create(
            portal_id=actor.portal_id,
            contributor=contributor,
            status=status,
            effective_from=effective_from,
            committed_year=committed_year,
            confirmed_by_id=actor.account_id,
        )
        record_event(actor=actor, kind="tax_status.set", subject=row, facts={"status": status})
    return row


def masked_id(details: PayeeDetails) -> str:
    """What papers and pages show: "•••••••• 1234"."""
    return f"{MASK} {details.personal_id_tail}"
