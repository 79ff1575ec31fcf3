"""Who acts: one value, passed down from the door to every verb."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.db.models import Q

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Account, Contributor, Grant, Portal, Seat


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a token or the system itself, in one portal, with the seats and rights held now."""

    kind: Literal["person", "token", "system"]
    portal_id: int
    account_id: int | None = None
    contributor_id: int | None = None
    name: str = ""
    seats: frozenset[str] = field(default_factory=frozenset)
    capabilities: frozenset[str] = field(default_factory=frozenset)
    request_id: str = ""

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


def actor_for(account: Account, portal: Portal, *, request_id: str = "") -> Actor:
    """The person behind a login, with seats and confirmed grants of today. Three queries."""
    today = clock.today(portal.time_zone)
    person = (
        Contributor.unscoped.filter(portal=portal, account=account, merged_into__isnull=True)
        .values_list("id", flat=True)
        .first()
    )
    seats = Seat.unscoped.filter(in_force(today), portal=portal, contributor_id=person) if person else ()
    grants = Grant.unscoped.filter(in_force(today), portal=portal, account=account, confirmed_at__isnull=False)
    return Actor(
        kind="person",
        portal_id=portal.pk,
        account_id=account.pk,
        contributor_id=person,
        name=account.name,
        seats=frozenset(seat.seat for seat in seats),
        capabilities=frozenset(grants.values_list("capability", flat=True)),
        request_id=request_id,
    )


def system_actor(portal: Portal) -> Actor:
    """The installation itself: loaders and timers. It holds no seat and no right of a person."""
    return Actor(kind="system", portal_id=portal.pk)


def portals_of(account: Account) -> list[Portal]:
    """Portals in which the account is a contributor or holds a grant, in the order of their names."""
    return list(
        Portal.objects.filter(
            Q(pk__in=Contributor.unscoped.filter(account=account).values("portal_id"))
            | Q(pk__in=Grant.unscoped.filter(account=account, confirmed_at__isnull=False).values("portal_id"))
        ).order_by("name", "pk")
    )
