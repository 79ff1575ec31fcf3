"""What LibreOffice makes of a file of ours: its text, its tables, its pages, its cells."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import Element

import font_source_serif_pro  # type: ignore[import-untyped]
import pytest
from defusedxml.ElementTree import fromstring

SECONDS = 120
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAWN = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Sums are counted anew when a workbook is opened; as it comes, the program believes what the file says of them.
COUNTS_ANEW = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
# Papers ask for a face that not every machine has; all are set in that of our PDFs, which has every Vietnamese letter
# and is wider than what offices use. A program that takes letters from a second face writes them in no order.
FACES = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{faces}</dir><cachedir>{cache}</cachedir>
<selectfont><rejectfont><glob>*.otf</glob></rejectfont></selectfont></fontconfig>
"""


def office_path() -> str | None:
    """SOFFICE from the environment, or the first one on the path."""
    return os.environ.get("SOFFICE") or shutil.which("soffice") or shutil.which("libreoffice")


# Where a letter is drawn as its base and its mark, a PDF of LibreOffice says in `ActualText` which letter it is. Of the
# readers at hand only poppler's looks there.
READER = "pdftotext"
needs_office = pytest.mark.skipif(
    office_path() is None or shutil.which(READER) is None,
    reason="no LibreOffice or no pdftotext (poppler-utils): set SOFFICE to the path of the first",
)


@dataclass(frozen=True)
class Cell:
    """`kind` is string, float or date; `value` a text, a number or a day; `shown` is what a person sees."""

    kind: str
    value: str | float | date
    shown: str
    formula: str


def converted(content: bytes, form: str, folder: Path, *, suffix: str) -> bytes:
    """The file in another form, by a program that has never run before: its profile is the test's own."""
    profile = folder / "profile"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user/registrymodifications.xcu").write_text(COUNTS_ANEW, encoding="utf-8")
        faces = FACES.format(faces=font_source_serif_pro.font_directory, cache=folder / "faces")
        (folder / "fonts.conf").write_text(faces, encoding="utf-8")
    source = folder / f"paper.{suffix}"
    source.write_bytes(content)
    made = folder / f"paper.{form}"
    made.unlink(missing_ok=True)
    done = subprocess.run(
        [
            *(office_path(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form),
            *("--outdir", str(folder), str(source)),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")},
    )
    assert made.exists(), f"{done.stdout}\n{done.stderr}"
    return made.read_bytes()


def pages_of(content: bytes, folder: Path) -> list[str]:
    """The text of each page of a .docx as LibreOffice prints it."""
    (folder / "printed.pdf").write_bytes(converted(content, "pdf", folder, suffix="docx"))
    done = subprocess.run(
        [READER, "-raw", "printed.pdf", "-"], cwd=folder, capture_output=True, text=True, check=True, timeout=SECONDS
    )
    return done.stdout.split("\f")[:-1]


def document_of(content: bytes, folder: Path) -> list[str | list[list[str]]]:
    """A .docx from the top down: a paragraph is a text, a table its rows; empty paragraphs are left out."""
    body = _body(converted(content, "fodt", folder, suffix="docx"), "text")
    found: list[str | list[list[str]]] = []
    for element in body:
        if element.tag in {f"{TEXT}p", f"{TEXT}h"}:
            if said := _words(element):
                found.append(said)
        elif element.tag == f"{TABLE}table":
            found.append([[_lines(cell) for cell in _cells(row)] for row in element.iter(f"{TABLE}table-row")])
    return found


def heads_of(content: bytes, folder: Path) -> list[list[str]]:
    """The rows that LibreOffice repeats on each page, by table; only of those that have any."""
    body = _body(converted(content, "fodt", folder, suffix="docx"), "text")
    return [[_lines(cell) for row in head for cell in _cells(row)] for head in body.iter(f"{TABLE}table-header-rows")]


def workbook_of(content: bytes, folder: Path) -> dict[str, dict[tuple[int, int], Cell]]:
    """Each sheet's cells that hold anything, by (row, column) from 0."""
    body = _body(converted(content, "fods", folder, suffix="xlsx"), "spreadsheet")
    return {sheet.get(f"{TABLE}name", ""): dict(_placed(sheet)) for sheet in body.iter(f"{TABLE}table")}


def _placed(sheet: Element) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Cells and rows that are as their neighbours are written once, with how often they stand there."""
    row_place = 0
    for row in sheet.iter(f"{TABLE}table-row"):
        rows = int(row.get(f"{TABLE}number-rows-repeated", "1"))
        column = 0
        for cell in _cells(row):
            columns = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            if kind := cell.get(f"{OFFICE}value-type"):
                places = product(range(row_place, row_place + rows), range(column, column + columns))
                yield from ((place, _cell(cell, kind)) for place in places)
            column += columns
        row_place += rows


def _cell(cell: Element, kind: str) -> Cell:
    shown = _lines(cell)
    value: str | float | date = shown
    if kind == "date":
        value = date.fromisoformat(cell.get(f"{OFFICE}date-value", "")[:10])
    elif kind != "string":
        value = float(cell.get(f"{OFFICE}value", "nan"))
    return Cell(kind, value, shown, cell.get(f"{TABLE}formula", ""))


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}]


def _body(flat: bytes, kind: str) -> Element:
    found = fromstring(flat).find(f"{OFFICE}body/{OFFICE}{kind}")
    assert found is not None
    return found


def _lines(cell: Element) -> str:
    """The paragraphs of a cell, one a line, without the empty ones."""
    return "\n".join(filter(None, (_words(each) for each in cell.iter(f"{TEXT}p"))))


def _words(element: Element) -> str:
    """The text with its blanks, which this format writes as elements where there are several."""
    return "".join(_parts(element)).replace("\N{NO-BREAK SPACE}", " ")


def _parts(element: Element) -> Iterator[str]:
    signs = {f"{TEXT}s": " " * int(element.get(f"{TEXT}c", "1")), f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
    yield signs.get(element.tag, "")
    yield element.text or ""
    for child in element:
        if not child.tag.startswith(DRAWN):
            yield from _parts(child)
        yield child.tail or ""
