"""The tables of a pack: what each is called, its columns, by which ids of the plan it is read, and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]

from contributors.models import Account, Portal
from contributors.packages import plain_name
from payments.bank_files import defused
from payments.inspection.plan import Plan

Cell = str | int | None
MOST_ROWS = 1_000_000  # a sheet of a workbook has few more
_BOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(slots=True)
class Context:
    """What rows are read with. `folders` are the places of pieces in the pack, by their ids."""

    portal: Portal
    plan: Plan
    folders: Mapping[int, str]
    _names: dict[int, str] = field(default_factory=dict)

    def moment(self, when: datetime | None) -> str:
        """By the portal's clock, as people write it."""
        return f"{when.astimezone(ZoneInfo(self.portal.time_zone)):%d/%m/%Y %H:%M}" if when else ""

    def people(self, accounts: Iterable[int | None]) -> Mapping[int, str]:
        """Names of accounts by id; asked for once each."""
        unknown = {account for account in accounts if account is not None} - self._names.keys()
        if unknown:
            self._names.update(Account.objects.filter(pk__in=unknown).values_list("pk", "name"))
        return self._names


Rows = Callable[[Context, Sequence[int]], Iterator[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Table:
    """`numbers` are the columns that hold amounts; `ids` of the plan are read `batch` at a time."""

    name: str
    title: str
    columns: tuple[str, ...]
    ids: Callable[[Plan], Sequence[int]]
    rows: Rows
    numbers: frozenset[str] = frozenset()
    batch: int = 500
    workbook: bool = True

    @property
    def csv(self) -> str:
        return f"bang/{self.name}.csv"

    @property
    def xlsx(self) -> str:
        return f"bang/{self.name}.xlsx"


def day(when: date | None) -> str:
    return f"{when:%d/%m/%Y}" if when else ""


def yes(said: object) -> str:
    return "có" if said else "không"


def piece_folders(plan: Plan, titles: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Where the copy of each piece lies: numbered in the order of the pack, named by its title."""
    place = {pk: number for number, pk in enumerate(plan.pieces, start=1)}
    return {pk: f"bai/{place[pk]:05d}-{plain_name(title)[:50].strip('-')}" for pk, title in titles if pk in place}


def part_of(table: Table, context: Context, ids: Sequence[int]) -> tuple[bytes, int]:
    """CSV of one batch of rows, without headings; how many they are."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    count = 0
    for row in table.rows(context, ids):
        writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in row])
        count += 1
    return out.getvalue().encode(), count


def whole_csv(table: Table, parts: Iterable[Path]) -> Iterator[bytes]:
    """The table with its headings, as programs and spreadsheets read it."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(table.columns)
    yield b"\xef\xbb\xbf" + out.getvalue().encode()
    for part in parts:
        yield part.read_bytes()


def write_workbook(table: Table, parts: Iterable[Path], out: Path, *, made: datetime) -> None:
    """The same rows as a workbook: text typed as text, amounts as numbers. Memory does not grow with rows."""
    places = {place for place, heading in enumerate(table.columns) if heading in table.numbers}
    with xlsxwriter.Workbook(str(out), _BOOK) as book:
        book.set_properties({"title": table.title, "created": made.replace(tzinfo=None)})
        sheet = book.add_worksheet(table.title[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0"})
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(table.columns):
            sheet.set_column(place, place, max(12, min(40, len(heading) + 6)))
            sheet.write_string(0, place, heading, bold)
        for line, row in enumerate(_read(parts), start=1):
            if line > MOST_ROWS:
                break
            for place, cell in enumerate(row):
                if place in places and cell:
                    sheet.write_number(line, place, int(cell), number)
                elif cell:
                    sheet.write_string(line, place, cell.removeprefix("'"), text)


def _read(parts: Iterable[Path]) -> Iterator[list[str]]:
    for part in parts:
        with part.open(encoding="utf-8", newline="") as source:
            yield from csv.reader(source)
