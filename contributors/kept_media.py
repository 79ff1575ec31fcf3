"""Files of pieces on the disk: kept by content, gone with the last row that names them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from contributors import clock
from contributors.files import KeptFile, keep_file, open_kept
from contributors.models import Attachment, Photo, Piece, Upload, UploadState
from contributors.pictures import Decoded

FOLDER = "photos"


def keep_picture(decoded: Decoded) -> tuple[KeptFile, KeptFile]:
    """The picture and its small copy."""
    return (
        keep_file(folder=FOLDER, content=decoded.jpeg, suffix=".jpg"),
        keep_file(folder=f"{FOLDER}/small", content=decoded.small, suffix=".jpg"),
    )


def unlink_on_commit(paths: Iterable[str]) -> None:
    """Delete files after the running transaction, unless another row of any portal names them."""
    named = {path for path in paths if path}
    if named:
        transaction.on_commit(lambda: _unlink(named))


def _unlink(paths: Iterable[str]) -> None:
    for path in paths:
        pictures = Photo.unscoped.filter(Q(path=path) | Q(small_path=path))
        if not (pictures.exists() or Attachment.unscoped.filter(path=path).exists()):
            open_kept(path).unlink(missing_ok=True)


def drop_attachments(piece_ids: Iterable[int]) -> int:
    """Films and recordings of pieces, and what was still on its way; rows and files. Returns how many attachments."""
    ids = list(piece_ids)
    under_way = Upload.objects.filter(piece__in=ids).exclude(path="")
    rows = Attachment.objects.filter(piece__in=ids)
    unlink_on_commit([*under_way.values_list("path", flat=True), *rows.values_list("path", flat=True)])
    now = clock.now()
    Upload.objects.filter(piece__in=ids, state__in=[UploadState.RECEIVING, UploadState.PROCESSING]).update(
        state=UploadState.CANCELLED, ended_at=now
    )
    Upload.objects.filter(piece__in=ids).update(
        path="", caption="", file_name="", photographer=None, attachment=None, photo=None
    )
    return rows.delete()[0]


def next_position(piece: Piece) -> int:
    """After everything that is in a locked piece or on its way into it."""
    taken = [
        *Photo.objects.filter(piece=piece).values_list("position", flat=True),
        *Upload.objects.filter(piece=piece).values_list("position", flat=True),
        *Attachment.objects.filter(piece=piece).values_list("position", flat=True),
    ]
    return max(taken, default=0) + 1
