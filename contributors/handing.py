"""Codes that people hand on: a link copied into Zalo, or six digits read out by a focal person. No gateway needed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from contributors.access import require, require_proof
from contributors.access_keys import end_access_keys
from contributors.actors import Actor
from contributors.attempts import count_attempt
from contributors.codes import Proof, code_for_operator, hash_of, new_digits, proof_of, spend
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.identity import MAY_ENTER, deciding_portals
from contributors.models import Account, CodeChannel, CodePurpose, Contributor, DeviceLogin, Grant, LoginCode
from contributors.own_units import require_for_person

Way = Literal["link", "digits"]
LINK_LIVES = timedelta(hours=72)
DIGITS_LIVE = timedelta(minutes=30)
TOKEN_BYTES = 24
LINKS = (CodeChannel.COPIED, CodeChannel.BROWSER)
MOST_LINKS_OF_ADDRESS = (60, timedelta(hours=1))
MOST_HANDED = (20, timedelta(hours=1))  # by one person: a hamlet's evening, not a harvest


@dataclass(frozen=True, slots=True)
class HandedCode:
    """What to hand on. `secret` is shown once and kept nowhere: a link's token, or six digits."""

    contributor: Contributor
    way: Way
    secret: str
    purpose: str
    expires_at: datetime

    @property
    def url(self) -> str | None:
        """The address to send on; None for digits that are read out."""
        return f"{settings.BASE_URL}/l/{self.secret}/" if self.way == "link" else None


def may_hand_over(actor: Actor, contributor: Contributor) -> None:
    """Raise `not_allowed` or `code_for_decider` for people to whom this actor may hand no code.

    The login of somebody who decides about money or rights opens more than their own things: only an admin of the
    one portal in which they decide hands them a code, after proving themselves.
    """
    require_for_person(actor, "code.hand_over", contributor)
    if contributor.account_id is None or contributor.account_id == actor.account_id:
        return
    deciding = deciding_portals(contributor.account_id)
    if not deciding:
        return
    if deciding != {actor.portal_id}:
        raise DomainError("code_for_decider")
    try:
        require(actor, "code.hand_over_to_decider")
    except DomainError:
        raise DomainError("code_for_decider") from None
    require_proof(actor)


def hand_over_code(*, actor: Actor, contributor: Contributor, way: Way, reset: bool = False) -> HandedCode:
    """A single-use code for a person whom one knows: to enter the first time, take over, or come back.

    `reset` (a lost phone, a forgotten PIN): their devices, PINs and old password end now, everywhere. Earlier codes
    handed over to the person end in any case. Raises `not_allowed`, `code_for_decider`, `wrong_state`,
    `too_many_attempts`.
    """
    may_hand_over(actor, contributor)
    count_attempt(kind="code.handed", what=f"{actor.account_pk}", most=MOST_HANDED[0], within=MOST_HANDED[1])
    with transaction.atomic():
        person = Contributor.objects.select_for_update().get(pk=contributor.pk)
        if person.merged_into_id is not None:
            raise DomainError("not_found")
        if person.state not in MAY_ENTER:
            raise DomainError("wrong_state", state=person.get_state_display(), action="trao mã")
        now = timezone.now()
        LoginCode.objects.filter(contributor=person, used_at=None, revoked_at=None).update(revoked_at=now)
        row = LoginCode(
            purpose=_purpose(person),
            channel=CodeChannel.COPIED if way == "link" else CodeChannel.HANDED_OVER,
            phone=person.phone,
            account_id=person.account_id,
            contributor=person,
            created_at=now,
            expires_at=now + (LINK_LIVES if way == "link" else DIGITS_LIVE),
            issued_by_id=actor.account_pk,
        )
        secret = secrets.token_urlsafe(TOKEN_BYTES) if way == "link" else new_digits()
        row.code_hash = link_hash(secret) if way == "link" else hash_of(row, secret)
        row.save()
        if reset and person.account_id is not None:
            _forget_everywhere(person.account_id)
        record_event(
            actor=actor,
            kind="code.handed_over",
            subject=person,
            facts={"purpose": row.purpose, "way": way, "reset": reset},
        )
    return HandedCode(person, way, secret, row.purpose, row.expires_at)


def officers_to_let_in(grants: Iterable[Grant]) -> set[int]:
    """Ids of accounts among these grants that a code may be handed to for the first time. Four queries.

    Only whoever has never entered, belongs to this portal alone and shares the phone with nobody: whoever reads the
    code out sees it, and must not come by it into anything that is not this portal's.
    """
    rows = list(grants)
    ids = {row.account_id for row in rows}
    never = dict(
        Account.objects.filter(pk__in=ids, is_active=True, last_login=None, login_phone__isnull=False).values_list(
            "pk", "login_phone"
        )
    )
    here = {row.portal_id for row in rows}
    others = Grant.unscoped.filter(account__in=never).exclude(portal__in=here).values_list("account_id", flat=True)
    known = Contributor.unscoped.filter(account__in=never).values_list("account_id", flat=True)
    phones = set(Contributor.unscoped.filter(phone__in=never.values()).values_list("phone", flat=True))
    left = never.keys() - set(others) - set(known)
    return {pk for pk in left if never[pk] not in phones}


def hand_over_to_officer(*, actor: Actor, grant: Grant) -> str:
    """Six digits for an officer who never wrote a line and enters for the first time; typed with their phone within
    ten minutes. Raises `not_allowed`, `code_for_decider`, `too_many_attempts`.
    """
    require(actor, "code.hand_over_to_decider")
    require_proof(actor)
    if grant.account_id == actor.account_id or grant.account_id not in officers_to_let_in([grant]):
        raise DomainError("code_for_decider")
    count_attempt(kind="code.handed", what=f"{actor.account_pk}", most=MOST_HANDED[0], within=MOST_HANDED[1])
    with transaction.atomic():
        code = code_for_operator(phone=grant.account.login_phone or "")
        record_event(actor=actor, kind="code.handed_over", subject=grant, facts={"way": "digits", "first": True})
    return code


def _purpose(person: Contributor) -> CodePurpose:
    if person.account_id is not None:
        return CodePurpose.LOGIN
    return CodePurpose.TAKE_OVER if person.registered_by_id is not None else CodePurpose.WELCOME


def _forget_everywhere(account_id: int) -> None:
    """Devices, PINs and keys of programs go; a new unusable password ends every session that was opened before."""
    DeviceLogin.objects.filter(account_id=account_id).delete()
    account = Account.objects.select_for_update().get(pk=account_id)
    end_access_keys(account)
    account.set_unusable_password()
    account.save(update_fields=["password"])


def look_at_link(*, token: str, address: str) -> LoginCode:
    """The code of a link that still works, to greet its person; looking spends nothing.

    Zalo opens every link to draw a preview. Raises `link_spent` (unknown, used and expired alike).
    """
    count_attempt(kind="link.address", what=address, most=MOST_LINKS_OF_ADDRESS[0], within=MOST_LINKS_OF_ADDRESS[1])
    row = (
        LoginCode.objects.select_related("contributor__portal")
        .filter(
            code_hash=link_hash(token),
            channel__in=LINKS,
            used_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        )
        .first()
    )
    if row is None:
        raise DomainError("link_spent")
    return row


def use_link(*, token: str, address: str) -> Proof:
    """Spend the code of a link. Raises `link_spent`."""
    row = look_at_link(token=token, address=address)
    if not spend(row):
        raise DomainError("link_spent")
    return proof_of(row)


def link_hash(token: str) -> bytes:
    """As the codes of links are kept."""
    return salted_hmac("contributors.codes.link", token, algorithm="sha256").digest()
