"""Reads one workbook in a process of its own, whose memory and time are bounded: a program, never imported.

A sheet of two cells, the second in the last row and column, makes a reader reserve the whole square between them;
here that ends this process and nobody else's. Workbook on standard input; on standard output a line of JSON for
each row that is not empty: [row number as people see it, [text, …]]. Exit codes: see contributors.spreadsheets.
"""

from __future__ import annotations

import io
import json
import resource
import signal
import sys
from contextlib import suppress
from datetime import date, datetime

UNREADABLE = 3


def as_text(value: object) -> str:
    """A cell as people read it: whole numbers without a fraction, dates as ISO."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def main() -> int:
    memory, seconds, most_rows, most_columns = map(int, sys.argv[1:])
    with suppress(ValueError, OSError):  # a system that lowers no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds * 3)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        sheet = book.get_sheet_by_name(shown[0])
        first = sheet.start[0] + 1 if sheet.start else 1
        given = 0
        for number, row in enumerate(sheet.iter_rows(), start=first):
            cells = [as_text(value) for value in row[:most_columns]]
            if any(cells):
                sys.stdout.write(json.dumps([number, cells]) + "\n")
                given += 1
            if given >= most_rows:  # the reader refuses so many; the rest is not worth the time
                break
    except (CalamineError, IndexError, ValueError, OSError):
        return UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
