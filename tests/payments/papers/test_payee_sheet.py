"""The sheet that payees sign: one page each, names whole, numbers by their last digits only."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest

from contributors.papers.heads import Letterhead
from payments.papers.payee_sheet import PayeeSheet, SheetConsent, render_payee_sheets
from payments.papers.sheets import SheetError

EMPTY = PayeeSheet(
    letterhead=Letterhead(superior_body="UBND TỈNH MẪU", issuing_body="ỦY BAN NHÂN DÂN XÃ MẪU", place="Xã Mẫu"),
    unit="Ấp Giồng Trà Dên",
    full_name="Lý Thị Sà Rươi",
    birth_year=1988,
    masked_id="",
    bank="",
    masked_account="",
    account_name="",
    other_payee_name="",
    tax_kinds=("Cá nhân cư trú không ký hợp đồng lao động", "Cá nhân không cư trú"),
    commitment="Tôi làm cam kết không khấu trừ thuế năm ………… (kèm mẫu 08/CK-TNCN)*",
    commitment_mark="* mã mẫu theo quy định cũ.",
    consent=SheetConsent(
        title="Dùng số định danh",
        text="Kế toán dùng số.",
        kept="Ít nhất 10 năm.",
        legal_basis="Luật",
        version="2026-01",
    ),
)
KNOWN = replace(
    EMPTY,
    full_name="Nguyễn Phạm Hoàng Trường Giang Thị Ánh Nguyệt Đoan Trang Huyền Tôn Nữ",
    birth_year=None,
    masked_id="•••••••• 0001",
    bank="Agribank",
    masked_account="•••••••• 1234",
    account_name="NGUYEN PHAM HOANG TRUONG GIANG",
    other_payee_name="Trần Văn Hai",
)


def pages_of(*sheets: PayeeSheet) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(render_payee_sheets(sheets, title="Giấy")))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_each_person_has_one_page_of_their_own():
    pages = pages_of(EMPTY, KNOWN, EMPTY)
    assert len(pages) == 3
    assert ["Tờ 1/3" in pages[0], "Tờ 2/3" in pages[1], "Lý Thị Sà Rươi" in pages[2]] == [True, True, True]


def test_known_values_are_printed_masked_and_names_whole():
    (page,) = pages_of(KNOWN)
    for words in ("Huyền Tôn Nữ", "•••••••• 0001", "Agribank •••••••• 1234", "Trần Văn Hai", "Bản 2026-01"):
        assert words in page, words


@pytest.mark.parametrize(
    "fields",
    [
        {"masked_id": "089188900001"},
        {"masked_id": "••• 00001"},
        {"masked_account": "0099000001012"},
        {"full_name": "Lan 089 188 900 001"},
        {"account_name": "089188900001"},
    ],
)
def test_whole_number_makes_no_sheet(fields):
    with pytest.raises(SheetError):
        replace(KNOWN, **fields)


def test_same_sheets_give_the_same_bytes():
    assert render_payee_sheets([EMPTY, KNOWN], title="Giấy") == render_payee_sheets([EMPTY, KNOWN], title="Giấy")


def test_markup_in_a_name_is_printed_as_it_stands():
    (page,) = pages_of(replace(EMPTY, full_name="Lê <b>Văn</b> A & Con"))
    assert "Lê <b>Văn</b> A & Con" in page
