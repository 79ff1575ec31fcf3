"""A report as a PDF to print and sign: the blocks of the .docx, in the faces of our papers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from reportlab.lib.units import mm

from contributors.charts import BarChart
from contributors.papers.fonts import Face, Faces, load_faces
from contributors.papers.layout import marks
from contributors.papers.layout.closing import signatures_block
from contributors.papers.layout.colour import GREEN, GREY, LIGHT, box, coloured
from contributors.papers.layout.flow import Block, paginate
from contributors.papers.layout.letterhead import letterhead_block
from contributors.papers.layout.lines import broken
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.paragraph import gap, heading
from contributors.papers.layout.table import Align, Column, Grid
from payments.papers.ledger import BOTTOM_MARGIN, LEFT, RIGHT_MARGIN, TOP
from payments.papers.prose import header_block, paragraph, row_block
from payments.papers.report_blocks import Drawn, Part, Report, Said, Table

RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN
MIDDLE = (LEFT + RIGHT) / 2
SIZE, TITLE, SMALL, IN_TABLE = 13.0, 14.0, 11.0, 11.0
INDENT = 10 * mm
CHART_WIDTH = 150 * mm
COPIES = 11.0
COPIES_WIDTH = MIDDLE - LEFT - 12


def report_pdf(report: Report, *, faces: Faces | None = None) -> bytes:
    """Pages with their numbers; the figures are those of the .docx."""
    faces = faces or load_faces()
    file = PaperFile(
        size=A4_PORTRAIT,
        faces=faces,
        title=f"Báo cáo {report.summary}",
        author=report.letterhead.issuing_body,
        dated=report.dated,
    )
    pages = paginate(_blocks(report, faces), top=TOP, bottom=A4_PORTRAIT[1] - BOTTOM_MARGIN, header=gap(0))
    for number, placed in enumerate(pages, start=1):
        page = file.page()
        for one in placed:
            one.block.draw(page, one.top)
        marks.draw_around(page, number, report.data_mark, faces=faces, right=RIGHT)
        file.add(page)
    return file.data()


def _blocks(report: Report, faces: Faces) -> Iterator[Block]:
    yield letterhead_block(report.letterhead, report.number_label, report.dated, faces=faces, left=LEFT, right=RIGHT)
    yield gap(14)
    yield from heading("BÁO CÁO", faces.bold, TITLE, left=LEFT, right=RIGHT)
    yield from heading(report.summary, faces.bold, SIZE, left=LEFT, right=RIGHT)
    yield gap(10)
    if report.addressee:
        yield from heading(f"Kính gửi: {report.addressee}", faces.regular, SIZE, left=LEFT, right=RIGHT)
        yield gap(8)
    for ground in report.grounds:
        start = "" if ground.lower().startswith(("căn cứ", "theo đề nghị")) else "Căn cứ "
        yield from _text(f"{start}{ground.rstrip(' .;')};", faces.italic)
    yield from _text(report.opening, faces.regular)
    for block in report.blocks:
        if isinstance(block, Part):
            yield gap(6, keep=True)
            yield from _text(block.text, faces.bold, keep=True)
        elif isinstance(block, Said):
            yield from _text(f"- {block.text}" if block.listed else block.text, faces.regular)
        elif isinstance(block, Table):
            yield from _table(block, faces)
        else:
            yield from _drawn(block, faces)
    yield from _text(report.closing, faces.regular, keep=True)
    yield gap(12, keep=True)
    yield from _end(report, faces)


def _text(text: str, face: Face, *, keep: bool = False) -> Iterator[Block]:
    """A paragraph drawn in a little; what follows its first line begins at the margin's own place."""
    lines = list(paragraph(text, face, SIZE, left=LEFT + INDENT / 2, right=RIGHT))
    last = len(lines) - 1
    for place, line in enumerate(lines):
        # No single line of a paragraph at the foot or the head of a page.
        yield replace(line, keep=keep or (last > 0 and place in {0, last - 1}))


def _table(table: Table, faces: Faces) -> Iterator[Block]:
    yield gap(4, keep=True)
    yield from heading(table.caption, faces.italic, SMALL, left=LEFT, right=RIGHT)
    yield gap(3, keep=True)
    count = len(table.names) - 1
    figures = 26 * mm if count > 1 else 36 * mm
    number = 13 * mm
    name = RIGHT - LEFT - number - figures * count
    grid = Grid(
        (
            Column("STT", number, Align.CENTRE),
            Column(table.names[0], name, Align.LEFT),
            *(Column(title, figures, Align.RIGHT) for title in table.names[1:]),
        ),
        LEFT,
    )
    head = header_block(grid, faces=faces, size=IN_TABLE)
    last = len(table.rows)
    for place, row in enumerate(table.rows, start=1):
        total = table.total and place == last
        texts = ("" if total else str(place), *row)
        face = faces.bold if total else faces.regular
        block = row_block(grid, texts, face, IN_TABLE, keep=table.total and place == last - 1)
        yield replace(block, header=head)
    yield gap(8)


def _drawn(drawn: Drawn, faces: Faces) -> Iterator[Block]:
    scale = CHART_WIDTH / drawn.chart.width
    yield Block(
        drawn.chart.height * scale, partial(_draw_chart, chart=drawn.chart, scale=scale, faces=faces), keep=True
    )
    yield from heading(drawn.caption, faces.italic, SMALL, left=LEFT, right=RIGHT)
    yield gap(8)


def _draw_chart(page: Page, top: float, *, chart: BarChart, scale: float, faces: Faces) -> None:
    left = MIDDLE - CHART_WIDTH / 2
    face = faces.regular
    for bar in chart.bars:
        with coloured(page, LIGHT if bar.silent else GREEN):
            box(page, left + bar.x * scale, top + bar.y * scale, bar.width * scale, bar.height * scale)
        if chart.with_figures:
            centre = left + bar.middle * scale
            figure = face.font.set(f"{bar.value:,}".replace(",", "."))
            page.text_centred(centre, top + (bar.y - 3) * scale, figure, face, 9.5)
    with coloured(page, GREY):
        write = {"first": page.text, "middle": page.text_centred, "last": page.text_right}
        for tick in chart.ticks:
            foot = top + (chart.height - 4) * scale
            write[tick.anchor](left + tick.x * scale, foot, face.font.set(tick.label), face, 9.0)
    page.horizontal(left, left + CHART_WIDTH, top + chart.line * scale)


def _end(report: Report, faces: Faces) -> Iterator[Block]:
    """Nơi nhận at the left, the signature at the right, on one page."""
    signing = signatures_block([report.signer], faces=faces, left=MIDDLE, right=RIGHT)
    font = faces.regular.font
    copies = [line for text in _copies(report.copies) for line in broken(text, font, COPIES, COPIES_WIDTH)]
    height = max(signing.height, COPIES * 1.35 * (len(copies) + 1))

    def draw(page: Page, top: float) -> None:
        signing.draw(page, top)
        title = faces.bold_italic.font.set("Nơi nhận:")
        page.text(LEFT, top + COPIES, title, faces.bold_italic, COPIES)
        for place, line in enumerate(copies, start=1):
            page.text(LEFT, top + COPIES + place * COPIES * 1.35, line, faces.regular, COPIES)

    yield Block(height, draw)


def _copies(copies: Sequence[str]) -> list[str]:
    return [*(f"- {text.strip(' .;-')};" for text in copies), "- Lưu: VT."]
