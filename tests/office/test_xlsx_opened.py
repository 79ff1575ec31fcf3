"""Every workbook as LibreOffice opens it: text is text and keeps its zeros, sums are values and right, days are days."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from contributors import accesses, clock, document_sheets, past_lists, people_sheet, unit_sheets
from contributors.directory import PeopleFilter
from contributors.exporting import export_people
from payments import own_data, run_workbooks, withholding_years
from payments.exceptions_sheet import exceptions_file
from payments.journal_files import journal_for, take_journal
from payments.models import Payout, Run, Statement
from payments.own_file import take_own_file
from payments.payee_cipher import opened
from payments.royalty_trial_sheet import as_xlsx, template_xlsx
from payments.superior_sheet import superior_xlsx
from payments.tax_year import tax_year_table
from tests.office.opened import Cell, needs_office, workbook_of
from tests.payments.batch_steps import PAYDAY, gathered, taken
from tests.payments.inspection.making import archive_of, made_pack
from tests.payments.sheets import csv_of, tried
from tests.payments.steps import AUGUST, issued_run
from tests.payments.test_royalty_list import HEAD
from tests.payments.test_superiors import beside, family
from tests.payments.xlsx_cells import cells_of

__all__ = ["family"]
pytestmark = [pytest.mark.long, needs_office]
FORMULA = "=1+1"
TITLES = (FORMULA, "00123", "+84 900 000 000", "1/2", "@SUM(A1)", "-5", "1e5", "Ằ Ẫ Ệ Ổ Ỡ Ự Ỵ", "TRUE")
FIRST_DAY = date(1899, 12, 30)  # from which workbooks count


@pytest.fixture
def paid(world) -> Run:
    """Titles that a spreadsheet would rather compute, count or date."""
    for place, title in enumerate(TITLES, start=1):
        world.published("lan", when=f"2026-07-{place:02d}T09:00", title=title, photos_by=("hoa",))
    world.published("writer", when="2026-07-12T09:00", coefficient="2")
    with clock.at(AUGUST):
        return issued_run(world)


def read(content: bytes, folder: Path) -> dict[str, dict[tuple[int, int], Cell]]:
    """The workbook's cells in LibreOffice, each compared with what lies in the file."""
    found = workbook_of(content, folder)
    written = cells_of(content)
    assert list(found) == list(written)
    for name, cells in written.items():
        wanted = {place_of(address): value_of(cell) for address, cell in cells.items() if cell.value}
        seen = {place: (cell.kind, cell.value) for place, cell in found[name].items()}
        assert seen == wanted, name
        assert [place for place, cell in found[name].items() if cell.formula and name != "Kiểm tra"] == []
        for cell in found[name].values():
            # A column too narrow for its number shows hashes on the screen; a text never does.
            assert cell.shown
            assert "Err:" not in cell.shown
    return found


def value_of(cell) -> tuple[str, str | float | date]:
    if cell.kind == "s":
        return "string", cell.value
    if "yy" in cell.format:
        return "date", FIRST_DAY + timedelta(days=int(cell.value))
    return "float", float(cell.value)


def place_of(address: str) -> tuple[int, int]:
    """ "B3" is (2, 1)."""
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(address[len(letters) :]) - 1, column - 1


def column_of(sheet: Mapping[tuple[int, int], Cell], heading: str) -> list[Cell]:
    """The cells below a heading, without those that are empty."""
    [column] = [place[1] for place, cell in sheet.items() if place[0] == 0 and cell.value == heading]
    return [cell for place, cell in sorted(sheet.items()) if place[1] == column and place[0] > 0]


def texts(sheet: Mapping[tuple[int, int], Cell], heading: str) -> list[str]:
    cells = column_of(sheet, heading)
    assert {cell.kind for cell in cells} <= {"string"}
    return [str(cell.value) for cell in cells]


def assert_summed(sheet: Mapping[tuple[int, int], Cell], heading: str, total: int) -> None:
    """The rows, what they come to, what the paper says, and the word that both agree."""
    *rows, summed, stated, check = column_of(sheet, heading)
    assert sum(float(row.value) for row in rows) == summed.value == stated.value == total
    assert check.value == "khớp"


@pytest.mark.parametrize(
    ("kind", "sums"),
    [
        ("payment_list", {"Thành tiền": "gross", "Thuế TNCN": "tax", "Thực lĩnh": "net"}),
        ("withholding", {"Thu nhập": "gross", "Thuế đã khấu trừ": "tax", "Còn được nhận": "net"}),
        ("summary", {"Thành tiền": "gross"}),
    ],
)
def test_workbook_of_a_run(world, paid, tmp_path, kind: str, sums: dict[str, str]) -> None:
    book = read(run_workbooks.run_workbook(actor=world.actor("accountant"), run=paid, kind=kind), tmp_path)
    for sheet in book.values():
        for heading, field in sums.items():
            assert_summed(sheet, heading, getattr(paid, field))
    if kind == "payment_list":
        assert set(texts(book["Bảng kê"], "Tên tác phẩm")) >= set(TITLES)
        assert {cell.shown for cell in column_of(book["Bảng kê"], "Ngày đăng")} >= {"01/07/2026", "12/07/2026"}


def test_beneficiaries_keep_the_zeros_of_their_accounts(world, paid, tmp_path) -> None:
    [sheet] = read(run_workbooks.open_workbook(actor=world.actor("accountant"), run=paid), tmp_path).values()
    rows = Statement.objects.filter(run=paid, net__gt=0).select_related("payee_details")
    accounts = texts(sheet, "Số tài khoản")
    assert sorted(accounts) == sorted(opened(row.payee_details, "bank_account") for row in rows)
    assert all(account.startswith("00") for account in accounts)
    assert_summed(sheet, "Số tiền", paid.net)


