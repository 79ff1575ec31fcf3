"""Payee details: entering, confirming, revealing. Tax status stands in `payments.tax_statuses`.

Nothing is paid to details that nobody has confirmed, nor within some days of a change of account or payee
(`payments.payout_holds`). Who entered details for somebody else does not confirm them: the payee does, or a second
person who holds the payee's signed sheet and types the numbers from it once more. After that nobody is barred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.attempts import count_attempt, forget_attempts
from contributors.consents import check_consents, current_consents
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Consent, Contributor
from contributors.names import person_name, plain_text
from payments import envelope
from payments.access import require_money
from payments.banks import check_bank_known
from payments.errors import PaymentError
from payments.key_rotation import check_search_key
from payments.models import PayeeDetails
from payments.payee_cipher import ACCOUNT_SEARCH, ID_SEARCH, Which, opened, sealed
from payments.payee_numbers import checked_bank, checked_personal_id, masked, names_differ, only_digits
from payments.payee_policy import policy_on
from payments.tax_statuses import set_tax_status

__all__ = [
    "confirm_payee_details",
    "current_details",
    "enter_payee_details",
    "masked_account",
    "masked_id",
    "people_with_same_id",
    "reveal_number",
    "set_tax_status",
]

PAYMENT_CONSENT = "payment"
MOST_RETYPES = 10
RETYPES_WITHIN = timedelta(hours=1)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is to stand in the next version, checked and in plain digits; lives as long as the verb."""

    legal_name: str
    other_payee_name: str
    personal_id: str
    bank_bin: str
    bank_account: str
    account_name: str

    @property
    def id_print(self) -> bytes:
        return envelope.fingerprint(self.personal_id, purpose=ID_SEARCH)

    @property
    def account_print(self) -> bytes | None:
        return envelope.fingerprint(self.bank_account, purpose=ACCOUNT_SEARCH) if self.bank_account else None


def enter_payee_details(
    *,
    actor: Actor,
    contributor: Contributor,
    legal_name: str,
    personal_id: str | None,
    bank_bin: str = "",
    bank_account: str | None = "",
    account_name: str = "",
    other_payee_name: str = "",
    sheet_signed_on: date | None = None,
    consents: Sequence[tuple[str, str]] | None = None,
    seen_version: int | None = None,
) -> PayeeDetails:
    """A new version of a person's payment details. The payee confirms their own by entering them.

    `personal_id` or `bank_account` None keeps the number on record (the account with its bank): forms show masks
    only. An empty account means cash. `seen_version` is the current version that was shown, 0 where there was none.
    `consents` (purpose, text version) is what the payee agreed to on the way. A change of account or payee against
    the details confirmed last holds payouts for the portal's number of days, whoever enters it; first details do
    not. A hold that runs stays.

    Raises the errors of `payee_numbers`, `bank_unknown`, `payee_unchanged`, `sheet_day_ahead`, `consent_missing`.
    """
    own = contributor.pk == actor.contributor_id
    require_money(actor, "payee.write", own=own)
    require_proof(actor)
    if consents is not None:
        check_consents(consents, asked=PAYMENT_CONSENT)
    _check_sheet_day(sheet_signed_on)
    with transaction.atomic():
        person = _locked_person(contributor)
        rows = PayeeDetails.objects.filter(contributor=person).select_related("data_key")
        last = rows.order_by("-version").first()
        current = rows.filter(current=True).first()
        if seen_version is not None and seen_version != (current.version if current else 0):
            raise DomainError("stale_version", field="version")
        check_search_key()
        entry = _checked_entry(
            person,
            current,
            legal_name=legal_name,
            other_payee_name=other_payee_name,
            personal_id=personal_id,
            bank=(bank_bin, bank_account),
            account_name=account_name,
        )
        changes = _changes(current, entry)
        if current is not None and not changes:
            raise PaymentError("payee_unchanged")
        rows.filter(current=True).update(current=False)
        now = clock.now()
        row = _new_row(entry, person, version=last.version + 1 if last else 1)
        row.sheet_signed_on = sheet_signed_on
        row.hold_until = _hold_until(rows, entry, actor.portal_id)
        row.changed_by_id = actor.account_pk
        row.changed_at = now
        if own:
            row.confirmed_by_id, row.confirmed_by_payee, row.confirmed_at = actor.account_id, True, now
        row.save()
        _record_consents(actor, person, consents or ())
        record_event(
            actor=actor,
            kind="payee.entered",
            subject=row,
            facts={
                "contributor": person.pk,
                "version": row.version,
                "by_payee": own,
                "changed": changes,
                "hold_until": row.hold_until.isoformat() if row.hold_until else None,
            },
        )
    return row


