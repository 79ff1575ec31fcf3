"""Files in parts: cut anywhere and resumed, sent twice, never half in a piece; and what is done by the task."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from contributors import clock, newsroom, uploads
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Attachment, Credit, Job, JobState, Photo, Revision, Upload, UploadState
from contributors.pledges import current_pledge
from tests.contributors.sending import MP3, MP4, begin, noisy, put, send
from tests.factories.world import picture

PART = 4096


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def refused(call) -> str:
    with pytest.raises(DomainError) as error:
        call()
    return error.value.code


def submit(world, piece):
    return newsroom.submit_piece(
        actor=world.actor("lan"),
        piece=piece,
        seen_version=world.fresh(piece).version,
        pledge=current_pledge().version,
    )


def test_file_cut_at_every_boundary_and_resumed_is_the_same_file(cell, monkeypatch):
    content = noisy()
    parts = [content[start : start + PART] for start in range(0, len(content), PART)]
    assert len(parts) >= 5
    came: list[str] = []
    monkeypatch.setattr(
        uploads.pictures,
        "look_at",
        lambda file, *, size: came.append(hashlib.sha256(file.read()).hexdigest() + f":{size}"),
    )
    for cut in range(len(parts)):
        for torn in (0, PART // 3):  # between two parts, and in the middle of one
            piece = cell.draft("lan")
            key = uuid.uuid4()
            upload = begin(cell, piece, content, client_key=key)
            for number in range(cut):
                upload = put(cell, upload, parts[number], number * PART)
            if torn:
                put(cell, upload, parts[cut][:torn], cut * PART)
            # The phone comes back: it asks with the same key and goes on from what is there.
            again = begin(cell, piece, content, client_key=key)
            assert (again.pk, again.received) == (upload.pk, min(cut * PART + torn, len(content)))
            start = again.received
            while again.state == UploadState.RECEIVING:
                again = put(cell, again, content[start : start + PART], start)
                start = again.received
            assert again.state == UploadState.PROCESSING
            assert open_kept(again.path).read_bytes() == content
    assert came == [f"{hashlib.sha256(content).hexdigest()}:{len(content)}"] * (2 * len(parts))


def test_part_whose_answer_was_lost_is_sent_again_and_counts_once(cell):
    content = noisy()
    upload = begin(cell, cell.draft("lan"), content)
    for offset in (0, 0, PART, PART // 2, PART):
        upload = put(cell, upload, content[offset : offset + PART], offset)
    assert upload.received == 2 * PART
    upload = put(cell, upload, content[2 * PART :], 2 * PART)
    assert upload.state == UploadState.PROCESSING
    last = put(cell, upload, content[2 * PART :], 2 * PART)
    assert (last.state, last.received) == (UploadState.PROCESSING, len(content))
    assert Job.objects.filter(task=uploads.TASK).count() == 1
    assert open_kept(upload.path).read_bytes() == content


def test_gap_says_where_to_go_on_and_writes_nothing(cell):
    content = noisy()
    upload = put(cell, begin(cell, cell.draft("lan"), content), content[:PART])
    with pytest.raises(DomainError) as error:
        put(cell, upload, content[2 * PART : 3 * PART], 2 * PART)
    assert (error.value.code, error.value.values) == ("upload_gap", {"received": PART})
    assert open_kept(upload.path).stat().st_size == PART


def test_file_that_a_crash_took_from_the_disk_is_asked_for_again(cell):
    content = noisy()
    upload = put(cell, begin(cell, cell.draft("lan"), content), content[:PART])
    open_kept(upload.path).unlink()
    with pytest.raises(DomainError) as error:
        put(cell, upload, content[PART : 2 * PART], PART)
    assert (error.value.code, error.value.values) == ("upload_gap", {"received": 0})
    assert cell.fresh(upload).received == 0


def test_what_differs_from_what_was_announced_begins_anew(cell):
    content = noisy()
    upload = begin(cell, cell.draft("lan"), content)
    assert refused(lambda: put(cell, upload, b"\0" * len(content))) == "upload_differs"
    assert (cell.fresh(upload).state, cell.fresh(upload).received) == (UploadState.RECEIVING, 0)
    assert put(cell, upload, content).state == UploadState.PROCESSING


def test_photo_comes_into_the_piece_by_the_task_alone(cell, work_jobs):
    piece = cell.draft("lan")
    upload = send(cell, piece, noisy(), caption="Ấp họp", photographer=cell.people["hoa"])
    assert Photo.objects.count() == 0
    path = open_kept(upload.path)
    with transaction.atomic():
        assert work_jobs() == 1
    photo = Photo.objects.get()
    done = cell.fresh(upload)
    assert (done.state, done.photo, done.path) == (UploadState.DONE, photo, "")
    assert (photo.caption, photo.photographer, photo.width) == ("Ấp họp", cell.people["hoa"], 200)
    assert open_kept(photo.path).exists()
    assert open_kept(photo.small_path).exists()
    assert list(Credit.objects.filter(role="photographer").values_list("contributor", "quantity")) == [
        (cell.people["hoa"].pk, 1)
    ]
    assert cell.fresh(piece).revision_number == 2
    assert Revision.objects.get(piece=piece, number=2).photos == [[photo.sha256, "Ấp họp", cell.people["hoa"].pk]]
    assert path.name == f"{upload.public_id.hex}.part"


def test_nobody_is_made_the_photographer_by_sending(cell, work_jobs):
    send(cell, cell.draft("lan"), noisy())
    work_jobs()
    assert Photo.objects.get().photographer is None
    assert not Credit.objects.filter(role="photographer").exists()


def test_piece_waits_for_its_third_photo_and_nothing_is_doubled(cell, work_jobs):
    """A request that is cut in the middle of the third photo."""
    piece = cell.draft("lan")
    files = [noisy(seed=number) for number in range(3)]
    keys = [uuid.uuid4() for _ in files]
    for content, key in zip(files[:2], keys[:2], strict=True):
        put(cell, begin(cell, piece, content, client_key=key), content)
    third = begin(cell, piece, files[2], client_key=keys[2])
    put(cell, third, files[2][: len(files[2]) // 2])
    work_jobs()
    assert Photo.objects.count() == 2
    assert refused(lambda: submit(cell, piece)) == "uploads_waiting"
    # The phone sends all three again, as it does after a lost network.
    for content, key in zip(files, keys, strict=True):
        upload = begin(cell, piece, content, client_key=key)
        if upload.state == UploadState.RECEIVING:
            put(cell, upload, content[upload.received :], upload.received)
    assert refused(lambda: submit(cell, piece)) == "uploads_waiting"
    work_jobs()
    assert list(Photo.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]
    assert Upload.objects.count() == 3
    assert submit(cell, piece).state == "submitted"


def test_photos_keep_the_order_in_which_they_were_announced(cell, work_jobs):
    piece = cell.draft("lan")
    files = [noisy(seed=number) for number in range(3)]
    begun = [begin(cell, piece, content, caption=f"Ảnh {place}") for place, content in enumerate(files)]
    for upload, content in reversed(list(zip(begun, files, strict=True))):
        put(cell, upload, content)
    work_jobs()
    assert list(Photo.objects.order_by("position").values_list("caption", flat=True)) == ["Ảnh 0", "Ảnh 1", "Ảnh 2"]


def test_what_only_decoding_finds_is_told_and_has_to_be_dropped(cell, work_jobs):
    piece = cell.draft("lan")
    broken = noisy()[:-3000]
    upload = send(cell, piece, broken)
    assert work_jobs() == 1
    useless = cell.fresh(upload)
    assert (useless.state, useless.problem, useless.path) == (UploadState.FAILED, "photo_unreadable", "")
    assert uploads.problem_of(useless) == "Tệp này không phải ảnh đọc được (JPEG, PNG, WebP, HEIC)."
    assert refused(lambda: submit(cell, piece)) == "uploads_failed"
    uploads.cancel_upload(actor=cell.actor("lan"), upload=useless)
    assert submit(cell, piece).state == "submitted"


def test_zip_called_jpg_is_refused_with_its_last_byte(cell):
    content = b"PK\x03\x04" + b"\0" * 100
    upload = begin(cell, cell.draft("lan"), content)
    assert refused(lambda: put(cell, upload, content)) == "photo_unreadable"
    assert (cell.fresh(upload).state, cell.fresh(upload).path) == (UploadState.CANCELLED, "")
    assert not Job.objects.filter(task=uploads.TASK).exists()


def test_worker_that_died_three_times_holds_nobody_up(cell):
    piece = cell.draft("lan")
    upload = send(cell, piece, noisy())
    Job.objects.filter(pk=upload.job_id).update(state=JobState.QUARANTINED)
    assert refused(lambda: submit(cell, piece)) == "uploads_failed"
    assert uploads.problem_of(uploads.uploads_open(piece).get()) != ""
    uploads.cancel_upload(actor=cell.actor("lan"), upload=upload)
    assert submit(cell, piece).state == "submitted"


def test_cancelled_while_it_was_decoded_leaves_no_photo(cell, work_jobs):
    piece = cell.draft("lan")
    upload = send(cell, piece, noisy())
    uploads.cancel_upload(actor=cell.actor("lan"), upload=upload)
    work_jobs()
    assert (Photo.objects.count(), cell.fresh(upload).state) == (0, UploadState.CANCELLED)
    again = begin(cell, piece, noisy(), client_key=upload.client_key)
    assert again.pk != upload.pk


def test_same_file_again_is_known_while_its_photo_is_there(cell, work_jobs):
    piece = cell.draft("lan")
    key = uuid.uuid4()
    first = send(cell, piece, noisy(), client_key=key)
    work_jobs()
    assert begin(cell, piece, noisy(), client_key=key).pk == first.pk
    Photo.objects.update(removed_at=timezone.now())
    assert begin(cell, piece, noisy(), client_key=key).pk != first.pk


def test_editor_adding_a_photo_after_approval_takes_the_approval_back_when_it_is_in(cell, work_jobs):
    piece = cell.approved("lan")
    send(cell, piece, noisy(), by="deputy")
    assert cell.fresh(piece).state == "approved"
    work_jobs()
    assert cell.fresh(piece).state == "submitted"


def test_piece_that_was_withdrawn_meanwhile_takes_nothing(cell, work_jobs):
    piece = cell.draft("lan")
    upload = send(cell, piece, noisy())
    newsroom.withdraw_piece(actor=cell.actor("lan"), piece=piece, seen_version=piece.version)
    work_jobs()
    assert (Photo.objects.count(), cell.fresh(upload).problem) == (0, "wrong_state")


@pytest.mark.parametrize(
    ("kind", "content", "media_type"),
    [("video", MP4, "video/mp4"), ("audio", MP3, "audio/mpeg")],
)
def test_film_and_recording_are_kept_as_they_came(cell, work_jobs, kind, content, media_type):
    piece = cell.draft("lan")
    upload = send(cell, piece, content, kind=kind, file_name="phim", caption="Hội thi", seconds=200)
    work_jobs()
    kept = Attachment.objects.get()
    assert (kept.kind, kept.media_type, kept.seconds, kept.size) == (kind, media_type, 200, len(content))
    assert open_kept(kept.path).read_bytes() == content
    assert cell.fresh(upload).attachment == kept
    facts = Revision.objects.get(piece=piece, number=2).facts
    assert facts["attachments"] == [[kind, kept.sha256, "Hội thi", 200]]


def test_photo_called_film_is_refused(cell):
    upload = begin(cell, cell.draft("lan"), picture(), kind="video")
    assert refused(lambda: put(cell, upload, picture())) == "media_unreadable"


def test_uploads_that_stopped_are_let_go_after_a_week(cell, django_capture_on_commit_callbacks):
    upload = put(cell, begin(cell, cell.draft("lan"), noisy()), noisy()[:PART])
    path = open_kept(upload.path)
    assert uploads.end_old_uploads() == 0
    with (
        clock.at(clock.now() + uploads.KEPT_FOR + timedelta(minutes=1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert uploads.end_old_uploads() == 1
    assert (cell.fresh(upload).state, path.exists()) == (UploadState.CANCELLED, False)


def test_stranger_can_neither_send_nor_drop(cell):
    upload = begin(cell, cell.draft("lan"), noisy())
    assert refused(lambda: put(cell, upload, noisy()[:10], by="hoa")) == "not_allowed"
    assert refused(lambda: uploads.cancel_upload(actor=cell.actor("hoa"), upload=upload)) == "not_allowed"


def test_file_in_one_request_goes_the_same_way(cell, work_jobs):
    content = noisy()
    upload = begin(cell, cell.draft("lan"), content)
    parts = [content[start : start + 1000] for start in range(0, len(content), 1000)]
    done = uploads.receive_file(actor=cell.actor("lan"), upload=upload, parts=parts)
    assert done.state == UploadState.PROCESSING
    assert open_kept(done.path).read_bytes() == content
