"""A new portal: whoever runs the installation makes a one-time link, its holder becomes the first administrator.

The link stands for the installation: while there is nobody yet, nobody else could give the first rights. It founds
the portal, one administrator and, if they sit on the board, their own seat; everything after that takes their login.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from contributors import clock
from contributors.actors import system_actor
from contributors.attempts import count_attempt
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.identity import check_new_password, login_by_password
from contributors.models import Account, Capability, Category, Portal, PortalOpening
from contributors.names import normal_phone, person_name, search_key
from contributors.portals import open_portal, portal_name
from contributors.registration import open_account, seat_founder
from contributors.scopes import portal_scope
from contributors.seats import give_seat, propose_grant

LIVES = timedelta(days=7)
TOKEN_BYTES = 24
MOST_OF_ADDRESS = (60, timedelta(hours=1))
SLUG_LIMIT = 40


def offer_opening() -> str:
    """The token of a new one-time link. For the installation's own command: no right inside a portal is asked."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    PortalOpening.objects.create(token_hash=_hash(token), created_at=now, expires_at=now + LIVES)
    return token


def look_at_opening(*, token: str, address: str) -> PortalOpening:
    """The link, if it still works; looking spends nothing. Raises `link_spent`, `too_many_attempts`."""
    count_attempt(kind="opening.address", what=address, most=MOST_OF_ADDRESS[0], within=MOST_OF_ADDRESS[1])
    row = PortalOpening.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=timezone.now()).first()
    if row is None:
        raise DomainError("link_spent")
    return row


def open_by_link(
    *, token: str, address: str, name: str, full_name: str, phone: str, password: str, seat: str = ""
) -> tuple[Portal, Account]:
    """Found the portal and its first administrator; `seat` is their own place on the board, "" for none.

    A phone that has a login already must come with that login's password. Call it outside of a transaction. Raises
    `link_spent`, `portal_name_missing`, `name_missing`, `phone_malformed`, `login_refused`, `password_short`,
    `password_common`.
    """
    look_at_opening(token=token, address=address)
    said, person, number = portal_name(name), person_name(full_name), normal_phone(phone)
    account = _known(number, password, address)
    if account is None:
        _check_password(password, person)
    with transaction.atomic():
        row = PortalOpening.objects.select_for_update().get(token_hash=_hash(token))
        if row.used_at is not None:
            raise DomainError("link_spent")
        portal = _found(said)
        row.used_at, row.portal = timezone.now(), portal
        row.save(update_fields=["used_at", "portal"])
        account = account or open_account(login_phone=phone, name=person, password=password)
        with portal_scope(portal):
            _first_person(portal, account, phone, seat)
    return portal, account


def _known(number: str, password: str, address: str) -> Account | None:
    """The login of a phone, proven by its password; None where the phone has none yet."""
    account = Account.objects.filter(login_phone=number).first()
    if account is None:
        return None
    # A wrong password is counted like one at the door.
    if account not in login_by_password(phone=number, password=password, address=address):
        raise DomainError("login_refused", field="password")
    return account


def _check_password(password: str, name: str) -> None:
    try:
        check_new_password(password, Account(name=name))
    except DomainError as refused:
        raise DomainError(refused.code, field="password", **refused.values) from None


def _found(name: str) -> Portal:
    """A portal with an address of its own: xa-tan-thanh, xa-tan-thanh-2."""
    bare = re.sub(r"[^a-z0-9]+", "-", search_key(name)).strip("-")[:SLUG_LIMIT].strip("-") or "trang"
    for nth in range(1, 1000):
        try:
            with transaction.atomic():
                return open_portal(name=name, slug=bare if nth == 1 else f"{bare}-{nth}")
        except IntegrityError:
            continue
    raise DomainError("portal_name_missing", field="name")


def _first_person(portal: Portal, account: Account, phone: str, seat: str) -> None:
    founder, today = system_actor(portal), clock.today(portal.time_zone)
    record_event(actor=founder, kind="portal.opened", subject=portal, facts={"slug": portal.slug})
    propose_grant(actor=founder, account=account, capability=Capability.ADMIN, effective_from=today, decision_number="")
    if not seat:
        return
    person = seat_founder(actor=founder, full_name=account.name, phone=phone, account=account, category=Category.STAFF)
    give_seat(actor=founder, contributor=person, seat=seat, effective_from=today, decision_number="")


def _hash(token: str) -> bytes:
    return salted_hmac("contributors.opening", token, algorithm="sha256").digest()
