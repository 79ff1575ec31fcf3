"""The one reader of tables that people upload (xlsx, xls, ods, csv), and the writer of those that they take away.

What comes from outside is bounded before it is read: bytes, what a packed file unpacks to, rows, columns; workbooks
are opened by a process of their own (`spreadsheet_child`), with a limit of memory and time.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from contributors.errors import DomainError
from contributors.names import search_key

MEGABYTE = 1024 * 1024
MOST_BYTES = 5 * MEGABYTE
MOST_UNPACKED = 64 * MEGABYTE
MOST_MEMBERS = 500
MOST_COLUMNS = 100
MOST_LETTERS = 2000  # of a cell; a longer one is cut, and no column of ours is as wide
LEAD_ROWS = 30  # titles and letterheads may stand above the headings

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the old binary workbook, and every encrypted new one
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NESTED = (".zip", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".7z", ".rar", ".gz")
DELIMITERS = (",", ";", "\t", "|")
NOT_TEXT = frozenset(range(32)) - {9, 10, 13, 26} | {127}

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take the text of a csv for a formula

CHILD = Path(__file__).with_name("spreadsheet_child.py")
CHILD_MEMORY = 640 * MEGABYTE
CHILD_SECONDS = 20
CHILD_UNREADABLE = 3


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: `number` as the sheet shows it, 1-based; `cells` by our keys, "" where there is none."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below the headings that are not empty; `missing` in our first spelling, `unknown` as written in the sheet.

    `missing_keys` are our keys of `missing`, in the same order. `found`: our keys to the headings as written.
    """

    rows: list[TableRow]
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing_keys: list[str] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)

    def require(self, *keys: str) -> None:
        """Raise `headings_missing` with the names of those of `keys` that the sheet does not have."""
        lacking = [name for key, name in zip(self.missing_keys, self.missing, strict=True) if key in keys]
        if lacking:
            raise DomainError("headings_missing", field="file", headings=", ".join(f"“{name}”" for name in lacking))


