"""Corrections after issue: proposed by one person with a reason, confirmed by another, taken by the next approval.

Nothing is taken back that was never paid. Where a statement was not paid yet, or came back, it is not paid any more
once a correction downwards is confirmed (`replaces`): the next run pays it anew as a whole, less the correction. While
such a correction is only proposed, no payout of that statement is prepared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum

from contributors import clock, newsroom
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.merging import rows_of_person
from contributors.models import Piece
from contributors.names import plain_text
from contributors.papers.printable import LONG_NUMBER
from payments.access import holds_money, require_money
from payments.errors import PaymentError
from payments.models import (
    Correction,
    CorrectionSource,
    CorrectionState,
    Line,
    LineKind,
    Outcome,
    Payout,
    Run,
    Statement,
    StatementState,
    UnclaimedDecision,
)
from payments.royalty.schedule_check import ABSURD_DONG
from payments.runs import dong
from payments.unpaid import GONE

S = CorrectionState
REASON_LIMIT = 300
RETRACTED = "Tác phẩm đã gỡ khỏi trang"
OPEN = (S.PROPOSED, S.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Correctable:
    """A line of an issued statement, what of it can still be taken back (đồng), and a correction under way."""

    line: Line
    room: int
    open: Correction | None


def propose_correction(*, actor: Actor, line: Line, amount: int, reason: str) -> Correction:
    """Ask for a signed amount (đồng) on a line of an issued statement; somebody else confirms it.

    Raises `correction_not_issued`, `correction_zero`, `correction_too_large`, `correction_too_much`, `correction_open`,
    `correction_gone`, `reason_missing`, `correction_reason_number`.
    """
    require_money(actor, "correction.write")
    words = plain_text(reason)[:REASON_LIMIT]
    if not words:
        raise DomainError("reason_missing", field="reason")
    if LONG_NUMBER.search(words):
        raise PaymentError("correction_reason_number", field="reason")
    if amount == 0:
        raise PaymentError("correction_zero", field="amount")
    if abs(amount) > ABSURD_DONG:
        raise PaymentError("correction_too_large", field="amount", most=dong(ABSURD_DONG))
    with transaction.atomic():
        row = _lock_line(line)
        if row.statement.state != StatementState.ISSUED:
            raise PaymentError("correction_not_issued")
        _refuse_gone(row.statement)
        room = room_of([row.pk])[row.pk]
        if room + amount < 0:
            raise PaymentError("correction_too_much", field="amount", most=dong(room))
        return _propose(actor, row, amount, words, CorrectionSource.PERSON)


def _propose(actor: Actor, line: Line, amount: int, reason: str, source: CorrectionSource) -> Correction:
    try:
        with transaction.atomic():
            row = Correction.objects.create(
                portal_id=actor.portal_id,
                line=line,
                amount=amount,
                reason=reason,
                source=source,
                proposed_by_id=actor.account_id,
                proposed_at=clock.now(),
            )
    except IntegrityError as refused:
        if "correction_one_open" in str(refused):
            raise PaymentError("correction_open") from None
        raise
    record_event(
        actor=actor,
        kind="correction.proposed",
        subject=row,
        facts={"line": line.pk, "amount": amount, "source": str(source)},
        personal={"reason": reason},
    )
    return row


def retract_piece(*, actor: Actor, piece: Piece, seen_version: int, reason: str) -> Piece:
    """Take a published piece down; every amount that an approved run has for it is proposed to be taken back.

    What the newsroom raises comes through. An amount that is being corrected already is left to that correction.
    """
    with transaction.atomic():
        moved = newsroom.retract_piece(actor=actor, piece=piece, seen_version=seen_version, reason=reason)
        lines = list(
            Line.objects.select_for_update(of=("self",))
            .filter(piece=moved, kind=LineKind.FEE, amount__gt=0)
            .exclude(proposed_corrections__state__in=OPEN)
            .exclude(statement__unclaimed_decisions__state__in=GONE)
            .order_by("pk")
        )
        room = room_of([line.pk for line in lines])
        for line in lines:
            if room[line.pk] > 0:
                _propose(actor, line, -room[line.pk], RETRACTED, CorrectionSource.RETRACTED)
        return moved


def confirm_correction(*, actor: Actor, correction: Correction, seen_version: int) -> Correction:
    """The second person. The next approval of any run takes it.

    Raises `maker_is_checker`, `correction_own`, `correction_wrong_state`, `correction_payout_open` (the statement's
    payout has no outcome yet), `correction_gone`, `correction_not_issued`, `stale_version`.
    """
    require_money(actor, "correction.confirm")
    require_proof(actor)
    with transaction.atomic():
        row = _lock(correction, seen_version)
        _check_state(row, S.PROPOSED)
        if row.proposed_by_id == actor.account_id:
            raise PaymentError("maker_is_checker")
        statement = row.line.statement
        if actor.contributor_id is not None and statement.contributor_id in rows_of_person(actor.contributor_id):
            raise PaymentError("correction_own")
        if statement.state != StatementState.ISSUED:
            raise PaymentError("correction_not_issued")
        _refuse_gone(statement)
        row.replaces = row.amount < 0 and _is_unpaid(statement)
        row.state = S.CONFIRMED
        row.confirmed_by_id = actor.account_pk
        row.confirmed_at = clock.now()
        row.version += 1
        row.save()
        record_event(
            actor=actor,
            kind="correction.confirmed",
            subject=row,
            facts={"line": row.line_id, "amount": row.amount, "replaces": row.replaces},
        )
    return row


def cancel_correction(*, actor: Actor, correction: Correction, seen_version: int, reason: str) -> Correction:
    """Drop a correction that no run has taken; a statement that it stopped can be paid again.

    Raises `reason_missing`, `correction_wrong_state`, `stale_version`.
    """
    require_money(actor, "correction.write")
    words = plain_text(reason)[:REASON_LIMIT]
    if not words:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = _lock(correction, seen_version)
        _check_state(row, *OPEN)
        row.state = S.CANCELLED
        row.cancelled_by_id = actor.account_pk
        row.cancelled_at = clock.now()
        row.cancel_reason = words
        row.version += 1
        row.save()
        record_event(
            actor=actor,
            kind="correction.cancelled",
            subject=row,
            facts={"line": row.line_id, "amount": row.amount},
            personal={"reason": words},
        )
    return row


def room_of(lines: Sequence[int]) -> dict[int, int]:
    """What of each line can still be taken back, in đồng: its amount with what corrected or waived it. Two queries."""
    amounts = dict(Line.objects.filter(pk__in=lines).values_list("pk", "amount"))
    taken = Line.objects.filter(corrects__in=lines).values("corrects_id").annotate(sum=Sum("amount"))
    return amounts | {row["corrects_id"]: amounts[row["corrects_id"]] + int(row["sum"]) for row in taken}


def correctable_lines(*, actor: Actor, statement: Statement) -> list[Correctable]:
    """The lines of an issued statement in their order. Three queries. Raises `correction_not_issued`."""
    require_money(actor, "correction.write")
    if statement.state != StatementState.ISSUED:
        raise PaymentError("correction_not_issued")
    lines = list(
        Line.objects.filter(statement=statement, kind__in=[LineKind.FEE, LineKind.ALLOWANCE])
        .select_related("piece")
        .order_by("ordinal")
    )
    room = room_of([line.pk for line in lines])
    under_way = {row.line_id: row for row in Correction.objects.filter(line__in=lines, state__in=OPEN)}
    return [Correctable(line, room[line.pk], under_way.get(line.pk)) for line in lines]


def corrections(actor: Actor) -> QuerySet[Correction]:
    """All of a portal, newest first, with what a list shows."""
    if not holds_money(actor, "correction.write"):
        require_money(actor, "correction.confirm")
    found: QuerySet[Correction] = Correction.objects.select_related(
        "line__statement__contributor", "line__statement__run", "line__piece", "proposed_by", "confirmed_by", "taken_as"
    ).order_by("-pk")
    return found


def may_confirm_correction(actor: Actor, correction: Correction) -> bool:
    """Whether the button is shown; the verb asks again."""
    return (
        correction.state == S.PROPOSED
        and holds_money(actor, "correction.confirm")
        and correction.proposed_by_id != actor.account_id
        and correction.line.statement.contributor_id != actor.contributor_id
    )


def is_paid(statement: Statement) -> bool:
    """Whether somebody confirmed that the money arrived."""
    return Payout.objects.filter(statement=statement, live=True, outcomes__outcome=Outcome.CONFIRMED).exists()


def _is_unpaid(statement: Statement) -> bool:
    """Not paid, and nothing on its way. Raises `correction_payout_open` where a payout has no outcome yet."""
    if statement.net == 0:
        return False
    Run.objects.select_for_update().get(pk=statement.run_id)  # payouts are prepared and confirmed under this lock
    if is_paid(statement):
        return False
    if Payout.objects.filter(statement=statement, live=True).exists():
        raise PaymentError("correction_payout_open")
    return not _paid_by_another(statement)


def _paid_by_another(statement: Statement) -> bool:
    """Whether a later statement took this one over whole, and was paid. Raises `correction_gone` where it was not."""
    carried = Line.objects.filter(kind=LineKind.CARRY_OVER, subject_key=f"statement:{statement.pk}").first()
    if carried is None:
        return False
    if carried.statement.net and not is_paid(carried.statement):
        raise PaymentError("correction_gone")
    return True


def _refuse_gone(statement: Statement) -> None:
    if UnclaimedDecision.objects.filter(statement=statement, state__in=GONE).exists():
        raise PaymentError("correction_gone")


def _lock_line(line: Line) -> Line:
    row: Line | None = (
        Line.objects.select_for_update(of=("self",)).select_related("statement").filter(pk=line.pk).first()
    )
    if row is None:
        raise DomainError("not_found")
    return row


def _lock(correction: Correction, seen_version: int) -> Correction:
    row: Correction | None = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("line__statement")
        .filter(pk=correction.pk)
        .first()
    )
    if row is None:
        raise DomainError("not_found")
    if row.version != seen_version:
        raise DomainError("stale_version", field="version")
    return row


def _check_state(row: Correction, *states: CorrectionState) -> None:
    if row.state not in states:
        raise PaymentError("correction_wrong_state", state=row.get_state_display())