def confirm_payee_details(
    *,
    actor: Actor,
    details: PayeeDetails,
    sheet_signed_on: date | None = None,
    personal_id: str = "",
    bank_account: str = "",
) -> PayeeDetails:
    """The payee says that what somebody else entered is right; or a second person does who holds the signed sheet.

    The second person gives the day on the sheet and types its numbers once more: two people have then read them.
    Raises `not_allowed` for who entered them, `payee_confirmed`, `stale_version` for details that are not the
    current ones, `sheet_day_missing`, `sheet_day_ahead`, `sheet_differs`, `too_many_attempts`.
    """
    own = details.contributor_id == actor.contributor_id
    require_money(actor, "payee.confirm", own=own)
    require_proof(actor)
    if not own and details.changed_by_id == actor.account_id:
        raise DomainError("not_allowed")
    if not own:
        _check_sheet_day(sheet_signed_on)
        count_attempt(kind="payee sheet", what=f"{details.pk}", most=MOST_RETYPES, within=RETYPES_WITHIN)
    with transaction.atomic():
        row = PayeeDetails.objects.select_for_update().filter(pk=details.pk).first()
        if row is None:
            raise DomainError("not_found")
        if not row.current:
            raise DomainError("stale_version", field="version")
        if row.confirmed_at is not None:
            raise PaymentError("payee_confirmed")
        if not own:
            row.sheet_signed_on = sheet_signed_on or row.sheet_signed_on
            _compare_with_sheet(row, personal_id=personal_id, bank_account=bank_account)
            _record_consents(
                actor,
                row.contributor,
                [(text.purpose, text.version) for text in current_consents(PAYMENT_CONSENT, row.sheet_signed_on)],
            )
        row.confirmed_by_id = actor.account_id
        row.confirmed_by_payee = own
        row.confirmed_at = clock.now()
        row.save(update_fields=["confirmed_by", "confirmed_by_payee", "confirmed_at", "sheet_signed_on"])
        record_event(
            actor=actor,
            kind="payee.confirmed",
            subject=row,
            facts={
                "contributor": row.contributor_id,
                "version": row.version,
                "by_payee": own,
                "sheet": row.sheet_signed_on.isoformat() if row.sheet_signed_on and not own else None,
            },
        )
    if not own:
        forget_attempts(kind="payee sheet", what=f"{details.pk}")
    return row


def reveal_number(*, actor: Actor, details: PayeeDetails, which: Which, reason: str) -> str:
    """One number in full, for this once, with an event that says who and why. Doors neither keep nor cache it.

    Raises `reveal_reason_missing`, `not_found` where there is no such number.
    """
    require_money(actor, "payee.reveal", own=details.contributor_id == actor.contributor_id)
    require_proof(actor)
    words = plain_text(reason)[:LONGEST_REASON]
    if not words:
        raise PaymentError("reveal_reason_missing", field="reason")
    with transaction.atomic():
        row = PayeeDetails.objects.select_related("data_key").filter(pk=details.pk).first()
        number = opened(row, which) if row is not None and which in {"personal_id", "bank_account"} else ""
        if row is None or not number:
            raise DomainError("not_found")
        record_event(
            actor=actor,
            kind="payee.revealed",
            subject=row,
            facts={"contributor": row.contributor_id, "version": row.version, "which": which},
            personal={"reason": words},
        )
    return number


def current_details(contributor_id: int) -> PayeeDetails | None:
    """The version that holds now, confirmed or not."""
    row: PayeeDetails | None = (
        PayeeDetails.objects.filter(contributor_id=contributor_id, current=True)
        .select_related("changed_by", "confirmed_by")
        .first()
    )
    return row


def people_with_same_id(contributor: Contributor) -> QuerySet[Contributor]:
    """Others of the portal whose current details have the same personal ID; found by fingerprint, nothing is opened."""
    mine = PayeeDetails.objects.filter(contributor=contributor, current=True).values("personal_id_hmac")
    same = PayeeDetails.objects.filter(current=True, personal_id_hmac__in=mine).values("contributor_id")
    found: QuerySet[Contributor] = (
        Contributor.objects.filter(pk__in=same, merged_into__isnull=True)
        .exclude(pk=contributor.pk)
        .order_by("sort_key", "pk")
    )
    return found


def masked_id(details: PayeeDetails) -> str:
    """What papers and pages show: "•••••••• 1234"."""
    return masked(details.personal_id_tail)


def masked_account(details: PayeeDetails) -> str:
    """The same of the account; "" for cash."""
    return masked(details.bank_account_tail)


def _locked_person(contributor: Contributor) -> Contributor:
    person: Contributor | None = (
        Contributor.objects.select_for_update().filter(pk=contributor.pk, merged_into__isnull=True).first()
    )
    if person is None:
        raise DomainError("not_found")
    return person


def _check_sheet_day(day: date | None) -> None:
    if day is not None and day > clock.today():
        raise PaymentError("sheet_day_ahead", field="sheet_signed_on")


