"""The second factor of those who decide: a code application (TOTP), passkeys, and recovery codes on paper.

Kept in allauth's Authenticator rows, secrets sealed, recovery codes hashed. A code counts once: its time step is
kept under a row lock, so neither a replay nor two at once pass.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import struct
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from contributors import clock
from contributors.access import require, require_proof
from contributors.actors import PROVING_CAPABILITIES, PROVING_SEATS, Actor
from contributors.attempts import count_attempt, forget_attempts
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Account, Portal
from contributors.sealing import seal, unseal

TOTP = Authenticator.Type.TOTP
PASSKEY = Authenticator.Type.WEBAUTHN
RECOVERY = Authenticator.Type.RECOVERY_CODES

PERIOD = 30  # seconds: what every code application does
TOLERANCE = 1  # steps before and after, for phones whose clock is off
ISSUER = "Bút Làng"
RECOVERY_CODES = 10
RECOVERY_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"
RECOVERY_LENGTH = 10
MOST_TRIES = (5, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing by which a person proves themselves, as their page lists it."""

    id: int
    type: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    totp: Factor | None
    passkeys: list[Factor]
    recovery_left: int

    @property
    def any(self) -> bool:
        return self.totp is not None or bool(self.passkeys)


@dataclass(frozen=True, slots=True)
class NewTotp:
    """A secret that counts only once a code of it was given; `sealed` waits in the session until then."""

    secret: str
    uri: str
    sealed: str


def factors_of(account: Account) -> Factors:
    rows = list(Authenticator.objects.filter(user=account).order_by("pk"))
    found = {kind: [_factor(row) for row in rows if row.type == kind] for kind in (TOTP, PASSKEY)}
    left = next((len(row.data["hashes"]) for row in rows if row.type == RECOVERY), 0)
    return Factors(next(iter(found[TOTP]), None), found[PASSKEY], left)


def decides(actor: Actor) -> bool:
    """Whether the actor is one of those who must prove themselves twice from the portal's day on."""
    return bool(actor.seats & PROVING_SEATS or actor.capabilities & PROVING_CAPABILITIES)


def begin_totp(account: Account) -> NewTotp:
    """A new secret for a code application. Nothing is kept yet."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    return NewTotp(secret, _uri(account, secret), seal(secret, context=_context(account.pk)))


def waiting_totp(account: Account, sealed: str) -> NewTotp:
    """The secret that was begun, shown again. Raises `sealed_unreadable`."""
    secret = unseal(sealed, context=_context(account.pk))
    return NewTotp(secret, _uri(account, secret), sealed)


def confirm_totp(*, actor: Actor, sealed: str, code: str) -> list[str]:
    """Set the code application up, shown by a code of it. Returns recovery codes if these are the first.

    Raises `second_factor_needed` (where another factor exists), `second_factor_exists`, `second_factor_wrong`,
    `too_many_attempts`.
    """
    _count(actor.account_pk)
    secret = unseal(sealed, context=_context(actor.account_pk))
    step = _matching_step(secret, code)
    if step is None:
        raise DomainError("second_factor_wrong", field="code")
    with transaction.atomic():
        account = lock_for_adding(actor)
        if Authenticator.objects.filter(user=account, type=TOTP).exists():
            raise DomainError("second_factor_exists")
        data = {"secret": seal(secret, context=_context(account.pk)), "step": step}
        Authenticator.objects.create(user=account, type=TOTP, data=data)
        codes = note_added(actor, account, "totp")
    _forget(actor.account_pk)
    return codes


def prove_by_code(*, account: Account, code: str) -> None:
    """A code of the application, or a recovery code, which is then spent. Call it outside of a transaction.

    Raises `second_factor_wrong` (wrong, old and used before alike) and `too_many_attempts`.
    """
    _count(account.pk)
    typed = re.sub(r"[\s.-]", "", code).upper()
    with transaction.atomic():
        kind = TOTP if typed.isdecimal() else RECOVERY
        row = Authenticator.objects.select_for_update().filter(user=account, type=kind).first()
        right = row is not None and (_use_totp(row, typed) if kind == TOTP else _use_recovery(row, typed))
        if right and row is not None:
            row.last_used_at = timezone.now()
            row.save(update_fields=["data", "last_used_at"])
    if not right:
        raise DomainError("second_factor_wrong", field="code")
    _forget(account.pk)


def remove_factor(*, actor: Actor, factor: int) -> None:
    """Take one's code application or a passkey away, after a proof. With the last one the recovery codes go.

    Raises `second_factor_needed`, `not_found`.
    """
    require_proof(actor)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_pk)
        row = Authenticator.objects.filter(user=account, pk=factor).exclude(type=RECOVERY).first()
        if row is None:
            raise DomainError("not_found")
        kind = "totp" if row.type == TOTP else "passkey"
        row.delete()
        record_event(actor=actor, kind="second_factor.removed", subject=account, facts={"type": kind})
        if not Authenticator.objects.filter(user=account).exclude(type=RECOVERY).exists():
            _end(account)


def renew_recovery_codes(*, actor: Actor) -> list[str]:
    """New recovery codes, after a proof; the old ones end. Raises `second_factor_needed`, `not_found`."""
    require_proof(actor)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_pk)
        if account.second_factor_since is None:
            raise DomainError("not_found")
        codes = _make_recovery_codes(account)
        record_event(actor=actor, kind="second_factor.recovery_codes", subject=account)
    return codes


def drop_second_factor(*, account: Account) -> bool:
    """For the operator of the installation, when phone and recovery codes are lost; False if there was none.

    No right inside a portal does this: whoever could take the second factor away from others could act as them.
    """
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        had = locked.second_factor_since is not None
        _end(locked)
    return had


def set_second_factor_from(*, actor: Actor, portal: Portal, day: date | None) -> Portal:
    """From which day on head, accountant, account holder and admin prove themselves twice; None: not demanded.

    Raises `not_allowed`, `second_factor_needed`, `second_factor_day` for a day that has passed.
    """
    require(actor, "portal.set_up")
    require_proof(actor)
    if portal.pk != actor.portal_id:
        raise DomainError("not_found")
    if day is not None and day < clock.today(portal.time_zone):
        raise DomainError("second_factor_day", field="day")
    with transaction.atomic():
        row = Portal.objects.select_for_update().get(pk=portal.pk)
        row.second_factor_from = day
        row.save(update_fields=["second_factor_from"])
        record_event(
            actor=actor,
            kind="portal.second_factor",
            subject=row,
            facts={"from": day.isoformat() if day else None},
        )
    return row


def lock_for_adding(actor: Actor) -> Account:
    """The account, locked. The first factor needs none before it; any further one is added after a proof."""
    account = Account.objects.select_for_update().get(pk=actor.account_pk)
    if account.second_factor_since is not None:
        require_proof(actor)
    return account


def note_added(actor: Actor, account: Account, kind: str) -> list[str]:
    """Inside the transaction that added a factor: the account's mark, the event; recovery codes with the first."""
    codes: list[str] = []
    if account.second_factor_since is None:
        account.second_factor_since = timezone.now()
        account.save(update_fields=["second_factor_since"])
        codes = _make_recovery_codes(account)
    record_event(actor=actor, kind="second_factor.added", subject=account, facts={"type": kind})
    return codes


