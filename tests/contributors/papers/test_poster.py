"""Posters, cards and consent sheets: read back as people and phones read them."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from contributors.papers.cards import render_cards
from contributors.papers.consent_sheet import ConsentSheet, Purpose, render_consent_sheet
from contributors.papers.heads import Letterhead
from contributors.papers.invitation_sheets import InvitationSheet
from contributors.papers.poster import render_posters


def sheet(number: int = 1, **fields) -> InvitationSheet:
    given = {
        "portal_name": "Trang thông tin điện tử xã Mẫu",
        "issuing_body": "Uỷ ban nhân dân xã Mẫu",
        "unit": f"Ấp {number}",
        "call": "Mời bà con viết tin,\ngửi ảnh cho trang của xã",
        "url": f"https://xamau.example/j/2BCD3FGH4JK{number}/",
        "code": f"2BCD-3FGH-4JK{number}",
        "typed_at": "xamau.example/j",
        "last_day": date(2026, 12, 31),
    }
    return InvitationSheet(**given | fields)


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def codes(pdf: bytes, page: int, scale: float = 2.0) -> list[str]:
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_one_page_per_unit_says_what_to_do_and_its_code_opens_the_page():
    sheets = [sheet(number, ask=(("Cao Văn Mối (đầu mối)", "0912 345 678"),)) for number in (2, 3, 4)]
    pdf = render_posters(sheets)
    found = pages(pdf)
    assert len(found) == 3
    for place, (text, one) in enumerate(zip(found, sheets, strict=True)):
        for words in (
            "Trang thông tin điện tử xã Mẫu",
            "Mời bà con viết tin,",
            "gửi ảnh cho trang của xã",
            one.unit,
            one.code,
            "xamau.example/j",
            "Cao Văn Mối (đầu mối), điện thoại 0912 345 678",
            "31/12/2026",
        ):
            assert words in text.replace("\u00a0", " ")
        assert codes(pdf, place) == [one.url]


def test_no_money_is_promised_where_none_is_paid():
    assert "nhuận bút" not in pages(render_posters([sheet()]))[0]
    assert "có nhuận bút" in pages(render_posters([sheet(fee_line="Tin, bài được đăng có nhuận bút.")]))[0]


def test_room_is_left_to_write_a_phone_by_hand():
    assert "Hỏi thêm: Ban biên tập, điện thoại ………" in pages(render_posters([sheet()]))[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "Hội Liên hiệp Phụ nữ, Hội Nông dân và Đoàn Thanh niên xã Nguyễn Thị Minh Khai mở rộng"},
        {"portal_name": "Trang thông tin điện tử tổng hợp " * 4},
        {"call": "Mời thầy cô viết tin,\ngửi ảnh cho trang của trường phổ thông dân tộc nội trú"},
        {"unit": "Ấpdàikhôngcókhoảngtrắngnào" * 4},
        {"unit": "Ấp <b>Mẫu</b> & (Cũ) \\ 😀"},
    ],
    ids=["long unit", "long portal", "long call", "one long word", "signs"],
)
def test_whatever_the_names_are_the_code_is_read(fields):
    one = sheet(**fields)
    assert codes(render_posters([one]), 0) == [one.url]
    assert codes(render_cards([one]), 0, scale=3.0) == [one.url] * 10


def test_ten_cards_a_sheet_each_with_code_and_unit():
    pdf = render_cards([sheet(2), sheet(3)])
    found = pages(pdf)
    assert len(found) == 2
    for place, number in enumerate((2, 3)):
        assert found[place].count(f"2BCD-3FGH-4JK{number}") == 10
        assert found[place].count(f"Ấp {number}") == 10
        assert codes(pdf, place, scale=3.0) == [f"https://xamau.example/j/2BCD3FGH4JK{number}/"] * 10


def test_same_sheets_same_bytes():
    def digests():
        return [hashlib.sha256(render([sheet(2), sheet(3)])).hexdigest() for render in (render_posters, render_cards)]

    first = digests()
    assert digests() == first
    assert len(set(first)) == 2
    assert render_posters([sheet(2, last_day=date(2027, 1, 1))]) != render_posters([sheet(2)])


def test_consent_sheet_says_what_was_agreed_to_word_by_word():
    purposes = (
        Purpose(title="Dùng tên để làm việc với tôi", text="Ban biên tập giữ họ tên.", kept="Ba năm.", agreed=True),
        Purpose(title="Ghi tên cạnh bài", text="Trang ghi bút danh.", kept="Chừng nào còn bài.", agreed=False),
    )
    pdf = render_consent_sheet(
        ConsentSheet(
            letterhead=Letterhead(superior_body="", issuing_body="UỶ BAN NHÂN DÂN XÃ MẪU", place="Xã Mẫu"),
            receipt="CTV-2BCD3FGH",
            applied_on=date(2026, 7, 10),
            full_name="Nguyễn Thị Bé Năm",
            pen_name="Hoa Sen",
            unit="Ấp Mẫu",
            phone="0912 345 678",
            birth_year="1960",
            registered_by="Cao Văn Mối",
            purposes=purposes,
            rights="Lúc nào bạn cũng có thể rút lại.",
            legal_basis="Luật số 91/2025/QH15",
            version="2026-01",
        )
    )
    (text,) = pages(pdf)
    for words in (
        "PHIẾU ĐĂNG KÝ CỘNG TÁC VIÊN",
        "Biên nhận: CTV-2BCD3FGH",
        "ngày 10 tháng 7 năm 2026",
        "Nguyễn Thị Bé Năm",
        "Hoa Sen",
        "NGƯỜI ĐĂNG KÝ HỘ",
        "Cao Văn Mối",
        "Dùng tên để làm việc với tôi",
        "Ban biên tập giữ họ tên. Giữ bao lâu: Ba năm.",
        "Lúc nào bạn cũng có thể rút lại.",
        "Luật số 91/2025/QH15",
        "Bản câu hỏi: 2026-01",
    ):
        assert words in text, words
    assert text.count("Ý kiến của tôi: Đồng ý.") == 1
    assert text.count("Ý kiến của tôi: Chưa đồng ý.") == 1


def test_papers_know_no_framework():
    import subprocess
    import sys

    look = (
        "import sys; import contributors.papers.poster, contributors.papers.cards, contributors.papers.consent_sheet; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'psycopg', 'celery', 'config'}))"
    )
    done = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
