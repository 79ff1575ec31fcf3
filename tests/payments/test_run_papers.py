"""Papers about a whole run: numbered and frozen at issue, printed from frozen copies, provable, complete, private."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import date

import pypdf
import pytest
from django.db import IntegrityError, connection, transaction
from python_calamine import CalamineWorkbook

from contributors import clock
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Event, Job
from payments import archives, funds, office_papers, papers_kept, payees, previews, run_workbooks, withholding_years
from payments.errors import PaymentError
from payments.models import Paper, PaperKind, PayeeDetails, Run, RunArchive, RunSheet, Statement
from payments.papers.words import in_words
from payments.payee_cipher import opened
from payments.run_sheets import FIRST, LAST
from tests.factories.world import at
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    approved_run,
    computed_run,
    database_rows,
    frozen_run,
    issue,
    issued_run,
    work,
)

RUN_KINDS = sorted({*FIRST, *LAST})


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def paper_of(run: Run, kind: str) -> Paper:
    return Paper.objects.get(run=run, kind=kind)


def content_of(run: Run, kind: str) -> bytes:
    return open_kept(paper_of(run, kind).path).read_bytes()


def cash_for(world, name: str) -> None:
    with clock.at(at("2026-06-01T08:00")):
        payees.enter_payee_details(
            actor=world.actor(name), contributor=world.people[name], legal_name="Lê Hoà", personal_id="089200000002"
        )


def test_every_kind_is_numbered_sealed_and_rendered_once(world, issued):
    sheets = RunSheet.objects.filter(run=issued)
    assert sorted(sheets.values_list("kind", flat=True)) == RUN_KINDS
    assert {(sheet.number, sheet.year) for sheet in sheets} == {(1, 2026)}
    assert len({sheet.code for sheet in sheets}) == len(RUN_KINDS)
    for sheet in sheets:
        assert sheet.frozen["verification_code"] == sheet.code
        paper = paper_of(issued, sheet.kind)
        assert papers_kept.prove_paper(actor=world.actor("accountant"), paper=paper).same
    assert Job.objects.exclude(state="done").count() == 0
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        second = issued_run(world, **NEXT_MONTH)
    assert set(RunSheet.objects.filter(run=second).values_list("number", flat=True)) == {2}


def test_sums_of_all_papers_are_the_run(world, issued):
    for kind in set(RUN_KINDS) - {"beneficiaries", "notices"}:
        text = text_of(content_of(issued, kind))
        assert dotted(issued.net) in text, kind
        assert RunSheet.objects.get(run=issued, kind=kind).code in text, kind


def test_notice_has_nobody_elses_name_or_amount(issued):
    pages = pypdf.PdfReader(io.BytesIO(content_of(issued, "notices"))).pages
    statements = list(Statement.objects.filter(run=issued).order_by("number"))
    assert len(pages) == len(statements)
    for page, own in zip(pages, statements, strict=True):
        text = " ".join(page.extract_text().split())
        for other in statements:
            name = other.frozen["payee"]["full_name"]
            assert (name in text) == (other == own)
            if other.net != own.net:
                assert dotted(other.net) not in text
        assert in_words(own.net) in text


def test_accounts_stand_in_full_on_one_paper_that_is_kept_nowhere(world, issued):
    accounts = [opened(row, "bank_account") for row in PayeeDetails.objects.filter(current=True)]
    paper = paper_of(issued, "beneficiaries")
    assert (paper.path, len(paper.sha256)) == ("", 64)
    with pytest.raises(PaymentError, match="paper_not_kept"):
        papers_kept.paper_file(actor=world.actor("accountant"), paper=paper)
    content = papers_kept.open_beneficiaries(actor=world.actor("holder"), paper=paper)
    assert hashlib.sha256(content).hexdigest() == paper.sha256
    text = text_of(content)
    paid = [each.payee_details for each in Statement.objects.filter(run=issued).select_related("payee_details")]
    wanted = [opened(details, "bank_account") for details in paid]
    assert [account for account in wanted if account not in text] == []
    for other in Paper.objects.exclude(path=""):
        shown = text_of(open_kept(other.path).read_bytes())
        assert [account for account in accounts if account in shown] == [], other.kind
    event = Event.objects.get(kind="paper.accounts_shown")
    assert event.facts == {"number": "1/2026", "form": "pdf"}
    for name in ("head", "deputy", "lan", "admin"):
        with pytest.raises(DomainError, match="not_allowed"):
            papers_kept.open_beneficiaries(actor=world.actor(name), paper=paper)
    assert Event.objects.filter(kind="paper.accounts_shown").count() == 1


def test_the_database_keeps_no_file_with_accounts_and_no_changed_sheet(issued):
    paper = paper_of(issued, "beneficiaries")
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.create(
            portal_id=paper.portal_id, kind="beneficiaries", run=issued, number="1", template_version=9, sha256="a",
            size=1, path="papers/a.pdf", rendered_at=AUGUST,
        )  # fmt: skip
    for sql in (
        "UPDATE payments_runsheet SET number = 9",
        "DELETE FROM payments_runsheet",
        "TRUNCATE payments_runsheet",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {sql}")


def test_sheet_of_a_run_that_is_not_issued_or_with_a_gap_is_refused(world, issued):
    row = RunSheet.objects.filter(run=issued).first()
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        other = approved_run(world, **NEXT_MONTH)
    for run, kind, number in ((other, "summary", 2), (issued, row.kind, 7)):
        sheet = RunSheet(
            portal_id=run.portal_id, run=run, kind=kind, year=2026, number=number, frozen={}, code=f"x{number}",
            issued_at=AUGUST,
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            at_the_end(sheet.save)


def at_the_end(write) -> None:
    """Write, and have the database check what it checks when a transaction ends."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_cash_is_no_row_of_the_transfer_list_and_is_told(world):
    cash_for(world, "hoa")
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issued_run(world)
        text = text_of(
            papers_kept.open_beneficiaries(actor=world.actor("accountant"), paper=paper_of(run, "beneficiaries"))
        )
    hoa = Statement.objects.get(contributor=world.people["hoa"])
    sheet = RunSheet.objects.get(run=run, kind="beneficiaries").frozen
    assert (sheet["cash"], sheet["cash_sum"]) == (1, hoa.net)
    assert sheet["transfer_sum"] + sheet["cash_sum"] == run.net
    assert f"Tổng cộng {dotted(run.net - hoa.net)}" in text
    assert f"Người nhận tiền mặt: 1 người, {dotted(hoa.net)} đồng" in text
    assert "Lê Hoà" not in text


