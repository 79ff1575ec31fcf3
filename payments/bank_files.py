"""The file of a batch, by its template: a workbook or separated text, made in memory and kept nowhere.

Account numbers are opened for these bytes alone (docs/adr/0031-payout-batches.md). Text stays text: no cell that
begins with =, +, - or @ is ever a formula, account numbers keep their zeros.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from contributors.names import plain_text
from payments.batch_templates import DATE_FORMATS, NUMBER, Column, Template
from payments.errors import PaymentError
from payments.vietqr import ascii_words, vietqr_text

XLSX, CSV = "xlsx", "csv"
FORMATS = (XLSX, CSV)
MEDIA = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}
CODECS = {"utf-8-bom": "utf-8-sig", "utf-8": "utf-8", "windows-1258": "cp1258"}
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
AMOUNT_FORMAT = "#,##0"


@dataclass(frozen=True, slots=True)
class FileRow:
    """What one payout brings into a file. `account` is in full; `amount` in đồng."""

    position: int
    reference: str
    name: str
    legal_name: str
    account: str
    bank_name: str
    bank_bin: str
    amount: int
    statement: str
    unit: str


@dataclass(frozen=True, slots=True)
class FileHead:
    """What all rows of a file share."""

    title: str
    day: date
    purpose: str


def shown_name(name: str, template: Template) -> str:
    """A name as the template writes it: whole, only without marks or in capitals where it says so."""
    text = plain_text(name)
    if template.unaccented:
        text = unaccented(text)
    return text.upper() if template.capitals else text


def unaccented(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in bare if not unicodedata.combining(char))


def cells_of(row: FileRow, head: FileHead, template: Template) -> list[str | int]:
    return [_cell(column, row, head, template) for column in template.columns]


def _cell(column: Column, row: FileRow, head: FileHead, template: Template) -> str | int:
    made: dict[str, str | int] = {
        "position": row.position,
        "name": shown_name(row.name, template),
        "legal_name": shown_name(row.legal_name, template),
        "account": row.account,
        "bank_name": row.bank_name,
        "bank_bin": row.bank_bin,
        "amount": row.amount,
        "purpose": plain_text(head.purpose),
        "purpose_ascii": ascii_words(head.purpose),
        "reference": row.reference,
        "statement": row.statement,
        "unit": row.unit,
        "day": head.day.strftime(DATE_FORMATS[column.date_format]),
        "fixed": column.value,
    }
    if column.source == "vietqr":
        if not row.account:
            return ""
        return vietqr_text(bank_bin=row.bank_bin, account=row.account, amount=row.amount, purpose=row.reference)
    value = made[column.source]
    return value if column.kind == NUMBER else str(value)


def write_file(kind: str, template: Template, head: FileHead, rows: Sequence[FileRow]) -> bytes:
    """The bytes of a file; the same rows give the same bytes. Raises `letters_unwritable`."""
    cells = [cells_of(row, head, template) for row in rows]
    total = sum(row.amount for row in rows)
    if kind == XLSX:
        return _workbook(template, head, cells, total)
    return _separated(template, cells, total)


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(BEGINS_FORMULA) else text


def _total_row(template: Template, total: int) -> list[str | int]:
    row: list[str | int] = ["" for _ in template.columns]
    amounts = [place for place, column in enumerate(template.columns) if column.source == "amount"]
    if amounts[0] > 0:
        row[amounts[0] - 1] = "Cộng"
    row[amounts[0]] = total if template.columns[amounts[0]].kind == NUMBER else str(total)
    return row


def _separated(template: Template, cells: Sequence[Sequence[str | int]], total: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=template.separator, lineterminator="\r\n")
    lines: list[Sequence[str | int]] = [[column.title for column in template.columns], *cells]
    if template.total:
        lines.append(_total_row(template, total))
    for line in lines:
        writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in line])
    return encoded(out.getvalue(), template.encoding)


def encoded(text: str, encoding: str) -> bytes:
    """Bytes in one of `batch_templates.ENCODINGS`. Raises `letters_unwritable` rather than lose a letter."""
    codec = CODECS[encoding]
    written = _with_loose_tones(text) if codec == "cp1258" else text
    try:
        return written.encode(codec)
    except UnicodeEncodeError as wrong:
        line = written[: wrong.start].rpartition("\n")[2] + written[wrong.start :].partition("\n")[0]
        raise PaymentError("letters_unwritable", field="encoding", text=plain_text(line)[:80]) from None


def _with_loose_tones(text: str) -> str:
    """The old Windows code page has the letters ă â đ ê ô ơ ư whole and the five tones as signs of their own."""
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(part for part in parts if part in TONES)
        if tones:
            out.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES)) + tones)
        else:
            out.append(char)
    return "".join(out)


def _workbook(template: Template, head: FileHead, cells: Sequence[Sequence[str | int]], total: int) -> bytes:
    """One sheet with the rows alone, as banks read it, and a second one that proves the sum."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        # The day of the batch instead of the moment of writing: the same rows give the same bytes.
        book.set_properties({"title": head.title, "created": _at_noon(head.day)})
        sheet = book.add_worksheet("Danh sách")
        forms = {
            "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "number": book.add_format({"num_format": AMOUNT_FORMAT}),
            "total": book.add_format({"bold": True, "num_format": AMOUNT_FORMAT, "top": 1}),
        }
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(template.columns):
            longest = max((len(str(row[place])) for row in cells), default=0)
            sheet.set_column(place, place, max(10, min(44, max(len(column.title), longest) + 3)))
            sheet.write_string(0, place, column.title, forms["head"])
        for number, row in enumerate(cells, start=1):
            _write_row(sheet, number, row, forms["text"], forms["number"])
        if template.total:
            _write_row(sheet, len(cells) + 1, _total_row(template, total), forms["total"], forms["total"])
        _check_sheet(book, template, len(cells), total, forms)
    return out.getvalue()


