"""Papers about a whole run read back: sums carried forward, names whole whatever they are, memory that stays bounded."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from contributors.papers.layout.table import dong
from payments.papers import (
    beneficiaries,
    cover,
    dossier,
    notices,
    payment_request,
    signing_sheets,
    summary,
    withholding,
)
from payments.papers import office_drafts as drafts
from payments.papers.frozen_json import SheetError
from payments.papers.run_sheet import RunSheet
from payments.papers.sheets import Signer
from payments.papers.words import in_words
from payments.papers.workbooks import write_beneficiaries, write_summary, write_withholding
from tests.payments.papers.run_samples import a_dossier, a_person, a_sheet, beneficiaries_of, file_rows, works_of
from tests.payments.papers.samples import LETTERHEAD, boxes_on, codes_on, pages_of, text_of

ROOT = Path(__file__).parents[3]
DRAFT = "BẢN NHÁP – CHƯA CÓ GIÁ TRỊ"
SIXTEEN = [a_person(number, tax=50_000 if number % 4 == 0 else 0) for number in range(1, 17)]
HOSTILE = [
    "Lê <b>Văn</b> A",
    '<img src="/etc/passwd">',
    "Nguyễn\u202eThị\u200b Lan",
    "Đỗ\x00Hoà & <para>",
    "Ж Ωmega 名 Nguyễn",
    "Nguyễn " * 42 + "Anh",
    "Nguyễn" * 50,
]


def all_papers(people, **changed) -> dict[str, bytes]:
    def sheet(kind: str) -> RunSheet:
        return a_sheet(people, kind, **changed)

    return {
        "beneficiaries": beneficiaries.render_beneficiaries(sheet("beneficiaries"), beneficiaries_of(people)),
        "payment_request": payment_request.render_payment_request(sheet("payment_request")),
        "signing_sheets": signing_sheets.render_signing_sheets(sheet("signing_sheets"), people),
        "summary": summary.render_summary(sheet("summary"), works_of(people)),
        "withholding": withholding.render_withholding(sheet("withholding"), people),
        "notices": notices.render_notices(sheet("notices"), people),
        "cover": cover.render_cover(sheet("cover"), file_rows(people)),
        "dossier": dossier.render_dossier(a_dossier(people)),
    }


def sums_of(text: str, label: str) -> list[int]:
    return [int(found.replace(".", "")) for found in re.findall(rf"{label} ([\d.]+)", text)]


@pytest.mark.parametrize("count", [1, 40, 200])
def test_sums_of_pages_are_carried_forward_to_the_total(count):
    people = [a_person(number) for number in range(1, count + 1)]
    sheet = a_sheet(people, "beneficiaries")
    running = 0
    pages = pages_of(beneficiaries.render_beneficiaries(sheet, beneficiaries_of(people)))
    for number, page in enumerate(pages, start=1):
        text = " ".join(page.split())
        if number > 1 and "Số tài khoản" in text:
            assert sums_of(text, "Luỹ kế mang sang") == [running]
        running += sum(sums_of(text, "Cộng trang"))
    assert sums_of(" ".join(pages[-1].split()), "Tổng cộng") == [sheet.transfer_sum]
    assert count == 1 or running == sheet.transfer_sum
    assert [page.count("Số tài khoản") >= 1 for page in pages] == [True] * len(pages)


@pytest.mark.parametrize("people", [SIXTEEN, SIXTEEN[:1], []], ids=["sixteen", "one", "nobody"])
def test_every_paper_stays_on_its_sheet_and_names_everybody(people):
    for kind, pdf in all_papers(people).items():
        pages = pages_of(pdf)
        for place in range(len(pages)):
            boxes = boxes_on(pdf, place)
            assert min(box[0] for box in boxes) > 30, kind
            assert max(box[2] for box in boxes) < 842 - 30, kind
            assert min(box[1] for box in boxes) > 10, kind
        if kind in {"beneficiaries", "signing_sheets", "withholding", "notices", "dossier"}:
            text = text_of(pdf)
            for row in people:
                assert re.search(rf"{row.name}(?!\d)", text), (kind, row.name)


@pytest.mark.parametrize(
    ("kind", "render", "rows"),
    [
        ("beneficiaries", beneficiaries.render_beneficiaries, beneficiaries_of(SIXTEEN)),
        ("summary", summary.render_summary, works_of(SIXTEEN)),
        ("cover", cover.render_cover, file_rows(SIXTEEN)),
        ("notices", notices.render_notices, SIXTEEN),
    ],
)
def test_draft_mark_lies_across_every_page_and_no_code_is_on_it(kind, render, rows):
    sheet = a_sheet(SIXTEEN, kind, draft_mark=DRAFT, number_label="Số: ……/………", issued_on=None)
    for page in pages_of(render(replace(sheet, verification_code="", verification_url=""), rows)):
        assert DRAFT in page
        assert "Mã kiểm tra:" not in page


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_is_printed_as_text_or_as_a_mark(name):
    people = [replace(SIXTEEN[0], name=name), *SIXTEEN[1:3]]
    visible = re.sub("[\u202e\u200b\x00\u540d]", "\ufffd", name)
    wanted = "".join(visible.split())
    for kind, render, rows in (
        ("beneficiaries", beneficiaries.render_beneficiaries, beneficiaries_of(people)),
        ("signing_sheets", signing_sheets.render_signing_sheets, people),
        ("withholding", withholding.render_withholding, people),
        ("notices", notices.render_notices, people),
    ):
        text = "".join(text_of(render(a_sheet(people, kind), rows)).split())
        assert wanted in text, (kind, wanted[:40])


@pytest.mark.parametrize(
    ("render", "rows"),
    [
        (beneficiaries.render_beneficiaries, beneficiaries_of(SIXTEEN)),
        (signing_sheets.render_signing_sheets, SIXTEEN),
        (summary.render_summary, works_of(SIXTEEN)),
        (withholding.render_withholding, SIXTEEN),
        (notices.render_notices, SIXTEEN),
    ],
)
def test_rows_that_do_not_add_up_are_refused(render, rows):
    sheet = a_sheet(SIXTEEN)
    render(sheet, rows)
    for other in (rows[:-1], [*rows, rows[0]], [replace(rows[0], amount=rows[0].amount + 1), *rows[1:]]):
        with pytest.raises(SheetError):
            render(sheet, other)


def test_other_template_version_is_refused():
    with pytest.raises(SheetError, match="version 9"):
        summary.render_summary(a_sheet(SIXTEEN, template_version=9), works_of(SIXTEEN))


def test_dossier_numbers_its_pages_and_lists_many_statements(monkeypatch):
    pages = pages_of(dossier.render_dossier(a_dossier(SIXTEEN)))
    for number, page in enumerate(pages, start=1):
        assert f"tờ {number}/{len(pages)}" in " ".join(page.split())
    assert "PHIẾU THANH TOÁN NHUẬN BÚT" in " ".join(pages)
    assert "bốn số cuối" in " ".join(" ".join(pages).split())
    monkeypatch.setattr(dossier, "MOST_STATEMENTS", 15)
    text = text_of(dossier.render_dossier(a_dossier(SIXTEEN)))
    assert "DANH SÁCH PHIẾU THANH TOÁN" in text
    assert "PHIẾU THANH TOÁN NHUẬN BÚT" not in text


def test_qr_of_each_paper_holds_its_address():
    sheet = a_sheet(SIXTEEN, "summary")
    assert codes_on(summary.render_summary(sheet, works_of(SIXTEEN))) == [sheet.verification_url]


def test_request_says_the_gross_sum_and_marks_its_form():
    sheet = a_sheet(SIXTEEN, "payment_request", cash=2, form="Mẫu số C37-HD", form_note="chưa đối chiếu")
    text = text_of(payment_request.render_payment_request(sheet))
    for expected in (
        "Mẫu số C37-HD",
        f"Số tiền đề nghị: {dong(sheet.gross)} đồng Bằng chữ: {in_words(sheet.gross)}.",
        f"– Tiền mặt: {dong(sheet.cash_sum)} đồng cho 2 người",
        "Ghi chú: chưa đối chiếu",
    ):
        assert expected in text, expected


def test_workbooks_type_text_and_check_their_sums():
    people = [replace(SIXTEEN[0], name="=1+1"), *SIXTEEN[1:]]
    for write, rows in (
        (write_beneficiaries, beneficiaries_of(people)),
        (write_withholding, people),
    ):
        out = io.BytesIO()
        write(out, a_sheet(people), rows)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
        assert sheet[1][1] == "=1+1"
        assert sheet[-3][0] == "Cộng các dòng"
        assert set(filter(None, sheet[-1])) == {"Kiểm tra", "khớp"}
        with zipfile.ZipFile(io.BytesIO(out.getvalue())) as parts:
            assert [name for name in parts.namelist() if b"<f>" in parts.read(name)] == []
    out = io.BytesIO()
    write_beneficiaries(out, a_sheet(people), beneficiaries_of(people)[:-1])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    assert "KHÔNG KHỚP" in sheet[-1]
    out = io.BytesIO()
    write_summary(out, a_sheet(people), summary.summed(a_sheet(people), works_of(people)))
    names = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).sheet_names
    assert names == ["Nguồn kinh phí", "Đơn vị", "Thể loại", "Vai trò"]


def test_decision_reads_back_and_refuses_sums_that_differ():
    fields = {
        "letterhead": LETTERHEAD, "portal_name": "Trang thông tin điện tử", "grounds": ("Căn cứ A;", "Nghị định B"),
        "run_label": "Tháng 02", "period": "từ 1 đến 28", "people": 2, "works": 3, "gross": 800_000,
        "gross_in_words": "Tám trăm nghìn đồng", "tax": 0, "net": 800_000, "fund": "Ngân sách xã 2026",
        "payment_list": "bảng kê số 07", "payment_date": a_sheet([]).payment_date,
        "units": (("Ấp A", 1, 300_000), ("Ấp B", 1, 500_000)), "signer": Signer(title="CHỦ TỊCH", name="X"),
        "copies": ("Như Điều 3",),
    }  # fmt: skip
    content = drafts.decision_docx(drafts.DecisionDraft(**fields))
    file = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in file.paragraphs)
    assert "Chi 800.000 đồng (Bằng chữ: Tám trăm nghìn đồng)" in text
    assert [cell.text for cell in file.tables[1].rows[-1].cells] == ["", "Cộng", "2", "800.000"]
    for wrong in ({"net": 1}, {"gross_in_words": "Một đồng"}, {"units": (("Ấp A", 2, 1),)}, {"fund": "089123456789"}):
        with pytest.raises(SheetError):
            drafts.DecisionDraft(**{**fields, **wrong})


MEMORY = """
import sys, resource
sys.path.insert(0, sys.argv[1])
from contributors.papers.fonts import load_faces
from payments.papers.payment_list import write_payment_list
from payments.papers.beneficiaries import render_beneficiaries
from payments.papers.sheets import PaymentListSheet
from payments.papers.words import in_words
from tests.payments.papers.samples import a_list, an_entry
from tests.payments.papers.run_samples import a_person, a_sheet, beneficiaries_of
load_faces()
count = int(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
amount = sum(379_500 + number * 100 for number in range(1, count + 1))
sheet = a_list([], payees=count, works=count, amount=amount, net=amount, net_in_words=in_words(amount))
class Sink:
    size = 0
    def write(self, part): self.size += len(part)
sink = Sink()
write_payment_list(sheet, (an_entry(number) for number in range(1, count + 1)), sink)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, sink.size)
"""


def test_list_of_five_thousand_rows_costs_bounded_memory():
    """In a process of its own: what 5,000 rows need beyond the loaded fonts; and twice that is nowhere near twice."""

    def used(count: int) -> tuple[int, int]:
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(ROOT), str(count)],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        kilobytes, size = done.stdout.split()
        return int(kilobytes), int(size)

    memory, size = used(5_000)
    assert size > 500_000
    assert memory < 20 * 1024, memory
    assert used(10_000)[0] < 30 * 1024
