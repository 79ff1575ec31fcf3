"""Spreadsheets of a run: text typed as text whatever it begins with, totals as values, a check column beside them.

No cell holds a formula: a total is what was counted while the rows were written, and beside it stands what the paper
says, and whether both agree. Memory does not grow with rows; equal input gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import xlsxwriter  # type: ignore[import-untyped]

from payments.papers.run_sheet import BeneficiaryRow, PersonRow, RunSheet
from payments.papers.sheets import PaymentListEntry, PaymentListSheet
from payments.papers.summary import BREAKDOWNS, Summary

Cell = str | int | date | None
MADE = datetime(2020, 3, 5, tzinfo=UTC)  # a file says nothing of the day on which it was made
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": False,
}
AGREES, DIFFERS = "khớp", "KHÔNG KHỚP"


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """What a certificate of tax withholding says of one person; `tax_code` in full."""

    name: str
    tax_code: str
    unit: str
    tax_kind: str
    payments: int
    paid_from: date
    paid_until: date
    gross: int
    tax: int
    net: int
    statements: str


class Sheets:
    """A workbook being written; each table ends with its totals and their check."""

    def __init__(self, out: Path | BinaryIO, *, title: str) -> None:
        self._book = xlsxwriter.Workbook(str(out) if isinstance(out, Path) else out, _OPTIONS)
        self._book.set_properties({"title": title, "created": MADE})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        self._text = self._book.add_format({"num_format": "@"})
        self._money = self._book.add_format({"num_format": "#,##0"})
        self._sum = self._book.add_format({"num_format": "#,##0", "bold": True, "top": 1})
        self._label = self._book.add_format({"bold": True, "top": 1})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def table(
        self,
        name: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        *,
        stated: Mapping[int, int],
        widths: Mapping[int, int] | None = None,
    ) -> None:
        """One sheet. `stated`: what the paper says for the sum of a column, by the column's place."""
        sheet = self._book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            width = (widths or {}).get(column, max(12, min(40, len(heading) + 4)))
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, self._bold)
        sums = dict.fromkeys(stated, 0)
        place = 0
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                self._write(sheet, place, column, value)
                if column in sums and isinstance(value, int):
                    sums[column] += value
        for offset, label in enumerate(("Cộng các dòng", "Theo giấy tờ", "Kiểm tra"), start=1):
            sheet.write_string(place + offset, 0, label, self._label)
            for column, said in stated.items():
                if label == "Kiểm tra":
                    sheet.write_string(place + offset, column, AGREES if sums[column] == said else DIFFERS, self._label)
                else:
                    value = sums[column] if offset == 1 else said
                    sheet.write_number(place + offset, column, value, self._sum)

    def _write(self, sheet: Any, place: int, column: int, value: Cell) -> None:
        if isinstance(value, str):
            sheet.write_string(place, column, value, self._text)
        elif isinstance(value, date):
            sheet.write_datetime(place, column, value, self._day)
        elif value is not None:
            sheet.write_number(place, column, value, self._money)


def write_payment_list(out: Path | BinaryIO, sheet: PaymentListSheet, entries: Iterable[PaymentListEntry]) -> None:
    """One row a work; a person's tax and net stand in the row of their last work, where the paper has them."""
    headings = (
        *("STT", "Họ và tên", "Bút danh", "Tên tác phẩm", "Thể loại", "Vai trò", "Ngày đăng", "Hệ số", "Đơn giá"),
        *("Thành tiền", "Thuế TNCN", "Thực lĩnh"),
    )

    def rows() -> Iterable[Sequence[Cell]]:
        for number, entry in enumerate(entries, start=1):
            lines: list[list[Cell]] = [
                [
                    *(number, entry.full_name, line.pen_name, line.title, line.genre, line.role, line.published_on),
                    *(line.coefficient, line.unit_value, line.amount, None, None),
                ]
                for line in entry.lines
            ]
            for label, amount in (("Kỳ trước chuyển sang", entry.carried_in), ("Chuyển kỳ sau", -entry.carried_out)):
                if amount:
                    lines.append([number, entry.full_name, "", label, "", "", None, "", None, amount, None, None])
            if not lines:
                lines.append([number, entry.full_name, "", "", "", "", None, "", None, 0, None, None])
            lines[-1][-2:] = [entry.tax, entry.net]
            yield from lines

    with Sheets(out, title="Bảng kê chi trả nhuận bút") as book:
        stated = {9: sheet.amount, 10: sheet.tax, 11: sheet.net}
        book.table("Bảng kê", headings, rows(), stated=stated, widths={1: 28, 3: 48, 4: 20})


