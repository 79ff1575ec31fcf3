"""Every named error of sending: raised by a real situation, said in both languages, nothing half done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest

from contributors import (
    attachments,
    autosave,
    drafting,
    genres,
    newsroom,
    photos,
    pictures,
    pledges,
    revisions,
    uploads,
)
from contributors.errors import DomainError
from contributors.models import Genre, Photo, PieceState, Topic, Upload, UploadState
from contributors.pictures import Area
from contributors.refusals.sending import MESSAGES
from tests.contributors.sending import MP3, begin, noisy, put, send
from tests.contributors.states import VERBS, everything, piece_in
from tests.factories.world import World, picture

Refused = Callable[[], object]
CASES: dict[str, tuple[str, Callable[[World], Refused]]] = {}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def case(code: str, name: str = "") -> Callable[[Callable[[World], Refused]], Callable[[World], Refused]]:
    def keep(prepare: Callable[[World], Refused]) -> Callable[[World], Refused]:
        CASES[f"{code}-{name}" if name else code] = (code, prepare)
        return prepare

    return keep


def submitted(world: World, piece) -> Refused:
    row, actor = world.fresh(piece), world.actor("lan")
    return lambda: VERBS["submit"](actor, row)


def needing(world: World, **needs) -> Refused:
    Genre.objects.filter(code="news_item").update(**needs)
    return submitted(world, world.draft("lan"))


def begun(world: World, **fields) -> Refused:
    piece = world.draft("lan")
    return lambda: begin(world, piece, b"\xff" * 10, **fields)


def offered(world: World, **fields) -> Refused:
    actor = world.actor("admin")
    asked = {"code": "moi", "name": "Mới", "counts_as": "piece"} | fields
    return lambda: genres.offer_genre(actor=actor, **asked)


for name, code in {"capitals": "Tin", "marks": "phóng", "empty": "", "long": "a" * 41, "blank": "a b"}.items():
    case("code_malformed", name)(lambda world, code=code: offered(world, code=code))
case("code_taken")(lambda world: offered(world, code="news_item"))
for name, said in {"empty": "", "invisible": "\u200b"}.items():
    case("name_of_kind_missing", name)(lambda world, said=said: offered(world, name=said))


@case("counts_as_fixed")
def _(world: World) -> Refused:
    world.draft("lan")
    actor = world.actor("admin")
    return lambda: genres.change_genre(
        actor=actor, genre=world.genres["news_item"], seen_version=1, name="Tin", counts_as="photo"
    )


@case("order_incomplete")
def _(world: World) -> Refused:
    actor = world.actor("admin")
    return lambda: genres.order_genres(actor=actor, codes=["news_item", "article"])


@case("genre_retired")
def _(world: World) -> Refused:
    Genre.objects.filter(code="news_item").update(retired_on=date(2026, 7, 1))
    retired, actor = Genre.objects.get(code="news_item"), world.actor("lan")
    return lambda: drafting.start_piece(actor=actor, client_key=uuid.uuid4(), genre=retired, title="Tin")


@case("genre_fixed", "approved")
def _(world: World) -> Refused:
    piece, actor = world.approved(by="lan"), world.actor("lan")
    other = world.genres["article"]
    return lambda: drafting.edit_piece(actor=actor, piece=piece, seen_version=piece.version, genre=other)


@case("genre_fixed", "another thing")
def _(world: World) -> Refused:
    piece, actor = world.draft("lan"), world.actor("lan")
    return lambda: drafting.edit_piece(actor=actor, piece=piece, seen_version=1, genre=world.genres["video"])


@case("topic_retired", "begun in it")
def _(world: World) -> Refused:
    Topic.objects.update(retired_on=date(2026, 7, 1))
    return lambda: world.draft("lan", topic=world.fresh(world.topic))


@case("topic_retired", "moved into it")
def _(world: World) -> Refused:
    piece, actor = world.draft("lan"), world.actor("lan")
    Topic.objects.update(retired_on=date(2026, 7, 1))
    topic = world.fresh(world.topic)
    return lambda: drafting.edit_piece(actor=actor, piece=piece, seen_version=1, topic=topic)


for name, pledge in {"none": None, "empty": ""}.items():

    @case("pledge_missing", name)
    def _(world: World, pledge=pledge) -> Refused:
        piece, actor = world.draft("lan"), world.actor("lan")
        return lambda: newsroom.submit_piece(actor=actor, piece=piece, seen_version=1, pledge=pledge)


@case("pledge_unknown")
def _(world: World) -> Refused:
    piece, actor = world.draft("lan"), world.actor("lan")
    return lambda: newsroom.submit_piece(actor=actor, piece=piece, seen_version=1, pledge="1999-01")


@case("text_long", "begun")
def _(world: World) -> Refused:
    return lambda: world.draft("lan", body="xã " * 50_000)


@case("text_long", "kept while writing")
def _(world: World) -> Refused:
    piece, actor = world.draft("lan"), world.actor("lan")
    return lambda: autosave.save_draft(
        actor=actor, piece=piece, seen_version=1, fields={"body": "xã " * (drafting.MOST_WORDS + 1)}
    )


case("words_few")(lambda world: needing(world, least_words=40))
case("photos_few")(lambda world: needing(world, least_photos=1))
case("duration_missing", "nothing")(lambda world: needing(world, needs_duration=True))


@case("duration_missing", "a film of unknown length")
def _(world: World) -> Refused:
    Genre.objects.filter(code="video").update(needs_duration=True)
    piece = world.draft("lan", genre="video")
    attachments.attach_address(
        actor=world.actor("lan"), piece=piece, seen_version=1, kind="video", url="https://phim.example/1"
    )
    return submitted(world, piece)


case("source_missing")(lambda world: submitted(world, world.draft("lan", origin="translated")))
case("language_unknown")(lambda world: lambda: world.draft("lan", language="xx"))


@case("revision_unknown")
def _(world: World) -> Refused:
    piece, actor = world.draft("lan"), world.actor("lan")
    return lambda: revisions.difference(actor, piece, 1, 2)


@case("uploads_waiting", "half here")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    put(world, begin(world, piece, noisy()), noisy()[:100])
    return submitted(world, piece)


@case("uploads_waiting", "being decoded")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    send(world, piece, noisy())
    return submitted(world, piece)


@case("uploads_failed")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    begin(world, piece, noisy())
    Upload.objects.update(state=UploadState.FAILED, problem="photo_unreadable")
    return submitted(world, piece)


@case("upload_gap")
def _(world: World) -> Refused:
    upload = begin(world, world.draft("lan"), noisy())
    return lambda: put(world, upload, b"\xff", 1)


@case("upload_past_end")
def _(world: World) -> Refused:
    upload = begin(world, world.draft("lan"), noisy())
    return lambda: put(world, upload, noisy() + b"\0")


@case("upload_ended", "a part")
def _(world: World) -> Refused:
    upload = begin(world, world.draft("lan"), noisy())
    uploads.cancel_upload(actor=world.actor("lan"), upload=upload)
    return lambda: put(world, upload, noisy()[:10])


@case("upload_ended", "dropped twice")
def _(world: World) -> Refused:
    upload = begin(world, world.draft("lan"), noisy())
    uploads.cancel_upload(actor=world.actor("lan"), upload=upload)
    actor = world.actor("lan")
    return lambda: uploads.cancel_upload(actor=actor, upload=upload)


case("upload_empty")(lambda world: begun(world, size=0))
case("photo_large", "200 MB")(lambda world: begun(world, size=200 * 2**20))
case("media_large")(lambda world: begun(world, kind="video", size=attachments.MOST_BYTES + 1))
case("digest_malformed")(lambda world: begun(world, sha256="A" * 64))


@case("uploads_many")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    for _nth in range(uploads.MOST_UNDER_WAY):
        begin(world, piece, b"\xff" * 10)
    return lambda: begin(world, piece, b"\xff" * 10)


@case("photo_order_differs")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    actor = world.actor("lan")
    made = photos.add_photo(actor=actor, piece=piece, seen_version=1, content=picture())
    return lambda: photos.order_photos(actor=actor, piece=piece, seen_version=2, order=[made.public_id, made.public_id])


WRONG_AREAS = {
    "none": [],
    "outside": [Area(900, 0, 101, 10)],
    "without width": [Area(0, 0, 0, 10)],
    "negative": [Area(-1, 0, 10, 10)],
    "too many": [Area(0, 0, 10, 10)] * (pictures.MOST_AREAS + 1),
}
for name, areas in WRONG_AREAS.items():

    @case("blur_areas_wrong", name)
    def _(world: World, areas=areas) -> Refused:
        piece = world.submitted("lan", photos_by=("lan",))
        photo, actor = Photo.objects.get(piece=piece), world.actor("head")
        return lambda: photos.blur_photo(actor=actor, photo=photo, seen_version=piece.version, areas=areas)


@case("text_missing", "entered")
def _(world: World) -> Refused:
    from contributors.entering import enter_piece

    actor = world.actor("writer")
    return lambda: enter_piece(
        actor=actor, client_key=uuid.uuid4(), genre=world.genres["news_item"], text=" \n ", full_name="Lê Mới"
    )


@case("stale_version", "another device wrote")
def _(world: World) -> Refused:
    key, actor = uuid.uuid4(), world.actor("lan")
    asked = {"actor": actor, "client_key": key, "genre": world.genres["news_item"]}
    autosave.keep_draft(**asked, seen_version=None, fields={"title": "Một"})
    autosave.keep_draft(**asked, seen_version=1, fields={"title": "Hai"})
    return lambda: autosave.keep_draft(**asked, seen_version=1, fields={"title": "Ba"})


@case("wrong_state", "kept after it was sent in")
def _(world: World) -> Refused:
    piece, actor = piece_in(world, PieceState.SUBMITTED), world.actor("lan")
    return lambda: autosave.save_draft(
        actor=actor, piece=piece, seen_version=piece.version, fields={"title": "Sau khi gửi"}
    )


# Raised after what it tells of was kept: the next call goes on from there.
KEPT = {"upload_differs", "media_unreadable", "media_twice", "pledge_old"}


@pytest.mark.parametrize("name", CASES)
def test_named_error_is_raised_and_leaves_nothing_behind(cell, name):
    code, prepare = CASES[name]
    refused = prepare(cell)
    before = everything()
    with pytest.raises(DomainError) as error:
        refused()
    assert error.value.code == code
    assert everything() == before
    vi, en = error.value.message("vi"), error.value.message("en")
    assert vi != en
    assert not set("{}") & set(vi + en)


def test_every_code_has_its_situation():
    assert {code for code, _ in CASES.values()} | KEPT >= set(MESSAGES)


def test_pledge_of_yesterday_is_refused_once_there_is_a_new_text(cell, monkeypatch):
    old = pledges.current_pledge()
    new = pledges.PledgeText("2026-07", date(2026, 7, 1), old.own, old.on_behalf, old.legal_basis)
    monkeypatch.setattr(pledges, "_versions", lambda: (old, new))
    piece, actor = cell.draft("lan"), cell.actor("lan")
    with pytest.raises(DomainError) as error:
        newsroom.submit_piece(actor=actor, piece=piece, seen_version=1, pledge=old.version)
    assert error.value.code == "pledge_old"
    assert newsroom.submit_piece(actor=actor, piece=piece, seen_version=1, pledge="2026-07").state == "submitted"


def test_same_film_twice_is_told_and_one_is_kept(cell, work_jobs):
    piece = cell.draft("lan")
    send(cell, piece, MP3, kind="audio")
    second = send(cell, piece, MP3, kind="audio")
    work_jobs()
    assert (cell.fresh(second).state, cell.fresh(second).problem) == (UploadState.FAILED, "media_twice")
    assert piece.attachments.count() == 1


@pytest.mark.parametrize(
    ("first", "kind", "found"),
    [
        (b"\0\0\0\x18ftypqt  ", "video", "video/quicktime"),
        (b"\0\0\0\x18ftypM4A ", "audio", "audio/mp4"),
        (b"\x1aE\xdf\xa3", "video", "video/webm"),
        (b"\xff\xfb\x90", "audio", "audio/mpeg"),
        (b"OggS", "audio", "audio/ogg"),
        (b"RIFF\0\0\0\0WAVE", "audio", "audio/wav"),
    ],
)
def test_what_a_recording_is_stands_in_its_first_bytes(first, kind, found):
    assert attachments.media_type_of(first, kind=kind) == found
    other = "video" if kind == "audio" else "audio"
    with pytest.raises(DomainError) as error:
        attachments.media_type_of(first, kind=other)
    assert error.value.code == "media_unreadable"
