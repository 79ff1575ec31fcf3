"""Đặt bài: calls for pieces, offered first to units that have long been silent, in turn; then open to everybody.

A call is open, taken, handed in (its piece was sent), over (its deadline passed without one) or taken back. Doors make
calls through `payments.calling`, which adds the fee that may be expected.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, in_force
from contributors.deadlines import rules_on
from contributors.drafting import start_piece
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    Assignment,
    AssignmentOffer,
    Contributor,
    ContributorState,
    Genre,
    Membership,
    Piece,
    PieceState,
    Topic,
    Unit,
)
from contributors.names import plain_body, plain_text
from contributors.piece_messages import tell_of_call

TITLE_LIMIT = 300  # the columns' widths
WITH = ("genre", "topic", "taken_by", "piece")
NOT_SENT = frozenset({PieceState.DRAFT, PieceState.WITHDRAWN, PieceState.DECLINED})
State = Literal["open", "taken", "handed_in", "over", "cancelled"]


@dataclass(frozen=True, slots=True)
class NewCall:
    """What is wanted. đồng of the fee come from the upper floor; `client_key` makes sending twice one call."""

    client_key: uuid.UUID
    title: str
    deadline: datetime
    brief: str = ""
    place: str = ""
    event_at: datetime | None = None
    leader_activity: bool = False
    genre: Genre | None = None
    topic: Topic | None = None
    fee_low: int | None = None
    fee_high: int | None = None


def make_calls(*, actor: Actor, new: list[NewCall], units: list[Unit] | None = None) -> list[Assignment]:
    """Calls, all or none. Without named units each goes first to as many silent ones as the board's rules say.

    Raises `title_missing`, `title_long`, `deadline_past`, `unit_closed`.
    """
    require(actor, "call.write")
    rules = rules_on(clock.today())
    made = []
    with transaction.atomic():
        for call in new:
            known = Assignment.objects.filter(client_key=call.client_key).first()
            if known is not None:
                made.append(known)
                continue
            first = units if units is not None else silent_units(rules.offer_units)
            made.append(_make(actor, call, first, rules.offer_hours))
    return made


def _make(actor: Actor, call: NewCall, first: list[Unit], offer_hours: int) -> Assignment:
    now = clock.now()
    title = plain_text(call.title)
    if not title:
        raise DomainError("title_missing", field="title")
    if len(title) > TITLE_LIMIT:
        raise DomainError("title_long", field="title", limit=TITLE_LIMIT)
    if call.deadline <= now:
        raise DomainError("deadline_past", field="deadline")
    if any(unit.closed is not None and unit.closed <= now.date() for unit in first):
        raise DomainError("unit_closed", field="units")
    # Never longer than half of the time that there is: who is not offered first needs some of it too.
    window = min(timedelta(hours=offer_hours), (call.deadline - now) / 2)
    try:
        with transaction.atomic():
            row = Assignment.objects.create(
                portal_id=actor.portal_id,
                client_key=call.client_key,
                title=title,
                brief=plain_body(call.brief)[:5000],
                place=plain_text(call.place)[:300],
                event_at=call.event_at,
                leader_activity=call.leader_activity,
                deadline=call.deadline,
                genre=call.genre,
                topic=call.topic,
                fee_low=call.fee_low,
                fee_high=call.fee_high,
                offered_until=now + window if first else None,
                created_by_id=actor.account_pk,
                created_at=now,
            )
    except IntegrityError as refused:
        if "assignment_client_key" not in str(refused):
            raise
        return Assignment.objects.get(client_key=call.client_key)
    AssignmentOffer.objects.bulk_create(
        AssignmentOffer(portal_id=row.portal_id, assignment=row, unit=unit, position=position)
        for position, unit in enumerate(first, start=1)
    )
    facts = {"deadline": call.deadline.isoformat(), "units": [unit.pk for unit in first]}
    record_event(actor=actor, kind="call.made", subject=row, facts=facts)
    tell_of_call(actor, row, first)
    return row


def take_call(*, actor: Actor, call: Assignment) -> Assignment:
    """Somebody says that they will write it; while it is offered, only people of the units that it is offered to.

    Raises `not_active`, `call_over`, `call_taken`, `call_for_others`.
    """
    require(actor, "call.take")
    person = Contributor.objects.get(pk=actor.contributor_pk)
    if person.state != ContributorState.ACTIVE:
        raise DomainError("not_active")
    with transaction.atomic():
        row = _locked(call)
        _require_open(row)
        if row.taken_by_id == person.pk:
            return row
        if row.taken_by_id is not None:
            raise DomainError("call_taken")
        if row.offered_until is not None and clock.now() < row.offered_until:
            _require_offered(row, person)
        row.taken_by = person
        row.taken_at = clock.now()
        _save(row, "taken_by", "taken_at")
        record_event(actor=actor, kind="call.taken", subject=row, facts={"contributor": person.pk})
    return row


def give_call_back(*, actor: Actor, call: Assignment) -> Assignment:
    """The taker cannot do it after all; it is open to everybody. Raises `call_not_taken`, `call_has_piece`."""
    require(actor, "call.take")
    with transaction.atomic():
        row = _locked(call)
        if row.taken_by_id is None or row.taken_by_id != actor.contributor_id:
            raise DomainError("call_not_taken")
        if row.piece_id is not None and state_of(row) == "handed_in":
            raise DomainError("call_has_piece")
        row.taken_by = row.taken_at = row.piece = row.offered_until = None
        _save(row, "taken_by", "taken_at", "piece", "offered_until")
        record_event(actor=actor, kind="call.given_back", subject=row, facts={"contributor": actor.contributor_id})
    return row


def cancel_call(*, actor: Actor, call: Assignment, reason: str) -> Assignment:
    """Not wanted any more; a piece that was written for it stays. Raises `call_over`, `reason_missing`."""
    require(actor, "call.write")
    said = plain_text(reason)[:500]
    if not said:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = _locked(call)
        if row.cancelled_at is not None:
            raise DomainError("call_over")
        row.cancelled_at = clock.now()
        _save(row, "cancelled_at")
        record_event(actor=actor, kind="call.cancelled", subject=row, facts={"reason": said})
    return row


def start_for_call(*, actor: Actor, call: Assignment, client_key: uuid.UUID) -> Piece:
    """A draft that already knows what the call says. Once begun, the same draft again. Raises `call_not_taken`."""
    with transaction.atomic():
        row = _locked(call)
        if row.taken_by_id is None or row.taken_by_id != actor.contributor_id:
            raise DomainError("call_not_taken")
        if row.piece is not None and row.piece.state not in {PieceState.WITHDRAWN, PieceState.DECLINED}:
            return row.piece
        _require_open(row)
        genre = row.genre or Genre.objects.filter(for_contributors=True).order_by("position", "pk").first()
        if genre is None:
            raise DomainError("genre_unknown", field="genre", genre="")
        piece = start_piece(
            actor=actor,
            client_key=client_key,
            genre=genre,
            topic=row.topic,
            title=row.title,
            leader_activity=row.leader_activity,
            event_on=row.event_at.astimezone().date() if row.event_at else None,
            event_place=row.place,
        )
        row.piece = piece
        _save(row, "piece")
        record_event(actor=actor, kind="call.begun", subject=row, facts={"piece": piece.pk})
    return piece


def state_of(call: Assignment) -> State:
    """Needs `piece` loaded."""
    if call.cancelled_at is not None:
        return "cancelled"
    if call.piece is not None and call.piece.state not in NOT_SENT:
        return "handed_in"
    if call.deadline <= clock.now():
        return "over"
    return "taken" if call.taken_by_id is not None else "open"


def silent_units(count: int) -> list[Unit]:
    """Open units with active people, longest silent first: by the later of their last publication and their last call,
    so that whoever was called has had their turn and calls go round. Three queries.
    """
    people = Membership.objects.filter(in_force(clock.today()), contributor__state=ContributorState.ACTIVE)
    units = list(Unit.objects.filter(closed__isnull=True, pk__in=people.values("unit_id")).order_by("sort_key", "pk"))
    published = dict(
        Piece.objects.filter(state=PieceState.PUBLISHED, unit__isnull=False)
        .order_by()
        .values_list("unit_id")
        .annotate(last=Max("published_at"))
    )
    called = dict(
        AssignmentOffer.objects.order_by().values_list("unit_id").annotate(last=Max("assignment__created_at"))
    )
    never = datetime.min.replace(tzinfo=UTC)

    def heard_of(unit: Unit) -> tuple[datetime, datetime]:
        last = published.get(unit.pk) or never
        return max(last, called.get(unit.pk) or never), last

    return sorted(units, key=heard_of)[:count]


def calls_open_to(actor: Actor) -> QuerySet[Assignment]:
    """What a contributor can take now or has taken, nearest deadline first; nothing for who is none."""
    if actor.contributor_id is None:
        return Assignment.objects.none()
    now = clock.now()
    units = Membership.objects.filter(in_force(clock.today()), contributor_id=actor.contributor_id).values("unit_id")
    offered = AssignmentOffer.objects.filter(unit_id__in=units).values("assignment_id")
    free = Q(taken_by__isnull=True) & (Q(offered_until__isnull=True) | Q(offered_until__lte=now) | Q(pk__in=offered))
    mine = Q(taken_by_id=actor.contributor_id)
    rows: QuerySet[Assignment] = Assignment.objects.filter(free | mine, cancelled_at__isnull=True, deadline__gt=now)
    return rows.select_related(*WITH).order_by("deadline", "pk")


def all_calls() -> QuerySet[Assignment]:
    """For the board, newest first, with the units that they go to first."""
    rows: QuerySet[Assignment] = Assignment.objects.select_related(*WITH).prefetch_related("offers__unit")
    return rows.order_by("-pk")


def _locked(call: Assignment) -> Assignment:
    row: Assignment | None = (
        Assignment.objects.select_for_update(of=("self",)).select_related(*WITH).filter(pk=call.pk).first()
    )
    if row is None:
        raise DomainError("not_found")
    return row


def _require_open(row: Assignment) -> None:
    if row.cancelled_at is not None or row.deadline <= clock.now():
        raise DomainError("call_over")


def _require_offered(row: Assignment, person: Contributor) -> None:
    units = list(Unit.objects.filter(offered__assignment=row).order_by("offered__position"))
    today = clock.today()
    if not Membership.objects.filter(in_force(today), contributor=person, unit__in=units).exists():
        until = row.offered_until.astimezone() if row.offered_until else clock.now()
        raise DomainError(
            "call_for_others", units=", ".join(unit.name for unit in units), until=f"{until:%H:%M %d/%m/%Y}"
        )


def _save(row: Assignment, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])
