"""Photos of a piece: adding, captions and photographers, order, taking out, blurring.

The photographer is never assumed: None means that nobody said who took it, and nobody is credited.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.drafting import count_photos, lock_editable, record_change
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import open_kept
from contributors.kept_media import keep_picture, next_position, unlink_on_commit
from contributors.models import Contributor, Credit, CreditSource, Photo, Piece, Role
from contributors.names import plain_text
from contributors.pictures import Area, Decoded, blurred, read_photo

CAPTION_LIMIT = 500


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
    """Add photos here and now, all or none; one new revision. What people send comes through `uploads`.

    `piece.version` is brought up to date. Raises `photo_unreadable`, `photo_large`, `photo_twice`, `stale_version`.
    """
    decoded = [read_photo(photo.content) for photo in new]
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        first = next_position(row)
        photos = [
            put_photo(row, picture, position=first + place, caption=photo.caption, photographer=photo.photographer)
            for place, (picture, photo) in enumerate(zip(decoded, new, strict=True))
        ]
        count_photos(row)
        record_change(actor, row)
    piece.version = row.version
    return photos


def put_photo(row: Piece, decoded: Decoded, *, position: int, caption: str, photographer: Contributor | None) -> Photo:
    """A decoded picture in a locked piece. Raises `photo_twice`. The caller counts photos and records the change."""
    kept, small = keep_picture(decoded)
    try:
        with transaction.atomic():
            return Photo.objects.create(
                portal_id=row.portal_id,
                piece=row,
                position=position,
                sha256=kept.sha256,
                path=kept.path,
                small_path=small.path,
                width=decoded.width,
                height=decoded.height,
                size=kept.size,
                caption=plain_text(caption)[:CAPTION_LIMIT],
                photographer=photographer,
                taken_at=decoded.taken,
            )
    except IntegrityError as refused:
        if "photo_once_in_piece" not in str(refused):
            raise
        raise DomainError("photo_twice", field="photo") from None


def change_photo(
    *, actor: Actor, photo: Photo, seen_version: int, caption: str, photographer: Contributor | None
) -> Piece:
    """Say anew what is on it and who took it. `seen_version` is the piece's."""
    with transaction.atomic():
        row, kept = _lock(actor, photo, seen_version)
        before = kept.photographer_id
        kept.caption = plain_text(caption)[:CAPTION_LIMIT]
        kept.photographer = photographer
        kept.save(update_fields=["caption", "photographer"])
        _recount(row, before)
        record_change(actor, row)
    return row


def remove_photo(*, actor: Actor, photo: Photo, seen_version: int) -> Piece:
    """Take a photo out of its piece; its file goes with it."""
    with transaction.atomic():
        row, kept = _lock(actor, photo, seen_version)
        _take_out(kept)
        _recount(row, kept.photographer_id)
        record_change(actor, row)
    return row


def order_photos(*, actor: Actor, piece: Piece, seen_version: int, order: Sequence[uuid.UUID]) -> Piece:
    """Put the photos in the order of their public ids. Raises `photo_order_differs`."""
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        photos = {photo.public_id: photo for photo in Photo.objects.filter(piece=row, removed_at__isnull=True)}
        if sorted(order) != sorted(photos):
            raise DomainError("photo_order_differs", field="photos")
        places = sorted(photo.position for photo in photos.values())
        for place, public_id in zip(places, order, strict=True):
            photos[public_id].position = place
        Photo.objects.bulk_update(photos.values(), ["position"])
        record_change(actor, row)
    return row


def blur_photo(*, actor: Actor, photo: Photo, seen_version: int, areas: Sequence[Area]) -> Photo:
    """Make faces unrecognizable: a new photo stands in the old one's place, and the old file is deleted.

    A revision of its own, so an approval that was there is dropped. Raises `blur_areas_wrong`.
    """
    require(actor, "photo.blur")
    with transaction.atomic():
        row, old = _lock(actor, photo, seen_version)
        made = blurred(open_kept(old.path).read_bytes(), areas)
        caption, photographer, taken = old.caption, old.photographer, old.taken_at
        _take_out(old)
        new = put_photo(row, made, position=old.position, caption=caption, photographer=photographer)
        new.taken_at = taken
        new.save(update_fields=["taken_at"])
        _recount(row, old.photographer_id)
        record_change(actor, row)
        record_event(actor=actor, kind="photo.blurred", subject=new, facts={"instead": old.pk, "areas": len(areas)})
    return new


def _lock(actor: Actor, photo: Photo, seen_version: int) -> tuple[Piece, Photo]:
    row = lock_editable(actor, photo.piece, seen_version)
    kept = Photo.objects.filter(pk=photo.pk, removed_at__isnull=True).first()
    if kept is None:
        raise DomainError("not_found")
    return row, kept


def _take_out(photo: Photo) -> None:
    """The row stays, since scores and the log name it; the picture does not."""
    unlink_on_commit([photo.path, photo.small_path])
    Photo.objects.filter(pk=photo.pk).update(removed_at=clock.now(), path="", small_path="")


def _recount(row: Piece, before: int | None) -> None:
    """Photographers' credits after a change; whoever took none of the photos any more has none."""
    if (
        before is not None
        and not Photo.objects.filter(piece=row, photographer_id=before, removed_at__isnull=True).exists()
    ):
        Credit.objects.filter(
            piece=row, contributor_id=before, role=Role.PHOTOGRAPHER, source=CreditSource.DECLARED
        ).delete()
    count_photos(row)
