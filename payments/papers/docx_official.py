"""An official paper as an editable .docx by Nghị định 30/2020/NĐ-CP: head, kind and summary, text, signature, Nơi nhận.

The file's bytes depend on what is written and nothing else.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph

from contributors.papers.heads import Letterhead, Signer
from payments.papers.docx_layout import (
    BODY,
    blank_a4,
    drop_first,
    grid,
    keep_whole,
    keep_with_next,
    line_in,
    repeat_heading,
    rule_under,
    say,
)

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO_LINE = "Độc lập - Tự do - Hạnh phúc"
LATE_MONTHS = 3  # months from March on are written without a zero; days from the tenth on
LATE_DAYS = 10
# The words before the name of a body, which are no names themselves.
KINDS_OF_BODY = (
    *(
        "ủy ban nhân dân",
        "uỷ ban nhân dân",
        "hội đồng nhân dân",
        "văn phòng",
        "trung tâm",
        "phòng",
        "sở",
        "ban biên tập",
    ),
    *("xã", "phường", "thị trấn", "đặc khu", "huyện", "thị xã", "quận", "thành phố", "tỉnh"),
)
# A place's name stays on one line with the word before it: “ỦY BAN NHÂN DÂN” / “XÃ TÂN THÀNH”.
PLACE_AT_END = re.compile(r"(?<= )(?:xã|phường|đặc khu|tỉnh|thành phố) .{1,16}$", re.IGNORECASE)
NO_BREAK = "\N{NO-BREAK SPACE}"
NONE = Pt(0)
RULE_GAP = Pt(3)
MOTTO_SIDE = Mm(16.5)  # leaves the motto's own width to the rule under it
SMALL = Pt(13)
TABLE = Pt(12)
CELL_GAP = Pt(1)
_PACKED = (1980, 1, 1, 0, 0, 0)


class OfficialDocx:
    """One document being written, from the top down."""

    def __init__(self, title: str, issuing_body: str) -> None:
        self.file = blank_a4(title, issuing_body)

    def packed(self) -> bytes:
        """The file; its parts bear one fixed time, so that the same text gives the same bytes."""
        loose, out = BytesIO(), BytesIO()
        self.file.save(loose)
        with zipfile.ZipFile(loose) as written, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in written.namelist():
                inside = zipfile.ZipInfo(name, _PACKED)
                inside.compress_type = zipfile.ZIP_DEFLATED
                inside.external_attr = 0o600 << 16
                archive.writestr(inside, written.read(name))
        return out.getvalue()

    def head(self, head: Letterhead, number_label: str, dated: date | None) -> None:
        """Bodies and number at the left, motto, place and day at the right."""
        # The motto stays on one line also in faces wider than Times.
        table = grid(self.file, (Mm(64), Mm(101)))
        left, right = table.rows[0].cells
        bodies = [(head.superior_body, False)] if head.superior_body else []
        for text, bold in [*bodies, (head.issuing_body, True)]:
            line_in(left, _with_whole_place(text), size=SMALL, bold=bold, center=True)
        rule_under(line_in(left, "", size=Pt(2)), side=Mm(22), after=RULE_GAP)
        line_in(left, number_label, size=SMALL, center=True)
        line_in(right, MOTTO, size=Pt(12.5), bold=True, center=True)
        line_in(right, MOTTO_LINE, size=BODY, bold=True, center=True)
        rule_under(line_in(right, "", size=Pt(2)), side=MOTTO_SIDE, after=RULE_GAP)
        line_in(right, f"{head.place}, {written_day(dated)}", size=BODY, italic=True, center=True)
        for cell in (left, right):
            drop_first(cell)

    def kind(self, kind: str, summary: str, *, data_mark: str = "", addressee: str = "") -> None:
        """What it is, what about, and to whom."""
        if data_mark:
            self.paragraph(f"({data_mark})", center=True, italic=True, before=Pt(6))
        self.paragraph(kind, center=True, bold=True, before=Pt(14), after=Pt(0))
        self.paragraph(summary, center=True, bold=True, after=Pt(0))
        rule_under(self.paragraph("", after=Pt(10), size=Pt(2)), side=Mm(58))
        if addressee:
            self.paragraph(addressee, center=True, after=Pt(10))

    def grounds(self, grounds: Sequence[str], *, last: str = ".") -> None:
        """Legal grounds in italics, each beginning with "Căn cứ"."""
        for place, ground in enumerate(grounds, start=1):
            start = "" if ground.lower().startswith(("căn cứ", "theo đề nghị")) else "Căn cứ "
            end = last if place == len(grounds) else ";"
            self.body(f"{start}{ground.rstrip(' .;')}{end}", italic=True)

    def ruled(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: tuple[Length, ...],
        *,
        total: bool = True,
    ) -> None:
        """A table with a heading row and (`total`) a bold last one; first column centred, second left, others right.

        What announces it, its headings and its first row stay on one page; so do the total and the row above it.
        """
        self._keep_last()
        table = grid(self.file, widths, rows=len(rows) + 1, ruled=True)
        for texts, cells in zip([names, *rows], (row.cells for row in table.rows), strict=True):
            heading = texts is names
            for column, (text, cell) in enumerate(zip(texts, cells, strict=True)):
                place = WD_ALIGN_PARAGRAPH.CENTER if heading or column == 0 else WD_ALIGN_PARAGRAPH.RIGHT
                if column == 1 and not heading:
                    place = WD_ALIGN_PARAGRAPH.LEFT
                paragraph = line_in(cell, text, size=TABLE, bold=heading or (total and texts is rows[-1]))
                paragraph.alignment = place
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = CELL_GAP
                drop_first(cell)
        repeat_heading(table)
        keep_with_next(table, [0, len(rows) - 1] if total else [0])
        self.spacer(Pt(8))

    def foot(self, signer: Signer, copies: Iterable[str]) -> None:
        """Nơi nhận at the left, the signature at the right; never on a page without the end of the text."""
        self._keep_last()
        self.spacer(Pt(10)).paragraph_format.keep_with_next = True
        table = grid(self.file, (Mm(80), Mm(85)))
        left, right = table.rows[0].cells
        line_in(left, "Nơi nhận:", size=Pt(12), bold=True, italic=True)
        for text in copies:
            line_in(left, f"- {text.strip(' .;-')};", size=Pt(11))
        line_in(left, "- Lưu: VT.", size=Pt(11))
        if signer.authority:
            line_in(right, signer.authority.upper(), size=BODY, bold=True, center=True)
        line_in(right, signer.title.upper(), size=BODY, bold=True, center=True)
        for _row in range(4):
            line_in(right, "", size=BODY)
        line_in(right, signer.name, size=BODY, bold=True, center=True)
        for cell in (left, right):
            drop_first(cell)
        keep_whole(table)

    def article(self, text: str) -> Paragraph:
        """“Điều 1. …”: its name is bold."""
        name, dot, said = text.partition(". ")
        paragraph = self.body(f"{name}{dot}")
        paragraph.runs[0].bold = True
        say(paragraph, said, size=BODY)
        return paragraph

    def chapter(self, name: str, title: str) -> None:
        """Two centred lines that never stand alone at the end of a page."""
        for text, before, after in ((name, Pt(8), NONE), (title, NONE, Pt(6))):
            line = self.paragraph(text, center=True, bold=True, before=before, after=after)
            line.paragraph_format.keep_with_next = True

    def body(self, text: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
        paragraph = self.paragraph(text, bold=bold, italic=italic, after=Pt(6))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)
        paragraph.paragraph_format.keep_with_next = bold
        return paragraph

    def paragraph(
        self,
        text: str,
        *,
        size: Length = BODY,
        bold: bool = False,
        italic: bool = False,
        center: bool = False,
        right: bool = False,
        before: Length = NONE,
        after: Length = NONE,
    ) -> Paragraph:
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.space_before = before
        paragraph.paragraph_format.space_after = after
        say(paragraph, text, size=size, bold=bold, italic=italic)
        if center or right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if center else WD_ALIGN_PARAGRAPH.RIGHT
        return paragraph

    def spacer(self, height: Length) -> Paragraph:
        """An empty line of exactly this height."""
        paragraph = self.paragraph("")
        paragraph.paragraph_format.line_spacing = height
        return paragraph

    def _keep_last(self) -> None:
        if last := self.file.paragraphs[-1:]:
            last[0].paragraph_format.keep_with_next = True


def _with_whole_place(body: str) -> str:
    return PLACE_AT_END.sub(lambda place: place[0].replace(" ", NO_BREAK), body)


def written_day(day: date | None) -> str:
    """In words, “ngày 05 tháng 02 năm 2026”; open places where the day is not known yet."""
    if day is None:
        return "ngày … tháng … năm …"
    shown = f"{day.day:02d}" if day.day < LATE_DAYS else str(day.day)
    month = f"{day.month:02d}" if day.month < LATE_MONTHS else str(day.month)
    return f"ngày {shown} tháng {month} năm {day.year}"


def sentence_name(body: str) -> str:
    """How “ỦY BAN NHÂN DÂN XÃ TÂN AN” stands inside a sentence: “Ủy ban nhân dân xã Tân An”."""
    if not body.isupper():
        return body
    general, name = "", body.lower()
    while found := next((kind for kind in KINDS_OF_BODY if name.startswith(f"{kind} ")), None):
        general, name = f"{general}{found} ", name.removeprefix(f"{found} ")
    eased = f"{general}{name.title()}"
    return eased[:1].upper() + eased[1:]
