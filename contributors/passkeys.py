"""Passkeys as second factor: a fingerprint, a face, a security key. The exchange is fido2's, the rows are allauth's.

Options and state go out together; the state (a challenge) waits in the session and is used once.
"""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from contributors.actors import Actor
from contributors.attempts import count_attempt
from contributors.errors import DomainError
from contributors.models import Account
from contributors.names import plain_text
from contributors.second_factor import ISSUER, MOST_TRIES, PASSKEY, lock_for_adding, note_added

Options = dict[str, Any]
State = dict[str, Any]
MOST_PASSKEYS = 10
LONGEST_ANSWER = 20_000
LONGEST_NAME = 60


def works_at(host: str) -> bool:
    """Browsers know passkeys for names of hosts, not for numbers."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return bool(host)
    return False


def begin_passkey(account: Account, host: str) -> tuple[Options, State]:
    """What the browser needs to make a passkey for this host name."""
    user = PublicKeyCredentialUserEntity(id=account.public_id.bytes, name=account.name, display_name=account.name)
    options, state = _server(host).register_begin(
        user,
        [credential for _, credential in _kept(account)],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), dict(state)


def add_passkey(*, actor: Actor, host: str, state: Mapping[str, Any], answer: str, name: str) -> list[str]:
    """Keep the passkey that a browser made. Returns recovery codes if this is the first factor.

    Raises `passkey_refused`, `second_factor_needed` (where another factor exists).
    """
    try:
        made = _server(host).register_complete(dict(state), _read(answer))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DomainError("passkey_refused") from None
    credential = made.credential_data
    if credential is None:
        raise DomainError("passkey_refused")
    with transaction.atomic():
        account = lock_for_adding(actor)
        kept = _kept(account)
        if len(kept) >= MOST_PASSKEYS or any(one.credential_id == credential.credential_id for _, one in kept):
            raise DomainError("passkey_refused")
        Authenticator.objects.create(
            user=account,
            type=PASSKEY,
            data={
                "name": plain_text(name)[:LONGEST_NAME],
                "credential": base64.b64encode(bytes(credential)).decode(),
                "counter": made.counter,
            },
        )
        return note_added(actor, account, "passkey")


def begin_proof(account: Account, host: str) -> tuple[Options, State] | None:
    """What the browser needs to prove one of the account's passkeys; None if there is none, or not at this host."""
    kept = [credential for _, credential in _kept(account)]
    if not kept or not works_at(host):
        return None
    options, state = _server(host).authenticate_begin(kept, user_verification=UserVerificationRequirement.PREFERRED)
    return dict(options), dict(state)


def prove_by_passkey(*, account: Account, host: str, state: Mapping[str, Any], answer: str) -> None:
    """Raises `passkey_refused`, also for a counter that went back (a copied key), and `too_many_attempts`."""
    count_attempt(kind="passkey", what=str(account.pk), most=MOST_TRIES[0] * 4, within=MOST_TRIES[1])
    try:
        parsed = _read(answer)
        with transaction.atomic():
            kept = _kept(account, lock=True)
            used = _server(host).authenticate_complete(dict(state), [one for _, one in kept], parsed)
            counter = AuthenticationResponse.from_dict(parsed).response.authenticator_data.counter
            row = next(row for row, one in kept if one.credential_id == used.credential_id)
            if (counter or row.data["counter"]) and counter <= row.data["counter"]:
                raise DomainError("passkey_refused")
            row.data["counter"] = counter
            row.last_used_at = timezone.now()
            row.save(update_fields=["data", "last_used_at"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DomainError("passkey_refused") from None


def _server(host: str) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(name=ISSUER, id=host))


def _kept(account: Account, *, lock: bool = False) -> list[tuple[Any, AttestedCredentialData]]:
    rows = Authenticator.objects.filter(user=account, type=PASSKEY).order_by("pk")
    return [
        (row, AttestedCredentialData(base64.b64decode(row.data["credential"])))
        for row in (rows.select_for_update() if lock else rows)
    ]


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError
    return found
