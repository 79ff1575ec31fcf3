"""Who acts: one value, passed down from the door to every verb."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import connection
from django.db.models import Q

from contributors import clock
from contributors.errors import DomainError
from contributors.models import COVERS, HANDED_BY, Account, Portal

# Who decides about money and rights proves it by a second factor, and again when so much time has passed.
PROVE_AGAIN_AFTER = timedelta(minutes=15)
PROVING_SEATS = frozenset({"head"})
PROVING_CAPABILITIES = frozenset({"account_holder", "accountant", "admin"})

# Both are asked by every page and every call, before anything else: written out, they cost the program a fifth of what
# the same questions cost it when they are put together each time. What was handed over holds only while the giver
# still has a seat, and whoever received it too (which seat gives the right is looked at afterwards).
WHERE_ONE_BELONGS = """
SELECT portal.*, EXISTS (SELECT FROM contributors_portal below WHERE below.parent_id = portal.id) AS has_below
  FROM contributors_portal portal
 WHERE portal.id IN (
       SELECT portal_id FROM contributors_contributor WHERE account_id = %(account)s
       UNION ALL
       SELECT portal_id FROM contributors_grant WHERE account_id = %(account)s AND confirmed_at IS NOT NULL)
 ORDER BY portal.name, portal.id
"""
WHO = """
WITH me AS (
    SELECT id FROM contributors_contributor
     WHERE portal_id = %(portal)s AND account_id = %(account)s AND merged_into_id IS NULL
     ORDER BY id LIMIT 1)
SELECT 'person', '', id, '' FROM me
UNION ALL
SELECT 'seat', held.seat, NULL, ''
  FROM contributors_seat held JOIN me ON me.id = held.contributor_id
 WHERE held.portal_id = %(portal)s AND held.effective_from <= %(today)s
   AND (held.effective_until IS NULL OR held.effective_until > %(today)s)
UNION ALL
SELECT 'grant', given.capability, given.unit_id, ''
  FROM contributors_grant given
 WHERE given.portal_id = %(portal)s AND given.account_id = %(account)s AND given.confirmed_at IS NOT NULL
   AND given.effective_from <= %(today)s AND (given.effective_until IS NULL OR given.effective_until > %(today)s)
UNION ALL
SELECT 'handed', over."right", over.giver_id, held.seat
  FROM contributors_delegation over JOIN me ON me.id = over.receiver_id
  JOIN contributors_contributor giver ON giver.id = over.giver_id AND giver.merged_into_id IS NULL
  JOIN contributors_seat held ON held.contributor_id = giver.id AND held.effective_from <= %(today)s
   AND (held.effective_until IS NULL OR held.effective_until > %(today)s)
 WHERE over.portal_id = %(portal)s AND over.effective_from <= %(today)s
   AND (over.effective_until IS NULL OR over.effective_until > %(today)s)
"""


@dataclass(frozen=True, slots=True)
class Handed:
    """A right in somebody's hands for a time: `giver_id` keeps it, `seats` are those of the giver that give it."""

    right: str
    giver_id: int
    seats: frozenset[str]

    def covers(self, action: str) -> bool:
        return action in COVERS[self.right]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a token or the system itself, in one portal, with the seats and rights held now.

    `focal_units` are the ids of the units that a focal person looks after; empty with the capability: all of them.
    `handed` are the rights that other board members gave into the person's hands for today.
    `proof` says whether the second factor that the person must give has been given lately. Of a token, `access_key` is
    the key that stands for the person.
    """

    kind: Literal["person", "token", "system"]
    portal_id: int
    account_id: int | None = None
    contributor_id: int | None = None
    name: str = ""
    seats: frozenset[str] = field(default_factory=frozenset)
    capabilities: frozenset[str] = field(default_factory=frozenset)
    focal_units: frozenset[int] = field(default_factory=frozenset)
    handed: tuple[Handed, ...] = ()
    proof: Literal["not_needed", "needed", "given"] = "not_needed"
    request_id: str = ""
    access_key: str = ""

    @property
    def account_pk(self) -> int:
        """The account behind the actor, where a row must name one. Raises `not_allowed` for the system."""
        if self.account_id is None:
            raise DomainError("not_allowed")
        return self.account_id

    @property
    def contributor_pk(self) -> int:
        """The contributor behind the actor. Raises `person_unknown` for an account that is none."""
        if self.contributor_id is None:
            raise DomainError("person_unknown", field="contributor")
        return self.contributor_id

    @property
    def on_board(self) -> bool:
        return bool(self.seats)


def in_force(on: date) -> Q:
    """Rows whose `[effective_from, effective_until)` holds on a day."""
    return Q(effective_from__lte=on) & (Q(effective_until__isnull=True) | Q(effective_until__gt=on))


def actor_for(
    account: Account,
    portal: Portal,
    *,
    request_id: str = "",
    proved_at: datetime | None = None,
    access_key: str = "",
) -> Actor:
    """The person behind a login, with seats and confirmed grants of today, and what was handed over to them. One query.

    `proved_at` is when this login last gave its second factor, None for never. `access_key` is the public id of the key
    by which a program acts for the person.
    """
    today = clock.today(portal.time_zone)
    person = None
    seats: set[str] = set()
    grants: list[tuple[str, int | None]] = []
    handed: dict[tuple[str, int], set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(WHO, {"portal": portal.pk, "account": account.pk, "today": today})
        for kind, word, of, seat in cursor.fetchall():
            if kind == "person":
                person = of
            elif kind == "seat":
                seats.add(word)
            elif kind == "grant":
                grants.append((word, of))
            elif seat in HANDED_BY[word]:
                handed.setdefault((word, of), set()).add(seat)
    capabilities = frozenset(capability for capability, _ in grants)
    focal = [unit for capability, unit in grants if capability == "focal_person"]
    return Actor(
        kind="token" if access_key else "person",
        access_key=access_key,
        portal_id=portal.pk,
        account_id=account.pk,
        contributor_id=person,
        name=account.name,
        seats=frozenset(seats),
        capabilities=capabilities,
        focal_units=frozenset() if None in focal else frozenset(unit for unit in focal if unit is not None),
        handed=tuple(Handed(*over, frozenset(handed[over])) for over in sorted(handed)) if seats else (),
        proof=_proof(
            account=account,
            portal=portal,
            today=today,
            seats=frozenset(seats),
            capabilities=capabilities,
            proved_at=proved_at,
        ),
        request_id=request_id,
    )


def _proof(
    *,
    account: Account,
    portal: Portal,
    today: date,
    seats: frozenset[str],
    capabilities: frozenset[str],
    proved_at: datetime | None,
) -> Literal["not_needed", "needed", "given"]:
    """Whoever has set up a second factor is asked for it; whoever decides must have one from the portal's day on."""
    decides = bool(seats & PROVING_SEATS or capabilities & PROVING_CAPABILITIES)
    demanded = decides and portal.second_factor_from is not None and portal.second_factor_from <= today
    if account.second_factor_since is None and not demanded:
        return "not_needed"
    fresh = proved_at is not None and proved_at > clock.now() - PROVE_AGAIN_AFTER
    return "given" if fresh else "needed"


def system_actor(portal: Portal) -> Actor:
    """The installation itself: loaders and timers. It holds no seat and no right of a person."""
    return Actor(kind="system", portal_id=portal.pk)


def portals_of(account: Account) -> list[Portal]:
    """Portals in which the account is a contributor or holds a grant, by their names; `has_below` is known."""
    return list(Portal.objects.raw(WHERE_ONE_BELONGS, {"account": account.pk}))
