"""Keeping what somebody is writing, every few seconds, without a revision for each.

A revision is what somebody saved on purpose, or what was sent in; in between only the draft itself changes, and its
version with it, so that a second device notices.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from contributors.actors import Actor
from contributors.drafting import facts_of, lock_editable, put_text, start_piece, write_revision
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Contributor, Genre, Piece, PieceState, Revision
from contributors.workflow import lock_piece

KEEPS = frozenset({PieceState.DRAFT, PieceState.RETURNED})


def keep_draft(
    *,
    actor: Actor,
    client_key: uuid.UUID,
    genre: Genre,
    seen_version: int | None,
    contributor: Contributor | None = None,
    practice: bool = False,
    fields: Mapping[str, Any],
) -> Piece:
    """The draft of this key as it is written now; the first call begins it. `fields` are those of `drafting.EDITABLE`.

    The same content again changes nothing. A call without a version is the first one, or the first one again: its
    answer was lost. Raises `stale_version` where another device wrote meanwhile, `wrong_state` once it was sent in,
    and what `start_piece` raises.
    """
    known = Piece.objects.filter(client_key=client_key, created_by_id=actor.account_id).first()
    if known is None:
        given = dict(fields)
        return start_piece(
            actor=actor,
            client_key=client_key,
            genre=genre,
            title=given.pop("title", ""),
            contributor=contributor,
            practice=practice,
            **given,
        )
    if seen_version is None and not _says(known, fields):
        if known.version > 1:
            raise DomainError("stale_version", field="version")
        seen_version = known.version
    if seen_version is None or _says(known, fields):
        return known
    return save_draft(actor=actor, piece=known, seen_version=seen_version, fields=fields)


def write_draft(
    *,
    actor: Actor,
    client_key: uuid.UUID,
    genre: Genre,
    seen_version: int | None,
    contributor: Contributor | None = None,
    practice: bool = False,
    fields: Mapping[str, Any],
) -> Piece:
    """`keep_draft` on purpose: what is there afterwards is a revision. The same form sent twice is one."""
    piece = keep_draft(
        actor=actor,
        client_key=client_key,
        genre=genre,
        seen_version=seen_version,
        contributor=contributor,
        practice=practice,
        fields=fields,
    )
    with transaction.atomic():
        row = lock_piece(piece, piece.version)
        before = row.revision_number
        seal_draft(actor, row)
        if row.revision_number > before:
            record_event(actor=actor, kind="piece.edited", subject=row, facts={"revision": row.revision_number})
    return row


def save_draft(*, actor: Actor, piece: Piece, seen_version: int, fields: Mapping[str, Any]) -> Piece:
    """The same for a piece that is there: no revision, no event. Only a draft, or what was sent back."""
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        if row.state not in KEEPS:
            raise DomainError("wrong_state", state=row.get_state_display(), action="sửa")
        put_text(row, fields)
        row.version += 1
        row.save()
    return row


def _says(piece: Piece, fields: Mapping[str, Any]) -> bool:
    """Whether the piece has these values already, as they would be cleaned."""
    asked = Piece(portal_id=piece.portal_id, genre=piece.genre, topic=piece.topic)
    put_text(asked, fields)
    return all(getattr(asked, name) == getattr(piece, name) for name in fields)


def seal_draft(actor: Actor, row: Piece) -> None:
    """Before a locked piece goes on: what was only kept becomes a revision, so that a decision can bind to it."""
    newest = Revision.objects.filter(piece=row).order_by("-number").first()
    same = newest is not None and (newest.title, newest.body) == (row.title, row.body)
    if newest is None or not same or (newest.facts and newest.facts != facts_of(row)):
        write_revision(actor, row)
