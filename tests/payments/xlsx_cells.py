"""A workbook's cells as they lie in the file: type, value, formula, number format; by sheet and address."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Cell:
    kind: str
    value: str
    formula: str
    format: str


def cells_of(content: bytes) -> dict[str, dict[str, Cell]]:
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        shared = (
            ["".join(text.text or "" for text in item.iter(f"{S}t")) for item in _root(pack, "xl/sharedStrings.xml")]
            if "xl/sharedStrings.xml" in pack.namelist()
            else []
        )
        styles = _root(pack, "xl/styles.xml")
        custom = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{S}numFmt")}
        formats = [
            custom.get(xf.get("numFmtId"), {"49": "@", "3": "#,##0"}.get(xf.get("numFmtId"), ""))
            for xf in styles.find(f"{S}cellXfs")
        ]
        names = [sheet.get("name") for sheet in _root(pack, "xl/workbook.xml").iter(f"{S}sheet")]
        return {
            name: {
                cell.get("r"): _cell(cell, shared, formats)
                for cell in _root(pack, f"xl/worksheets/sheet{number}.xml").iter(f"{S}c")
            }
            for number, name in enumerate(names, start=1)
        }


def _root(pack: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(pack.read(name))  # noqa: S314 - made by the product itself


def _cell(cell: ET.Element, shared: list[str], formats: list[str]) -> Cell:
    kind, value = cell.get("t", "n"), cell.findtext(f"{S}v", "")
    if kind == "s":
        value = shared[int(value)]
    elif kind == "inlineStr":
        kind, value = "s", "".join(text.text or "" for text in cell.iter(f"{S}t"))
    return Cell(kind, value, cell.findtext(f"{S}f", ""), formats[int(cell.get("s", "0"))])
