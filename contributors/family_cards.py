"""The card "Tin đã lên trang": what an author shows the family about a piece of theirs that is up. Nothing of money."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import AUTHOR_LIKE, MAKERS, Credit, CreditSource, Photo, Piece, PieceState


@dataclass(frozen=True, slots=True)
class FamilyCard:
    """`names` made the piece, authors first; `url` is where it stands, `photo` its first one."""

    piece_id: uuid.UUID
    title: str
    names: tuple[str, ...]
    unit: str
    portal: str
    day: date
    url: str
    photo: Path | None


def is_for_family(actor: Actor, piece: Piece) -> bool:
    """Whether the piece is up and the actor made it."""
    return piece.state == PieceState.PUBLISHED and _made_it(actor, piece)


def family_card(actor: Actor, public_id: uuid.UUID) -> FamilyCard:
    """Raises `not_found` for what is not up, and for whoever did not make it."""
    piece = Piece.objects.select_related("portal", "unit", "contributor").filter(public_id=public_id).first()
    if piece is None or not is_for_family(actor, piece) or piece.published_at is None:
        raise DomainError("not_found")
    rows = list(
        Credit.objects.filter(piece=piece, role__in=MAKERS, source=CreditSource.DECLARED)
        .select_related("contributor")
        .order_by("pk")
    )
    rows.sort(key=lambda row: row.role not in AUTHOR_LIKE)
    names = dict.fromkeys(row.contributor.full_name for row in rows) or {piece.contributor.full_name: None}
    return FamilyCard(
        piece_id=piece.public_id,
        title=piece.title,
        names=tuple(names),
        unit=piece.unit.name if piece.unit is not None else "",
        portal=piece.portal.name,
        day=piece.published_at.astimezone(ZoneInfo(piece.portal.time_zone)).date(),
        url=piece.published_url or "",
        photo=_first_photo(piece),
    )


def _first_photo(piece: Piece) -> Path | None:
    photo = (
        Photo.objects.filter(piece=piece, removed_at__isnull=True).exclude(path="").order_by("position", "pk").first()
    )
    return open_kept(photo.path) if photo is not None else None


def _made_it(actor: Actor, piece: Piece) -> bool:
    if actor.contributor_id is None:
        return False
    if piece.contributor_id == actor.contributor_id:
        return True
    return Credit.objects.filter(
        piece=piece, contributor_id=actor.contributor_id, role__in=MAKERS, source=CreditSource.DECLARED
    ).exists()