def test_preflight_names_what_stands_in_the_way(world):
    cash_for(world, "hoa")
    world.published("lan", photos_by=("hoa",))
    accountant = world.actor("accountant")
    with clock.at(AUGUST):
        run = computed_run(world)
        before = previews.preflight(actor=accountant, run=run)
        funds.set_budget_code(actor=accountant, fund=world.fund, code="1234567")
        PayeeDetails.objects.filter(contributor=world.people["lan"], current=True).update(
            confirmed_at=None, name_differs=True, bank_bin="000000"
        )
        after = previews.preflight(actor=accountant, run=world.fresh(run))
    states = {finding.code: (finding.state, finding.names) for finding in before.findings}
    assert states["sums"] == ("ok", ())
    assert states["account"] == ("warn", ("Lê Hoà",))
    assert states["budget_code"][0] == before.state == "warn"
    states = {finding.code: (finding.state, finding.names) for finding in after.findings}
    assert states["budget_code"][0] == "ok"
    assert states["names"] == ("warn", ("Nguyễn Thị Lan",))
    assert states["bank"] == states["confirmed"] == ("stop", ("Nguyễn Thị Lan",))
    assert after.state == "stop"


def test_preflight_of_an_issued_run_sees_changed_accounts(world, issued):
    accountant = world.actor("accountant")
    assert "changed" not in {finding.code for finding in previews.preflight(actor=accountant, run=issued).findings}
    payees.enter_payee_details(
        actor=world.actor("lan"), contributor=world.people["lan"], legal_name="Nguyễn Thị Lan",
        personal_id="089200000009", bank_bin="970405", bank_account="0071000999",
    )  # fmt: skip
    found = {finding.code: finding for finding in previews.preflight(actor=accountant, run=issued).findings}
    assert (found["changed"].state, found["changed"].names) == ("stop", ("Nguyễn Thị Lan",))


