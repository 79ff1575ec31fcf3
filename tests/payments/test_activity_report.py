"""The office's report: its period's names, its figures against the rows, an empty period, a paying portal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pypdfium2  # type: ignore[import-untyped]
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock
from contributors.accesses import record_accesses
from contributors.errors import DomainError
from contributors.models import Letterhead
from contributors.report_texts import write_report_texts
from payments.activity_report import activity_report
from payments.errors import PaymentError
from payments.papers.report_blocks import Report, Said, Table
from payments.papers.report_docx import report_docx
from payments.papers.report_pdf import MIDDLE, report_pdf
from payments.report_periods import Period
from tests.factories.world import World
from tests.payments.papers.samples import pages_of
from tests.payments.steps import AUGUST, issued_run

JULY = Period(date(2026, 7, 1), date(2026, 8, 1))


def report(world: World, period: Period = JULY, name: str = "head") -> Report:
    return activity_report(actor=world.actor(name), portal=world.portal, period=period)


def said(made: Report) -> str:
    return "\n".join(block.text for block in made.blocks if isinstance(block, Said))


@pytest.mark.parametrize(
    ("first", "until", "name", "after", "before"),
    [
        ((2024, 1), (2024, 7), "6 tháng đầu năm 2024", "6 tháng cuối năm 2024", "6 tháng cuối năm 2023"),
        ((2024, 7), (2025, 1), "6 tháng cuối năm 2024", "6 tháng đầu năm 2025", "6 tháng đầu năm 2024"),
        ((2026, 12), (2027, 1), "tháng 12 năm 2026", "tháng 1 năm 2027", "tháng 11 năm 2026"),
        ((2026, 10), (2027, 1), "quý IV năm 2026", "quý I năm 2027", "quý III năm 2026"),
        ((2026, 1), (2027, 1), "năm 2026", "năm 2027", "năm 2025"),
    ],
)
def test_periods_are_named_as_offices_name_them(first, until, name, after, before) -> None:
    period = Period(date(*first, 1), date(*until, 1))
    assert (period.name, period.after.name, period.before.name) == (name, after, before)


def test_any_days_are_a_period() -> None:
    period = Period(date(2024, 2, 29), date(2024, 3, 11))
    assert period.name == "từ ngày 29/02/2024 đến ngày 10/03/2024"
    assert period.before == Period(date(2024, 2, 18), date(2024, 2, 29))
    assert period.year_before == Period(date(2023, 2, 28), date(2023, 3, 11))


def test_report_counts_rows_and_says_the_offices_words(world: World) -> None:
    world.published("lan", photos_by=("hoa",))
    world.published("writer", when="2026-07-12T09:00")
    world.published("lan", when="2026-06-12T09:00")
    head = world.actor("head")
    with clock.at(AUGUST):
        record_accesses(actor=head, month=JULY.first, count=12500, source="bộ đếm")
        write_report_texts(actor=head, texts={"addressee": "Phòng Văn hóa", "limits": "- Mạng ở ấp còn yếu.\n\n"})
        made = report(world)
    words = said(made)
    assert "đã đăng 2 tin, bài; 1 ảnh." in words
    assert "Lượt truy cập của trang trong kỳ: 12.500; nguồn: bộ đếm." in words
    assert "\nMạng ở ấp còn yếu.\n" in words
    assert made.closing.endswith("Trân trọng báo cáo Phòng Văn hóa./.")
    comparison = next(block for block in made.blocks if isinstance(block, Table))
    assert comparison.rows[0] == ("Tin, bài", "2", "1", "+1", "–")
    for block in made.blocks:
        if isinstance(block, Table) and block.total:
            assert sum(int(row[-1]) for row in block.rows[:-1]) == int(block.rows[-1][-1]) == 2


def test_paying_portal_says_what_it_paid(world: World) -> None:
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        assert "Nhuận bút, thù lao của kỳ này chưa chi trả." in said(report(world))
        run = issued_run(world)
        paid = f"{run.gross:,}".replace(",", ".")
        assert f"Đã chi trả nhuận bút, thù lao {paid} đồng cho" in said(report(world))


def test_empty_period_is_a_plain_sentence(world: World) -> None:
    made = report(world, Period(date(2020, 1, 1), date(2020, 7, 1)))
    assert "Trong 6 tháng đầu năm 2020, trang chưa đăng tin, bài, văn bản nào." in said(made)
    assert not [block for block in made.blocks if isinstance(block, Table)]
    assert report_docx(made).startswith(b"PK")
    assert report_pdf(made).startswith(b"%PDF")


def test_without_letterhead_or_right_there_is_none(world: World) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        report(world, name="lan")
    Letterhead.objects.all().delete()
    with pytest.raises(PaymentError, match="report_no_letterhead"):
        report(world)


def test_questions_do_not_grow_with_pieces(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            report(world)
        return len(queries)

    world.published("lan", photos_by=("hoa",))
    few = asked()
    for day in range(2, 12):
        world.published("lan", when=f"2026-07-{day:02d}T09:00", photos_by=("hoa",))
    assert asked() == few


def drawn_out(made: Report, *, said: int, rows: int = 0) -> list[str]:
    """The pages of the same report with so many paragraphs and a table of so many rows."""
    blocks = [Said(f"Dòng {place}") for place in range(said)]
    names = tuple((f"Ấp {place}", "1") for place in range(rows))
    table = Table("Theo ấp", ("Ấp, ngành", "Tin, bài"), (*names, ("Cộng", str(rows))))
    return pages_of(report_pdf(replace(made, blocks=[*blocks, table] if rows else blocks)))


@pytest.mark.parametrize("lines", range(16, 40, 2))
def test_signature_stands_on_no_page_without_text(world: World, lines: int) -> None:
    pages = drawn_out(report(world), said=lines)
    assert "CHỦ TỊCH" in pages[-1]
    assert "./." in pages[-1]


def test_long_table_repeats_its_head_on_each_page(world: World) -> None:
    pages = drawn_out(report(world), said=3, rows=120)
    heads = [page.count("Ấp, ngành") for page in pages if "Ấp 1" in page]
    assert len(heads) > 2
    assert set(heads) == {1}


def test_who_receives_it_stays_left_of_the_signature(world: World) -> None:
    made = replace(report(world), blocks=[], copies=("Phòng Văn hóa và Thông tin " * 8,))
    text = pypdfium2.PdfDocument(report_pdf(made))[0].get_textpage()
    whole = text.get_text_range()
    first, last = whole.index("- Phòng"), whole.index("- Lưu: VT.")
    assert last - first > 200
    assert max(text.get_charbox(place)[2] for place in range(first, last)) < MIDDLE
