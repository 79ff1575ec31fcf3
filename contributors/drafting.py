"""Writing a piece: drafts, declared credits, and a revision for every saved version."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from contributors import clock
from contributors.access import is_own, may_act_for, require
from contributors.actors import Actor, in_force
from contributors.credit_states import ask_the_named
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    AUTHOR_LIKE,
    Attachment,
    Contributor,
    ContributorState,
    CountsAs,
    Credit,
    CreditSource,
    Genre,
    Membership,
    Photo,
    Piece,
    PieceState,
    Revision,
    Role,
    Topic,
    Unit,
)
from contributors.names import plain_body, plain_text, search_key
from contributors.portals import require_open
from contributors.words import count_words
from contributors.workflow import lock_piece, move_piece

TITLE_LIMIT = 500
MOST_WORDS = 20_000
TEXT_LIMITS = {"event_place": 300, "source": 500, "document_number": 100, "document_type": 60}
TEXT_LIMITS |= {"document_signer": 200, "document_issuer": 200}
# Languages in which communes write; rate schedules may pay by them.
LANGUAGES: Mapping[str, Any] = {
    "vi": _("tiếng Việt"),
    "km": _("tiếng Khmer"),
    "cjm": _("tiếng Chăm"),
    "zh": _("tiếng Hoa"),
    "tay": _("tiếng Tày"),
    "tai": _("tiếng Thái"),
    "hmn": _("tiếng Mông"),
    "jra": _("tiếng Gia Rai"),
    "rad": _("tiếng Ê Đê"),
    "bdq": _("tiếng Ba Na"),
    "en": _("tiếng Anh"),
}
EDITABLE = frozenset(
    {"title", "body", "topic", "event_on", "event_place", "origin", "source", "language", "leader_activity"}
    | {"document_number", "document_type", "document_on", "document_signer", "document_issuer"}
)


# Whose work a new piece is until its sender says otherwise; photos name their photographers themselves.
MAKER_OF: Mapping[str, str] = {CountsAs.PIECE: Role.AUTHOR, CountsAs.VIDEO: Role.VIDEOGRAPHER}
# Only doing it makes somebody these; whoever could declare them could pay themselves for it.
FROM_LOG = frozenset({Role.APPROVER, Role.PUBLISHER})


@dataclass(frozen=True, slots=True)
class DeclaredCredit:
    """What the sender says of one person's part. Author-like roles have a percent, photographers a quantity."""

    contributor: Contributor
    role: str
    share: Decimal | None = None
    quantity: int | None = None


def start_piece(
    *,
    actor: Actor,
    client_key: uuid.UUID,
    genre: Genre,
    title: str,
    body: str = "",
    contributor: Contributor | None = None,
    topic: Topic | None = None,
    practice: bool = False,
    **fields: Any,
) -> Piece:
    """A new draft. The same `client_key` again gives the same piece: sending twice is one piece.

    A `practice` piece is sent and answered like any other, never approved, and counts nowhere.
    `fields` are those of `EDITABLE`. Raises `not_allowed`, `person_unknown`, `not_active`, `title_long`,
    `portal_closed`, `genre_retired`, `topic_retired`, `text_long`, and `not_found` for a key that another account used.
    """
    if contributor is None:
        require(actor, "piece.start")
        contributor = Contributor.objects.get(pk=actor.contributor_pk)
    elif not may_act_for(actor, contributor):
        raise DomainError("not_allowed")
    if contributor.state not in {ContributorState.ACTIVE, ContributorState.RECORDED}:
        raise DomainError("not_active", field="contributor")
    known = Piece.objects.filter(client_key=client_key).first()
    if known is not None:
        if known.created_by_id != actor.account_id:
            raise DomainError("not_found")
        return known
    require_open(actor.portal_id)
    _require_offered(genre, topic)
    now = clock.now()
    piece = Piece(
        portal_id=actor.portal_id,
        client_key=client_key,
        genre=genre,
        contributor=contributor,
        practice=practice,
        created_by_id=actor.account_pk,
        created_at=now,
        state_since=now,
        **_clean(_marked(fields | {"title": title, "body": body, "topic": topic})),
    )
    piece.search_key = search_key(piece.title)[:500]
    try:
        with transaction.atomic():
            piece.save()
            if genre.counts_as in MAKER_OF:
                _write_credits(piece, [DeclaredCredit(contributor, MAKER_OF[genre.counts_as], share=Decimal(100))])
            write_revision(actor, piece)
            record_event(
                actor=actor,
                kind="piece.started",
                subject=piece,
                facts={"genre": genre.code, "contributor": contributor.pk} | ({"practice": True} if practice else {}),
            )
    except IntegrityError as refused:
        if "piece_client_key" not in str(refused):
            raise
        known = Piece.objects.filter(client_key=client_key, created_by_id=actor.account_id).first()
        if known is None:
            raise DomainError("not_found") from None
        return known
    return piece


