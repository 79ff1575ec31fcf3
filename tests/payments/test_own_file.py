"""Hồ sơ của tôi: pieces, parts, scores, statements and tax of one person, as PDF and as workbook, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from contributors import clock
from contributors.errors import DomainError
from contributors.leaving import leave
from contributors.models import Contributor, Event, Membership
from payments.models import PayeeDetails, Statement
from payments.own_file import FORMS, own_file_sheet, take_own_file
from tests.factories.world import OPENED
from tests.payments.steps import AUGUST, closed_run
from tests.payments.xlsx_cells import cells_of

FREE = ["Tin, bài", "Vai trò", "Điểm chấm"]
PAID = ["Nhuận bút", "Phiếu thanh toán", "Thuế theo năm"]


@pytest.fixture
def paid(world):
    """lan wrote two pieces that were paid in August, one more is a draft."""
    world.published("lan", "2026-07-10T09:00", title="Ấp ra quân dọn đường", photos_by=("lan", "writer"))
    world.published("lan", "2026-07-20T09:00", title="Mùa lúa mới")
    world.draft("lan", title="Chuyện còn viết dở")
    with clock.at(AUGUST):
        closed_run(world)
        yield world


def taken(world, form: str, who="lan", by=None) -> bytes:
    return take_own_file(actor=world.actor(by or who), contributor=world.people[who], form=form)


def sheets(content: bytes) -> dict[str, list[tuple]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: [tuple(row) for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def read(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def test_workbook_agrees_with_the_statement(paid):
    book = sheets(taken(paid, "xlsx"))
    assert list(book) == ["Thông tin", *FREE, *PAID]
    statement = Statement.objects.get(contributor=paid.people["lan"])
    assert {row[0] for row in book["Tin, bài"][1:]} == {"Ấp ra quân dọn đường", "Mùa lúa mới", "Chuyện còn viết dở"}
    assert {(row[0], row[1]) for row in book["Vai trò"][1:]} >= {
        ("Ấp ra quân dọn đường", "tác giả"),
        ("Ấp ra quân dọn đường", "chụp ảnh"),
        ("Mùa lúa mới", "tác giả"),
    }
    assert {(row[0], row[1]) for row in book["Điểm chấm"][1:] if row[4] == "có"} >= {
        ("Ấp ra quân dọn đường", 1.5),
        ("Mùa lúa mới", 1.5),
    }
    *lines, total = book["Nhuận bút"][1:]
    assert total[0] == "Cộng"
    assert sum(row[4] for row in lines) == total[4] == statement.line_total
    assert all(row[5] for row in lines)
    row, sums = book["Phiếu thanh toán"][1:]
    assert row[3:6] == sums[3:6] == (statement.gross, statement.tax, statement.net)
    assert (row[0], row[7]) == (f"{statement.number}/{statement.year}", "đã nhận tiền")
    year, _ = book["Thuế theo năm"][1:]
    assert year == ("2026", 1, statement.gross, statement.tax, statement.net)


def test_paper_says_the_same(paid):
    text = read(taken(paid, "pdf"))
    statement = Statement.objects.get(contributor=paid.people["lan"])
    for said in (
        *("HỒ SƠ CỘNG TÁC VIÊN", "Nguyễn Thị Lan", "Ấp Mẫu (từ 05/01/2026 đến nay)", "đang cộng tác"),
        *("Ấp ra quân dọn đường", "Mùa lúa mới", "Chuyện còn viết dở", "chụp ảnh", "1,5", "10/07/2026"),
        *(f"{amount:,}".replace(",", ".") for amount in (statement.gross, statement.net)),
        "cá nhân cư trú không ký hợp đồng lao động",
    ):
        assert said in text, said


@pytest.mark.parametrize("form", FORMS)
def test_no_number_of_a_person_or_an_account_and_nobody_else_is_in_it(paid, form):
    content = taken(paid, form)
    text = read(content) if form == "pdf" else str(sheets(content))
    lan = paid.people["lan"]
    for hidden in (f"0891{lan.pk:08d}", f"00{lan.pk:08d}", "Phan Thị Viết", "Võ Văn Trưởng", "Lê Hoà"):
        assert hidden not in text
    assert PayeeDetails.objects.filter(contributor=lan).exists()


def test_same_rows_give_the_same_bytes(paid):
    assert taken(paid, "pdf") == taken(paid, "pdf")
    assert taken(paid, "xlsx") == taken(paid, "xlsx")


def test_text_that_looks_like_a_formula_stays_text(world):
    world.draft("lan", title="=HYPERLINK(1)")
    cell = cells_of(taken(world, "xlsx"))["Tin, bài"]["A2"]
    assert (cell.kind, cell.value, cell.formula) == ("s", "=HYPERLINK(1)", "")


def test_who_did_nothing_has_a_file_that_says_so(world):
    book = sheets(taken(world, "xlsx", "hoa"))
    assert list(book) == ["Thông tin", *FREE]
    text = read(taken(world, "pdf", "hoa"))
    assert "Chưa có tin, bài nào." in text
    assert "Phiếu" not in text.replace("phiếu thanh toán", "")


def test_who_left_takes_it_themselves_and_is_given_it_by_the_administrator_alone(paid):
    lan = paid.fresh(paid.people["lan"])
    leave(actor=paid.actor("lan"), contributor=lan, seen_version=lan.version)
    assert "đã thôi cộng tác, từ 03/08/2026" in read(taken(paid, "pdf"))
    for name in ("hoa", "head", "accountant", "holder", "writer"):
        with pytest.raises(DomainError, match="not_allowed"):
            taken(paid, "pdf", by=name)
    with pytest.raises(DomainError, match="second_factor_needed"):
        take_own_file(actor=replace(paid.actor("admin"), proof="needed"), contributor=lan, form="pdf")
    assert taken(paid, "pdf", by="admin") == taken(paid, "pdf")


def test_taking_is_an_event(paid):
    taken(paid, "xlsx")
    taken(paid, "pdf", by="admin")
    facts = list(Event.objects.filter(kind="person.data_taken").order_by("pk").values_list("facts", flat=True))
    assert facts == [{"own": True, "form": "xlsx"}, {"own": False, "form": "pdf"}]


def test_unknown_form_is_refused_before_anything_is_read(paid):
    with pytest.raises(DomainError, match="not_found"):
        taken(paid, "docx")
    assert not Event.objects.filter(kind="person.data_taken").exists()


def test_who_changed_unit_sees_both_with_their_days(world):
    lan = world.people["lan"]
    two = type(world.unit).objects.create(
        portal=world.portal, kind="hamlet", name="Ấp Hai", opened=OPENED, sort_key="ap hai"
    )
    Membership.objects.filter(contributor=lan).update(effective_until=date(2026, 8, 1))
    Membership.objects.create(portal=world.portal, contributor=lan, unit=two, effective_from=date(2026, 8, 1))
    about = dict(own_file_sheet(lan).about)
    assert about["Đơn vị"] == "Ấp Mẫu (từ 05/01/2026 đến 31/07/2026); Ấp Hai (từ 01/08/2026 đến nay)"


def test_rows_that_were_merged_are_taken_along(paid):
    paid.published("hoa", "2026-07-25T09:00", title="Bài của dòng kia")
    Contributor.objects.filter(pk=paid.people["hoa"].pk).update(merged_into=paid.people["lan"], account=None)
    assert "Bài của dòng kia" in [row[0] for row in sheets(taken(paid, "xlsx"))["Tin, bài"]]


def test_long_lists_go_over_pages_and_ask_no_more_questions(world):
    world.draft("lan", title="Tin đầu")
    with CaptureQueriesContext(connection) as few:
        own_file_sheet(world.people["lan"])
    for number in range(60):
        world.draft("lan", title=f"Tin rất dài về đường sá, mùa màng và bà con trong ấp số {number}")
    with CaptureQueriesContext(connection) as many:
        own_file_sheet(world.people["lan"])
    assert len(many) == len(few)
    pdf = PdfReader(BytesIO(taken(world, "pdf")))
    texts = [" ".join(page.extract_text().split()) for page in pdf.pages]
    assert len(texts) > 3
    assert all(f"trang {place}/{len(texts)}" in text for place, text in enumerate(texts, start=1))
    whole = " ".join(texts)
    assert all(f"ấp số {number} " in whole for number in range(60))
    assert all("Thể loại" in text for text in texts if "ấp số" in text and "Vai trò" not in text)
