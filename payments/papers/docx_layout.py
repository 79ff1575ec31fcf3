"""The layout of an editable paper by Nghị định 30/2020/NĐ-CP, Phụ lục I: page, font, tables, lines of a .docx."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
# A4 with the margins that the decree allows: 20 above and below, 30 at the binding, 15 at the right.
PAGE = (Mm(210), Mm(297))
MARGINS = {"top_margin": Mm(20), "bottom_margin": Mm(20), "left_margin": Mm(30), "right_margin": Mm(15)}
BODY = Pt(14)


def blank_a4(title: str, author: str) -> DocumentType:
    """An empty A4 with the font everywhere, and the page number centred at the top from page 2."""
    file = Document()
    file.core_properties.title = title
    file.core_properties.author = author
    file.core_properties.comments = ""
    file.core_properties.language = "vi-VN"
    # The library's own template says when it was made; a paper says nothing that it does not know.
    file.core_properties.created = file.core_properties.modified = datetime(2020, 3, 5)  # noqa: DTZ001
    style = file.styles["Normal"]
    style.font.name = FONT
    style.font.size = BODY
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(kind), FONT)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.1
    section = file.sections[0]
    section.page_width, section.page_height = PAGE
    for name, value in MARGINS.items():
        setattr(section, name, value)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page_field(number, "PAGE")
    return file


def page_field(paragraph: Paragraph, name: str) -> None:
    run = paragraph.add_run()
    run.font.size = BODY
    for kind in ("begin", "", "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = name
        run._r.append(part)  # noqa: SLF001 - the library has no word for fields


def grid(file: DocumentType, widths: tuple[Length, ...], *, rows: int = 1, ruled: bool = False) -> Table:
    """A table of fixed widths; without rules it only places things beside each other."""
    table: Table = file.add_table(rows=rows, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    if ruled:
        table.style = "Table Grid"
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # cells alone do not do for every office suite
        for cell in column.cells:
            cell.width = width
    return table


def line_in(
    cell: _Cell, text: str, *, size: Length, bold: bool = False, italic: bool = False, center: bool = False
) -> Paragraph:
    paragraph: Paragraph = cell.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.0
    say(paragraph, text, size=size, bold=bold, italic=italic)
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def say(paragraph: Paragraph, text: str, *, size: Length, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size = size
    run.bold, run.italic = bold, italic


def drop_first(cell: _Cell) -> None:
    """A cell is born with an empty paragraph."""
    first = cell.paragraphs[0]
    if not first.text and len(cell.paragraphs) > 1:
        first._p.getparent().remove(first._p)  # noqa: SLF001 - as above


def rule_under(paragraph: Paragraph, *, side: Length, after: Length | None = None) -> None:
    """A thin line under an empty paragraph, drawn in by `side` at both ends, `after` above what follows."""
    if after is not None:
        paragraph.paragraph_format.space_after = after
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Emu(side)
    paragraph.paragraph_format.line_spacing = Pt(4)  # the empty paragraph takes no line of its own
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001


def repeat_heading(table: Table) -> None:
    """The heading row stands again on each page, and no row breaks."""
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001
        for name in ("w:tblHeader", "w:cantSplit") if place == 0 else ("w:cantSplit",):
            properties.append(OxmlElement(name))


def keep_with_next(table: Table, places: Iterable[int]) -> None:
    """These rows stand on the same page as the row below each."""
    for place in places:
        for cell in table.rows[place].cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def keep_whole(table: Table) -> None:
    """A signature never stands alone on a page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