def edit_piece(*, actor: Actor, piece: Piece, seen_version: int, genre: Genre | None = None, **fields: Any) -> Piece:
    """Change the text; a new revision. After approval it drops the approval, which binds to a revision.

    Another `genre` may be chosen until the piece is approved, one that counts as the same thing. Raises
    `genre_fixed`, `genre_retired`.
    """
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        if genre is not None and genre.pk != row.genre_id:
            _change_genre(row, genre)
        put_text(row, fields)
        record_change(actor, row)
    return row


def _change_genre(row: Piece, genre: Genre) -> None:
    """Who made a film is no author and a photo set has neither, so a piece stays what it counts as."""
    if row.state in {PieceState.APPROVED, PieceState.SCHEDULED} or genre.counts_as != row.genre.counts_as:
        raise DomainError("genre_fixed", field="genre")
    _require_offered(genre, None)
    row.genre = genre


def _require_offered(genre: Genre, topic: Topic | None) -> None:
    if genre.retired_on is not None:
        raise DomainError("genre_retired", field="genre", genre=genre.name)
    if topic is not None and topic.retired_on is not None:
        raise DomainError("topic_retired", field="topic", topic=topic.name)


def _marked(fields: dict[str, Any]) -> dict[str, Any]:
    """What is newly put into a topic of the leaders' work is marked as such."""
    topic = fields.get("topic")
    return fields | {"leader_activity": True} if topic is not None and topic.leader_activity else fields


def put_text(row: Piece, fields: Mapping[str, Any]) -> None:
    """Cleaned values on a locked row, not saved yet. Raises `topic_retired` for a topic that is newly chosen."""
    given = dict(fields)
    topic = given.get("topic")
    if topic is not None and topic.pk != row.topic_id:
        if topic.retired_on is not None:
            raise DomainError("topic_retired", field="topic", topic=topic.name)
        given = _marked(given)
    for name, value in _clean(given).items():
        setattr(row, name, value)
    row.search_key = search_key(row.title)[:500]


def declare_credits(*, actor: Actor, piece: Piece, seen_version: int, declared: Sequence[DeclaredCredit]) -> Piece:
    """Replace the declared credits; those of photographers follow from the photos.

    Raises `credit_twice`, `share_malformed`, `role_from_log`.
    """
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        _write_credits(row, declared)
        count_photos(row)
        record_change(actor, row)
    return row


def lock_editable(actor: Actor, piece: Piece, seen_version: int | None) -> Piece:
    """The locked row, if the actor may change it and it is not decided for good."""
    row = lock_piece(piece, seen_version)
    require(actor, "piece.edit", own=is_own(actor, row))
    open_states = {PieceState.DRAFT, PieceState.RETURNED, PieceState.SUBMITTED}
    if row.state not in open_states | {PieceState.APPROVED, PieceState.SCHEDULED}:
        raise DomainError("wrong_state", state=row.get_state_display(), action="sửa")
    return row


def record_change(actor: Actor, row: Piece) -> None:
    """A new revision of a locked piece; an approval that was there is dropped, since it bound to the old one."""
    write_revision(actor, row)
    if row.state in {PieceState.APPROVED, PieceState.SCHEDULED}:
        row.approved_revision = None
        row.approved_at = None
        row.scheduled_for = None
        row.scores.filter(accepted=True).update(accepted=False)
        Credit.objects.filter(piece=row, role__in=[Role.APPROVER, Role.EDITOR], source=CreditSource.LOG).delete()
        move_piece(actor=actor, piece=row, action="drop_approval")
        return
    row.version += 1
    row.save()
    record_event(actor=actor, kind="piece.edited", subject=row, facts={"revision": row.revision_number})


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - EDITABLE
    if unknown:
        message = f"no such field of a piece: {', '.join(sorted(unknown))}"
        raise TypeError(message)
    cleaned = dict(fields)
    for name in ("title", *TEXT_LIMITS):
        if name in cleaned:
            cleaned[name] = plain_text(cleaned[name] or "")
    if "body" in cleaned:
        cleaned["body"] = plain_body(cleaned["body"] or "")
    for name, limit in TEXT_LIMITS.items():
        if name in cleaned:
            cleaned[name] = cleaned[name][:limit]
    if len(cleaned.get("title", "")) > TITLE_LIMIT:
        raise DomainError("title_long", field="title", limit=TITLE_LIMIT)
    words = count_words(cleaned.get("body", ""))
    if words > MOST_WORDS:
        raise DomainError("text_long", field="body", words=words, limit=MOST_WORDS)
    if cleaned.get("language", "vi") not in LANGUAGES:
        raise DomainError("language_unknown", field="language", language=plain_text(cleaned["language"])[:20])
    return cleaned


