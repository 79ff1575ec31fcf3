"""Films and recordings of a piece: an address where they can be seen, or a file of bounded size.

Files come through `contributors.uploads`; what they are is told by their first bytes, not by their name.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from contributors import clock
from contributors.actors import Actor
from contributors.drafting import lock_editable, record_change
from contributors.errors import DomainError
from contributors.files import KeptFile
from contributors.kept_media import next_position, unlink_on_commit
from contributors.models import Attachment, AttachmentKind, Piece
from contributors.names import plain_text

MOST_BYTES = 100 * 1024 * 1024
MOST_SECONDS = 24 * 3600
CAPTION_LIMIT = 500
URL_LIMIT = 1000
FIRST_BYTES = 32
SUFFIXES = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
}


def media_type_of(first: bytes, *, kind: str) -> str:
    """What a file is by its first bytes. Raises `media_unreadable` for anything that is not of the kind."""
    found = ""
    if first[4:8] == b"ftyp":
        brand = first[8:12]
        found = "audio/mp4" if brand in {b"M4A ", b"M4B "} else "video/mp4"
        found = "video/quicktime" if brand == b"qt  " else found
        if kind == AttachmentKind.AUDIO:
            found = "audio/mp4" if brand in {b"M4A ", b"M4B ", b"mp42", b"isom", b"dash"} else ""
    elif first[:4] == b"\x1aE\xdf\xa3":
        found = "video/webm"
    elif first[:3] == b"ID3" or (len(first) > 1 and first[0] == 0xFF and first[1] & 0xE6 == 0xE2):  # noqa: PLR2004 - MPEG sync, layer III
        found = "audio/mpeg"
    elif first[:4] == b"OggS":
        found = "audio/ogg"
    elif first[:4] == b"RIFF" and first[8:12] == b"WAVE":
        found = "audio/wav"
    if not found.startswith(f"{kind}/"):
        raise DomainError("media_unreadable", field="file")
    return found


def attach_address(
    *, actor: Actor, piece: Piece, seen_version: int, kind: str, url: str, caption: str = "", seconds: int | None = None
) -> Attachment:
    """Where a film or a recording can be seen or heard. Raises `url_missing`, `url_malformed`."""
    address = url.strip()
    if not address:
        raise DomainError("url_missing", field="url")
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        raise DomainError("url_malformed", field="url") from None
    fits = len(address) <= URL_LIMIT and address == "".join(plain_text(address).split())
    if parts.scheme not in {"http", "https"} or not parts.hostname or not fits:
        raise DomainError("url_malformed", field="url")
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        made = Attachment.objects.create(
            portal_id=row.portal_id,
            piece=row,
            position=next_position(row),
            kind=AttachmentKind(kind).value,
            caption=plain_text(caption)[:CAPTION_LIMIT],
            seconds=seconds,
            url=address,
        )
        record_change(actor, row)
    piece.version = row.version
    return made


def put_attachment(
    row: Piece, kept: KeptFile, *, position: int, kind: str, media_type: str, caption: str, seconds: int | None
) -> Attachment:
    """A kept file in a locked piece. Raises `media_twice`. The caller records the change."""
    try:
        with transaction.atomic():
            return Attachment.objects.create(
                portal_id=row.portal_id,
                piece=row,
                position=position,
                kind=kind,
                caption=plain_text(caption)[:CAPTION_LIMIT],
                seconds=seconds,
                path=kept.path,
                sha256=kept.sha256,
                size=kept.size,
                media_type=media_type,
            )
    except IntegrityError as refused:
        if "attachment_once_in_piece" not in str(refused):
            raise
        raise DomainError("media_twice", field="file") from None


def remove_attachment(*, actor: Actor, attachment: Attachment, seen_version: int) -> Piece:
    """Take it out of its piece; a file goes with it."""
    with transaction.atomic():
        row = lock_editable(actor, attachment.piece, seen_version)
        kept = Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True).first()
        if kept is None:
            raise DomainError("not_found")
        unlink_on_commit([kept.path])
        Attachment.objects.filter(pk=kept.pk).update(removed_at=clock.now(), path="")
        record_change(actor, row)
    return row


def attachments_of(piece: Piece) -> list[Attachment]:
    """What is in the piece now, in order."""
    return list(Attachment.objects.filter(piece=piece, removed_at__isnull=True).order_by("position", "pk"))