def test_erased_accounts_are_said_and_not_printed_as_blanks(world, issued):
    PayeeDetails.objects.filter(contributor=world.people["lan"]).update(bank_account=None, bank_account_tail="")
    for call in (
        lambda: papers_kept.open_beneficiaries(
            actor=world.actor("accountant"), paper=paper_of(issued, "beneficiaries")
        ),
        lambda: run_workbooks.open_workbook(actor=world.actor("accountant"), run=issued),
    ):
        with pytest.raises(PaymentError, match="paper_numbers_gone"):
            call()


@pytest.mark.parametrize("kind", previews.KINDS)
def test_preview_is_marked_unnumbered_and_leaves_nothing(world, kind):
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = computed_run(world)
        before = database_rows()
        content = previews.preview_paper(actor=world.actor("accountant"), run=run, kind=kind)
        assert database_rows() == before
    reader = pypdf.PdfReader(io.BytesIO(content))
    for page in reader.pages:
        text = page.extract_text()
        assert "BẢN NHÁP – CHƯA CÓ GIÁ TRỊ" in text
        assert "Mã kiểm tra:" not in text
    assert re.findall(r"\d+/2026/(?:PTT|BK|TH|ĐNTT|DSTH|KTT|KN|TB|HS|BHS)", text_of(content)) == []


def test_preview_shows_what_is_issued_afterwards(world):
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = approved_run(world)
        draft = text_of(previews.preview_paper(actor=world.actor("accountant"), run=run, kind="summary"))
        run = issue(world, run)
        work()
    final = text_of(content_of(run, "summary"))
    start, end = "I. Theo nguồn kinh phí", "Đối chiếu"
    assert (
        draft[draft.index(start) : draft.index(end)].replace("BẢN NHÁP – CHƯA CÓ GIÁ TRỊ ", "")
        == (final[final.index(start) : final.index(end)])
    )


def test_preview_of_nobody_is_printed(world):
    with clock.at(AUGUST):
        run = computed_run(world)
        for kind in previews.KINDS:
            if kind != PaperKind.STATEMENT:
                assert previews.preview_paper(actor=world.actor("accountant"), run=run, kind=kind)[:5] == b"%PDF-"


def test_archive_is_the_same_twice_and_its_sums_hold(world, issued):
    actor = world.actor("accountant")
    one = b"".join(archives.stream_archive(actor=actor, run=issued))
    with clock.at(at("2027-03-01T08:00")):
        assert b"".join(archives.stream_archive(actor=actor, run=issued)) == one
    with zipfile.ZipFile(io.BytesIO(one)) as packed:
        names = packed.namelist()
        assert names == sorted(names, key=lambda name: (name.startswith(("SHA", "DOC")), names.index(name)))
        assert all(name.isascii() for name in names)
        assert [name for name in names if "thu-huong" in name] == []
        sums = dict(reversed(line.split("  ")) for line in packed.read("SHA256SUMS.txt").decode().splitlines())
        assert {name: hashlib.sha256(packed.read(name)).hexdigest() for name in sums} == sums
    assert len(sums) == 5 + 1 + 7  # statements, list, papers without the one with accounts
    archive = archives.request_archive(actor=actor, run=issued)
    assert archives.request_archive(actor=actor, run=issued) == archive
    work()
    archive = world.fresh(archive)
    assert (archive.done, archive.total, archive.sha256) == (13, 13, hashlib.sha256(one).hexdigest())
    assert archives.archive_file(actor=actor, archive=archive).read_bytes() == one
    assert archives.pack_archive(archive_id=archive.pk) is False
    assert RunArchive.objects.count() == 1


