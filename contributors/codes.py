"""One-time codes: six digits typed with a phone number, or a long one inside a link.

Kept as keyed hashes. An attempt is one conditional UPDATE that commits before anything is compared, and a code is
spent by another one, so that of many who try at once no attempt is lost and one wins.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from contributors import gateways
from contributors.attempts import count_attempt
from contributors.errors import DomainError
from contributors.identity import Person, people_of_phone
from contributors.models import CodeChannel, CodePurpose, Contributor, LoginCode
from contributors.names import normal_phone

DIGITS = 6
LIVES = timedelta(minutes=10)
MOST_ATTEMPTS = 5
KEPT = timedelta(days=30)
SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)
RECEIPT = re.compile(r"[A-Z]{2,4}-[0-9A-Z]{8}", re.ASCII)
REQUESTS_OF_PHONE = (3, timedelta(minutes=15))
REQUESTS_OF_PHONE_A_DAY = (10, timedelta(days=1))
REQUESTS_OF_ADDRESS = (60, timedelta(hours=1))
TRIES_OF_PHONE = (30, timedelta(hours=1))
TRIES_OF_ADDRESS = (200, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Proof:
    """What a right code proves: that one holds this phone (`phone`), or is this contributor."""

    people: list[Person]
    phone: str
    purpose: str


def request_code(*, phone: str, address: str) -> None:
    """Send six digits to a phone. For a phone that nobody has, everything is the same but the sending.

    The newest code is the only one. Raises `phone_malformed`, `too_many_attempts`.
    """
    number = normal_phone(phone)
    count_attempt(kind="code.address", what=address, most=REQUESTS_OF_ADDRESS[0], within=REQUESTS_OF_ADDRESS[1])
    count_attempt(kind="code.phone", what=number, most=REQUESTS_OF_PHONE[0], within=REQUESTS_OF_PHONE[1])
    count_attempt(kind="code.day", what=number, most=REQUESTS_OF_PHONE_A_DAY[0], within=REQUESTS_OF_PHONE_A_DAY[1])
    known = bool(people_of_phone(number))
    with transaction.atomic():
        code = _new_code(number, known=known)
        if known:
            text = _("Mã đăng nhập Bút Làng: %(code)s. Dùng trong 10 phút. Không đưa mã này cho ai.") % {"code": code}
            transaction.on_commit(lambda: gateways.send_code(phone=number, code=code, text=text))


def code_for_operator(*, phone: str) -> str:
    """Six digits for a phone that somebody has, for whoever runs the server to read out.

    Raises `phone_malformed`, `person_unknown`.
    """
    number = normal_phone(phone)
    if not people_of_phone(number):
        raise DomainError("person_unknown", field="phone")
    with transaction.atomic():
        return _new_code(number, known=True)


def _new_code(number: str, *, known: bool) -> str:
    """The newest code of a phone ends those before. A row of a phone that nobody has counts attempts like any
    other, and no code fits it.
    """
    code = new_digits()
    now = timezone.now()
    _asked_for(number).filter(used_at=None, revoked_at=None).update(revoked_at=now)
    row = LoginCode(
        purpose=CodePurpose.LOGIN,
        channel=gateways.gateway().channel,
        phone=number,
        created_at=now,
        expires_at=now + LIVES,
    )
    row.code_hash = hash_of(row, code) if known else secrets.token_bytes(32)
    row.save()
    return code


def use_code(*, handle: str, code: str, address: str) -> Proof:
    """Spend six digits typed with a phone number, or with the receipt number of someone who has no phone.

    Call it outside of a transaction. Raises `phone_malformed`, `code_malformed`, `code_wrong` (wrong, expired, spent
    and never sent alike) and `too_many_attempts`.
    """
    typed = re.sub(r"[\s.-]", "", code)
    if not SIX_DIGITS.fullmatch(typed):
        raise DomainError("code_malformed", field="code")
    receipt = handle.strip().upper()
    named = RECEIPT.fullmatch(receipt) is not None
    number = receipt if named else normal_phone(handle)
    count_attempt(kind="try.address", what=address, most=TRIES_OF_ADDRESS[0], within=TRIES_OF_ADDRESS[1])
    count_attempt(kind="try.phone", what=number, most=TRIES_OF_PHONE[0], within=TRIES_OF_PHONE[1])
    for row in _of_receipt(number) if named else _of_phone(number):
        if not _count_attempt_at(row):
            continue
        if hmac.compare_digest(bytes(row.code_hash), hash_of(row, typed)) and spend(row):
            return proof_of(row)
    raise DomainError("code_wrong", field="code")


def proof_of(row: LoginCode) -> Proof:
    """Who may enter by a spent code. Raises `code_wrong` if nobody is left."""
    if row.contributor_id is None:
        people = people_of_phone(row.phone)
    else:
        named = (
            Contributor.unscoped.select_related("portal")
            .filter(pk=row.contributor_id, merged_into__isnull=True)
            .first()
        )
        people = [Person(named.full_name, named.portal.name, named.account_id, named.pk)] if named else []
    if not people:
        raise DomainError("code_wrong", field="code")
    return Proof(people=people, phone=row.phone, purpose=row.purpose)


def spend(row: LoginCode) -> bool:
    """Mark a code as used; False for all but the first who does."""
    now = timezone.now()
    alive = LoginCode.objects.filter(pk=row.pk, used_at=None, revoked_at=None, expires_at__gt=now)
    return alive.update(used_at=now) == 1


def new_digits() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def hash_of(row: LoginCode, code: str) -> bytes:
    """Keyed, and bound to the row: the same six digits of two rows look different."""
    return salted_hmac("contributors.codes", f"{row.public_id} {code}", algorithm="sha256").digest()


def sweep_codes() -> int:
    """Drop codes that ended long ago; returns how many."""
    return LoginCode.objects.filter(expires_at__lt=timezone.now() - KEPT).delete()[0]


def _asked_for(phone: str) -> QuerySet[LoginCode]:
    """Codes that somebody asked for with a phone number; those handed over name a contributor."""
    return LoginCode.objects.filter(phone=phone, contributor=None)


def _alive() -> QuerySet[LoginCode]:
    return LoginCode.objects.filter(
        used_at=None, revoked_at=None, expires_at__gt=timezone.now(), attempts__lt=MOST_ATTEMPTS
    )


def _of_phone(phone: str) -> list[LoginCode]:
    """The newest one asked for, if alive, and those that focal persons read out, one a person."""
    newest = _asked_for(phone).order_by("-pk").values("pk")[:1]
    handed = _alive().filter(phone=phone, channel=CodeChannel.HANDED_OVER).order_by("-pk")[:4]
    return [*_alive().filter(pk__in=list(newest.values_list("pk", flat=True))), *handed]


def _of_receipt(receipt: str) -> list[LoginCode]:
    return list(
        _alive().filter(contributor__receipt_number=receipt, channel=CodeChannel.HANDED_OVER).order_by("-pk")[:1]
    )


def _count_attempt_at(row: LoginCode) -> bool:
    """One more attempt at a code, committed before it is compared; False when all are used up."""
    alive = LoginCode.objects.filter(pk=row.pk, used_at=None, revoked_at=None, attempts__lt=MOST_ATTEMPTS)
    with transaction.atomic():
        return alive.update(attempts=F("attempts") + 1) == 1
