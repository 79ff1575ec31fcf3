"""Search without tone marks, filters, pages, saved views."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock, finding, saved_views
from contributors.errors import DomainError
from contributors.finding import PieceFilter, page_of_pieces, question
from contributors.models import Event, Piece, PieceState, SavedView
from contributors.names import search_key
from tests.contributors.states import piece_in
from tests.factories.world import at


def titles(world, by="head", **wanted) -> list[str]:
    return [piece.title for piece in page_of_pieces(world.actor(by), PieceFilter(**wanted)).rows]


LETTERS = sorted(
    letter
    for letter in map(chr, range(0xC0, 0x1F00))
    if unicodedata.name(letter, "").startswith("LATIN")
    and len(search_key(letter)) == 1
    and search_key(letter).isascii()
    and letter == unicodedata.normalize("NFC", letter)
)


def test_the_database_reads_every_letter_as_python_does(db):
    text = " ".join(f"x{letter}y" for letter in LETTERS)
    assert len(LETTERS) > 300
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(butlang_words(%s))", [text])
        found = cursor.fetchone()[0]
    assert set(found) == {search_key(f"x{letter}y") for letter in LETTERS}


def test_search_finds_words_of_title_text_and_document_with_and_without_marks(cell):
    cell.draft(title="Ấp 3 dọn đường", body="Bà con góp công, Đoàn Thị Bé phát động.", event_place="Kênh Xáng")
    cell.draft(title="Tập huấn nuôi lươn", body="Lớp học ở nhà văn hoá; kinh phí 5.000.000đ/hộ.")
    piece_in(cell, PieceState.DRAFT, by="deputy", genre="document", title="Kế hoạch tiêm phòng", body="")
    assert titles(cell, q="don duong") == ["Ấp 3 dọn đường"]
    assert titles(cell, q="DỌN Đường") == ["Ấp 3 dọn đường"]
    assert titles(cell, q="đoàn thị bé") == ["Ấp 3 dọn đường"]
    assert titles(cell, q="kenh xang") == ["Ấp 3 dọn đường"]
    assert titles(cell, q="lươn hộ") == ["Tập huấn nuôi lươn"]
    assert titles(cell, q="12/KH-UBND") == ["Kế hoạch tiêm phòng"]
    assert titles(cell, q="ke hoach") == ["Kế hoạch tiêm phòng"]
    assert titles(cell, q="don luon") == []
    assert titles(cell, q="???") == []
    assert len(titles(cell, q="  ")) == 3


def test_search_keeps_the_order_of_words_in_quotation_marks(cell):
    cell.draft(title="Một", body="nông thôn mới")
    cell.draft(title="Hai", body="thôn mới có nông sản")
    assert titles(cell, q="nông thôn mới") == ["Hai", "Một"]
    assert titles(cell, q="“nong thon moi”") == ["Một"]
    assert titles(cell, q='"nông thôn" một') == ["Một"]


@pytest.mark.parametrize("typed", ["'", "a' | 'b", "!(x)", "a & :*", "\\", "<->", "x" * 3000, "  ", '"', "'; DROP"])
def test_whatever_is_typed_is_a_question_and_no_syntax(cell, typed):
    titles(cell, q=typed)
    assert set(question(typed)) <= set("abcdefghijklmnopqrstuvwxyz0123456789' &<->()")


def test_search_follows_the_text(cell):
    piece = cell.draft(title="Tin đầu", body="về con trâu")
    assert titles(cell, q="trau") == ["Tin đầu"]
    Piece.objects.filter(pk=piece.pk).update(body="", title="")
    assert titles(cell, q="trau") == []


def test_a_very_long_text_of_many_words_is_kept(cell):
    body = " ".join(f"từ{number}" for number in range(20_000))
    piece = cell.draft(title="Dài", body=body)
    assert len(Piece.objects.get(pk=piece.pk).body) == len(body)
    assert titles(cell, q="tu17") == ["Dài"]


def test_filters(cell):
    with clock.at(at("2026-07-02T10:00")):
        cell.submitted("lan", title="Tin của Lan", origin="collected", source="báo", leader_activity=True)
    with clock.at(at("2026-07-03T23:30")):
        cell.submitted("hoa", genre="article", title="Bài của Hoà", topic=cell.topic, event_on=date(2026, 7, 1))
    with clock.at(at("2026-07-04T00:10")):
        piece = cell.draft("deputy", title="Nhập hộ Lan", contributor=cell.people["lan"], practice=True)
    published = cell.published("hoa", when="2026-07-06T09:00", title="Đã lên", language="km")
    assert titles(cell) == ["Đã lên", "Nhập hộ Lan", "Bài của Hoà", "Tin của Lan"]
    lan, unit = cell.people["lan"].public_id, cell.unit.public_id
    assert titles(cell, contributor=lan) == ["Nhập hộ Lan", "Tin của Lan"]
    assert titles(cell, genre="article") == ["Bài của Hoà"]
    assert titles(cell, genre="no-such") == []
    assert titles(cell, topic="nong-thon-moi") == ["Bài của Hoà"]
    assert titles(cell, unit=unit) == ["Đã lên", "Bài của Hoà", "Tin của Lan"]
    assert titles(cell, unit=lan) == []
    assert titles(cell, state=("draft", "published")) == ["Đã lên", "Nhập hộ Lan"]
    assert titles(cell, origin="collected") == ["Tin của Lan"]
    assert titles(cell, language="km") == ["Đã lên"]
    assert titles(cell, leader_activity=True) == ["Tin của Lan"]
    assert titles(cell, practice=True) == ["Nhập hộ Lan"]
    assert titles(cell, on_website=True) == ["Đã lên"]
    assert titles(cell, on_website=False, practice=False) == ["Bài của Hoà", "Tin của Lan"]
    assert titles(cell, for_other=True) == ["Nhập hộ Lan"]
    assert titles(cell, for_other=False) == ["Đã lên", "Bài của Hoà", "Tin của Lan"]
    assert titles(cell, first=date(2026, 7, 3), last=date(2026, 7, 3)) == ["Bài của Hoà"]
    assert titles(cell, step="created", first=date(2026, 7, 4), last=date(2026, 7, 4)) == ["Nhập hộ Lan"]
    assert titles(cell, step="published", last=date(2026, 7, 6)) == ["Đã lên"]
    assert titles(cell, event_first=date(2026, 7, 1), event_last=date(2026, 7, 1)) == ["Bài của Hoà"]
    assert titles(cell, q="len", genre="news_item", state=("published",)) == ["Đã lên"]
    assert (piece.pk < published.pk, titles(cell, by="accountant", practice=True)) == (True, ["Nhập hộ Lan"])
    for name in ("lan", "admin"):
        with pytest.raises(DomainError, match="not_allowed"):
            titles(cell, by=name)


def test_pages_follow_each_other_and_ask_the_same_number_of_questions(cell):
    for number in range(25):
        cell.draft(title=f"Tin {number}", topic=cell.topic)
    actor, seen, after, counts = cell.actor("head"), [], None, []
    while True:
        with CaptureQueriesContext(connection) as queries:
            page = page_of_pieces(actor, PieceFilter(topic="nong-thon-moi", q="tin"), after=after, size=10)
            seen += [
                (piece.title, piece.genre.name, piece.topic.name, piece.contributor.full_name) for piece in page.rows
            ]
        counts.append(len(queries))
        after = page.after
        if after is None:
            break
    assert [title for title, *_ in seen] == [f"Tin {number}" for number in reversed(range(25))]
    assert counts == [4, 3, 4]  # the topic, (the newest id,) near ids, (all ids,) rows


def test_a_word_that_is_rare_is_found_however_long_ago_it_was(cell, monkeypatch):
    monkeypatch.setattr(finding, "NEWEST", 3)
    for number in range(12):
        cell.draft(title=f"Tin {number}" if number % 5 else f"Lươn {number}")
    assert titles(cell, q="luon") == ["Lươn 10", "Lươn 5", "Lươn 0"]
    actor = cell.actor("head")
    page = page_of_pieces(actor, PieceFilter(q="luon"), size=2)
    assert [piece.title for piece in page.rows] == ["Lươn 10", "Lươn 5"]
    rest = page_of_pieces(actor, PieceFilter(q="luon"), after=page.after, size=2)
    assert ([piece.title for piece in rest.rows], rest.after) == (["Lươn 0"], None)


def test_a_view_is_kept_replaced_shared_and_deleted(cell):
    head, deputy = cell.actor("head"), cell.actor("deputy")
    first = saved_views.save_view(actor=head, name=" Chờ  đăng ", query={"state": "approved", "genre": " "})
    again = saved_views.save_view(actor=head, name="Chờ đăng", query={"state": "approved,scheduled"}, shared=True)
    own = saved_views.save_view(actor=deputy, name="Chờ đăng", query={"q": "lươn"})
    assert (first.pk, first.query) == (again.pk, {"state": "approved"})
    assert SavedView.objects.get(pk=first.pk).query == {"state": "approved,scheduled"}
    assert [view.pk for view in saved_views.views_of(head)] == [first.pk]
    assert [view.pk for view in saved_views.views_of(deputy)] == [first.pk, own.pk]
    with pytest.raises(DomainError, match="not_found"):
        saved_views.delete_view(actor=deputy, public_id=first.public_id)
    saved_views.delete_view(actor=head, public_id=first.public_id)
    assert [view.pk for view in saved_views.views_of(deputy)] == [own.pk]
    kinds = Event.objects.filter(subject_type="savedview").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["view.saved", "view.saved", "view.saved", "view.deleted"]
