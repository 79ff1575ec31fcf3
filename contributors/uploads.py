"""Files on their way into a piece: begun, received in parts that may stop and go on, worked on by a task.

A part that came twice counts once, and a piece cannot be sent in while one of its files is not whole. The file that
came lies below MEDIA_ROOT until its upload ends, and is deleted then, however it ends.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from contributors import attachments, clock, pictures
from contributors.access import is_own, require
from contributors.actors import Actor, actor_for
from contributors.drafting import count_photos, lock_editable, record_change
from contributors.errors import DomainError
from contributors.files import adopt_file, open_kept
from contributors.jobs import schedule_job
from contributors.kept_media import next_position
from contributors.models import (
    Contributor,
    Job,
    JobState,
    Piece,
    Portal,
    Upload,
    UploadKind,
    UploadState,
)
from contributors.names import plain_text
from contributors.photos import put_photo
from contributors.scopes import portal_scope

TASK = "contributors.work_upload"
FOLDER = "uploads"
CHUNK = 512 * 1024  # what we advise a phone to send at once
LARGEST_CHUNK = 4 * 1024 * 1024
MOST_UNDER_WAY = 60
KEPT_FOR = timedelta(days=7)
UNDER_WAY = (UploadState.RECEIVING, UploadState.PROCESSING)
GIVEN_UP = (JobState.FAILED, JobState.QUARANTINED)
SHA256 = re.compile("[0-9a-f]{64}")


def begin_upload(
    *,
    actor: Actor,
    piece: Piece,
    client_key: uuid.UUID,
    kind: str,
    file_name: str,
    size: int,
    sha256: str = "",
    caption: str = "",
    photographer: Contributor | None = None,
    seconds: int | None = None,
    seen_version: int | None = None,
) -> Upload:
    """Announce a file. The same `client_key` again gives the same upload, which says where to go on.

    A new file overwrites nobody, so `seen_version` need not be given. Raises `photo_large`, `media_large`,
    `upload_empty`, `digest_malformed`, `uploads_many`, `wrong_state`.
    """
    _check_announced(kind, size, sha256)
    with transaction.atomic():
        row = lock_editable(actor, piece, seen_version)
        known = _known(row, client_key)
        if known is not None:
            return known
        if uploads_open(row).count() >= MOST_UNDER_WAY:
            raise DomainError("uploads_many", limit=MOST_UNDER_WAY)
        upload = Upload(
            portal_id=row.portal_id,
            client_key=client_key,
            piece=row,
            kind=UploadKind(kind).value,
            position=next_position(row),
            file_name=plain_text(file_name)[:200],
            size=size,
            sha256=sha256,
            caption=plain_text(caption)[: attachments.CAPTION_LIMIT],
            photographer=photographer,
            seconds=seconds,
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        upload.path = f"{FOLDER}/{upload.public_id.hex}.part"
        upload.save()
        return upload


def _check_announced(kind: str, size: int, sha256: str) -> None:
    if size <= 0:
        raise DomainError("upload_empty", field="file")
    if kind == UploadKind.PHOTO:
        if size > pictures.MOST_BYTES:
            raise DomainError("photo_large", field="photo", limit=pictures.MOST_BYTES // 2**20)
    elif size > attachments.MOST_BYTES:
        raise DomainError("media_large", field="file", limit=attachments.MOST_BYTES // 2**20)
    if sha256 and not SHA256.fullmatch(sha256):
        raise DomainError("digest_malformed", field="sha256")


def _known(row: Piece, client_key: uuid.UUID) -> Upload | None:
    """The upload of that key, if it is under way or what it brought is still in the piece."""
    last = Upload.objects.filter(piece=row, client_key=client_key).order_by("-pk").first()
    if last is None or last.state in UNDER_WAY:
        return last
    brought = last.photo or last.attachment
    return last if last.state == UploadState.DONE and brought and brought.removed_at is None else None


def take_chunk(*, actor: Actor, upload: Upload, offset: int, content: bytes) -> Upload:
    """Write one part. What came before may come again; what is missing may not be skipped.

    With the last byte the file is checked and handed to a task. Raises `upload_gap` (with what is here),
    `upload_past_end`, `upload_ended`, `upload_differs`, `photo_unreadable`, `photo_large`, `media_unreadable`.
    """
    refused: DomainError | None = None
    with transaction.atomic():
        row = _lock(actor, upload)
        if row.state != UploadState.RECEIVING:
            if row.state in {UploadState.PROCESSING, UploadState.DONE} and offset + len(content) <= row.size:
                return row  # the answer to the last part was lost on its way
            raise DomainError("upload_ended")
        path = open_kept(row.path)
        there = min(row.received, path.stat().st_size) if path.exists() else 0
        if there < row.received:
            row.received = there
            row.save(update_fields=["received"])
        if offset > there:
            refused = DomainError("upload_gap", field="offset", received=there)
        elif offset + len(content) > row.size:
            refused = DomainError("upload_past_end", size=row.size)
        else:
            _write(path, offset, content)
            row.received = max(there, offset + len(content))
            row.save(update_fields=["received"])
            if row.received == row.size:
                refused = _whole(row, path)
    if refused is not None:
        raise refused
    return row


def receive_file(*, actor: Actor, upload: Upload, parts: Iterable[bytes]) -> Upload:
    """A file that came in one request, in parts as the request gives them."""
    row = upload
    offset = 0
    for part in parts:
        for begin in range(0, len(part), LARGEST_CHUNK):
            piece_of_it = part[begin : begin + LARGEST_CHUNK]
            row = take_chunk(actor=actor, upload=row, offset=offset, content=piece_of_it)
            offset += len(piece_of_it)
    return row


def cancel_upload(*, actor: Actor, upload: Upload) -> Upload:
    """Drop a file that is not here yet, or that cannot be used. Raises `upload_ended`."""
    with transaction.atomic():
        row = _lock(actor, upload)
        if row.state not in {*UNDER_WAY, UploadState.FAILED}:
            raise DomainError("upload_ended")
        _end(row, UploadState.CANCELLED)
    return row


def uploads_open(piece: Piece | int) -> QuerySet[Upload]:
    """What is on its way into the piece, or cannot be used and was not dropped yet."""
    return (
        Upload.objects.filter(piece=piece, state__in=[*UNDER_WAY, UploadState.FAILED])
        .select_related("job", "photographer", "piece", "photo", "attachment")
        .order_by("position", "pk")
    )


def given_up(upload: Upload) -> bool:
    """Whether nobody works at it any more: it cannot be used, or the worker died over it."""
    return upload.state == UploadState.FAILED or (upload.job is not None and upload.job.state in GIVEN_UP)


def problem_of(upload: Upload) -> str:
    """Why an upload cannot be used, as a sentence; empty where it can."""
    if not given_up(upload):
        return ""
    limit = (pictures.MOST_BYTES if upload.kind == UploadKind.PHOTO else attachments.MOST_BYTES) // 2**20
    usual = "photo_unreadable" if upload.kind == UploadKind.PHOTO else "media_unreadable"
    values: dict[str, Any] = {"limit": limit, "state": upload.piece.get_state_display(), "action": "sửa"}
    return DomainError(upload.problem or usual, **values).message()


def require_all_here(piece: Piece) -> None:
    """Raise `uploads_waiting` or `uploads_failed` unless every file of a locked piece is in it. Two queries at most."""
    waiting = list(uploads_open(piece))
    useless = sum(given_up(upload) for upload in waiting)
    if useless:
        raise DomainError("uploads_failed", field="photos", count=useless)
    if waiting:
        raise DomainError("uploads_waiting", field="photos", count=len(waiting))


def work_upload(job: Job) -> None:
    """Decode a received file and put it into its piece. A file that cannot be used is said so, and no error."""
    upload = Upload.objects.select_related("piece", "created_by").filter(pk=job.arguments["upload"]).first()
    if upload is None or upload.state != UploadState.PROCESSING:
        return
    actor = actor_for(upload.created_by, Portal.objects.get(pk=upload.portal_id))
    path = open_kept(upload.path)
    try:
        if upload.kind == UploadKind.PHOTO:
            _put_picture(actor, upload, pictures.read_photo_file(path))
        else:
            _put_media(actor, upload, path)
    except DomainError as refused:
        with transaction.atomic():
            row = Upload.objects.select_for_update().get(pk=upload.pk)
            if row.state == UploadState.PROCESSING:
                _end(row, UploadState.FAILED, problem=refused.code)


def _put_picture(actor: Actor, upload: Upload, decoded: pictures.Decoded) -> None:
    with transaction.atomic():
        row = lock_editable(actor, upload.piece, None)
        kept = (
            Upload.objects.select_for_update(of=("self",)).select_related("photographer__merged_into").get(pk=upload.pk)
        )
        if kept.state != UploadState.PROCESSING:
            return
        said = kept.photographer
        taker = said.merged_into or said if said is not None else None  # merged while the file was on its way
        kept.photo = put_photo(row, decoded, position=kept.position, caption=kept.caption, photographer=taker)
        count_photos(row)
        record_change(actor, row)
        _end(kept, UploadState.DONE)


def _put_media(actor: Actor, upload: Upload, path: Path) -> None:
    with path.open("rb") as file:
        media_type = attachments.media_type_of(file.read(attachments.FIRST_BYTES), kind=upload.kind)
    kept_file = adopt_file(folder="media", source=path, suffix=attachments.SUFFIXES[media_type])
    with transaction.atomic():
        row = lock_editable(actor, upload.piece, None)
        kept = Upload.objects.select_for_update().get(pk=upload.pk)
        if kept.state != UploadState.PROCESSING:
            return
        kept.attachment = attachments.put_attachment(
            row,
            kept_file,
            position=kept.position,
            kind=kept.kind,
            media_type=media_type,
            caption=kept.caption,
            seconds=kept.seconds,
        )
        record_change(actor, row)
        _end(kept, UploadState.DONE)


def end_old_uploads() -> int:
    """Let go of files that stopped on their way for a week; returns how many."""
    ended = 0
    before = clock.now() - KEPT_FOR
    for upload in Upload.unscoped.filter(
        Q(state=UploadState.RECEIVING) | Q(state=UploadState.FAILED), created_at__lt=before
    ).select_related("portal"):
        with portal_scope(upload.portal), transaction.atomic():
            row = Upload.objects.select_for_update().get(pk=upload.pk)
            if row.state in {UploadState.RECEIVING, UploadState.FAILED}:
                _end(row, UploadState.CANCELLED)
                ended += 1
    return ended


def _lock(actor: Actor, upload: Upload) -> Upload:
    """The locked row of somebody who may change the piece."""
    row = Upload.objects.select_for_update(of=("self",)).select_related("piece").filter(pk=upload.pk).first()
    if row is None:
        raise DomainError("not_found")
    require(actor, "piece.edit", own=is_own(actor, row.piece))
    return row


def _write(path: Path, offset: int, content: bytes) -> None:
    """Bytes at their place, on the disk before the row counts them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        view = memoryview(content)
        while view:
            written = os.pwrite(handle, view, offset)
            view, offset = view[written:], offset + written
        os.fsync(handle)
    finally:
        os.close(handle)


def _whole(row: Upload, path: Path) -> DomainError | None:
    """All bytes are here: check them by what they are, and promise the work. What is wrong is raised by the caller,
    after this transaction has kept it.
    """
    if row.sha256:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != row.sha256:
            row.received = 0
            row.save(update_fields=["received"])
            return DomainError("upload_differs")
    try:
        with path.open("rb") as file:
            if row.kind == UploadKind.PHOTO:
                pictures.look_at(file, size=row.size)
            else:
                attachments.media_type_of(file.read(attachments.FIRST_BYTES), kind=row.kind)
    except DomainError as refused:
        _end(row, UploadState.CANCELLED, problem=refused.code)  # whoever sent it is told at once
        return refused
    row.state = UploadState.PROCESSING
    row.job = schedule_job(portal_id=row.portal_id, task=TASK, upload=row.pk)
    row.save(update_fields=["state", "job"])
    return None


def _end(row: Upload, state: UploadState, *, problem: str = "") -> None:
    path = row.path
    row.state, row.problem, row.path, row.ended_at = state, problem, "", clock.now()
    row.save(update_fields=["state", "problem", "path", "ended_at", "photo", "attachment"])
    if path:
        transaction.on_commit(lambda: open_kept(path).unlink(missing_ok=True))
