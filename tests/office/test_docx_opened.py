"""Every editable paper as LibreOffice opens it: all its words and tables in order, and pages as an office wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from contributors import clock
from contributors.report_texts import write_report_texts
from payments import office_papers
from payments.activity_report import activity_report
from payments.consolidated_report import consolidated_report
from payments.papers.funding_proposal import funding_proposal
from payments.papers.office_drafts import decision_docx, rules_docx
from payments.papers.report_blocks import Drawn, Part, Report, Said, Table
from payments.papers.report_docx import report_docx
from payments.papers.sheets import Signer
from payments.papers.words import in_words
from tests.office.opened import document_of, heads_of, needs_office, pages_of
from tests.payments.papers.run_samples import a_person
from tests.payments.papers.test_funding_proposal import SHEET
from tests.payments.steps import AUGUST, computed_run
from tests.payments.test_activity_report import JULY
from tests.payments.test_superiors import family

__all__ = ["family"]
pytestmark = [pytest.mark.long, needs_office]
# Each letter with each tone, so that a face or a program that lacks one is found out.
TONES = "ằẳẵắặ ầẩẫấậ ềểễếệ ồổỗốộ ờởỡớợ ừửữứự ỳỷỹýỵ ìỉĩíị ùủũúụ Ằ Ẫ Ệ Ổ Ỡ Ự Ỵ Đđ"
LONG_NAME = " ".join(["Nguyễn Thị Ánh Nguyệt"] * 14)
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"


def dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def printed(content: bytes, folder: Path) -> list[str]:
    """Each page on one line without blanks: where lines break does not matter."""
    return [bare(page) for page in pages_of(content, folder)]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def assert_laid_out(pages: Sequence[str], *, closing: str, signed: str, heads: Iterable[Sequence[str]] = ()) -> None:
    """Page numbers from page 2, heads of tables wherever their rows are, no signature without the end of the text."""
    assert not pages[0].startswith("1")
    assert [page[: len(str(number))] for number, page in enumerate(pages, 1)][1:] == [
        str(number) for number in range(2, len(pages) + 1)
    ]
    assert bare(signed) in pages[-1]
    assert bare(closing)[-20:] in pages[-1]
    for head in heads:
        assert sum(bare("".join(head)) in page for page in pages) >= 1, head


def assert_printed(document: list[str | list[list[str]]], pages: Sequence[str]) -> None:
    """Nothing is on the screen that is not on paper."""
    paper = "".join(pages)
    texts = [text for each in document for text in ([each] if isinstance(each, str) else [c for r in each for c in r])]
    assert [text for text in texts if not all(bare(line) in paper for line in text.splitlines())] == []


def assert_head_and_foot(document: list[str | list[list[str]]], *, issued_by: str, signer: Signer) -> None:
    (left, right), *_ = document[0]
    assert left.splitlines()[0] == issued_by
    assert right.startswith(f"{MOTTO}\n")
    [[to, signature]] = document[-1]
    assert (to.splitlines()[0], to.splitlines()[-1]) == ("Nơi nhận:", "- Lưu: VT.")
    names = [signer.authority.upper(), signer.title.upper(), signer.name]
    assert signature.splitlines() == [name for name in names if name]


def report_parts(report: Report) -> list[str | list[list[str]]]:
    """What a report must show between its head and its foot, from its blocks."""
    made: list[str | list[list[str]]] = ["BÁO CÁO", report.summary]
    made += [f"Kính gửi: {report.addressee}"] if report.addressee else []
    made += [f"{ground.rstrip(' .;')};" for ground in report.grounds]
    made.append(report.opening)
    for block in report.blocks:
        if isinstance(block, Part):
            made.append(block.text)
        elif isinstance(block, Said):
            made.append(f"- {block.text}" if block.listed else block.text)
        elif isinstance(block, Drawn):
            made.append(block.caption)
        else:
            last = len(block.rows)
            numbers = ["" if block.total and place == last else str(place) for place in range(1, last + 1)]
            rows = [[number, *row] for number, row in zip(numbers, block.rows, strict=True)]
            made += [block.caption, [["STT", *block.names], *rows]]
    return [*made, report.closing]


def check_report(report: Report, folder: Path) -> list[str]:
    """Its pages, after everything else was compared."""
    content = report_docx(report)
    document = document_of(content, folder)
    assert_head_and_foot(document, issued_by=report.letterhead.issuing_body, signer=report.signer)
    # A picture stands in a paragraph without words, which is left out.
    assert document[1:-1] == report_parts(report)
    tables = [block for block in report.blocks if isinstance(block, Table)]
    assert heads_of(content, folder) == [["STT", *table.names] for table in tables]
    for table in (block for block in tables if block.total):
        for column in range(1, len(table.names)):
            figures = [int(row[column].replace(".", "")) for row in table.rows]
            assert sum(figures[:-1]) == figures[-1]
    pages = printed(content, folder)
    assert_printed(document, pages)
    assert_laid_out(
        pages,
        closing=report.closing,
        signed=report.signer.title.upper(),
        heads=[["STT", *table.names] for table in tables],
    )
    return pages


def a_report(world) -> Report:
    world.published("lan", photos_by=("hoa",), title=TONES)
    world.published("writer", when="2026-07-12T09:00")
    head = world.actor("head")
    with clock.at(AUGUST):
        write_report_texts(
            actor=head, texts={"addressee": "Phòng Văn hóa - Xã hội", "limits": f"- {TONES}\n- <b>&amp;"}
        )
        return activity_report(actor=head, portal=world.portal, period=JULY)


def test_activity_report(world, tmp_path) -> None:
    check_report(a_report(world), tmp_path)


def test_report_of_many_units_repeats_its_heads_on_each_page(world, tmp_path) -> None:
    report = a_report(world)
    rows = tuple((f"{LONG_NAME if number == 7 else 'Ấp Mẫu'} {number}", "1") for number in range(1, 121))
    table = Table("Tin, bài theo ấp", ("Ấp, ngành, đơn vị", "Tin, bài"), (*rows, ("Cộng", "120")))
    pages = check_report(replace(report, blocks=(Part("I. KẾT QUẢ"), table), copies=(LONG_NAME,)), tmp_path)
    for page in pages:
        assert ("ẤpMẫu" in page) <= ("STTẤp,ngành,đơnvịTin,bài" in page)
    assert len(pages) > 3


@pytest.mark.parametrize("lines", range(4, 20))
def test_signature_never_stands_without_text(world, tmp_path, lines: int) -> None:
    """However long the text is, its end stands on the page of the signature."""
    report = replace(a_report(world), blocks=[Said(f"Dòng {place}") for place in range(lines)])
    pages = printed(report_docx(report), tmp_path)
    assert_laid_out(pages, closing=report.closing, signed=report.signer.title.upper())


def test_consolidated_report(family, tmp_path) -> None:
    province = family["province"]
    report = consolidated_report(
        actor=province.actor("head"), portal=province.portal, period=JULY, dated=date(2026, 8, 3)
    )
    assert report.closing.endswith("tháng 7 năm 2026./.")
    check_report(report, tmp_path)


def test_funding_proposal(tmp_path) -> None:
    genres = tuple(replace(SHEET.genres[0], name=f"Thể loại {TONES} {number}", pieces=0) for number in range(40))
    high, low = sum(row.high for row in genres), sum(row.low for row in genres)
    sheet = replace(SHEET, genres=genres, low=low, high=high, signer=replace(SHEET.signer, name=LONG_NAME))
    content = funding_proposal(sheet)
    document = document_of(content, tmp_path)
    assert_head_and_foot(document, issued_by=sheet.letterhead.issuing_body, signer=sheet.signer)
    [head, *rows, total] = next(each for each in document[1:-1] if not isinstance(each, str))
    assert head == ["STT", "Thể loại", "Số tin, bài", "Thấp nhất", "Cao nhất"]
    assert rows == [
        [str(place), row.name, "", dong(row.low), dong(row.high)] for place, row in enumerate(sheet.genres, start=1)
    ]
    assert total == ["", "Cộng", dong(sheet.pieces), dong(low), dong(high)]
    headings = [each for each in document if isinstance(each, str) and re.match(r"\d\. ", each)]
    assert headings == ["1. Kết quả hoạt động", "2. Nhu cầu kinh phí của kỳ", "3. Kinh phí một năm", "4. Đề nghị"]
    asked = f"Đề nghị bố trí {dong(sheet.asked)} đồng trong dự toán năm 2027 (Bằng chữ: {sheet.asked_in_words})."
    assert asked in document
    pages = printed(content, tmp_path)
    assert_printed(document, pages)
    assert_laid_out(pages, closing="xem xét, quyết định./.", signed=LONG_NAME)
    assert [bare("".join(head)) in page for page in pages if "Thểloạiằ" in page] == [True] * (len(pages) - 1)


def test_spending_decision(world, tmp_path, monkeypatch) -> None:
    world.published("lan", photos_by=("hoa",))
    drafted = []
    monkeypatch.setattr(office_papers.drafts, "decision_docx", lambda draft: drafted.append(draft) or b"")
    with clock.at(AUGUST):
        run = computed_run(world)
        office_papers.decision_draft(actor=world.actor("accountant"), run=run)
    [draft] = drafted
    people = [a_person(number) for number in range(1, 61)]
    units = tuple((f"Ấp {TONES} {row.number}", 1, row.net) for row in people)
    net = sum(row.net for row in people)
    much = replace(
        draft, units=units, people=60, gross=net, net=net, tax=0, gross_in_words=in_words(net), copies=(LONG_NAME,)
    )
    for each, count in ((draft, 1), (much, 3)):
        content = decision_docx(each)
        document = document_of(content, tmp_path)
        assert_head_and_foot(document, issued_by=each.letterhead.issuing_body, signer=each.signer)
        [head, *rows, total] = next(part for part in document[1:-1] if not isinstance(part, str))
        assert head == ["STT", "Đơn vị của người nhận", "Số người", "Thực lĩnh"]
        assert rows == [
            [str(place), name, str(number), dong(sum_)] for place, (name, number, sum_) in enumerate(each.units, 1)
        ]
        assert total == ["", "Cộng", str(each.people), dong(each.net)]
        said = [part for part in document if isinstance(part, str)]
        assert said[:2] == ["(DỰ THẢO)", "QUYẾT ĐỊNH"]
        articles = [text for text in said if text.startswith("Điều ")]
        assert [text[:7] for text in articles] == ["Điều 1.", "Điều 2.", "Điều 3."]
        assert f"Chi {dong(each.gross)} đồng (Bằng chữ: {in_words(each.gross)})" in articles[0]
        pages = printed(content, tmp_path)
        assert len(pages) >= count
        assert_printed(document, pages)
        assert_laid_out(pages, closing=articles[-1], signed=each.signer.name, heads=[head])


def test_internal_rules(world, tmp_path, monkeypatch) -> None:
    drafted = []
    monkeypatch.setattr(office_papers.drafts, "rules_docx", lambda draft: drafted.append(draft) or b"")
    with clock.at(AUGUST):
        office_papers.internal_rules_draft(actor=world.actor("accountant"))
    [draft] = drafted
    content = rules_docx(draft)
    document = document_of(content, tmp_path)
    assert_head_and_foot(document, issued_by=draft.letterhead.issuing_body, signer=draft.signer)
    tables = [part for part in document[1:-1] if not isinstance(part, str)]
    assert len(draft.rates) > 3
    assert tables == [
        [["STT", "Nội dung", "Mức"], *([str(place), row.name, row.rate] for place, row in enumerate(rows, start=1))]
        for rows in (draft.rates, draft.helpers)
    ]
    said = [part for part in document if isinstance(part, str)]
    assert [text.split(".")[0] for text in said if text.startswith("Điều ")] == [f"Điều {n}" for n in range(1, 12)]
    chapters = [pair for pair in pairwise(said) if pair[0].startswith("Chương ")]
    assert chapters == [("Chương I", "QUY ĐỊNH CHUNG"), ("Chương II", "MỨC CHI"), ("Chương III", "TRÌNH TỰ CHI")]
    pages = printed(content, tmp_path)
    assert_printed(document, pages)
    assert_laid_out(pages, closing=said[-1], signed=draft.signer.name, heads=[["STT", "Nội dung", "Mức"]])
    for page in pages:
        assert not page.endswith(("QUYĐỊNHCHUNG", "MỨCCHI", "TRÌNHTỰCHI", "theothểloại:", "thamgiakhác:"))
