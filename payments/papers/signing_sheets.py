"""Danh sách ký nhận: who of each unit gets how much in cash or by transfer, with a place to sign, one unit a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.heads import Signer
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from contributors.papers.layout.table import Align, Column, dong
from payments.papers.ledger import RIGHT_MARGIN, Heads, Ledger, Row, Shape, closing, paper_of
from payments.papers.run_sheet import PersonRow, RunSheet, check_people, check_template
from payments.papers.words import in_words

TITLE = "DANH SÁCH KÝ NHẬN NHUẬN BÚT"
NO_UNIT = "Chưa ghi đơn vị"
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN
_ROOM_TO_SIGN = 30.0
_COLUMNS = (
    Column("STT", 10 * mm, Align.CENTRE),
    Column("Họ và tên", 50 * mm, Align.LEFT),
    Column("Phiếu số", 17 * mm, Align.CENTRE),
    Column("Nhuận bút", 23 * mm, Align.RIGHT),
    Column("Thuế TNCN", 20 * mm, Align.RIGHT),
    Column("Thực lĩnh", 23 * mm, Align.RIGHT),
    Column("Ký nhận", 22 * mm, Align.CENTRE),
)
_SHAPE = Shape(_COLUMNS, (3, 4, 5), tall=_ROOM_TO_SIGN)


def render_signing_sheets(sheet: RunSheet, rows: Iterable[PersonRow], *, faces: Faces | None = None) -> bytes:
    """All units in one file, each beginning on a page of its own. `SheetError` unless everybody is in it."""
    faces = faces or load_faces()
    return paper_of(
        sheet,
        "Danh sách ký nhận nhuận bút",
        faces=faces,
        add=lambda file: add_signing_sheets(file, sheet, rows, faces=faces),
    )


def add_signing_sheets(file: PaperFile, sheet: RunSheet, rows: Iterable[PersonRow], *, faces: Faces) -> int:
    """Their pages at the end of a file; returns how many. Units in the order of their names, people as numbered."""
    check_template(sheet)
    people = sorted(rows, key=lambda row: (not row.unit, row.unit))  # stable: by number within a unit
    check_people(sheet, people)
    if not people:
        return _add_unit(file, replace(sheet, signers=()), NO_UNIT, [], faces)
    return sum(
        _add_unit(file, sheet, unit or NO_UNIT, list(group), faces)
        for unit, group in groupby(people, key=lambda row: row.unit)
    )


def _add_unit(file: PaperFile, sheet: RunSheet, unit: str, people: list[PersonRow], faces: Faces) -> int:
    ledger = Ledger(
        file,
        sheet,
        heads=Heads(title=TITLE, subtitles=(unit, f"{sheet.run_label} – {sheet.period}")),
        shape=_SHAPE,
        faces=faces,
    )
    for place, row in enumerate(people, start=1):
        amounts = (row.amount, row.tax, row.net)
        ledger.take(Row((str(place), row.name, str(row.number or "…"), *map(dong, amounts), ""), amounts))
    net = sum(row.net for row in people)
    signers = (
        Signer(title="ĐẠI DIỆN ĐƠN VỊ", name=""),
        Signer(title="NGƯỜI PHÁT TIỀN", name=""),
        *sheet.signers[:1],
    )
    blocks = closing(
        sheet,
        (("Gồm:", f"{len(people)} người."),),
        paper="danh sách",
        signers=signers,
        faces=faces,
        right=_RIGHT,
        words=("Thực lĩnh bằng chữ:", in_words(net)),
    )
    sums = (sum(row.amount for row in people), sum(row.tax for row in people), net)
    return ledger.close(blocks, stated=sums)