@pytest.mark.parametrize("template", ["bank-full", "treasury-list"])
def test_batch_of_payouts_counts_itself(world, paid, tmp_path, template: str) -> None:
    with clock.at(PAYDAY):
        batch = gathered(world, paid, kind="bank" if template == "bank-full" else "treasury", template=template)
        book = read(taken(world, batch, "xlsx").content, tmp_path)
    total = sum(Payout.objects.filter(statement__run=paid).values_list("amount", flat=True))
    rows = len(Payout.objects.filter(statement__run=paid))
    check = book["Kiểm tra"]
    assert [check[place].value for place in ((1, 1), (2, 1))] == [rows, total]
    # What LibreOffice itself counts from the rows, less what is said.
    assert [check[place].formula != "" for place in ((1, 2), (2, 2))] == [True, True]
    assert [check[place].value for place in ((1, 2), (2, 2))] == [0, 0]
    shown = [str(cell.value) for cell in book["Danh sách"].values() if cell.kind == "string"]
    for row in Statement.objects.filter(run=paid).select_related("payee_details"):
        assert opened(row.payee_details, "bank_account") in shown


def test_own_file(world, paid, tmp_path) -> None:
    book = read(take_own_file(actor=world.actor("lan"), contributor=world.people["lan"], form="xlsx"), tmp_path)
    statement = Statement.objects.get(run=paid, contributor=world.people["lan"])
    assert set(texts(book["Tin, bài"], "Tiêu đề")) == set(TITLES)
    *lines, total = column_of(book["Nhuận bút"], "Số tiền (đ)")
    assert sum(float(line.value) for line in lines) == total.value == statement.line_total


def test_own_data(world, paid, tmp_path) -> None:
    person = world.people["lan"]
    with own_data.own_data(actor=world.actor("lan"), contributor=person) as packed, zipfile.ZipFile(packed) as archive:
        books = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")}
    assert len(books) == 3
    seen = [
        cell.value
        for content in books.values()
        for sheet in read(content, tmp_path).values()
        for cell in sheet.values()
    ]
    assert set(TITLES) <= set(seen)
    assert Statement.objects.get(run=paid, contributor=person).net in seen


def test_side_by_side(family, tmp_path) -> None:
    found = beside(family["province"])
    [sheet] = read(superior_xlsx(found, "Asia/Ho_Chi_Minh"), tmp_path).values()
    assert texts(sheet, "Trang") == [*(row.name for row in found.rows), "Cộng"]
    for heading, total in (("Tin, bài", found.total.now.news), ("Đã chi trong kỳ (đồng)", found.total.spent)):
        *rows, summed = column_of(sheet, heading)
        assert sum(float(row.value) for row in rows) == summed.value == total


def test_journal(world, paid, tmp_path) -> None:
    with clock.at(AUGUST):
        found = journal_for(actor=world.actor("accountant"), since=date(2026, 8, 1), until=date(2026, 9, 1))
        _name, content = take_journal(actor=world.actor("accountant"), journal=found, kind="xlsx")
    [sheet] = read(content, tmp_path).values()
    assert sum(float(cell.value) for cell in column_of(sheet, "Số tiền")) == found.total == paid.gross + paid.tax
    # The numbers of accounts are names, not figures.
    assert set(texts(sheet, "TK nợ")) == {entry.debit for entry in found.entries}


def test_tax_of_the_year(world, paid, tmp_path) -> None:
    accountant = world.actor("accountant")
    with clock.at(AUGUST):
        [sheet] = read(tax_year_table(actor=accountant, year=2026, kind="xlsx"), tmp_path).values()
        [certificates] = read(withholding_years.certificate_data(actor=accountant, year=2026), tmp_path).values()
    assert sum(float(cell.value) for cell in column_of(sheet, "Thu nhập (đ)")) == paid.gross
    assert_summed(certificates, "Thuế đã khấu trừ", paid.tax)


def test_exceptions_and_people(world, paid, tmp_path) -> None:
    read(exceptions_file(actor=world.actor("accountant"), run=paid, kind="xlsx"), tmp_path)
    [sheet] = read(export_people(actor=world.actor("admin"), wanted=PeopleFilter()), tmp_path).values()
    phones = [str(cell.value) for cell in sheet.values() if cell.kind == "string" and cell.value.startswith("09")]
    assert len(phones) == len(world.people)


def test_trial_of_a_list(tmp_path) -> None:
    row = (1, "Lê Văn Thử", "Tác giả", "Tin", FORMULA, "03/07/2026", "1,5", "379.500")
    trial = tried(csv_of(HEAD, row))
    [sheet] = read(as_xlsx(trial), tmp_path).values()
    assert (sheet[1, 3].value, sheet[1, 6].value) == (FORMULA, 379_500)


def test_templates(tmp_path) -> None:
    for template in (
        template_xlsx,
        people_sheet.template_file,
        unit_sheets.units_template,
        document_sheets.documents_template,
        accesses.accesses_template,
        past_lists.past_template,
    ):
        read(template(), tmp_path)


def test_inspection_pack(world, paid, tmp_path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive_of(made_pack(world)).read_bytes())) as archive:
        books = {Path(name).stem: archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")}
    assert len(books) > 5
    sheets = {name: next(iter(read(content, tmp_path).values())) for name, content in books.items()}
    assert {cell.value for cell in sheets["tin-bai"].values()} >= set(TITLES)
    assert paid.net in {cell.value for cell in sheets["ky-chi-tra"].values()}
