"""Bảng tổng hợp: the same money by fund, by unit, by genre and by role; each way of counting proves the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from contributors.papers.layout.table import Align, Column, Grid, dong
from payments.papers.frozen_json import SheetError
from payments.papers.ledger import (
    BOTTOM_MARGIN,
    LEFT,
    RIGHT_MARGIN,
    TOP,
    Heads,
    begun_page,
    closing,
    finish_page,
    opening,
    paper_of,
)
from payments.papers.prose import band_block, header_block, row_block
from payments.papers.run_sheet import RunSheet, WorkRow, check_template

TITLE = "BẢNG TỔNG HỢP NHUẬN BÚT"
BREAKDOWNS = (
    ("fund", "I. Theo nguồn kinh phí"),
    ("unit", "II. Theo đơn vị của người nhận"),
    ("genre", "III. Theo thể loại"),
    ("role", "IV. Theo vai trò"),
)
NOT_SAID = "Không ghi"
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN
_SIZE = 10.5
_GRID = Grid(
    (
        Column("STT", 12 * mm, Align.CENTRE),
        Column("Nội dung", 95 * mm, Align.LEFT),
        Column("Số khoản", 22 * mm, Align.RIGHT),
        Column("Thành tiền", 36 * mm, Align.RIGHT),
    ),
    LEFT,
)


@dataclass(slots=True)
class Part:
    """One row of a breakdown: so many lines, so many đồng."""

    works: int = 0
    amount: int = 0


@dataclass(slots=True)
class Summary:
    """The breakdowns by name, each with its rows in order; and what all lines come to."""

    parts: dict[str, dict[str, Part]] = field(default_factory=dict)
    works: int = 0
    amount: int = 0


def summed(sheet: RunSheet, rows: Iterable[WorkRow]) -> Summary:
    """Count every line four times. `SheetError` unless lines and amounts are the sheet's, in each breakdown."""
    parts: Mapping[str, dict[str, Part]] = {name: defaultdict(Part) for name, _ in BREAKDOWNS}
    found = Summary()
    for row in rows:
        found.works += 1
        found.amount += row.amount
        for name, key in (("fund", sheet.fund), ("unit", row.unit), ("genre", row.genre), ("role", row.role)):
            part = parts[name][key.strip() or NOT_SAID]
            part.works += 1
            part.amount += row.amount
    if (found.works, found.amount) != (sheet.works, sheet.line_total):
        raise SheetError(
            f"lines, amount are {(found.works, found.amount)}, the sheet says {sheet.works, sheet.line_total}"
        )
    for name, _ in BREAKDOWNS:
        found.parts[name] = dict(sorted(parts[name].items(), key=lambda item: (item[0] == NOT_SAID, item[0])))
    return found


def render_summary(sheet: RunSheet, rows: Iterable[WorkRow], *, faces: Faces | None = None) -> bytes:
    """The PDF. Only sums are kept while the rows stream."""
    faces = faces or load_faces()
    return paper_of(
        sheet, "Bảng tổng hợp nhuận bút", faces=faces, add=lambda file: add_summary(file, sheet, rows, faces=faces)
    )


def add_summary(file: PaperFile, sheet: RunSheet, rows: Iterable[WorkRow], *, faces: Faces) -> int:
    """Its pages at the end of a file; returns how many."""
    check_template(sheet)
    found = summed(sheet, rows)
    header = header_block(_GRID, faces=faces, size=_SIZE)
    pages = paginate(_blocks(sheet, found, faces), top=TOP, bottom=A4_PORTRAIT[1] - BOTTOM_MARGIN, header=header)
    for number, placed in enumerate(pages, start=1):
        page = begun_page(file, sheet, number, faces=faces, size=A4_PORTRAIT)
        for one in placed:
            one.block.draw(page, one.top)
        finish_page(file, page, sheet, number, faces=faces)
    return len(pages)


def _blocks(sheet: RunSheet, found: Summary, faces: Faces) -> Iterator[Block]:
    heads = Heads(title=TITLE, subtitles=(sheet.run_label, sheet.period))
    yield from opening(sheet, heads, faces=faces, right=_RIGHT)
    regular, bold = faces.regular, faces.bold
    for name, title in BREAKDOWNS:
        yield band_block(_GRID, title, bold, _SIZE)
        for place, (label, part) in enumerate(found.parts[name].items(), start=1):
            yield row_block(_GRID, (str(place), label, dong(part.works), dong(part.amount)), regular, _SIZE)
        yield row_block(_GRID, ("", "Cộng", dong(found.works), dong(found.amount)), bold, _SIZE)
    yield band_block(_GRID, "V. Từ tiền nhuận bút đến số thực chi", bold, _SIZE)
    steps = (
        ("Tiền nhuận bút, thù lao", sheet.line_total),
        ("Kỳ trước chuyển sang", sheet.carried_in),
        ("Chuyển sang kỳ sau", -sheet.carried_out),
        ("Cộng phải chi", sheet.gross),
        ("Thuế thu nhập cá nhân khấu trừ", -sheet.tax),
        ("Thực chi cho người nhận", sheet.net),
    )
    for place, (label, amount) in enumerate(steps, start=1):
        face = bold if amount in {sheet.gross, sheet.net} and label.startswith(("Cộng", "Thực")) else regular
        yield row_block(_GRID, (str(place), label, "", dong(amount)), face, _SIZE, keep=True)
    yield from closing(
        sheet,
        (("Đối chiếu:", proof(sheet, found)),),
        paper="bảng",
        signers=sheet.signers,
        faces=faces,
        right=_RIGHT,
        words=("Thực chi bằng chữ:", sheet.net_in_words),
    )


def proof(sheet: RunSheet, found: Summary) -> str:
    """In words: the four breakdowns are equal, and how the sum leads to what is paid."""
    totals = {sum(part.amount for part in rows.values()) for rows in found.parts.values()}
    if totals - {found.amount} and found.works:
        raise SheetError("the breakdowns differ")
    return (
        f"bốn cách cộng đều bằng {dong(found.amount)} đồng ({dong(found.works)} khoản); "
        f"{dong(sheet.line_total)} + {dong(sheet.carried_in)} − {dong(sheet.carried_out)} − {dong(sheet.tax)} = "
        f"{dong(sheet.net)} đồng."
    )
