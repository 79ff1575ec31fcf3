"""Leaving the network and coming back. Taking somebody out for a while stands in `contributors.registration`.

Who leaves keeps what is theirs: open drafts stay, what was sent in goes on, pay that is due stays due. Their unit and
their seats end on that day; rights of the account (accountant, focal person, …) are ended by who gives them.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from contributors import clock
from contributors.access import holds, require
from contributors.actors import Actor
from contributors.applications import check_unit
from contributors.errors import DomainError
from contributors.models import Contributor, Membership, Seat, Unit
from contributors.names import plain_text
from contributors.portals import unit_open_on
from contributors.registration import move_contributor
from contributors.seats import end_seats_on_leaving


def leave(*, actor: Actor, contributor: Contributor, seen_version: int, reason: str = "") -> Contributor:
    """End a collaboration: one's own, without having to say why; somebody else's by head or deputy, with a reason.

    Raises `reason_missing`, `wrong_state`, `stale_version`, and what `seats.end_seats_on_leaving` raises.
    """
    own = contributor.pk == actor.contributor_id
    require(actor, "contributor.leave", own=own)
    if not own and not plain_text(reason):
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = Contributor.objects.select_for_update().get(pk=contributor.pk)
        units = _end_memberships(row, clock.today())
        seats = [seat.seat for seat in end_seats_on_leaving(actor=actor, contributor=row)]
        return move_contributor(
            actor=actor,
            contributor=row,
            action="leave",
            seen_version=seen_version,
            reason=reason,
            facts={"own": own, "units": units, "seats": seats},
        )


def resume(
    *, actor: Actor, contributor: Contributor, seen_version: int, reason: str, unit: Unit | None = None
) -> Contributor:
    """Take somebody in again who had left or was suspended. Whom the network takes is the board's to say.

    Who left belongs to `unit` from today, without one to the unit that they left, if it is still open.
    Raises `reason_missing`, `person_erased`, `unit_closed`, `wrong_state`, `stale_version`.
    """
    require(actor, "contributor.decide")
    if not plain_text(reason):
        raise DomainError("reason_missing", field="reason")
    check_unit(unit)
    with transaction.atomic():
        row = Contributor.objects.select_for_update().get(pk=contributor.pk)
        if row.erased_at is not None:
            raise DomainError("person_erased")
        placed = _place_again(row, unit)
        return move_contributor(
            actor=actor,
            contributor=row,
            action="resume",
            seen_version=seen_version,
            reason=reason,
            facts={"unit": placed},
        )


def may_leave(actor: Actor, contributor: Contributor) -> bool:
    """Whether the actor may end this collaboration."""
    return holds(actor, "contributor.leave", own=contributor.pk == actor.contributor_id)


def unit_left(contributor: Contributor) -> Unit | None:
    """The unit to which a person belongs or belonged last."""
    last = Membership.objects.filter(contributor=contributor).select_related("unit").order_by("-effective_from").first()
    return last.unit if last else None


def seats_held(contributor: Contributor) -> list[Seat]:
    """Seats that leaving would end."""
    today = clock.today()
    still = Q(effective_until__isnull=True) | Q(effective_until__gt=today)
    return list(Seat.objects.filter(still, contributor=contributor).order_by("effective_from", "pk"))


def _end_memberships(person: Contributor, on: date) -> list[int]:
    """The unit's last day is the day before `on`; what begins on that day or later never was."""
    rows = Membership.objects.filter(contributor=person)
    still = rows.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=on))
    ended = list(still.order_by("pk").values_list("unit_id", flat=True))
    rows.filter(effective_from__gte=on).delete()
    still.update(effective_until=on)
    return ended


def _place_again(person: Contributor, unit: Unit | None) -> int | None:
    """The membership's unit; None where there is one already, or no unit is known or open."""
    today = clock.today()
    rows = Membership.objects.filter(contributor=person)
    if rows.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=today)).exists():
        return None
    where = unit or unit_left(person)
    if where is None or not unit_open_on(where, today):
        return None
    Membership.objects.create(portal_id=person.portal_id, contributor=person, unit=where, effective_from=today)
    return where.pk
