"""Photos of a piece: decoded, turned upright, re-encoded without EXIF, bounded, kept by content."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Max
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from contributors.actors import Actor
from contributors.drafting import count_photos, lock_editable, record_change
from contributors.errors import DomainError
from contributors.files import keep_file
from contributors.models import Contributor, Photo, Piece
from contributors.names import plain_text

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_EDGE = 2048
READABLE = ("JPEG", "PNG", "WEBP")


def read_photo(content: bytes) -> tuple[bytes, int, int, datetime | None]:
    """JPEG bytes without EXIF, width, height, and the capture time that the camera wrote (Vietnam's time).

    Raises `photo_large`, `photo_unreadable`.
    """
    limit = MOST_BYTES // (1024 * 1024)
    if len(content) > MOST_BYTES:
        raise DomainError("photo_large", field="photo", limit=limit)
    try:
        picture = Image.open(io.BytesIO(content), formats=READABLE)
        if picture.width * picture.height > MOST_PIXELS:
            raise DomainError("photo_large", field="photo", limit=limit)
        taken = _taken_at(picture)
        picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Image.DecompressionBombError:
        raise DomainError("photo_large", field="photo", limit=limit) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise DomainError("photo_unreadable", field="photo") from None
    upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue(), upright.width, upright.height, taken


def _taken_at(picture: Image.Image) -> datetime | None:
    written = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        moment = datetime.strptime(str(written), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - cameras write no zone
    except ValueError:
        return None
    return moment.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo as it was sent. `photographer` None: nobody said who took it."""

    content: bytes
    caption: str = ""
    photographer: Contributor | None = None


def add_photo(
    *,
    actor: Actor,
    piece: Piece,
    seen_version: int,
    content: bytes,
    caption: str = "",
    photographer: Contributor | None = None,
) -> Photo:
    """Add one photo. See `add_photos`."""
    new = NewPhoto(content, caption, photographer)
    return add_photos(actor=actor, piece=piece, seen_version=seen_version, new=[new])[0]


def add_photos(*, actor: Actor, piece: Piece, seen_version: int, new: Sequence[NewPhoto]) -> list[Photo]:
    """Add photos, all or none; one new revision. A photographer's credit counts their photos.

    `piece.version` is brought up to date. Raises `photo_unreadable`, `photo_large`, `photo_twice`, `stale_version`.
    """
    decoded = [(photo, read_photo(photo.content)) for photo in new]
    kept = [keep_file(folder="photos", content=jpeg, suffix=".jpg") for _, (jpeg, _, _, _) in decoded]
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        last = row.photos.aggregate(last=Max("position"))["last"] or 0
        try:
            with transaction.atomic():
                photos = Photo.objects.bulk_create(
                    Photo(
                        portal_id=row.portal_id,
                        piece=row,
                        position=position,
                        sha256=file.sha256,
                        path=file.path,
                        width=width,
                        height=height,
                        size=file.size,
                        caption=plain_text(photo.caption)[:500],
                        photographer=photo.photographer,
                        taken_at=taken,
                    )
                    for position, (file, (photo, (_, width, height, taken))) in enumerate(
                        zip(kept, decoded, strict=True), start=last + 1
                    )
                )
        except IntegrityError:
            raise DomainError("photo_twice", field="photo") from None
        count_photos(row)
        record_change(actor, row)
    piece.version = row.version
    return photos
