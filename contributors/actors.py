"""Who acts: one value, passed down from the door to every verb."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import Exists, OuterRef, Q

from contributors import clock
from contributors.errors import DomainError
from contributors.models import COVERS, HANDED_BY, Account, Contributor, Delegation, Grant, Portal, Seat

# Who decides about money and rights proves it by a second factor, and again when so much time has passed.
PROVE_AGAIN_AFTER = timedelta(minutes=15)
PROVING_SEATS = frozenset({"head"})
PROVING_CAPABILITIES = frozenset({"account_holder", "accountant", "admin"})


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
    """The person behind a login, with seats and confirmed grants of today. Three queries, and one for who sits on the
    board: what was handed over to them.

    `proved_at` is when this login last gave its second factor, None for never. `access_key` is the public id of the key
    by which a program acts for the person.
    """
    today = clock.today(portal.time_zone)
    person = (
        Contributor.unscoped.filter(portal=portal, account=account, merged_into__isnull=True)
        .values_list("id", flat=True)
        .first()
    )
    held = Seat.unscoped.filter(in_force(today), portal=portal, contributor_id=person) if person else ()
    seats = frozenset(seat.seat for seat in held)
    grants = list(
        Grant.unscoped.filter(in_force(today), portal=portal, account=account, confirmed_at__isnull=False).values_list(
            "capability", "unit_id"
        )
    )
    capabilities = frozenset(capability for capability, _ in grants)
    focal = [unit for capability, unit in grants if capability == "focal_person"]
    return Actor(
        kind="token" if access_key else "person",
        access_key=access_key,
        portal_id=portal.pk,
        account_id=account.pk,
        contributor_id=person,
        name=account.name,
        seats=seats,
        capabilities=capabilities,
        focal_units=frozenset() if None in focal else frozenset(focal),
        handed=_handed_to(person, portal, today) if person and seats else (),
        proof=_proof(
            account=account,
            portal=portal,
            today=today,
            seats=seats,
            capabilities=capabilities,
            proved_at=proved_at,
        ),
        request_id=request_id,
    )


def _handed_to(person: int, portal: Portal, today: date) -> tuple[Handed, ...]:
    """Only while the giver still holds a seat that has the right."""
    sits = Q(giver__seats__effective_from__lte=today) & (
        Q(giver__seats__effective_until__isnull=True) | Q(giver__seats__effective_until__gt=today)
    )
    rows = Delegation.unscoped.filter(
        sits, in_force(today), portal=portal, receiver_id=person, giver__merged_into__isnull=True
    ).values_list("right", "giver_id", "giver__seats__seat")
    given: dict[tuple[str, int], set[str]] = {}
    for right, giver_id, seat in rows:
        if seat in HANDED_BY[right]:
            given.setdefault((right, giver_id), set()).add(seat)
    return tuple(Handed(right, giver, frozenset(given[right, giver])) for right, giver in sorted(given))


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
    return list(
        Portal.objects.filter(  # type: ignore[no-redef]  # what is not asked stands as the class has it
            Q(pk__in=Contributor.unscoped.filter(account=account).values("portal_id"))
            | Q(pk__in=Grant.unscoped.filter(account=account, confirmed_at__isnull=False).values("portal_id"))
        )
        .annotate(has_below=Exists(Portal.objects.filter(parent=OuterRef("pk"))))
        .order_by("name", "pk")
    )
