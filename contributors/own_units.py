"""Rights that a focal person holds for the units that they look after, and for no others."""

from __future__ import annotations

from contributors import clock
from contributors.access import RIGHTS, Right, holds, looks_after, require
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.models import Contributor, Membership

FOCAL = "grant:focal_person"


def holds_everywhere(actor: Actor, action: str) -> bool:
    """Whether the right comes from a seat or grant that is not bound to units."""
    right = RIGHTS[action]
    return holds(actor, action, {action: Right(right.holders - {FOCAL}, right.meaning)})


def units_within(actor: Actor, action: str) -> frozenset[int] | None:
    """Ids of the units for which the actor holds the right; None: all of them, and people without one."""
    if not holds(actor, action):
        return frozenset()
    if holds_everywhere(actor, action) or not actor.focal_units:
        return None
    return actor.focal_units


def require_for_unit(actor: Actor, action: str, unit_id: int | None) -> None:
    """Raise `not_allowed` unless the actor holds the right for a unit."""
    require(actor, action)
    if not holds_everywhere(actor, action) and not looks_after(actor, unit_id):
        raise DomainError("not_allowed")


def require_for_person(actor: Actor, action: str, person: Contributor) -> None:
    """The same for the unit to which a person belongs today."""
    require(actor, action)
    if not holds_everywhere(actor, action) and not looks_after(actor, unit_id_of(person)):
        raise DomainError("not_allowed")


def unit_id_of(person: Contributor) -> int | None:
    """The unit to which a person belongs today."""
    today = clock.today()
    return Membership.objects.filter(in_force(today), contributor=person).values_list("unit_id", flat=True).first()
