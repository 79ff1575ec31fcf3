"""Credits beyond what the sender says: co-authors' answers, the board as arbiter, and who edited by the log.

Whose name somebody else wrote into a piece is asked. Silence agrees: when the board approves, every part that nobody
disputed is confirmed. A disputed part stays disputed, and unpaid, until the board settles it; before approval the
credits can simply be changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import is_maker, require
from contributors.actors import Actor
from contributors.drafting import unit_id_on
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    MAKERS,
    Contributor,
    Credit,
    CreditAnswer,
    CreditSource,
    CreditState,
    Piece,
    PieceState,
    Revision,
    Role,
)
from contributors.names import plain_text
from contributors.workflow import lock_piece

CLOSED = frozenset({PieceState.DRAFT, PieceState.DECLINED, PieceState.WITHDRAWN})
NO_FEE_LIMIT = 300  # the column's width


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody who made no part of a piece and changed so many words of it."""

    contributor: Contributor
    words: int


def answer_credit(*, actor: Actor, credit: Credit, agrees: bool, reason: str = "") -> Credit:
    """One's own part of a piece that somebody else wrote down: it is right, or please look again (with a reason).

    The answer changes no version: it is no new revision and drops no approval. Raises `not_allowed`,
    `credit_answered` (it is one's own word, or the piece is not open to it), `reason_missing`.
    """
    with transaction.atomic():
        piece, row = _locked(credit)
        require(actor, "credit.answer", own=row.contributor_id == actor.contributor_id)
        said = plain_text(reason)[:500]
        if not agrees and not said:
            raise DomainError("reason_missing", field="reason")
        wanted = CreditState.CONFIRMED if agrees else CreditState.DISPUTED
        own_word = piece.created_by_id == actor.account_id or row.source != CreditSource.DECLARED
        if own_word or piece.state in CLOSED or row.state == wanted or row.no_fee_reason:
            raise DomainError("credit_answered")
        _answer(actor, row, wanted, agrees=agrees, by_board=False, said=said)
    return row


def settle_credit(*, actor: Actor, credit: Credit, stands: bool, reason: str) -> Credit:
    """The board decides a disputed part: it stands as declared, or it brings no fee. Never by a maker of the piece.

    Raises `not_allowed`, `own_piece`, `credit_not_disputed`, `reason_missing`.
    """
    with transaction.atomic():
        piece, row = _locked(credit)
        require(actor, "credit.settle")
        if is_maker(actor.contributor_id, piece):
            raise DomainError("own_piece")
        if row.state != CreditState.DISPUTED:
            raise DomainError("credit_not_disputed")
        said = plain_text(reason)[:500]
        if not said:
            raise DomainError("reason_missing", field="reason")
        if not stands:
            row.no_fee_reason = said[:NO_FEE_LIMIT]
        _answer(actor, row, CreditState.CONFIRMED, agrees=stands, by_board=True, said=said)
    return row


def _locked(credit: Credit) -> tuple[Piece, Credit]:
    """The piece's lock makes answers, changes of credits and approval wait for each other."""
    piece = lock_piece(Piece(pk=credit.piece_id), None)
    row = Credit.objects.filter(pk=credit.pk).first()
    if row is None:
        raise DomainError("not_found")
    return piece, row


def _answer(actor: Actor, row: Credit, state: str, *, agrees: bool, by_board: bool, said: str) -> None:
    row.state = state
    row.save(update_fields=["state", "no_fee_reason"])
    CreditAnswer.objects.create(
        portal_id=row.portal_id,
        piece_id=row.piece_id,
        contributor_id=row.contributor_id,
        role=row.role,
        share=row.share,
        agrees=agrees,
        by_board=by_board,
        reason=said,
        answered_by_id=actor.account_pk,
        at=clock.now(),
    )
    kind = "settled" if by_board else "confirmed" if agrees else "disputed"
    record_event(
        actor=actor,
        kind=f"credit.{kind}",
        subject=row.piece,
        facts={"contributor": row.contributor_id, "role": row.role, "stands": agrees},
        personal={"reason": said} if said else None,
    )


def credits_to_answer(contributor_id: int) -> QuerySet[Credit]:
    """Parts that wait for a person's word, oldest first."""
    rows: QuerySet[Credit] = Credit.objects.filter(contributor_id=contributor_id, state=CreditState.PROPOSED)
    return (
        rows.exclude(piece__state__in=CLOSED)
        .select_related("piece", "piece__genre", "piece__contributor")
        .order_by("pk")
    )


def disputed_credits() -> QuerySet[Credit]:
    """Parts that wait for the board, oldest first."""
    rows: QuerySet[Credit] = Credit.objects.filter(state=CreditState.DISPUTED)
    return rows.exclude(piece__state__in=CLOSED).select_related("piece", "contributor").order_by("pk")


def last_reasons(parts: list[Credit]) -> dict[int, str]:
    """What people said last of disputed parts, by credit. One query."""
    answers = CreditAnswer.objects.filter(piece_id__in=[part.piece_id for part in parts], agrees=False)
    said: dict[tuple[int, int, str], str] = {}
    for piece_id, person, role, reason in answers.order_by("pk").values_list(
        "piece_id", "contributor_id", "role", "reason"
    ):
        said[piece_id, person, role] = reason
    return {each.pk: said.get((each.piece_id, each.contributor_id, each.role), "") for each in parts}


def edited_by(piece: Piece) -> list[Edited]:
    """Who really changed the text of somebody else's piece, most first. Makers and who entered it are left out.

    Counted are words that came or went between one saved version and the next; moving a sentence counts nothing.
    """
    words: Counter[int] = Counter()
    before: tuple[str, str] | None = None
    rows = Revision.objects.filter(piece=piece).order_by("number").values_list("title", "body", "saved_by_id")
    for title, body, saved_by in rows.iterator(chunk_size=100):
        if before is not None and before != (title, body) and saved_by != piece.created_by_id:
            words[saved_by] += changed_words(" ".join(before), f"{title} {body}")
        before = (title, body)
    if not words:
        return []
    makers = Credit.objects.filter(piece=piece, role__in=MAKERS, source=CreditSource.DECLARED)
    people = (
        Contributor.objects.filter(account_id__in=words, merged_into__isnull=True)
        .exclude(pk__in=makers.values("contributor_id"))
        .exclude(pk=piece.contributor_id)
    )
    found = [Edited(person, words[person.account_id or 0]) for person in people if words[person.account_id or 0]]
    return sorted(found, key=lambda each: (-each.words, each.contributor.pk))


def changed_words(before: str, after: str) -> int:
    """The larger of how many words came and how many went."""
    old, new = Counter(before.split()), Counter(after.split())
    return max((new - old).total(), (old - new).total())


def credit_editors(piece: Piece) -> None:
    """Editors' credits from the log, as they stand at approval; those of an approval that was dropped are gone."""
    today = clock.today()
    Credit.objects.filter(piece=piece, role=Role.EDITOR, source=CreditSource.LOG).delete()
    for edited in edited_by(piece):
        Credit.objects.get_or_create(
            piece=piece,
            contributor=edited.contributor,
            role=Role.EDITOR,
            portal_id=piece.portal_id,
            defaults={"source": CreditSource.LOG, "unit_id": unit_id_on(edited.contributor.pk, today)},
        )
