"""The funding proposal: laid out by Nghị định 30/2020/NĐ-CP, and it refuses to contradict itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from payments.papers.docx_official import written_day
from payments.papers.frozen_json import SheetError
from payments.papers.funding_proposal import (
    FundingProposalSheet,
    ProposalGenre,
    funding_proposal,
)
from payments.papers.sheets import Letterhead, Signer

SHEET = FundingProposalSheet(
    letterhead=Letterhead(superior_body="", issuing_body="ỦY BAN NHÂN DÂN XÃ TÂN THÀNH", place="Tân Thành"),
    number_label="Số: ……/TTr-UBND",
    dated=date(2026, 2, 5),
    summary="đề nghị bố trí kinh phí chi trả nhuận bút",
    recipient="Hội đồng nhân dân xã",
    grounds=("Căn cứ Nghị định số 18/2014/NĐ-CP;", "Nghị định 73/2024/NĐ-CP (mức lương cơ sở 2.340.000 đồng)"),
    portal_name="Trang thông tin điện tử xã Tân Thành",
    period="từ ngày 01/07/2025 đến hết ngày 31/12/2025",
    pieces=1_210,
    photos=3,
    open_pieces=10,
    rates="mức chi dự kiến “Biểu mới”",
    genres=(
        ProposalGenre(name="Tin", pieces=1_200, low=10_000_000, high=12_000_000),
        ProposalGenre(name="Bài phản ánh", pieces=10, low=5_000_000, high=5_000_000),
    ),
    low=15_000_000,
    high=17_000_000,
    year_low=30_000_000,
    year_high=34_000_000,
    assumption="Giả định cả năm đăng nhiều như thế.",
    asked_year=2027,
    asked=34_000_000,
    asked_in_words="Ba mươi tư triệu đồng",
    source="Ngân sách xã",
    signer=Signer(title="Chủ tịch", name="Trần Văn Chủ", authority="TM. Ủy ban nhân dân"),
    copies=("Như trên", "Kế toán;"),
)
# Of what stands beside the text, with room for letters at 12.5 bold: “CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM” on one line.
MOTTO_WIDTH = Mm(85)


def written(**changes):
    return Document(BytesIO(funding_proposal(replace(SHEET, **changes))))


def words(file) -> list[str]:
    """Paragraphs in the order of the paper, those of tables too, without the empty ones."""
    texts = ["".join(node.text or "" for node in p.iter(qn("w:t"))) for p in file.element.body.iter(qn("w:p"))]
    return [text for text in texts if text]


def test_whole_paper_reads_as_it_should():
    assert words(written()) == [
        "ỦY BAN NHÂN DÂN XÃ\N{NO-BREAK SPACE}TÂN\N{NO-BREAK SPACE}THÀNH",
        "Số: ……/TTr-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Tân Thành, ngày 05 tháng 02 năm 2026",
        "TỜ TRÌNH",
        "Về việc đề nghị bố trí kinh phí chi trả nhuận bút",
        "Kính gửi: Hội đồng nhân dân xã",
        "Căn cứ Nghị định số 18/2014/NĐ-CP;",
        "Căn cứ Nghị định 73/2024/NĐ-CP (mức lương cơ sở 2.340.000 đồng).",
        (
            "Ủy ban nhân dân xã Tân Thành đề nghị bố trí kinh phí chi trả nhuận bút, thù lao cho tin, bài, ảnh đăng trên "
            "Trang thông tin điện tử xã Tân Thành như sau:"
        ),
        "1. Kết quả hoạt động",
        "Trong kỳ từ ngày 01/07/2025 đến hết ngày 31/12/2025, trang đã đăng 1.210 tin, bài và 3 ảnh.",
        "2. Nhu cầu kinh phí của kỳ",
        (
            "Tính theo mức chi dự kiến “Biểu mới”, nhuận bút, thù lao của kỳ này là từ 15.000.000 đồng đến 17.000.000 đồng, "
            "gồm:"
        ),
        "Đơn vị tính: đồng",
        *("STT", "Thể loại", "Số tin, bài", "Thấp nhất", "Cao nhất"),
        *("1", "Tin", "1.200", "10.000.000", "12.000.000"),
        *("2", "Bài phản ánh", "10", "5.000.000", "5.000.000"),
        *("Cộng", "1.210", "15.000.000", "17.000.000"),
        (
            "Có hai mức vì 10 tin, bài chưa chấm hệ số: mức thấp là khi đều chấm thấp nhất trong khung, mức cao là khi đều "
            "chấm cao nhất."
        ),
        "3. Kinh phí một năm",
        "Dự kiến một năm cần từ 30.000.000 đồng đến 34.000.000 đồng. Giả định cả năm đăng nhiều như thế.",
        "4. Đề nghị",
        "Đề nghị bố trí 34.000.000 đồng trong dự toán năm 2027 (Bằng chữ: Ba mươi tư triệu đồng).",
        "Nguồn kinh phí: Ngân sách xã.",
        "Kính đề nghị Hội đồng nhân dân xã xem xét, quyết định./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Kế toán;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Trần Văn Chủ",
    ]


def test_layout_is_that_of_the_decree():
    file = written()
    section = file.sections[0]
    assert [round(each.mm) for each in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins] == [20, 20, 30, 15]
    normal = file.styles["Normal"]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))
    assert section.different_first_page_header_footer is True  # page numbers from page 2 on
    assert [node.text for node in section.header._element.iter(qn("w:instrText"))] == ["PAGE"]
    assert not list(section.first_page_header._element.iter(qn("w:instrText")))
    head, table, foot = file.tables
    widths = [[int(column.get(qn("w:w"))) for column in each._tbl.tblGrid] for each in (head, table, foot)]
    assert [sum(each) for each in widths] == pytest.approx([Mm(165).twips] * 3, abs=5)
    assert widths[0][1] >= MOTTO_WIDTH.twips
    heading = table.rows[0]._tr
    assert heading.find(f".//{qn('w:tblHeader')}") is not None
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in (*table.rows, *foot.rows))


def test_one_figure_is_shown_once():
    genres = tuple(replace(row, low=row.high) for row in SHEET.genres)
    told = words(written(genres=genres, low=17_000_000, year_low=34_000_000))
    assert "Thấp nhất" not in told
    assert "Thành tiền" in told
    assert not any("Có hai mức" in text for text in told)
    assert any(text.startswith("Dự kiến một năm cần 34.000.000 đồng.") for text in told)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 15), "ngày 15 tháng 3 năm 2026"),
        (date(2026, 12, 10), "ngày 10 tháng 12 năm 2026"),
        (None, "ngày … tháng … năm …"),
    ],
)
def test_day_has_its_zeros_where_the_decree_wants_them(day, text):
    assert written_day(day) == text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("UỶ BAN NHÂN DÂN PHƯỜNG TÂN XÃ", "Uỷ ban nhân dân phường Tân Xã"),
        ("SỞ VĂN HOÁ", "Sở Văn Hoá"),
        ("Ban biên tập trang TTĐT", "Ban biên tập trang TTĐT"),
    ],
)
def test_body_in_capitals_is_eased_inside_a_sentence(body, said):
    told = words(written(letterhead=replace(SHEET.letterhead, issuing_body=body)))
    assert any(text.startswith(f"{said} đề nghị bố trí") for text in told)


@pytest.mark.parametrize(
    "changes",
    [
        {"low": 14_999_999},
        {"high": 17_000_001},
        {"asked": 33_999_999},
        {"year_low": 35_000_000},
        {"recipient": "CCCD 012345678901"},
        {"copies": ("TK 012 345 678 901",)},
    ],
)
def test_sheet_that_contradicts_itself_is_not_printed(changes):
    with pytest.raises(SheetError):
        replace(SHEET, **changes)


def test_sheet_is_kept_as_text_and_printed_to_the_same_bytes():
    again = FundingProposalSheet.from_json(SHEET.to_json())
    assert again == SHEET
    with pytest.raises(SheetError):
        funding_proposal(replace(SHEET, template_version=2))


def keeps_next(paragraph) -> bool:
    return bool(paragraph.paragraph_format.keep_with_next)


def test_nothing_is_parted_that_belongs_together():
    """The signature from the text's end, a heading from its text, a table's head and total from their rows."""
    file = written()
    closing, spacer = file.paragraphs[-2:]
    assert closing.text.endswith("./.")
    assert keeps_next(closing)
    assert keeps_next(spacer)
    announcing = next(each for each in file.paragraphs if each.text == "Đơn vị tính: đồng")
    headings = [each for each in file.paragraphs if each.text[:2] in {"1.", "2.", "3.", "4."}]
    assert [keeps_next(each) for each in (announcing, *headings)] == [True] * 5
    head, first, above_total, total = file.tables[1].rows
    kept = [{keeps_next(each) for cell in row.cells for each in cell.paragraphs} for row in (head, first, above_total)]
    assert kept == [{True}, {False}, {True}]
    assert total.cells[1].text == "Cộng"
