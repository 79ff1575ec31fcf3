"""What a genre asks of a piece before it can be sent in, and whether it has it."""

from __future__ import annotations

from dataclasses import dataclass

from contributors.errors import DomainError
from contributors.models import Attachment, Genre, Origin, Photo, Piece
from contributors.words import count_words


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a genre asks for, and how much of it."""

    what: str
    least: int


def needs_of(genre: Genre) -> list[Need]:
    """In the order in which a contributor meets them."""
    asked = [
        Need("words", genre.least_words),
        Need("photos", genre.least_photos),
        Need("duration", int(genre.needs_duration)),
        Need("document_number", int(genre.needs_document_number)),
    ]
    return [need for need in asked if need.least]


def check_needs(piece: Piece) -> None:
    """Raises `words_few`, `photos_few`, `duration_missing`, `document_number_missing`, `source_missing`."""
    genre = piece.genre
    words = count_words(piece.body)
    if words < genre.least_words:
        raise DomainError("words_few", field="body", genre=genre.name, least=genre.least_words, words=words)
    if genre.least_photos:
        photos = Photo.objects.filter(piece=piece, removed_at__isnull=True).count()
        if photos < genre.least_photos:
            raise DomainError("photos_few", field="photos", genre=genre.name, least=genre.least_photos, photos=photos)
    timed = Attachment.objects.filter(piece=piece, removed_at__isnull=True, seconds__gt=0)
    if genre.needs_duration and not timed.exists():
        raise DomainError("duration_missing", field="attachments", genre=genre.name)
    if genre.needs_document_number and not piece.document_number:
        raise DomainError("document_number_missing", field="document_number")
    if piece.origin != Origin.ORIGINAL and not piece.source:
        raise DomainError("source_missing", field="source")
