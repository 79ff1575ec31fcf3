"""Keys by which a program of somebody's acts for them: made and withdrawn by their owner, never by a program.

The package (django-rest-knox) makes the secret, keeps its hash and lets it expire; here stand the portal, the scopes
and the record. See docs/adr/0040-keys-for-programs.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from knox.models import AuthToken

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import AccessKey, Account, KeyScope
from contributors.names import plain_text

LONGEST_DAYS = 365
LONGEST_NAME = 100
MOST_IN_FORCE = 20
SHOWN_FOR = timedelta(days=400)  # how long an ended key stays on its owner's page
USED_TO = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its secret, which stands nowhere else and is shown once."""

    key: AccessKey
    secret: str


def make_access_key(*, actor: Actor, name: str, scopes: Iterable[str], last_day: date) -> NewKey:
    """A key of the actor's own in the actor's portal, good until the end of `last_day`, at most a year away.

    `scopes` are of KeyScope; reading belongs to each. Whoever has a second factor gives it first. Raises
    `person_needed`, `second_factor_needed`, `access_key_name`, `access_key_scopes`, `access_key_expiry`,
    `access_keys_many`.
    """
    require_proof(actor)
    said = plain_text(name)
    if not 0 < len(said) <= LONGEST_NAME:
        raise DomainError("access_key_name", field="name", limit=LONGEST_NAME)
    chosen = set(scopes)
    if KeyScope.READ not in chosen or not chosen <= set(KeyScope.values):
        raise DomainError("access_key_scopes", field="scopes")
    today = timezone.localdate(clock.now())
    if not today < last_day <= today + timedelta(days=LONGEST_DAYS):
        raise DomainError("access_key_expiry", field="last_day", days=LONGEST_DAYS)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_pk)
        if keys_in_force(account).count() >= MOST_IN_FORCE:
            raise DomainError("access_keys_many", most=MOST_IN_FORCE)
        ends = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), datetime.min.time()))
        token, secret = AuthToken.objects.create(account, expiry=ends - clock.now())
        key = AccessKey.objects.create(
            portal_id=actor.portal_id,
            account=account,
            token=token,
            name=said,
            tail=secret[-4:],
            scopes=[scope for scope in KeyScope.values if scope in chosen],
            made_at=clock.now(),
            expires_at=ends,
        )
        record_event(
            actor=actor,
            kind="access_key.made",
            subject=key,
            facts={"name": said, "scopes": key.scopes, "last_day": last_day.isoformat()},
        )
    return NewKey(key, secret)


def withdraw_access_key(*, actor: Actor, key: AccessKey) -> AccessKey:
    """End one's own key now; a second time changes nothing. A program may end keys of its owner, its own too.

    Raises `not_found` for somebody else's.
    """
    with transaction.atomic():
        row: AccessKey | None = (
            AccessKey.objects.select_for_update(of=("self",)).filter(pk=key.pk, account_id=actor.account_pk).first()
        )
        if row is None:
            raise DomainError("not_found")
        if row.withdrawn_at is None:
            gone, row.token, row.withdrawn_at = row.token_id, None, clock.now()
            row.save(update_fields=["token", "withdrawn_at"])
            AuthToken.objects.filter(pk=gone).delete()
            record_event(actor=actor, kind="access_key.withdrawn", subject=row, facts={"name": row.name})
    return row


def own_access_keys(actor: Actor) -> list[AccessKey]:
    """The actor's keys in this portal, the newest first; ended ones for a while."""
    return list(AccessKey.objects.filter(account_id=actor.account_pk).order_by("-pk"))


def own_access_key(actor: Actor, public_id: UUID | str) -> AccessKey:
    """Raises `not_found`."""
    row: AccessKey | None = AccessKey.objects.filter(account_id=actor.account_pk, public_id=public_id).first()
    if row is None:
        raise DomainError("not_found")
    return row


def keys_in_force(account: Account) -> QuerySet[AccessKey]:
    return AccessKey.unscoped.filter(account=account, withdrawn_at__isnull=True, expires_at__gt=clock.now())


def key_of_token(digest: str) -> AccessKey | None:
    """The key behind a token that was just recognized, in force and with its portal; notes its use, to the minute."""
    now = clock.now()
    key: AccessKey | None = (
        AccessKey.unscoped.select_related("portal")
        .filter(token=digest, withdrawn_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if key is not None and (key.used_at is None or key.used_at <= now - USED_TO):
        AccessKey.unscoped.filter(pk=key.pk).filter(Q(used_at=None) | Q(used_at__lte=now - USED_TO)).update(used_at=now)
    return key


def end_access_keys(account: Account) -> int:
    """Every key of a login, in every portal, where the login itself ends or went into other hands; returns how many."""
    rows = AccessKey.unscoped.filter(account=account, token__isnull=False)
    ended = rows.update(token=None, withdrawn_at=clock.now())
    AuthToken.objects.filter(user=account).delete()
    return ended


def sweep_access_keys() -> int:
    """Hashes of expired secrets go at once, the rows of keys long over after a while; returns how many rows went."""
    now = timezone.now()
    AuthToken.objects.filter(expiry__lte=now).delete()
    return AccessKey.unscoped.filter(expires_at__lte=now - SHOWN_FOR).delete()[0]