def _write_row(sheet: Any, number: int, row: Sequence[str | int], text: Any, figure: Any) -> None:
    for place, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(number, place, value, text)
        else:
            sheet.write_number(number, place, value, figure)


def _check_sheet(book: Any, template: Template, count: int, total: int, forms: Any) -> None:
    """Totals as values; beside each, what the workbook itself makes of the rows, and 0 where both agree."""
    sheet = book.add_worksheet("Kiểm tra")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 2, 18)
    for place, title in enumerate(("Chỉ tiêu", "Số của chương trình", "Lệch (phải là 0)")):
        sheet.write_string(0, place, title, forms["head"])
    sheet.write_string(1, 0, "Số dòng", forms["text"])
    sheet.write_number(1, 1, count, forms["number"])
    sheet.write_string(2, 0, "Tổng tiền", forms["text"])
    sheet.write_number(2, 1, total, forms["number"])
    place = next(nth for nth, column in enumerate(template.columns) if column.source == "amount")
    name = xl_col_to_name(place)
    area = f"'Danh sách'!{name}2:{name}{count + 1}"
    if template.columns[place].kind == NUMBER:
        sheet.write_formula(1, 2, f"=COUNT({area})-B2", forms["number"], 0)
        sheet.write_formula(2, 2, f"=SUM({area})-B3", forms["number"], 0)
    else:
        sheet.write_formula(1, 2, f"=COUNTA({area})-B2", forms["number"], 0)
        sheet.write_formula(2, 2, f"=SUMPRODUCT(VALUE({area}))-B3", forms["number"], 0)


def _at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - a property of a workbook has no zone


def sample_cells(template: Template, day: date) -> list[list[str | int]]:
    """Three invented people as the template would write them."""
    people = [
        ("Nguyễn Thị Mẫu", "0012345678", "Agribank", "970405", 379_500, "Ấp Mẫu 1"),
        ("Lê Văn Ví Dụ", "0071000123456", "Vietcombank", "970436", 1_265_000, "Ấp Mẫu 2"),
        ("Trần Thị Thử", "9704229201234567", "MB", "970422", 75_900, "Ấp Mẫu 1"),
    ]
    head = FileHead(title="", day=day, purpose=f"Chi nhuận bút tháng {day:%m/%Y}")
    return [
        cells_of(
            FileRow(
                position=place,
                reference=f"NB{day:%y}D001N{place:04d}",
                name=name,
                legal_name=name,
                account="" if template.kind == "cash" else account,
                bank_name=bank,
                bank_bin=code,
                amount=amount,
                statement=f"{place:02d}/{day.year}/PTT",
                unit=unit,
            ),
            head,
            template,
        )
        for place, (name, account, bank, code, amount, unit) in enumerate(people, start=1)
    ]
