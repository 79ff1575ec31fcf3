"""Lists as people keep them, made for a test: text files, workbooks, formulas and merged cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from payments.royalty_list import read_list
from payments.royalty_trial import Trial, try_list
from tests.payments.royalty.building import SALARIES, read_rates, schedule_with

BAC_GIANG = "bac-giang-570-2013"


def csv_of(*rows: Sequence[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def workbook(
    *rows: Sequence[Any],
    merge: Sequence[str] = (),
    formulas: dict[str, tuple[str, Any]] | None = None,
) -> bytes:
    """`merge`: blocks; `formulas`: a cell's formula and the result that its program kept."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Bảng kê")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(number, column, cell)
        for block in merge:
            sheet.merge_range(block, "Nguyễn Thị Gộp")
        for cell, (formula, result) in (formulas or {}).items():
            sheet.write_formula(cell, formula, None, result)
    return out.getvalue()


def tried(content: bytes, name: str = "danh-sach.csv", *schedules: Any, **options: Any) -> Trial:
    chosen = schedules or (shipped(BAC_GIANG),)
    read = read_list(content=content, file_name=name, schedules=chosen)
    return try_list(read, schedules=chosen, salaries=SALARIES, **options)


def shipped(name: str, **changes: Any) -> Any:
    return schedule_with(**(read_rates(f"schedules/{name}.yaml") | changes))
