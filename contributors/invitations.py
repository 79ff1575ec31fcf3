"""Invitations to join: for a unit or one person, on a poster, a card, or in a message.

The token is derived from the invitation's id and the installation's key, so a poster can be printed again while
the database keeps a hash only. It is twelve letters that nobody mistakes when reading them aloud.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Contributor, ContributorState, Invitation, Portal, Unit, UnitSuccession
from contributors.models.tenancy import new_public_id
from contributors.names import plain_text
from contributors.own_units import require_for_person, require_for_unit, units_within
from contributors.portals import unit_open_on

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
LETTERS = 12
GROUP = 4
MOST_USES = 1000
LONGEST_DAYS = 366
USUAL_USES = 100
USUAL_DAYS = 90
MOST_SUCCESSORS = 10
MOST_PRINTED = 300
# Whoever was named by others or was not taken may be invited by name; who is with us needs no invitation.
INVITABLE = frozenset({ContributorState.RECORDED, ContributorState.DECLINED})


def make_invitation(
    *,
    actor: Actor,
    unit: Unit | None = None,
    contributor: Contributor | None = None,
    uses: int = USUAL_USES,
    expires_at: datetime | None = None,
    days: int = USUAL_DAYS,
    note: str = "",
) -> Invitation:
    """For a unit (`uses` people) or for one person (once). A focal person invites to their own units only.

    It holds until `expires_at`, or for so many `days`. Raises `invitation_for_whom`, `unit_closed`, `uses_wrong`,
    `expiry_wrong`.
    """
    if (unit is None) == (contributor is None):
        raise DomainError("invitation_for_whom", field="unit")
    _require_invite(actor, unit, contributor)
    end = _end(expires_at, days)
    if not 1 <= uses <= MOST_USES:
        raise DomainError("uses_wrong", field="uses", most=MOST_USES)
    if unit is not None and not unit_open_on(unit, clock.today()):
        raise DomainError("unit_closed", field="unit")
    with transaction.atomic():
        if contributor is not None:
            uses = 1
            person = Contributor.objects.select_for_update().get(pk=contributor.pk)
            if person.state not in INVITABLE or person.merged_into_id is not None:
                raise DomainError("invitation_for_whom", field="contributor")
        (made,) = _write(actor, [(unit, contributor)], uses=uses, end=end, note=note)
    return made


def make_invitations_for_units(
    *, actor: Actor, uses: int = USUAL_USES, expires_at: datetime | None = None, days: int = USUAL_DAYS, note: str = ""
) -> list[Invitation]:
    """One for every open unit that has none; a focal person gets them for their own units."""
    require(actor, "invitation.make")
    end = _end(expires_at, days)
    if not 1 <= uses <= MOST_USES:
        raise DomainError("uses_wrong", field="uses", most=MOST_USES)
    with transaction.atomic():
        # Two people who press at once: the second one waits here and then finds them made.
        Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)
        served = open_invitations().filter(contributor__isnull=True).values("unit")
        wanted = units_to_invite(actor).exclude(pk__in=served)
        return _write(actor, [(unit, None) for unit in wanted], uses=uses, end=end, note=note)


def revoke_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """From now on nobody joins by it. Revoking twice changes nothing."""
    _require_invite(actor, invitation.unit, invitation.contributor)
    with transaction.atomic():
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            row.save(update_fields=["revoked_at"])
            record_event(actor=actor, kind="invitation.revoked", subject=row, facts={"uses_left": row.uses_left})
    return row


def take_one_use(invitation: Invitation) -> None:
    """In the running transaction: one use less, in one statement, so that a last use is taken once.

    Raises `invitation_used_up`, `invitation_expired`, `invitation_revoked`.
    """
    now = clock.now()
    alive = Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True, expires_at__gt=now)
    if not alive.filter(uses_left__gt=0).update(uses_left=F("uses_left") - 1):
        raise DomainError(_refusal(Invitation.objects.get(pk=invitation.pk), now) or "invitation_used_up")


def open_invitation(typed: str) -> tuple[Portal, Invitation]:
    """The portal and the invitation behind a code, asked by somebody without a login.

    Raises `invitation_unknown`, `invitation_expired`, `invitation_used_up`, `invitation_revoked`, `unit_closed`.
    """
    portal, invitation = find_invitation(typed)
    refused = _refusal(invitation, clock.now())
    if refused:
        raise DomainError(refused)
    if portal.closed_on is not None and portal.closed_on <= clock.today(portal.time_zone):
        raise DomainError("unit_closed", field="unit")
    unit_of(invitation)
    return portal, invitation


def unit_of(invitation: Invitation) -> Unit | None:
    """Where its people join today: a poster of a hamlet that was renamed or merged still leads to its successor.

    None for an invitation of one person. Raises `unit_closed`.
    """
    unit, today = invitation.unit, clock.today()
    for _ in range(MOST_SUCCESSORS):
        if unit is None or unit_open_on(unit, today):
            return unit
        after = UnitSuccession.unscoped.filter(portal_id=invitation.portal_id, from_unit=unit, on__lte=today)
        successors = list(after.select_related("to_unit")[:2])
        if len(successors) != 1:  # none, or a hamlet that was split: nobody can say which
            break
        unit = successors[0].to_unit
    raise DomainError("unit_closed", field="unit")


def find_invitation(typed: str) -> tuple[Portal, Invitation]:
    """The same, whatever became of the invitation. Raises `invitation_unknown`."""
    token = canonical_token(typed)
    # Whoever holds a poster has no login and names no portal: the hash is looked for in all of them.
    found = (
        Invitation.unscoped.select_related("portal", "unit", "contributor").filter(token_hash=_hash(token)).first()
        if token
        else None
    )
    if found is None:
        raise DomainError("invitation_unknown", field="code")
    return found.portal, found


def token_of(invitation: Invitation) -> str:
    """The token, derived again. Raises `invitation_unprintable` if no key of the installation gives it."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _derived(str(invitation.public_id), str(key))
        if _hash(token) == bytes(invitation.token_hash):
            return token
    raise DomainError("invitation_unprintable")


