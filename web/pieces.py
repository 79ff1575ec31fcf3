"""Finding a piece by the address of its page."""

from __future__ import annotations

import uuid

from contributors.access import is_own, may_see
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Photo, Piece

WITH = ("portal", "genre", "topic", "unit", "contributor", "created_by")


def own_piece(actor: Actor, public_id: uuid.UUID) -> Piece:
    """A piece of the actor, or that the actor entered for someone. Raises `not_found`."""
    piece = Piece.objects.select_related(*WITH).filter(public_id=public_id).first()
    if piece is None or not is_own(actor, piece):
        raise DomainError("not_found")
    return piece


def seen_piece(actor: Actor, public_id: uuid.UUID) -> Piece:
    """A piece that the actor may see. Raises `not_found`."""
    piece = Piece.objects.select_related(*WITH).filter(public_id=public_id).first()
    if piece is None or not may_see(actor, piece):
        raise DomainError("not_found")
    return piece


def photos_of(piece: Piece) -> list[Photo]:
    """The photos that are in the piece now, with their photographers."""
    return list(
        Photo.objects.filter(piece=piece, removed_at__isnull=True)
        .select_related("photographer")
        .order_by("position", "pk")
    )


def entered_by(piece: Piece) -> str:
    """Who entered a piece for its author; empty where the author wrote it. No query after `seen_piece`."""
    return "" if piece.created_by_id == piece.contributor.account_id else str(piece.created_by.name)