def _checked_entry(
    person: Contributor,
    current: PayeeDetails | None,
    *,
    legal_name: str,
    other_payee_name: str,
    personal_id: str | None,
    bank: tuple[str, str | None],
    account_name: str,
) -> _Entry:
    if personal_id is None and current is not None:
        number = opened(current, "personal_id")
    else:
        number = checked_personal_id(personal_id or "", birth_year=person.birth_year, this_year=clock.today().year)
    if bank[1] is None and current is not None:
        code, account = current.bank_bin, opened(current, "bank_account")
    else:
        code, account = checked_bank(bank[0], bank[1] or "")
        if code:
            check_bank_known(code)
    return _Entry(
        legal_name=person_name(legal_name),
        other_payee_name=person_name(other_payee_name) if plain_text(other_payee_name) else "",
        personal_id=number,
        bank_bin=code,
        bank_account=account,
        account_name=person_name(account_name) if account and plain_text(account_name) else "",
    )


def _changes(before: PayeeDetails | None, entry: _Entry) -> list[str]:
    """Names of the columns that differ; never their values."""
    if before is None:
        return ["all"]
    account = bytes(before.bank_account_hmac) if before.bank_account_hmac else None
    pairs = {
        "legal_name": (before.legal_name, entry.legal_name),
        "other_payee_name": (before.other_payee_name, entry.other_payee_name),
        "personal_id": (bytes(before.personal_id_hmac), entry.id_print),
        "bank": ((before.bank_bin, account), (entry.bank_bin, entry.account_print)),
        "account_name": (before.account_name, entry.account_name),
    }
    return [name for name, (old, new) in pairs.items() if old != new]


def _hold_until(rows: QuerySet[PayeeDetails], entry: _Entry, portal_id: int) -> date | None:
    """From when on the new version may be paid; None: as soon as it is confirmed.

    Held against what was confirmed last, which is what money went to: correcting an entry that nobody confirmed is
    no further change. A name that differs in tone marks or capitals only is the same payee, and how the bank spells
    the holder changes nothing about who is paid.
    """
    confirmed = rows.filter(confirmed_at__isnull=False).order_by("-version").first()
    if confirmed is None:
        return None
    moved = set(_changes(confirmed, entry)) & {"personal_id", "bank"}
    if (
        moved
        or names_differ(confirmed.legal_name, entry.legal_name)
        or names_differ(confirmed.other_payee_name, entry.other_payee_name)
    ):
        today = clock.today()
        days = policy_on(portal_id, today).hold_days
        return max(today + timedelta(days=days), confirmed.hold_until or today)
    held: date | None = confirmed.hold_until
    return held


def _new_row(entry: _Entry, person: Contributor, *, version: int) -> PayeeDetails:
    key = envelope.current_data_key()
    account = (
        sealed(entry.bank_account, key=key, contributor_id=person.pk, version=version, column="bank_account")
        if entry.bank_account
        else None
    )
    return PayeeDetails(
        portal_id=person.portal_id,
        contributor=person,
        version=version,
        legal_name=entry.legal_name,
        other_payee_name=entry.other_payee_name,
        data_key=key,
        personal_id=sealed(entry.personal_id, key=key, contributor_id=person.pk, version=version, column="personal_id"),
        personal_id_hmac=entry.id_print,
        personal_id_tail=entry.personal_id[-4:],
        bank_bin=entry.bank_bin,
        bank_account=account,
        bank_account_hmac=entry.account_print,
        bank_account_tail=entry.bank_account[-4:],
        account_name=entry.account_name,
        name_differs=bool(entry.account_name)
        and names_differ(entry.account_name, entry.other_payee_name or entry.legal_name),
    )


def _compare_with_sheet(row: PayeeDetails, *, personal_id: str, bank_account: str) -> None:
    """By fingerprint: nothing is opened, and nothing of the stored number is told."""
    if row.sheet_signed_on is None:
        raise PaymentError("sheet_day_missing", field="sheet_signed_on")
    if envelope.fingerprint(only_digits(personal_id), purpose=ID_SEARCH) != bytes(row.personal_id_hmac):
        raise PaymentError("sheet_differs", field="personal_id")
    account = only_digits(bank_account)
    known = bytes(row.bank_account_hmac) if row.bank_account_hmac else None
    if (envelope.fingerprint(account, purpose=ACCOUNT_SEARCH) if account else None) != known:
        raise PaymentError("sheet_differs", field="bank_account")


def _record_consents(actor: Actor, person: Contributor, given: Sequence[tuple[str, str]]) -> None:
    now = clock.now()
    Consent.objects.bulk_create(
        Consent(
            portal_id=actor.portal_id,
            contributor=person,
            purpose=purpose,
            text_version=version,
            given=True,
            at=now,
            recorded_by_id=actor.account_id,
        )
        for purpose, version in given
    )