def shown_token(token: str) -> str:
    """As it is printed: XXXX-XXXX-XXXX."""
    return "-".join(token[start : start + GROUP] for start in range(0, len(token), GROUP))


def canonical_token(typed: str) -> str | None:
    """What somebody typed: any case, blanks and dashes free. None if it cannot be a token."""
    plain = "".join(letter for letter in typed.upper() if letter not in " -–\u00a0")
    return plain if len(plain) == LETTERS and set(plain) <= set(ALPHABET) else None


def invitation_url(invitation: Invitation) -> str:
    """The address in the QR code and in messages."""
    return f"{settings.BASE_URL}/j/{token_of(invitation)}/"


def open_invitations() -> QuerySet[Invitation]:
    """Those by which somebody can join now; their unit may have closed meanwhile."""
    rows: QuerySet[Invitation] = Invitation.objects.filter(
        revoked_at__isnull=True, expires_at__gt=clock.now(), uses_left__gt=0
    )
    return rows


def invitations_seen_by(actor: Actor) -> QuerySet[Invitation]:
    """Newest first: all of the portal, or those of a focal person's units."""
    require(actor, "invitation.make")
    rows: QuerySet[Invitation] = Invitation.objects.select_related("unit", "contributor", "created_by")
    within = units_within(actor, "invitation.make")
    if within is not None:
        rows = rows.filter(unit__in=within)
    return rows.order_by("-created_at", "-pk")


def invitations_of_units(actor: Actor) -> list[Invitation]:
    """The newest open one of each unit, in the order of units: what is printed for all of them at once."""
    newest: dict[int, Invitation] = {}
    rows = invitations_seen_by(actor).filter(pk__in=open_invitations(), unit__isnull=False)
    for row in rows[:MOST_PRINTED]:
        if row.unit_id is not None:
            newest.setdefault(row.unit_id, row)
    return [newest[unit.pk] for unit in units_to_invite(actor) if unit.pk in newest]


def units_to_invite(actor: Actor) -> QuerySet[Unit]:
    """Open units for which the actor may invite; former communes only group them."""
    rows: QuerySet[Unit] = Unit.objects.filter(opened__lte=clock.today(), closed__isnull=True).exclude(kind="commune")
    within = units_within(actor, "invitation.make")
    if within is not None:
        rows = rows.filter(pk__in=within)
    return rows.order_by("kind", "sort_key", "pk")


def invitation_state(invitation: Invitation, now: datetime | None = None) -> str:
    """One of "open", "used_up", "expired", "revoked"."""
    refused = _refusal(invitation, now or clock.now())
    return refused.removeprefix("invitation_") if refused else "open"


def _refusal(invitation: Invitation, now: datetime) -> str:
    if invitation.revoked_at is not None:
        return "invitation_revoked"
    if invitation.expires_at <= now:
        return "invitation_expired"
    invited = invitation.contributor
    if not invitation.uses_left or (invited is not None and invited.state not in INVITABLE):
        return "invitation_used_up"
    return ""


def _require_invite(actor: Actor, unit: Unit | None, contributor: Contributor | None) -> None:
    if contributor is not None:
        require_for_person(actor, "invitation.make", contributor)
    else:
        require_for_unit(actor, "invitation.make", unit.pk if unit else None)


def _end(expires_at: datetime | None, days: int) -> datetime:
    now = clock.now()
    if expires_at is None and not 1 <= days <= LONGEST_DAYS:
        raise DomainError("expiry_wrong", field="days", days=LONGEST_DAYS)
    end = expires_at or now + timedelta(days=days)
    if not now < end <= now + timedelta(days=LONGEST_DAYS):
        raise DomainError("expiry_wrong", field="expires_at", days=LONGEST_DAYS)
    return end


def _write(
    actor: Actor, wanted: Sequence[tuple[Unit | None, Contributor | None]], *, uses: int, end: datetime, note: str
) -> list[Invitation]:
    now = clock.now()
    made = []
    for unit, contributor in wanted:
        public_id = new_public_id()
        row = Invitation.objects.create(
            portal_id=actor.portal_id,
            public_id=public_id,
            unit=unit,
            contributor=contributor,
            token_hash=_hash(_derived(str(public_id), settings.SECRET_KEY)),
            uses=uses,
            uses_left=uses,
            note=plain_text(note)[:200],
            expires_at=end,
            created_by_id=actor.account_pk,
            created_at=now,
        )
        record_event(
            actor=actor,
            kind="invitation.made",
            subject=row,
            facts={
                "unit": unit.pk if unit else None,
                "contributor": contributor.pk if contributor else None,
                "uses": uses,
                "until": end.isoformat(),
            },
        )
        made.append(row)
    return made


def _derived(public_id: str, key: str) -> str:
    digest = salted_hmac("contributors.invitations", public_id, secret=key, algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(LETTERS):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
