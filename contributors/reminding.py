"""Reminders and escalation: one notice to one person for one step that waits, whatever the timer does.

A round reads what waits, works out whom it concerns, and writes the notices that are not there yet. The unique key
(person, step) makes a second round, or two workers at once, add nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from contributors import clock
from contributors.actors import Actor, in_force, system_actor
from contributors.deadlines import Timing, timing
from contributors.events import record_event
from contributors.models import (
    HANDED_BY,
    Assignment,
    AssignmentOffer,
    ContributorState,
    Credit,
    CreditState,
    Delegation,
    HandedRight,
    Membership,
    Notice,
    NoticeKind,
    Piece,
    PieceState,
    Portal,
    Seat,
)
from contributors.scopes import portal_scope

CALL_SOON = timedelta(hours=24)
CHUNK = 500
# Of a reminder about a piece's step: the states in which it still has something to say.
STILL_WAITS: Mapping[NoticeKind, tuple[PieceState, ...]] = {
    NoticeKind.HALF: (PieceState.SUBMITTED,),
    NoticeKind.LATE_REVIEW: (PieceState.SUBMITTED,),
    NoticeKind.TO_POST: (PieceState.SCHEDULED,),
    NoticeKind.LATE_POSTING: (PieceState.APPROVED,),
}
WAITING = (PieceState.SUBMITTED, PieceState.APPROVED, PieceState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class _Board:
    """Ids of those who act today, hand-overs included."""

    heads: frozenset[int]
    deputies: frozenset[int]
    approvers: frozenset[int]
    publishers: frozenset[int]

    @property
    def deciders(self) -> frozenset[int]:
        return self.heads | self.deputies | self.approvers


def remind_portal(portal: Portal) -> int:
    """Write what is missing; returns how many notices are new. A fixed number of queries for every 500 pieces."""
    with portal_scope(portal):
        board = _board_today(portal)
        wanted = [*_of_pieces(board, timing(portal)), *_of_credits(board), *_of_calls(portal, board)]
        return _write(wanted)


def _board_today(portal: Portal) -> _Board:
    today = clock.today(portal.time_zone)
    seats: dict[str, set[int]] = {}
    for seat, person in Seat.objects.filter(in_force(today)).values_list("seat", "contributor_id"):
        seats.setdefault(seat, set()).add(person)
    handed: dict[str, set[int]] = {}
    for right, giver, receiver in Delegation.objects.filter(in_force(today)).values_list(
        "right", "giver_id", "receiver_id"
    ):
        if any(giver in seats.get(seat, ()) for seat in HANDED_BY[right]):
            handed.setdefault(right, set()).add(receiver)
    return _Board(
        heads=frozenset(seats.get("head", ())),
        deputies=frozenset(seats.get("deputy", ())),
        approvers=frozenset(handed.get(HandedRight.APPROVE, ())),
        publishers=frozenset(seats.get("publisher", set()) | handed.get(HandedRight.PUBLISH, set())),
    )


def _of_pieces(board: _Board, when: Timing) -> Iterable[Notice]:
    now = clock.now()
    waiting: QuerySet[Piece] = Piece.objects.filter(state__in=WAITING, practice=False)
    for piece in waiting.order_by("pk").iterator(chunk_size=CHUNK):
        due = when.due(piece, now)
        if due is None:
            continue
        step = f"{piece.pk}:{piece.state_since.timestamp():.0f}"
        if piece.state == PieceState.SUBMITTED:
            if due.half_over:
                yield from _to(board.deputies, NoticeKind.HALF, step, piece=piece, due_at=due.at)
            if due.late:
                yield from _to(board.deciders, NoticeKind.LATE_REVIEW, step, piece=piece, due_at=due.at)
        elif piece.state == PieceState.SCHEDULED:
            if due.late:
                yield from _to(board.publishers, NoticeKind.TO_POST, step, piece=piece, due_at=due.at)
        elif due.late:
            concerned = board.publishers | board.heads | board.deputies
            yield from _to(concerned, NoticeKind.LATE_POSTING, step, piece=piece, due_at=due.at)


def _of_credits(board: _Board) -> Iterable[Notice]:
    for credit in Credit.objects.filter(
        state=CreditState.PROPOSED, piece__state__in=WAITING, contributor__account__isnull=False
    ).select_related("piece"):
        step = f"{credit.piece_id}:{credit.role}"
        yield from _to([credit.contributor_id], NoticeKind.CREDIT, step, piece=credit.piece)
    disputed = Credit.objects.filter(state=CreditState.DISPUTED).exclude(
        piece__state__in=[PieceState.DRAFT, PieceState.DECLINED, PieceState.WITHDRAWN]
    )
    for credit in disputed.select_related("piece"):
        yield from _to(board.heads | board.deputies, NoticeKind.DISPUTE, f"{credit.pk}", piece=credit.piece)


def _of_calls(portal: Portal, board: _Board) -> Iterable[Notice]:
    now = clock.now()
    live = Assignment.objects.filter(cancelled_at__isnull=True).select_related("piece")
    offered = live.filter(taken_by__isnull=True, offered_until__gt=now, deadline__gt=now)
    today = clock.today(portal.time_zone)
    people: dict[int, list[int]] = {}
    for unit, person in Membership.objects.filter(
        in_force(today),
        contributor__state=ContributorState.ACTIVE,
        unit__in=AssignmentOffer.objects.filter(assignment__in=offered).values("unit_id"),
    ).values_list("unit_id", "contributor_id"):
        people.setdefault(unit, []).append(person)
    for offer in AssignmentOffer.objects.filter(assignment__in=offered).select_related("assignment"):
        call = offer.assignment
        yield from _to(people.get(offer.unit_id, ()), NoticeKind.CALL, f"{call.pk}", call=call, due_at=call.deadline)
    unsent = [PieceState.DRAFT, PieceState.WITHDRAWN, PieceState.DECLINED]
    for call in live.filter(taken_by__isnull=False, deadline__gt=now, deadline__lte=now + CALL_SOON):
        if call.piece is None or call.piece.state in unsent:
            yield from _to([call.taken_by_id or 0], NoticeKind.CALL_SOON, f"{call.pk}", call=call, due_at=call.deadline)
    for call in _expire(portal, now):
        yield from _to(
            board.heads | board.deputies, NoticeKind.CALL_EXPIRED, f"{call.pk}", call=call, due_at=call.deadline
        )


def _expire(portal: Portal, now: datetime) -> list[Assignment]:
    """Calls whose deadline passed without a piece, seen for the first time: said once in the log."""
    actor: Actor = system_actor(portal)
    with transaction.atomic():
        over = list(
            Assignment.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("piece")
            .filter(cancelled_at__isnull=True, expired_at__isnull=True, deadline__lte=now)
            .order_by("pk")[:CHUNK]
        )
        missed = [call for call in over if call.piece is None or call.piece.state == PieceState.DRAFT]
        for call in missed:
            record_event(actor=actor, kind="call.expired", subject=call)
        Assignment.objects.filter(pk__in=[call.pk for call in over]).update(expired_at=now, version=F("version") + 1)
    return missed


def _to(
    people: Iterable[int],
    kind: str,
    step: str,
    *,
    piece: Piece | None = None,
    call: Assignment | None = None,
    due_at: datetime | None = None,
) -> Iterable[Notice]:
    now = clock.now()
    for person in people:
        yield Notice(
            portal_id=piece.portal_id if piece else call.portal_id if call else 0,
            contributor_id=person,
            kind=kind,
            piece=piece,
            assignment=call,
            key=f"{kind}:{step}",
            due_at=due_at,
            at=now,
        )


def _write(wanted: list[Notice]) -> int:
    """Only those that are not there yet; what another worker wrote meanwhile is passed over."""
    known = set(Notice.objects.filter(key__in={notice.key for notice in wanted}).values_list("contributor_id", "key"))
    new = {(notice.contributor_id, notice.key): notice for notice in wanted}
    missing = [notice for place, notice in new.items() if place not in known]
    Notice.objects.bulk_create(missing, batch_size=CHUNK, ignore_conflicts=True)
    return len(missing)


def notices_for(contributor_id: int, most: int = 20) -> list[Notice]:
    """Unread ones, newest first: the last of each kind for a thing, while it still waits. One query."""
    rows = (
        Notice.objects.filter(contributor_id=contributor_id, read_at__isnull=True)
        .select_related("piece", "assignment")
        .order_by("-pk")
    )
    found: dict[tuple[str, int | None, int | None], Notice] = {}
    for notice in rows[: most * 5]:
        if _still_waits(notice):
            found.setdefault((notice.kind, notice.piece_id, notice.assignment_id), notice)
    return list(found.values())[:most]


def _still_waits(notice: Notice) -> bool:
    wanted = STILL_WAITS.get(NoticeKind(notice.kind))
    return wanted is None or (notice.piece is not None and notice.piece.state in wanted)


def read_notices(*, actor: Actor, notices: Iterable[Notice]) -> int:
    """The actor's own notices are read; returns how many."""
    return Notice.objects.filter(
        pk__in=[notice.pk for notice in notices], contributor_id=actor.contributor_pk, read_at__isnull=True
    ).update(read_at=clock.now())
