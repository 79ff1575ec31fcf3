"""Drafts that are kept while they are written, versions and their differences, needs of genres, the pledge."""

from __future__ import annotations

import time
import uuid
from decimal import Decimal

import pytest
from django.utils import translation

from contributors import autosave, drafting, entering, genres, newsroom, photos, revisions
from contributors.drafting import DeclaredCredit
from contributors.errors import DomainError
from contributors.models import Contributor, Event, Genre, Piece, Pledge, Revision
from contributors.pledges import current_pledge
from contributors.revisions import Change, Part
from contributors.words import count_words
from tests.contributors.states import VERBS, last_event
from tests.factories.world import picture


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with translation.override("vi"):
        yield


WORDS = [
    ("", 0),
    ("Ấp Ba họp dân.", 4),
    ("Sáng 25/11 – tại nhà văn hoá ấp", 7),
    ("*** … ***", 0),
    ("UBND-VX\n\nsố\t45/KH-UBND", 3),
    ("một\u00a0hai", 2),
    ("(ba) “bốn”, năm!", 3),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_are_counted_as_documented(text, words):
    assert count_words(text) == words


def keep(world, key, seen=None, **fields):
    return autosave.keep_draft(
        actor=world.actor("lan"), client_key=key, genre=world.genres["news_item"], seen_version=seen, fields=fields
    )


def test_draft_is_kept_without_a_revision_for_each_time(cell):
    key = uuid.uuid4()
    first = keep(cell, key, title="", body="Tối qua")
    assert (first.version, first.revision_number) == (1, 1)
    mark = last_event()
    version = first.version
    for body in ("Tối qua ấp", "Tối qua ấp họp", "Tối qua ấp họp dân"):
        version = keep(cell, key, version, title="Ấp họp", body=body).version
    row = cell.fresh(first)
    assert (row.title, row.body, row.version, row.revision_number) == ("Ấp họp", "Tối qua ấp họp dân", 4, 1)
    assert last_event() == mark
    assert keep(cell, key, 4, title="Ấp họp", body="Tối qua ấp họp dân").version == 4
    assert Piece.objects.count() == 1


def test_first_call_whose_answer_was_lost_is_one_draft(cell):
    key = uuid.uuid4()
    keep(cell, key, body="Một")
    again = keep(cell, key, body="Một hai")
    assert (Piece.objects.count(), again.body, again.version) == (1, "Một hai", 2)
    assert keep(cell, key, body="Một hai").version == 2  # that answer was lost as well
    with pytest.raises(DomainError) as error:
        keep(cell, key, body="Một hai ba")  # another device does not know what is there
    assert error.value.code == "stale_version"


def test_key_of_another_person_is_no_way_into_their_draft(cell):
    key = uuid.uuid4()
    keep(cell, key, body="Của Lan")
    with pytest.raises(DomainError) as error:
        autosave.keep_draft(
            actor=cell.actor("hoa"),
            client_key=key,
            genre=cell.genres["news_item"],
            seen_version=1,
            fields={"body": "Của Hoà"},
        )
    assert error.value.code == "not_found"
    assert Piece.objects.get().body == "Của Lan"


def test_what_was_only_kept_is_a_revision_once_it_is_sent(cell):
    key = uuid.uuid4()
    piece = keep(cell, key, title="Tin", body="Một")
    piece = keep(cell, key, 1, title="Tin", body="Hai", event_place="Ấp Ba")
    sent = VERBS["submit"](cell.actor("lan"), piece)
    assert (sent.revision_number, sent.version) == (2, 3)
    newest = Revision.objects.get(piece=piece, number=2)
    assert (newest.body, newest.facts["event_place"]) == ("Hai", "Ấp Ba")
    assert Event.objects.get(kind="piece.submit", subject_id=piece.pk).facts["revision"] == 2
    assert VERBS["return"](cell.actor("head"), sent).revision_number == 2


def test_saving_on_purpose_is_a_revision_and_the_same_twice_is_one(cell):
    key = uuid.uuid4()
    keep(cell, key, body="Một")
    asked = {"actor": cell.actor("lan"), "client_key": key, "genre": cell.genres["news_item"]}
    for _ in range(2):
        row = autosave.write_draft(**asked, seen_version=1, fields={"title": "Tin", "body": "Hai"})
    assert (row.version, row.revision_number) == (2, 2)


def test_topic_of_leaders_marks_what_is_put_into_it(cell):
    genres.change_topic(actor=cell.actor("admin"), topic=cell.topic, seen_version=1, leader_activity=True)
    topic = cell.fresh(cell.topic)
    assert cell.draft("lan", topic=topic, leader_activity=False).leader_activity
    piece = cell.draft("lan")
    moved = drafting.edit_piece(actor=cell.actor("lan"), piece=piece, seen_version=1, topic=topic)
    assert moved.leader_activity
    unmarked = drafting.edit_piece(
        actor=cell.actor("lan"), piece=moved, seen_version=2, topic=topic, leader_activity=False
    )
    assert not unmarked.leader_activity


def test_difference_between_any_two_versions(cell):
    lan, hoa, actor = cell.people["lan"], cell.people["hoa"], cell.actor("lan")
    piece = cell.draft("lan", title="Ấp họp dân", body="Tối qua ấp họp.\nBà con vui.", event_place="Ấp Ba")
    first = photos.add_photo(actor=actor, piece=piece, seen_version=1, content=picture(1), caption="Một")
    photos.add_photo(actor=actor, piece=piece, seen_version=2, content=picture(2), caption="Hai", photographer=hoa)
    piece = drafting.edit_piece(
        actor=actor, piece=piece, seen_version=3, title="Ấp Ba họp dân", body="Tối qua ấp Ba họp.", source="Đài xã"
    )
    piece = drafting.declare_credits(
        actor=actor,
        piece=piece,
        seen_version=4,
        declared=[DeclaredCredit(lan, "author", Decimal(60)), DeclaredCredit(hoa, "author", Decimal(40))],
    )
    row = photos.change_photo(actor=actor, photo=first, seen_version=5, caption="Một mới", photographer=lan)
    assert row.revision_number == 6

    found = revisions.difference(cell.actor("head"), piece, 6, 1)
    assert (found.older.number, found.newer.number, found.words_before, found.words_after) == (1, 6, 7, 5)
    assert found.title == [Part("same", "Ấp "), Part("new", "Ba "), Part("same", "họp dân")]
    assert "".join(part.text for part in found.body if part.kind != "new") == "Tối qua ấp họp.\nBà con vui."
    assert "".join(part.text for part in found.body if part.kind != "gone") == "Tối qua ấp Ba họp."
    assert found.photos == [
        Change("Ảnh", "", "1. Một mới (ảnh: Nguyễn Thị Lan)"),
        Change("Ảnh", "", "2. Hai (ảnh: Lê Hoà)"),
    ]
    assert sorted((change.what, change.before, change.after) for change in found.credits) == [
        ("Lê Hoà", "", "chụp ảnh 1 ảnh"),
        ("Lê Hoà", "", "tác giả 40 %"),
        ("Nguyễn Thị Lan", "", "chụp ảnh 1 ảnh"),
        ("Nguyễn Thị Lan", "tác giả 100 %", "tác giả 60 %"),
    ]
    assert found.facts == [Change("Lấy từ đâu", "", "Đài xã")]
    captions = revisions.difference(actor, piece, 5, 6)
    assert captions.photos == [
        Change("Ảnh", "1. Một (ảnh: không rõ ai chụp)", "1. Một mới (ảnh: Nguyễn Thị Lan)"),
    ]
    assert not captions.text_changed
    assert revisions.difference(actor, piece, 4, 4).nothing_changed
    with pytest.raises(DomainError) as error:
        revisions.difference(cell.actor("hoa"), cell.draft("lan"), 1, 1)
    assert error.value.code == "not_allowed"


def test_very_long_texts_are_compared_in_reasonable_time():
    old = "\n".join(f"Đoạn {number} " + "xã nhà đổi mới " * 100 for number in range(40))
    new = old.replace("Đoạn 20 ", "Đoạn hai mươi ")
    parts = revisions.compared(old, new)
    assert [part.text for part in parts if part.kind == "gone"] == ["20"]
    assert [part.text for part in parts if part.kind == "new"] == ["hai mươi"]
    assert "".join(part.text for part in parts if part.kind != "gone") == new
    for before, after in (("a " * 9000, "b " * 9000), ("xã nhà đổi mới " * 370, "mới xã đổi nhà " * 370)):
        began = time.process_time()
        turned = revisions.compared(before, after)
        assert time.process_time() - began < 1
        assert "".join(part.text for part in turned if part.kind != "gone") == after
        assert "".join(part.text for part in turned if part.kind != "new") == before


def test_pledge_is_kept_with_what_was_sent(cell):
    piece = cell.submitted("lan")
    (kept,) = Pledge.objects.filter(piece=piece)
    assert (kept.text_version, kept.revision_number, kept.on_behalf, kept.given_by) == (
        "2023-07",
        1,
        False,
        cell.accounts["lan"],
    )
    text = current_pledge()
    assert len(text.own) == 4
    assert len(text.on_behalf) == 3
    for point in (*text.own, *text.on_behalf, text.legal_basis):
        assert point.vi != point.en


def test_proposed_genres_are_taken_over_once_and_can_be_met(cell, monkeypatch):
    there = Genre.objects.count()
    made = genres.take_proposed(actor=cell.actor("admin"))
    proposed = genres.proposed()
    assert {"news_item", "reportage", "radio_script", "photo_set", "document"} <= set(proposed)
    assert len(made) == len(set(proposed) - {"news_item", "article", "photo", "video", "document"})
    assert genres.take_proposed(actor=cell.actor("admin")) == []
    assert Genre.objects.count() == there + len(made)
    for fields in proposed.values():
        assert fields["guidance"]
        assert fields["example"]
    monkeypatch.setitem(cell.genres, "reportage", next(row for row in made if row.code == "reportage"))
    short = cell.draft("lan", genre="reportage")
    with pytest.raises(DomainError) as error:
        VERBS["submit"](cell.actor("lan"), short)
    assert error.value.message("vi") == "Thể loại “Phóng sự, ký sự” cần ít nhất 500 chữ, bài đang có 10 chữ."
    long = cell.draft("lan", genre="reportage", body="Bà con ấp Ba. " * 125)
    photos.add_photos(
        actor=cell.actor("lan"),
        piece=long,
        seen_version=1,
        new=[photos.NewPhoto(picture(number)) for number in range(2)],
    )
    assert VERBS["submit"](cell.actor("lan"), long).state == "submitted"


def test_genres_are_changed_ordered_and_retired_with_events(cell):
    admin, mark = cell.actor("admin"), last_event()
    row = genres.change_genre(actor=admin, genre=cell.genres["article"], seen_version=1, name="Bài", least_words=250)
    assert (row.name, row.least_words, row.version) == ("Bài", 250, 2)
    assert genres.change_genre(actor=admin, genre=row, seen_version=2, name="Bài").version == 2
    with pytest.raises(DomainError) as error:
        genres.change_genre(actor=admin, genre=row, seen_version=1, name="Khác")
    assert error.value.code == "stale_version"
    codes = ["video", "news_item", "article", "photo", "document"]
    assert [each.code for each in genres.order_genres(actor=admin, codes=codes)] == codes
    assert [each.code for each in genres.offered_genres()] == codes
    started = cell.draft("lan", genre="video")
    retired = genres.retire_genre(actor=admin, genre=cell.genres["video"], seen_version=1)
    assert [each.code for each in genres.offered_genres()] == codes[1:]
    assert VERBS["submit"](cell.actor("lan"), started).state == "submitted"
    assert genres.retire_genre(actor=admin, genre=retired, seen_version=2, retired=False).retired_on is None
    kinds = [event.kind for event in Event.objects.filter(pk__gt=mark, kind__startswith="genre.").order_by("pk")]
    assert kinds == ["genre.changed", *["genre.ordered"] * 4, "genre.retired", "genre.taken_up"]


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("Ấp Ba có điện\n\nTối qua có điện.\nBà con mừng.", "Ấp Ba có điện", "Tối qua có điện.\nBà con mừng."),
        ("Tối qua ấp có điện. Bà con mừng.", "Tối qua ấp có điện", "Tối qua ấp có điện. Bà con mừng."),
        ("  \r\nẤp họp\r\n", "Ấp họp", "Ấp họp"),
        ("xã " * 300, ("xã " * 66).strip(), ("xã " * 300).strip()),
        (" \n ", "", ""),
    ],
)
def test_title_of_a_pasted_text(text, title, body):
    assert entering.split_pasted(text) == (title, body)


def test_entering_the_same_twice_makes_one_person_and_one_piece(cell):
    asked = {
        "actor": cell.actor("writer"),
        "client_key": uuid.uuid4(),
        "genre": cell.genres["news_item"],
        "text": "Ấp có điện\nBà con mừng.",
        "full_name": "Kiều Văn Mới",
        "unit": cell.unit,
    }
    first, second = entering.enter_piece(**asked), entering.enter_piece(**asked)
    person = Contributor.objects.get(full_name="Kiều Văn Mới")
    assert first == second
    assert (first.contributor, first.created_by, person.state) == (person, cell.accounts["writer"], "recorded")
    sent = newsroom.submit_piece(
        actor=cell.actor("writer"), piece=first, seen_version=first.version, pledge=current_pledge().version
    )
    assert sent.state == "submitted"
    assert Pledge.objects.get(piece=first).on_behalf
