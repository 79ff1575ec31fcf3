"""Handing one's own right over for a time ("uỷ quyền"): who approves or posts while somebody is away.

The one who receives it acts in the giver's place and by the giver's limits: never on a piece that the giver made,
never as their own second scorer, never further. It ends by itself when the giver's seat ends.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from contributors import clock
from contributors.access import holds, require_proof
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import HANDED_BY, Contributor, Delegation, HandedRight, Seat
from contributors.names import plain_text

LONGEST = timedelta(days=186)


def hand_over(
    *,
    actor: Actor,
    receiver: Contributor,
    right: str,
    effective_from: date,
    effective_until: date,
    reason: str,
) -> Delegation:
    """The actor's own right in another board member's hands in `[from, until)`.

    Raises `not_allowed` (no seat of one's own gives it), `hand_to_oneself`, `hand_to_board`, `hand_twice`,
    `dates_wrong`, `day_past`, `hand_too_long`, `reason_missing`.
    """
    if right not in HandedRight.values:
        raise DomainError("not_found", field="right")
    if not actor.seats & HANDED_BY[right]:
        raise DomainError("not_allowed")
    require_proof(actor)
    said = plain_text(reason)[:300]
    if not said:
        raise DomainError("reason_missing", field="reason")
    if effective_from < clock.today():
        raise DomainError("day_past", field="effective_from")
    if effective_until <= effective_from:
        raise DomainError("dates_wrong", field="effective_until")
    if effective_until - effective_from > LONGEST:
        raise DomainError("hand_too_long", field="effective_until", limit=LONGEST.days)
    if receiver.pk == actor.contributor_id:
        raise DomainError("hand_to_oneself", field="receiver")
    if not Seat.objects.filter(in_force(effective_from), contributor=receiver).exists():
        raise DomainError("hand_to_board", field="receiver")
    with transaction.atomic():
        Contributor.objects.select_for_update(no_key=True).get(pk=actor.contributor_pk)  # one hand-over at a time
        twice = Delegation.objects.filter(
            giver_id=actor.contributor_pk,
            right=right,
            effective_from__lt=effective_until,
            effective_until__gt=effective_from,
        )
        if twice.exclude(effective_from=F("effective_until")).exists():
            raise DomainError("hand_twice", field="effective_from")
        row = Delegation.objects.create(
            portal_id=actor.portal_id,
            giver_id=actor.contributor_pk,
            receiver=receiver,
            right=right,
            effective_from=effective_from,
            effective_until=effective_until,
            reason=said,
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        record_event(actor=actor, kind="delegation.made", subject=row, facts=_facts(row), personal={"reason": said})
    return row


def take_back(*, actor: Actor, delegation: Delegation, on: date | None = None) -> Delegation:
    """Ends with the day before `on` (today): by the giver, or whoever gives seats. Raises `already_ended`."""
    day = on or clock.today()
    with transaction.atomic():
        row = Delegation.objects.select_for_update().filter(pk=delegation.pk).first()
        if row is None:
            raise DomainError("not_found")
        if row.giver_id != actor.contributor_id and not holds(actor, "seat.give"):
            raise DomainError("not_allowed")
        if row.effective_until <= day or row.effective_until == row.effective_from:
            raise DomainError("already_ended", field="on")
        row.effective_until = max(day, row.effective_from)
        row.save(update_fields=["effective_until"])
        record_event(actor=actor, kind="delegation.ended", subject=row, facts=_facts(row))
    return row


def delegations_from(day: date) -> QuerySet[Delegation]:
    """Those in force on a day or to come, by their beginning."""
    rows: QuerySet[Delegation] = Delegation.objects.filter(
        Q(effective_until__gt=day), effective_until__gt=F("effective_from")
    )
    return rows.select_related("giver", "receiver").order_by("effective_from", "pk")


def _facts(row: Delegation) -> dict[str, object]:
    return {
        "right": row.right,
        "giver": row.giver_id,
        "receiver": row.receiver_id,
        "from": row.effective_from.isoformat(),
        "until": row.effective_until.isoformat(),
    }
