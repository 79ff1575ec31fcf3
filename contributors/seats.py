"""The editorial board's seats, and rights of accounts: given by a decision, ended by a decision."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Account, Contributor, Grant, Seat, Unit


def give_seat(
    *,
    actor: Actor,
    contributor: Contributor,
    seat: str,
    effective_from: date,
    decision_number: str,
    effective_until: date | None = None,
) -> Seat:
    """A place on the board, by a decision. Raises `seat_taken` for a second head at a time."""
    if actor.kind != "system":
        require(actor, "seat.give")
    try:
        with transaction.atomic():
            row = Seat.objects.create(
                portal_id=actor.portal_id,
                contributor=contributor,
                seat=seat,
                effective_from=effective_from,
                effective_until=effective_until,
                decision_number=decision_number,
            )
            record_event(actor=actor, kind="seat.given", subject=row, facts={"seat": seat})
    except IntegrityError:
        raise DomainError("seat_taken", field="seat") from None
    return row


def propose_grant(
    *,
    actor: Actor,
    account: Account,
    capability: str,
    effective_from: date,
    decision_number: str,
    unit: Unit | None = None,
) -> Grant:
    """A right for an account; it holds when a second person confirms. While a portal is set up it holds at once."""
    founding = actor.kind == "system"
    if not founding:
        require(actor, "grant.give")
    with transaction.atomic():
        row = Grant.objects.create(
            portal_id=actor.portal_id,
            account=account,
            capability=capability,
            unit=unit,
            effective_from=effective_from,
            decision_number=decision_number,
            granted_by_id=actor.account_id,
            confirmed_at=clock.now() if founding else None,
        )
        record_event(
            actor=actor,
            kind="grant.founded" if founding else "grant.proposed",
            subject=row,
            facts={"capability": capability, "account": account.pk},
        )
    return row


def confirm_grant(*, actor: Actor, grant: Grant) -> Grant:
    """The second person. Raises `grant_same_person`."""
    require(actor, "grant.give")
    with transaction.atomic():
        row = Grant.objects.select_for_update().get(pk=grant.pk)
        if row.granted_by_id == actor.account_id:
            raise DomainError("grant_same_person")
        if row.confirmed_at is not None:  # who confirmed first stays on record
            return row
        row.confirmed_by_id = actor.account_id
        row.confirmed_at = clock.now()
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        record_event(actor=actor, kind="grant.confirmed", subject=row, facts={"capability": row.capability})
    return row