def _uri(account: Account, secret: str) -> str:
    """What code applications read from the QR code."""
    told = urlencode({"secret": secret, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{ISSUER}:{account.name}')}?{told}"


def totp_at(secret: str, step: int) -> str:
    """RFC 6238 with SHA-1 and six digits."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1)
    start = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06d}"


def _matching_step(secret: str, code: str, after: int = -1) -> int | None:
    """The time step of which this is the code, later than `after`."""
    typed = re.sub(r"[\s.-]", "", code)
    if not re.fullmatch(r"[0-9]{6}", typed, re.ASCII):
        return None
    now = int(clock.now().timestamp()) // PERIOD
    steps = range(now - TOLERANCE, now + TOLERANCE + 1)
    return next((step for step in steps if step > after and hmac.compare_digest(totp_at(secret, step), typed)), None)


def _use_totp(row: Any, code: str) -> bool:
    secret = unseal(row.data["secret"], context=_context(row.user_id))
    step = _matching_step(secret, code, after=row.data["step"])
    if step is not None:
        row.data["step"] = step
    return step is not None


def _use_recovery(row: Any, code: str) -> bool:
    hashed = _recovery_hash(row.user_id, code)
    if hashed not in row.data["hashes"]:
        return False
    row.data["hashes"].remove(hashed)
    return True


def _make_recovery_codes(account: Account) -> list[str]:
    codes = ["".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    # A code of figures alone would be taken for one of the application.
    codes = [code if not code.isdecimal() else f"B{code[1:]}" for code in codes]
    Authenticator.objects.filter(user=account, type=RECOVERY).delete()
    Authenticator.objects.create(
        user=account, type=RECOVERY, data={"hashes": [_recovery_hash(account.pk, code) for code in codes]}
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _recovery_hash(account_id: int, code: str) -> str:
    return salted_hmac("contributors.second_factor.recovery", f"{account_id} {code}", algorithm="sha256").hexdigest()


def _end(account: Account) -> None:
    Authenticator.objects.filter(user=account).delete()
    account.second_factor_since = None
    account.save(update_fields=["second_factor_since"])


def _factor(row: Any) -> Factor:
    return Factor(row.pk, row.type, row.data.get("name", ""), row.created_at, row.last_used_at)


def _context(account_id: int) -> str:
    return f"totp of account {account_id}"


def _count(account_id: int) -> None:
    count_attempt(kind="second_factor", what=str(account_id), most=MOST_TRIES[0], within=MOST_TRIES[1])


def _forget(account_id: int) -> None:
    forget_attempts(kind="second_factor", what=str(account_id))
