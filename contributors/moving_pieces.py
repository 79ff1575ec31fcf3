"""Open pieces of a portal that becomes part of another one: copied there as they stand, withdrawn here."""

from __future__ import annotations

from typing import Any

from contributors import clock
from contributors.events import record_event
from contributors.likeness import promise_prints
from contributors.models import (
    Attachment,
    Credit,
    CreditSource,
    Genre,
    MovedKind,
    Photo,
    Piece,
    PieceState,
    Pledge,
    Revision,
    Topic,
)
from contributors.moving import OPEN_PIECES, Moving, rows_of
from contributors.receipts import new_receipt
from contributors.workflow import move_piece

DECIDED = (PieceState.APPROVED, PieceState.SCHEDULED)
# What a genre is, wherever it is offered.
GENRE = (
    *("name", "counts_as", "guidance", "example", "position", "for_contributors"),
    *("least_words", "least_photos", "needs_duration", "needs_document_number"),
)
# Columns of a piece that go over as they are.
COPIED = (
    "client_key",
    "leader_activity",
    "title",
    "body",
    "search_key",
    "event_on",
    "event_place",
    "origin",
    "source",
    "language",
    "practice",
    "state_reason",
    "created_by_id",
    "created_at",
    "submitted_at",
    "document_number",
    "document_type",
    "document_on",
    "document_signer",
    "document_issuer",
)


def move_pieces(moving: Moving) -> None:
    moved: dict[int, int] = {}
    rows = rows_of(Piece, moving.old).filter(state__in=OPEN_PIECES).select_for_update().order_by("pk")
    for row in rows:
        was = row.state
        copy = _copy_piece(moving, row)
        moved[row.pk] = copy.pk
        facts = {"from": row.pk, "portal": moving.old.slug, "was": was} | _approval_of(row)
        if copy.state != PieceState.DRAFT:
            promise_prints(copy)
        record_event(actor=moving.there, kind="piece.moved_in", subject=copy, facts=facts)
        _withdraw(moving, row)
    moving.note(MovedKind.PIECE, moved)
    moving.pieces = len(moved)


def _copy_piece(moving: Moving, row: Piece) -> Piece:
    """The last revision, as the first one there. An approval binds to the old portal's rates: it is asked for again."""
    decided = row.state in DECIDED
    topic = rows_of(Topic, moving.new).filter(code=row.topic.code).first() if row.topic is not None else None
    copy = Piece(
        portal=moving.new,
        genre=_genre(moving, row.genre),
        topic=topic,
        contributor_id=moving.people[row.contributor_id],
        unit_id=moving.units.get(row.unit_id or 0),
        state=PieceState.SUBMITTED if decided else row.state,
        state_since=clock.now(),
        receipt_number=new_receipt("TB") if row.receipt_number else None,
        revision_number=1,
        **{name: getattr(row, name) for name in COPIED},
    )
    if decided:
        copy.state_reason = f"Đã duyệt ở {moving.old.name}; duyệt lại theo mức chi của {moving.new.name}"[:1000]
    copy.save()
    photos = list(rows_of(Photo, moving.old).filter(piece=row, removed_at__isnull=True).order_by("position", "pk"))
    Photo.unscoped.bulk_create(
        Photo(
            portal=moving.new,
            piece=copy,
            position=photo.position,
            sha256=photo.sha256,
            path=photo.path,
            small_path=photo.small_path,
            width=photo.width,
            height=photo.height,
            size=photo.size,
            caption=photo.caption,
            photographer_id=moving.people.get(photo.photographer_id or 0),
            taken_at=photo.taken_at,
        )
        for photo in photos
    )
    _copy_attachments(moving, row, copy)
    credits_made = _copy_credits(moving, row, copy)
    last = rows_of(Revision, moving.old).filter(piece=row).order_by("-number").first()
    Revision.unscoped.create(
        portal=moving.new,
        piece=copy,
        number=1,
        title=row.title,
        body=row.body,
        photos=[[photo.sha256, photo.caption, moving.people.get(photo.photographer_id or 0)] for photo in photos],
        credits=[
            [made.contributor_id, made.role, str(made.share) if made.share else None, made.quantity]
            for made in credits_made
        ],
        saved_by_id=last.saved_by_id if last else row.created_by_id,
        saved_at=last.saved_at if last else row.created_at,
    )
    return copy


def _copy_attachments(moving: Moving, row: Piece, copy: Piece) -> None:
    """Films and recordings, and what was vouched for; the same file for both portals."""
    columns = ("position", "kind", "caption", "seconds", "url", "path", "sha256", "size", "media_type")
    Attachment.unscoped.bulk_create(
        Attachment(portal=moving.new, piece=copy, **{name: getattr(kept, name) for name in columns})
        for kept in rows_of(Attachment, moving.old)
        .filter(piece=row, removed_at__isnull=True)
        .order_by("position", "pk")
    )
    Pledge.unscoped.bulk_create(
        Pledge(
            portal=moving.new,
            piece=copy,
            revision_number=1,
            **{name: getattr(pledge, name) for name in ("text_version", "on_behalf", "given_by_id", "given_at")},
        )
        for pledge in rows_of(Pledge, moving.old).filter(piece=row).order_by("pk")
    )


def _copy_credits(moving: Moving, row: Piece, copy: Piece) -> list[Credit]:
    """Declared ones; what the log says happened in the old portal. Two rows of one person there are one credit."""
    made: dict[tuple[int, str], Credit] = {}
    for credit in rows_of(Credit, moving.old).filter(piece=row, source=CreditSource.DECLARED).order_by("pk"):
        place = (moving.people[credit.contributor_id], credit.role)
        if place in made:
            first = made[place]
            first.share = (first.share or 0) + (credit.share or 0) or None
            first.quantity = (first.quantity or 0) + (credit.quantity or 0) or None
            continue
        made[place] = Credit(
            portal=moving.new,
            piece=copy,
            contributor_id=place[0],
            role=credit.role,
            share=credit.share,
            quantity=credit.quantity,
            state=credit.state,
            unit_id=moving.units.get(credit.unit_id or 0),
            no_fee_reason=credit.no_fee_reason,
        )
    return Credit.unscoped.bulk_create(made.values())


def _genre(moving: Moving, genre: Genre) -> Genre:
    """The new portal's genre of that code; one that it did not have comes along."""
    found: Genre = Genre.unscoped.get_or_create(
        portal=moving.new,
        code=genre.code,
        defaults={name: getattr(genre, name) for name in GENRE},
    )[0]
    return found


def _approval_of(row: Piece) -> dict[str, Any]:
    """The score of an approval that does not come along, so that the new head can see it."""
    if row.state not in DECIDED:
        return {}
    score = row.scores(manager="unscoped").filter(accepted=True, photo__isnull=True).first()
    return {
        "approved_at": row.approved_at.isoformat() if row.approved_at else None,
        "coefficient": str(score.coefficient) if score and score.coefficient is not None else None,
        "grade": score.grade if score else "",
    }


def _withdraw(moving: Moving, row: Piece) -> None:
    if row.state in DECIDED:
        row.approved_revision = None
        row.approved_at = None
        row.scheduled_for = None
        row.scores(manager="unscoped").filter(accepted=True).update(accepted=False)
        rows_of(Credit, moving.old).filter(piece=row, role="approver", source=CreditSource.LOG).delete()
        move_piece(actor=moving.here, piece=row, action="drop_approval")
    move_piece(actor=moving.here, piece=row, action="withdraw", reason=f"Chuyển sang {moving.new.name}")
