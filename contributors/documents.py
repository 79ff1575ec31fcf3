"""Documents (văn bản): issued by an office, posted by the deputy without review, counted apart from pieces."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Count, QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.drafting import start_piece
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import keep_file
from contributors.models import CountsAs, DocumentFile, Genre, Piece, PieceState, Portal, Role
from contributors.names import plain_text
from contributors.newsroom import credit_from_log, publish_document
from contributors.workflow import lock_piece, move_piece

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
FOLDER = "documents"
# By how a file begins; what it is called proves nothing.
KINDS: Mapping[bytes, tuple[str, frozenset[str]]] = {
    b"%PDF-": ("application/pdf", frozenset({".pdf"})),
    b"PK\x03\x04": ("application/octet-stream", frozenset({".docx", ".xlsx", ".odt", ".ods"})),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("application/octet-stream", frozenset({".doc", ".xls"})),
}


@dataclass(frozen=True, slots=True)
class DocumentToPost:
    """What is known of a document. It is to be had as a file, at an address on the website, or both."""

    number: str
    kind: str
    title: str
    issuer: str = ""
    issued_on: date | None = None
    signer: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DocumentCount:
    kind: str
    count: int


def documents_of(actor: Actor) -> QuerySet[Piece]:
    """Posted documents, the newest entries first. Raises `not_allowed`."""
    require(actor, "piece.list")
    return (
        Piece.objects.filter(genre__counts_as=CountsAs.DOCUMENT, state=PieceState.PUBLISHED)
        .prefetch_related("document_files")
        .order_by("-pk")
    )


def document_counts(since: date, until: date) -> list[DocumentCount]:
    """How many of each type were issued in `[since, until)`, the most frequent first; apart from all pieces."""
    rows = (
        Piece.objects.filter(
            genre__counts_as=CountsAs.DOCUMENT,
            state=PieceState.PUBLISHED,
            document_on__gte=since,
            document_on__lt=until,
        )
        .values_list("document_type")
        .annotate(count=Count("pk"))
        .order_by("-count", "document_type")
    )
    return [DocumentCount(kind, count) for kind, count in rows]


def document_genre() -> Genre:
    """The portal's genre of documents. Raises `document_genre_missing`."""
    found = Genre.objects.filter(counts_as=CountsAs.DOCUMENT).order_by("position", "pk").first()
    if found is None:
        raise DomainError("document_genre_missing")
    return found


def post_document(
    *,
    actor: Actor,
    client_key: uuid.UUID,
    document: DocumentToPost,
    file: tuple[str, bytes] | None = None,
    at: datetime | None = None,
) -> Piece:
    """Write down and post a document in one step; the same `client_key` again is the same document.

    `file` is (name, content). Raises `document_number_missing`, `title_missing`, `document_without_place`,
    `document_there`, `document_file_kind`, `document_file_large`, and what `publish_document` raises.
    """
    require(actor, "document.publish")
    check_document(document)
    if not document.url.strip() and file is None:
        raise DomainError("document_without_place", field="url")
    kept = checked_file(*file) if file is not None else None
    with transaction.atomic():
        lock_documents(actor)
        piece = start_piece(
            actor=actor,
            client_key=client_key,
            genre=document_genre(),
            title=document.title,
            document_number=document.number,
            document_type=document.kind,
            document_on=document.issued_on,
            document_signer=document.signer,
            document_issuer=document.issuer,
        )
        if piece.state == PieceState.PUBLISHED:  # the second of two quick presses
            return piece
        if same_document(piece).exists():
            raise DomainError("document_there", field="number", number=piece.document_number)
        if kept is not None and file is not None:
            name, content = file
            stored = keep_file(folder=FOLDER, content=content, suffix=Path(name).suffix.lower())
            DocumentFile.objects.create(
                portal_id=piece.portal_id,
                piece=piece,
                file_name=plain_text(Path(name).name)[-200:],
                content_type=kept,
                path=stored.path,
                sha256=stored.sha256,
                size=stored.size,
            )
            record_event(actor=actor, kind="document.filed", subject=piece, facts={"sha256": stored.sha256})
        if document.url.strip():
            return publish_document(actor=actor, piece=piece, seen_version=piece.version, url=document.url, at=at)
        row = lock_piece(piece, piece.version)
        moment = at or clock.now()
        if moment > clock.now():
            raise DomainError("time_ahead", field="published_at")
        row.published_at = moment
        moved = move_piece(actor=actor, piece=row, action="publish_document")
        credit_from_log(row, actor, Role.DATA_PROVIDER)
        return moved


def lock_documents(actor: Actor) -> None:
    """One who writes documents at a time in a portal: what is the same is looked for before it is written."""
    Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)


def check_document(document: DocumentToPost) -> None:
    """Raise `document_number_missing`, `title_missing`."""
    if not plain_text(document.number):
        raise DomainError("document_number_missing", field="number")
    if not plain_text(document.title):
        raise DomainError("title_missing", field="title")


def same_document(piece: Piece) -> QuerySet[Piece]:
    """Posted ones of the same number, type, issuer and day."""
    names = ("document_number", "document_type", "document_issuer", "document_on")
    return Piece.objects.filter(
        genre__counts_as=CountsAs.DOCUMENT,
        state=PieceState.PUBLISHED,
        **{name: getattr(piece, name) for name in names},
    ).exclude(pk=piece.pk)


def checked_file(name: str, content: bytes) -> str:
    """The content type of a document's file. Raises `document_file_kind`, `document_file_large`."""
    if len(content) > MOST_BYTES:
        raise DomainError("document_file_large", field="file", limit=MOST_BYTES // MEGABYTE)
    suffix = Path(name).suffix.lower()
    for beginning, (content_type, suffixes) in KINDS.items():
        if content.startswith(beginning) and suffix in suffixes:
            return content_type
    raise DomainError("document_file_kind", field="file")
