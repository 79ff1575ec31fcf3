"""The editorial board's seats, and rights of accounts: given by a decision, ended by a decision.

A right holds once a second person of the head's or the administrators' side has confirmed it; nobody gives
themselves anything. What is in force, and what waits, is asked in `contributors.board`.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from contributors import clock
from contributors.access import require, require_proof
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    Account,
    Capability,
    Contributor,
    ContributorState,
    Grant,
    Portal,
    Seat,
    SeatName,
    Unit,
)
from contributors.names import normal_phone, person_name, plain_text, search_key
from contributors.portals import unit_open_on
from contributors.registration import open_account

DECISION_LIMIT = 100  # the column's width


def give_seat(
    *,
    actor: Actor,
    contributor: Contributor,
    seat: str,
    effective_from: date,
    decision_number: str,
    effective_until: date | None = None,
) -> Seat:
    """A place on the board, by a decision.

    Raises `seat_taken` for a second head at a time and for the same seat twice, `not_active`, `grant_to_oneself`,
    `decision_missing`, `dates_wrong`, `person_unknown`.
    """
    _require(actor, "seat.give")
    if seat not in SeatName.values:
        raise DomainError("not_found", field="seat")
    number = _decision(actor, decision_number)
    if effective_until is not None and effective_until <= effective_from:
        raise DomainError("dates_wrong", field="effective_until")
    if not _founding(actor) and contributor.pk == actor.contributor_id:
        raise DomainError("grant_to_oneself", field="contributor")
    try:
        with transaction.atomic():
            person = Contributor.objects.select_for_update(no_key=True).filter(pk=contributor.pk).first()
            if person is None:
                raise DomainError("person_unknown", field="contributor")
            if person.state != ContributorState.ACTIVE:
                raise DomainError("not_active", field="contributor")
            row = Seat.objects.create(
                portal_id=actor.portal_id,
                contributor=person,
                seat=seat,
                effective_from=effective_from,
                effective_until=effective_until,
                decision_number=number,
            )
            record_event(
                actor=actor,
                kind="seat.given",
                subject=row,
                facts={
                    "seat": seat,
                    "contributor": person.pk,
                    "from": effective_from.isoformat(),
                    "until": effective_until.isoformat() if effective_until else None,
                    "decision": number,
                },
            )
    except IntegrityError as refused:
        if "seat_one_head" in str(refused) or "seat_no_overlap" in str(refused):
            raise DomainError("seat_taken", field="seat") from None
        raise
    return row


def end_seat(*, actor: Actor, seat: Seat, on: date, decision_number: str) -> Seat:
    """The seat's last day is the day before `on`. One that has not begun by then is taken back as if never given.

    Raises `already_ended`, `decision_missing`, `last_admin` (the last person who could give rights).
    """
    _require(actor, "seat.give")
    number = _decision(actor, decision_number)
    with transaction.atomic():
        _one_at_a_time(actor)
        row = Seat.objects.select_for_update().filter(pk=seat.pk).first()
        if row is None:
            raise DomainError("not_found")
        if row.effective_until is not None and row.effective_until <= on:
            raise DomainError("already_ended", field="on")
        if row.seat == SeatName.HEAD:
            _an_admin_remains(on)
        taken_back = on <= row.effective_from
        record_event(
            actor=actor,
            kind="seat.taken_back" if taken_back else "seat.ended",
            subject=row,
            facts={"seat": row.seat, "contributor": row.contributor_id, "on": on.isoformat(), "decision": number},
        )
        if taken_back:
            row.delete()
        else:
            row.effective_until = on
            row.save(update_fields=["effective_until"])
    return row


def end_seats_on_leaving(*, actor: Actor, contributor: Contributor) -> list[Seat]:
    """Seats that a person still holds end today, because they leave; asked for by `contributors.leaving` alone.

    Raises `second_factor_needed`, `last_admin` where the person is the head and nobody else could give rights.
    """
    today = clock.today()
    _one_at_a_time(actor)
    still = Q(effective_until__isnull=True) | Q(effective_until__gt=today)
    rows = list(Seat.objects.select_for_update().filter(still, contributor=contributor).order_by("pk"))
    if not rows:
        return []
    require_proof(actor)
    if any(row.seat == SeatName.HEAD for row in rows):
        _an_admin_remains(today)
    for row in rows:
        record_event(
            actor=actor,
            kind="seat.taken_back" if today <= row.effective_from else "seat.ended",
            subject=row,
            facts={"seat": row.seat, "contributor": row.contributor_id, "on": today.isoformat(), "left": True},
        )
        if today <= row.effective_from:
            row.delete()
        else:
            row.effective_until = today
            row.save(update_fields=["effective_until"])
    return rows


def propose_grant(
    *,
    actor: Actor,
    account: Account,
    capability: str,
    effective_from: date,
    decision_number: str,
    unit: Unit | None = None,
    effective_until: date | None = None,
) -> Grant:
    """A right for an account; it holds when a second person confirms. While a portal is set up it holds at once.

    A focal person without a unit looks after all of them. Raises `grant_to_oneself`, `grant_twice`,
    `grant_without_unit`, `unit_closed`, `decision_missing`, `dates_wrong`.
    """
    founding = _founding(actor)
    _require(actor, "grant.give")
    if capability not in Capability.values:
        raise DomainError("not_found", field="capability")
    number = _decision(actor, decision_number)
    if effective_until is not None and effective_until <= effective_from:
        raise DomainError("dates_wrong", field="effective_until")
    if account.pk == actor.account_id:
        raise DomainError("grant_to_oneself", field="account")
    if unit is not None and capability != Capability.FOCAL_PERSON:
        raise DomainError("grant_without_unit", field="unit")
    if unit is not None and not unit_open_on(unit, max(effective_from, clock.today())):
        raise DomainError("unit_closed", field="unit")
    with transaction.atomic():
        _one_at_a_time(actor)
        same = Grant.objects.filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=effective_from),
            account=account,
            capability=capability,
            unit=unit,
            declined_at__isnull=True,
        )
        if effective_until is not None:
            same = same.filter(effective_from__lt=effective_until)
        if same.exists():
            raise DomainError("grant_twice", field="capability")
        row = Grant.objects.create(
            portal_id=actor.portal_id,
            account=account,
            capability=capability,
            unit=unit,
            effective_from=effective_from,
            effective_until=effective_until,
            decision_number=number,
            granted_by_id=actor.account_id,
            confirmed_at=clock.now() if founding else None,
        )
        record_event(
            actor=actor,
            kind="grant.founded" if founding else "grant.proposed",
            subject=row,
            facts=_facts(row),
        )
    return row


def propose_grant_by_phone(
    *,
    actor: Actor,
    phone: str,
    full_name: str,
    capability: str,
    effective_from: date,
    decision_number: str,
    unit: Unit | None = None,
    effective_until: date | None = None,
) -> Grant:
    """The same for someone who may have no login yet: an accountant who never wrote a line.

    Where the number has a login, the name must agree with it (tone marks apart), so that nobody learns here whose
    number it is. Raises what `propose_grant` does, `person_unknown`, `phone_malformed`, `name_missing`.
    """
    _require(actor, "grant.give")
    with transaction.atomic():
        return propose_grant(
            actor=actor,
            account=account_by_phone(phone, full_name),
            capability=capability,
            effective_from=effective_from,
            decision_number=decision_number,
            unit=unit,
            effective_until=effective_until,
        )


def account_by_phone(phone: str, full_name: str) -> Account:
    """The login of a number, opened where there is none. Raises `person_unknown` where the name does not agree."""
    name = person_name(full_name)
    known = Account.objects.filter(login_phone=normal_phone(phone)).first()
    if known is None:
        return open_account(login_phone=phone, name=name, password=None)
    if search_key(known.name) != search_key(name):
        raise DomainError("person_unknown", field="full_name")
    return known


def confirm_grant(*, actor: Actor, grant: Grant) -> Grant:
    """The second person. Raises `grant_same_person`, `grant_to_oneself`, `grant_answered`."""
    _require(actor, "grant.give")
    with transaction.atomic():
        row = _locked(grant)
        if row.granted_by_id == actor.account_id:
            raise DomainError("grant_same_person")
        if row.account_id == actor.account_id:
            raise DomainError("grant_to_oneself")
        if row.declined_at is not None:
            raise DomainError("grant_answered")
        if row.confirmed_at is not None:  # who confirmed first stays on record
            return row
        row.confirmed_by_id = actor.account_pk
        row.confirmed_at = clock.now()
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        record_event(actor=actor, kind="grant.confirmed", subject=row, facts=_facts(row))
    return row


def decline_grant(*, actor: Actor, grant: Grant, reason: str) -> Grant:
    """Not confirmed; whoever proposed may take it back like this too. Raises `grant_answered`, `reason_missing`."""
    _require(actor, "grant.give")
    said = plain_text(reason)[:500]
    if not said:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = _locked(grant)
        if row.confirmed_at is not None or row.declined_at is not None:
            raise DomainError("grant_answered")
        _decline(actor, row)
        record_event(actor=actor, kind="grant.declined", subject=row, facts=_facts(row), personal={"reason": said})
    return row


def end_grant(*, actor: Actor, grant: Grant, on: date, decision_number: str) -> Grant:
    """The right's last day is the day before `on`. One that has not begun by then is taken back as if never given.

    Ending takes one person: less can be done by fewer. Raises `last_admin`, `already_ended`, `grant_answered` (it was
    never confirmed: decline it), `decision_missing`.
    """
    _require(actor, "grant.give")
    number = _decision(actor, decision_number)
    with transaction.atomic():
        _one_at_a_time(actor)
        row = _locked(grant)
        if row.confirmed_at is None:
            raise DomainError("grant_answered")
        if row.effective_until is not None and row.effective_until <= on:
            raise DomainError("already_ended", field="on")
        if row.capability == Capability.ADMIN:
            _an_admin_remains(on, without=row)
        taken_back = on <= row.effective_from
        if taken_back:
            row.confirmed_by_id = None
            row.confirmed_at = None
            _decline(actor, row)
        else:
            row.effective_until = on
            row.save(update_fields=["effective_until"])
        record_event(
            actor=actor,
            kind="grant.taken_back" if taken_back else "grant.ended",
            subject=row,
            facts=_facts(row) | {"on": on.isoformat(), "ended_by_decision": number},
        )
    return row


def _founding(actor: Actor) -> bool:
    """The installation sets a new portal up: there is no first person yet, and so no second one."""
    return actor.kind == "system"


def _require(actor: Actor, right: str) -> None:
    if not _founding(actor):
        require(actor, right)
        require_proof(actor)


def _decision(actor: Actor, number: str) -> str:
    said = plain_text(number)[:DECISION_LIMIT]
    if not said and not _founding(actor):
        raise DomainError("decision_missing", field="decision_number")
    return said


def _one_at_a_time(actor: Actor) -> None:
    """Two at once could give the same right twice, or end the last two administrators. Rows of people are not held."""
    Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)


def _locked(grant: Grant) -> Grant:
    row = Grant.objects.select_for_update().filter(pk=grant.pk).first()
    if row is None:
        raise DomainError("not_found")
    return row


def _decline(actor: Actor, row: Grant) -> None:
    row.declined_by_id = actor.account_id
    row.declined_at = clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at", "declined_by", "declined_at"])


def _an_admin_remains(on: date, without: Grant | None = None) -> None:
    """Somebody must be left on that day who can give rights again. Raises `last_admin`."""
    day = max(on, clock.today())
    admins = Grant.objects.filter(in_force(day), capability=Capability.ADMIN, confirmed_at__isnull=False)
    if without is not None:
        admins = admins.exclude(pk=without.pk)
    if not admins.exists():
        raise DomainError("last_admin")


def _facts(row: Grant) -> dict[str, object]:
    return {
        "capability": row.capability,
        "account": row.account_id,
        "unit": row.unit_id,
        "from": row.effective_from.isoformat(),
        "until": row.effective_until.isoformat() if row.effective_until else None,
        "decision": row.decision_number,
    }
