"""What a workbook hides from someone who reads only its values: formulas and merged cells, by their addresses.

Read as a stream from a file that `contributors.spreadsheets` has already bounded; a document type (the door to
entities) is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from contributors.errors import DomainError

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
HEAD_ROWS = 60  # headings stand in these


@dataclass(frozen=True, slots=True)
class Merged:
    """A block of cells shown as one."""

    columns: tuple[int, int]
    rows: tuple[int, int]
    address: str


@dataclass(slots=True)
class Marks:
    """Of the first visible sheet: formulas as (row, column), merged blocks, texts of the first rows by place."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)


def marks_of(content: bytes) -> Marks:
    """Of an xlsx workbook; of a text file there are none. Raises `not_a_spreadsheet`."""
    if not content.startswith(b"PK\x03\x04"):
        return Marks()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            return _read(pack)
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, ET.ParseError, OSError):
        raise DomainError("not_a_spreadsheet", field="file") from None


def column_name(column: int) -> str:
    """1 is A, 27 is AA."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def _read(pack: zipfile.ZipFile) -> Marks:
    marks = Marks()
    shared: dict[int, list[tuple[int, int]]] = {}
    for _event, element in _events(pack, _first_sheet(pack)):
        if element.tag == f"{SHEET}c":
            place = _place(element.get("r", ""))
            if place is not None:
                _look(element, place, marks, shared)
            element.clear()
        elif element.tag == f"{SHEET}mergeCell":
            _merge(element.get("ref", ""), marks)
        elif element.tag == f"{SHEET}row":
            element.clear()
    _lay_shared(pack, shared, marks)
    return marks


def _look(element: ET.Element, place: tuple[int, int], marks: Marks, shared: dict[int, list[tuple[int, int]]]) -> None:
    if element.find(f"{SHEET}f") is not None:
        marks.formulas.append(place)
    if place[0] > HEAD_ROWS:
        return
    value = element.findtext(f"{SHEET}v", "")
    if element.get("t") == "s" and value.isdigit():
        shared.setdefault(int(value), []).append(place)
    elif element.get("t") == "inlineStr":
        marks.texts[place] = "".join(element.itertext())
    else:
        marks.texts[place] = value


def _lay_shared(pack: zipfile.ZipFile, shared: dict[int, list[tuple[int, int]]], marks: Marks) -> None:
    """Texts that several cells share stand in a part of their own."""
    if not shared:
        return
    number = 0
    for _event, element in _events(pack, "xl/sharedStrings.xml"):
        if element.tag == f"{SHEET}si":
            for place in shared.get(number, ()):
                marks.texts[place] = "".join(text.text or "" for text in element.iter(f"{SHEET}t"))
            number += 1
            element.clear()


def _merge(reference: str, marks: Marks) -> None:
    first, _, last = reference.partition(":")
    start, end = _place(first), _place(last or first)
    if start and end:
        marks.merged.append(Merged((start[1], end[1]), (start[0], end[0]), reference))


def _place(address: str) -> tuple[int, int] | None:
    found = ADDRESS.fullmatch(address)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _first_sheet(pack: zipfile.ZipFile) -> str:
    """The part of the first visible sheet."""
    sheets = [element for _, element in _events(pack, "xl/workbook.xml") if element.tag == f"{SHEET}sheet"]
    shown = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible"][0]  # noqa: RUF015 - IndexError
    targets = {
        element.get("Id"): element.get("Target", "") for _, element in _events(pack, "xl/_rels/workbook.xml.rels")
    }
    target = targets[shown.get(LINK)]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _events(pack: zipfile.ZipFile, name: str) -> Iterator[tuple[str, ET.Element]]:
    """Elements as they end. The parser fetches nothing and bounds what entities unfold to; a head that declares some
    is refused at once.
    """
    with pack.open(name) as part:
        head = part.read(4096)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise ValueError(name)
    with pack.open(name) as part:
        yield from ET.iterparse(part, events=("end",))  # noqa: S314 - no entities, and of bounded size