def _write_credits(piece: Piece, declared: Sequence[DeclaredCredit]) -> None:
    named = [(credit.contributor.pk, credit.role) for credit in declared]
    if len(set(named)) != len(named):
        raise DomainError("credit_twice", field="credits")
    for credit in declared:
        if credit.role in FROM_LOG:
            raise DomainError("role_from_log", field="credits", role=Role(credit.role).label)
        share = credit.share if credit.share is not None and credit.share.is_finite() else Decimal(0)
        if credit.role in AUTHOR_LIKE and not 0 < share <= 100:  # noqa: PLR2004 - percent
            raise DomainError("share_malformed", field="credits")
    piece.credits.filter(source=CreditSource.DECLARED).delete()
    today = clock.today()
    Credit.objects.bulk_create(
        Credit(
            portal_id=piece.portal_id,
            piece=piece,
            contributor=credit.contributor,
            role=credit.role,
            share=credit.share,
            quantity=credit.quantity,
            unit_id=unit_id_on(credit.contributor.pk, today),
        )
        for credit in declared
    )


def count_photos(piece: Piece) -> None:
    """Photographers' credits from the photos themselves: who has one is credited, with how many."""
    today = clock.today()
    counted = (
        Photo.objects.filter(piece=piece, removed_at__isnull=True, photographer__isnull=False)
        .values_list("photographer_id")
        .annotate(count=Count("pk"))
        .order_by("photographer_id")
    )
    for photographer_id, count in counted:
        Credit.objects.update_or_create(
            portal_id=piece.portal_id,
            piece=piece,
            contributor_id=photographer_id,
            role=Role.PHOTOGRAPHER,
            defaults={
                "quantity": count,
                "source": CreditSource.DECLARED,
                "unit_id": unit_id_on(photographer_id, today),
            },
        )


def write_revision(actor: Actor, piece: Piece) -> Revision:
    piece.revision_number += 1
    ask_the_named(piece)
    photos = Photo.objects.filter(piece=piece, removed_at__isnull=True).order_by("position", "pk")
    declared = piece.credits.filter(source=CreditSource.DECLARED).order_by("pk")
    revision = Revision.objects.create(
        portal_id=piece.portal_id,
        piece=piece,
        number=piece.revision_number,
        title=piece.title,
        body=piece.body,
        photos=[[photo.sha256, photo.caption, photo.photographer_id] for photo in photos],
        credits=[
            [credit.contributor_id, credit.role, str(credit.share) if credit.share else None, credit.quantity]
            for credit in declared
        ],
        facts=facts_of(piece),
        saved_by_id=actor.account_pk,
        saved_at=clock.now(),
    )
    Piece.objects.filter(pk=piece.pk).update(revision_number=piece.revision_number)
    return revision


def facts_of(piece: Piece) -> dict[str, Any]:
    """What a revision keeps beside text, photos and credits."""
    attached = Attachment.objects.filter(piece=piece, removed_at__isnull=True).order_by("position", "pk")
    return {
        "topic": piece.topic.name if piece.topic is not None else "",
        "leader_activity": piece.leader_activity,
        "event_on": piece.event_on.isoformat() if piece.event_on else "",
        "event_place": piece.event_place,
        "origin": piece.origin,
        "source": piece.source,
        "language": piece.language,
        "attachments": [[file.kind, file.url or file.sha256, file.caption, file.seconds] for file in attached],
    }


def unit_id_on(contributor_id: int, day: date) -> int | None:
    """The unit's id in which a person is on a day."""
    return (
        Membership.objects.filter(in_force(day), contributor_id=contributor_id)
        .values_list("unit_id", flat=True)
        .first()
    )


def unit_on(contributor: Contributor, day: date) -> Unit | None:
    """The unit to which a person belongs on a day."""
    unit_id = unit_id_on(contributor.pk, day)
    return Unit.objects.get(pk=unit_id) if unit_id is not None else None