def read_table(
    *, content: bytes, file_name: str, columns: Mapping[str, Sequence[str]], most_rows: int = 20_000
) -> Table:
    """The first visible sheet. `columns` maps our keys to the headings that people write for them.

    Headings are compared without tone marks, case and spaces; they may stand below a title. Cells are text, NFC,
    stripped; whole numbers without fraction, dates as ISO, zeros at the front kept where the cell is text; of merged
    cells the first has the text, of a formula its last result is read. Raises `spreadsheet_too_large`,
    `not_a_spreadsheet`, `spreadsheet_encrypted`, `spreadsheet_unpacks_too_large`, `too_many_rows`,
    `too_many_columns`, `headings_missing` (only where not one heading is known; see `Table.require`).
    """
    if len(content) > MOST_BYTES:
        raise DomainError("spreadsheet_too_large", field="file", limit=MOST_BYTES // MEGABYTE)
    wanted = {_heading_key(heading): key for key, headings in columns.items() for heading in headings}
    if content.startswith(ZIP):
        _check_zip(content)
        lines = _workbook_lines(content, most_rows)
    elif content.startswith(COMPOUND):
        if ENCRYPTED in content:
            raise DomainError("spreadsheet_encrypted", field="file")
        lines = _workbook_lines(content, most_rows)
    else:
        lines = _text_lines(_text(content, file_name), wanted)
    return _table(lines, columns, wanted, most_rows)


def _heading_key(heading: str) -> str:
    return "".join(char for char in search_key(heading) if char.isalnum())


def _check_zip(content: bytes) -> None:
    """Every member unpacked once, counted and thrown away; nothing of it is kept. Neither size is believed alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            members = pack.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise DomainError("spreadsheet_unpacks_too_large", field="file")
            unpacked = 0
            for member in members:
                if member.flag_bits & 1:
                    raise DomainError("spreadsheet_encrypted", field="file")
                if member.filename.lower().endswith(NESTED):
                    raise DomainError("not_a_spreadsheet", field="file")
                if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    raise DomainError("not_a_spreadsheet", field="file")
                unpacked += _unpacked_size(pack, member, MOST_UNPACKED - unpacked)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError):
        raise DomainError("not_a_spreadsheet", field="file") from None


def _unpacked_size(pack: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> int:
    size = 0
    with pack.open(member) as inside:
        while chunk := inside.read(MEGABYTE):
            if size == 0 and chunk.startswith(ZIP):
                raise DomainError("not_a_spreadsheet", field="file")
            size += len(chunk)
            if size > room:
                raise DomainError("spreadsheet_unpacks_too_large", field="file")
    return size


def _workbook_lines(content: bytes, most_rows: int) -> Iterator[tuple[int, list[str]]]:
    """Rows from the child. Its own end tells why it stopped: a limit that it met, or nothing that it could read."""
    limits = (CHILD_MEMORY, CHILD_SECONDS, most_rows + LEAD_ROWS + 1, MOST_COLUMNS + 1)
    with subprocess.Popen(  # noqa: S603 - our own program, no shell, numbers as arguments
        [sys.executable, "-I", str(CHILD), *map(str, limits)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            _give(child, content)
            for line in child.stdout or ():
                number, cells = json.loads(line)
                yield number, cells
            child.wait()
        finally:
            child.kill()  # no harm once it has ended; ends it where the reader has had enough
    if child.returncode == CHILD_UNREADABLE:
        raise DomainError("not_a_spreadsheet", field="file")
    if child.returncode != 0:
        raise DomainError("spreadsheet_unpacks_too_large", field="file")


def _give(child: subprocess.Popen[bytes], content: bytes) -> None:
    if child.stdin is None:
        return
    try:
        child.stdin.write(content)
        child.stdin.close()
    except BrokenPipeError:  # it ended already; its return code says why
        pass


def _text(content: bytes, file_name: str) -> str:
    """UTF-16 and UTF-8 by their marks, UTF-8 where it is valid, else the Vietnamese code page of old Windows."""
    if not file_name.lower().endswith((".csv", ".txt", ".tsv")) or not content.strip():
        raise DomainError("not_a_spreadsheet", field="file")
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1258"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(char) in NOT_TEXT for char in text):
            return unicodedata.normalize("NFC", text)
        break
    raise DomainError("not_a_spreadsheet", field="file")


def _text_lines(text: str, wanted: Mapping[str, str]) -> Iterator[tuple[int, list[str]]]:
    """By the delimiter under which most headings are found."""
    head = "\n".join(text.splitlines()[:LEAD_ROWS])
    found = {
        delimiter: max((len(_known(cells, wanted)) for _, cells in _split(head, delimiter)), default=0)
        for delimiter in DELIMITERS
    }
    return _split(text, max(DELIMITERS, key=found.__getitem__))


def _split(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error:  # a cell larger than any text of ours
        raise DomainError("not_a_spreadsheet", field="file") from None


def _known(cells: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int]:
    """Our keys to the column in which each first stands."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        key = wanted.get(_heading_key(cell[:MOST_LETTERS]))
        if key is not None:
            places.setdefault(key, place)
    return places


def _table(
    lines: Iterator[tuple[int, list[str]]],
    columns: Mapping[str, Sequence[str]],
    wanted: Mapping[str, str],
    most_rows: int,
) -> Table:
    ahead: list[tuple[int, list[str]]] = []
    for line in lines:
        ahead.append(line)
        if len(ahead) == LEAD_ROWS or len(_known(line[1], wanted)) == len(columns):
            break
    best = max(range(len(ahead)), key=lambda nth: len(_known(ahead[nth][1], wanted)), default=None)
    places = _known(ahead[best][1], wanted) if best is not None else {}
    if best is None or not places:
        names = ", ".join(f"“{headings[0]}”" for headings in columns.values())
        raise DomainError("headings_missing", field="file", headings=names)
    headings = [_clean(cell) for cell in ahead[best][1]]
    if len(_without_tail(headings)) > MOST_COLUMNS:
        raise DomainError("too_many_columns", field="file", limit=MOST_COLUMNS)
    rows: list[TableRow] = []
    for part in (ahead[best + 1 :], lines):
        for number, cells in part:
            row = {
                key: _clean(cells[places[key]]) if places.get(key, len(cells)) < len(cells) else "" for key in columns
            }
            if not any(row.values()):
                continue
            if len(rows) == most_rows:
                raise DomainError("too_many_rows", field="file", limit=most_rows)
            rows.append(TableRow(number, row))
    lacking = [key for key in columns if key not in places]
    taken = set(places.values())
    return Table(
        rows=rows,
        missing=[columns[key][0] for key in lacking],
        unknown=[name for place, name in enumerate(headings) if name and place not in taken],
        missing_keys=lacking,
        found={key: headings[place] for key, place in places.items()},
    )


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell[:MOST_LETTERS]).replace("\xa0", " ").strip()


def _without_tail(headings: list[str]) -> list[str]:
    while headings and not headings[-1]:
        headings = headings[:-1]
    return headings


def write_table(
    headings: Sequence[str], rows: Iterable[Sequence[str | int | Decimal | date | None]], sheet_name: str
) -> bytes:
    """A workbook of one sheet. Text stays text whatever it begins with (=, +, 0…); memory does not grow with rows."""
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(sheet_name[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.set_column(column, column, max(12, min(40, len(heading) + 4)), text)
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value, text)
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write_number(number, column, value)
    return out.getvalue()


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str | int | Decimal | date | None]]) -> bytes:
    """With a mark of its encoding, so that Excel reads Vietnamese letters; text that looks like a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_csv_cell(cell) for cell in headings])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(cell: str | int | Decimal | date | None) -> str | int | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