def test_workbooks_have_text_as_text_and_no_formula(world, monkeypatch):
    world.published("lan", title='=HYPERLINK("http://x","y")', photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issued_run(world)
    actor = world.actor("accountant")
    for kind in ("payment_list", "summary", "withholding"):
        content = run_workbooks.run_workbook(actor=actor, run=run, kind=kind)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert [name for name in parts.namelist() if b"<f>" in parts.read(name)] == []
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            last = book.get_sheet_by_name(name).to_python()[-1]
            assert set(filter(None, last)) == {"Kiểm tra", "khớp"}
        assert run_workbooks.run_workbook(actor=actor, run=run, kind=kind) == content
    listed = CalamineWorkbook.from_filelike(
        io.BytesIO(run_workbooks.run_workbook(actor=actor, run=run, kind="payment_list"))
    ).get_sheet_by_index(0)
    assert '=HYPERLINK("http://x","y")' in {row[3] for row in listed.to_python()}
    full = run_workbooks.open_workbook(actor=actor, run=run)
    accounts = [row[2] for row in CalamineWorkbook.from_filelike(io.BytesIO(full)).get_sheet_by_index(0).to_python()]
    wanted = [opened(each.payee_details, "bank_account") for each in Statement.objects.filter(run=run, net__gt=0)]
    assert [account for account in wanted if account not in accounts] == []
    with pytest.raises(DomainError, match="not_found"):
        run_workbooks.run_workbook(actor=actor, run=run, kind="beneficiaries")


def test_year_of_withholding_adds_payments_of_one_person(world, issued):
    world.published("lan", when="2026-08-10T09:00", coefficient="2")
    with clock.at(SEPTEMBER):
        issued_run(world, **NEXT_MONTH)
        actor = world.actor("accountant")
        people = {one.name: one for one in withholding_years.people_of_year(actor=actor, year=2026)}
        text = text_of(withholding_years.year_list(actor=actor, year=2026))
        book = withholding_years.certificate_data(actor=actor, year=2026)
    lan = people["Nguyễn Thị Lan"]
    assert (lan.payments, lan.gross) == (
        2,
        sum(each.gross for each in Statement.objects.filter(contributor=world.people["lan"])),
    )
    assert (lan.first, lan.last) == (date(2026, 8, 5), date(2026, 9, 5))
    total = sum(each.gross for each in Statement.objects.all())
    assert f"Tổng cộng {dotted(total)}" in text
    assert book[:2] == b"PK"
    assert Event.objects.get(kind="tax.certificates_taken").facts["people"] == 0
    with pytest.raises(PaymentError, match="withholding_year_empty"):
        withholding_years.year_list(actor=actor, year=2019)
    with pytest.raises(DomainError, match="not_allowed"):
        withholding_years.certificate_data(actor=world.actor("holder"), year=2026)


def test_office_drafts_can_be_edited_and_say_the_sums(world):
    from docx import Document

    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = computed_run(world)
        before = database_rows()
        decision = office_papers.decision_draft(actor=world.actor("accountant"), run=run)
        assert office_papers.decision_draft(actor=world.actor("accountant"), run=run) == decision
        assert database_rows() == before
        rules = office_papers.internal_rules_draft(actor=world.actor("accountant"))
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(decision)).paragraphs)
    gross = 409_500
    assert f"Chi {dotted(gross)} đồng (Bằng chữ: {in_words(gross)})" in text or "Điều 1. Chi" in text
    assert "DỰ THẢO" in text
    rows = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(rules)).tables[1].rows]
    assert rows[0] == ["STT", "Nội dung", "Mức"]
    assert len(rows) > 3


def test_frozen_run_cannot_be_previewed(world):
    with clock.at(AUGUST):
        run = frozen_run(world)
        with pytest.raises(PaymentError, match="preview_not_now"):
            previews.preview_paper(actor=world.actor("accountant"), run=run, kind="summary")