def write_beneficiaries(out: Path | BinaryIO, sheet: RunSheet, rows: Iterable[BeneficiaryRow]) -> None:
    """For the bank or the treasury: account numbers are text and keep their zeros."""
    headings = ("STT", "Họ và tên người thụ hưởng", "Số tài khoản", "Ngân hàng", "Số tiền", "Ghi chú")
    with Sheets(out, title="Danh sách người thụ hưởng") as book:
        book.table(
            "Người thụ hưởng",
            headings,
            ((place, row.holder, row.account, row.bank, row.amount, row.note) for place, row in enumerate(rows, 1)),
            stated={4: sheet.transfer_sum},
            widths={1: 32, 2: 24, 3: 24},
        )


def write_summary(out: Path | BinaryIO, sheet: RunSheet, found: Summary) -> None:
    """One sheet a breakdown, all with the same totals."""
    names = {"fund": "Nguồn kinh phí", "unit": "Đơn vị", "genre": "Thể loại", "role": "Vai trò"}
    with Sheets(out, title="Bảng tổng hợp nhuận bút") as book:
        for name, _title in BREAKDOWNS:
            book.table(
                names[name],
                ("STT", names[name], "Số khoản", "Thành tiền"),
                (
                    (place, label, part.works, part.amount)
                    for place, (label, part) in enumerate(found.parts[name].items(), start=1)
                ),
                stated={2: sheet.works, 3: sheet.line_total},
                widths={1: 40},
            )


def write_withholding(out: Path | BinaryIO, sheet: RunSheet, rows: Iterable[PersonRow]) -> None:
    """One row a person, numbers of persons masked."""
    headings = (
        *("STT", "Họ và tên", "Số định danh", "Đơn vị", "Diện thuế", "Phiếu số"),
        *("Thu nhập", "Thuế đã khấu trừ", "Còn được nhận"),
    )
    with Sheets(out, title="Bảng kê khấu trừ thuế") as book:
        book.table(
            "Khấu trừ thuế",
            headings,
            (
                (place, row.name, row.masked_id, row.unit, row.tax_kind, row.number, row.amount, row.tax, row.net)
                for place, row in enumerate(rows, start=1)
            ),
            stated={6: sheet.gross, 7: sheet.tax, 8: sheet.net},
            widths={1: 30, 3: 24, 4: 36},
        )


def write_certificates(
    out: Path | BinaryIO, rows: Iterable[CertificateRow], *, title: str, stated: tuple[int, int, int]
) -> None:
    """Data for certificates of withholding: one row a person who was taxed, with the tax code in full."""
    headings = (
        *("STT", "Họ và tên", "Mã số thuế / số định danh", "Đơn vị", "Diện thuế", "Số lần chi", "Từ ngày", "Đến ngày"),
        *("Thu nhập chịu thuế", "Thuế đã khấu trừ", "Còn được nhận", "Theo phiếu"),
    )
    with Sheets(out, title=title) as book:
        book.table(
            "Chứng từ khấu trừ",
            headings,
            (
                (
                    *(place, row.name, row.tax_code, row.unit, row.tax_kind, row.payments, row.paid_from),
                    *(row.paid_until, row.gross, row.tax, row.net, row.statements),
                )
                for place, row in enumerate(rows, start=1)
            ),
            stated=dict(zip((8, 9, 10), stated, strict=True)),
            widths={1: 30, 2: 24, 3: 24, 4: 36, 11: 24},
        )
