"""Tờ trình đề nghị bố trí kinh phí: what a commune signs and sends before it can pay. An editable .docx.

Laid out by Nghị định 30/2020/NĐ-CP, Phụ lục I: margins, motto, issuing body, number, place and date, kind and summary,
signature block, Nơi nhận, page numbers from page 2. Pure: a frozen sheet in, bytes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Self

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph

from contributors.papers.heads import Letterhead, Signer
from contributors.papers.printable import LONG_NUMBER
from payments.papers import frozen_json
from payments.papers.docx_layout import (
    BODY,
    blank_a4,
    drop_first,
    grid,
    keep_whole,
    line_in,
    repeat_heading,
    rule_under,
    say,
)
from payments.papers.frozen_json import SheetError
from payments.papers.words import says

FUNDING_PROPOSAL_TEMPLATE = 1
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO_LINE = "Độc lập - Tự do - Hạnh phúc"
TEXT_WIDTH = Mm(165)
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
NONE = Pt(0)
SMALL = Pt(13)
TABLE = Pt(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalGenre:
    """A row of the table, in đồng at the lowest and the highest scores."""

    name: str
    pieces: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingProposalSheet:
    """Everything that the proposal prints. It checks itself: sums, words, and no personal number in any text.

    `dated` None leaves the day open, `number_label` may end in blanks: both are filled in by the office.
    """

    letterhead: Letterhead
    number_label: str
    dated: date | None
    summary: str
    recipient: str
    grounds: tuple[str, ...]
    portal_name: str
    period: str
    pieces: int
    photos: int
    open_pieces: int
    rates: str
    genres: tuple[ProposalGenre, ...]
    low: int
    high: int
    year_low: int
    year_high: int
    assumption: str
    asked_year: int
    asked: int
    asked_in_words: str
    source: str
    signer: Signer
    copies: tuple[str, ...]
    data_mark: str = ""
    template_version: int = FUNDING_PROPOSAL_TEMPLATE

    def __post_init__(self) -> None:
        if (self.low, self.high) != (sum(row.low for row in self.genres), sum(row.high for row in self.genres)):
            raise SheetError("the genres do not add up to the total")
        if not says(self.asked_in_words, self.asked):
            raise SheetError("the amount in words says another amount")
        if not (0 <= self.low <= self.high and 0 <= self.year_low <= self.year_high and self.asked > 0):
            raise SheetError("a proposal asks for something, and its lowest figure is not above its highest")
        texts = (self.summary, self.recipient, self.source, self.rates, *self.grounds, *self.copies)
        if any(LONG_NUMBER.search(text) for text in texts):
            raise SheetError("a proposal names no personal number")

    def to_json(self) -> str:
        return frozen_json.dump(self)

    @classmethod
    def from_json(cls, frozen: str | Mapping[str, Any]) -> Self:
        return frozen_json.load(cls, frozen)


def funding_proposal(sheet: FundingProposalSheet) -> bytes:
    """The .docx. Raises SheetError for a template that is no longer known."""
    if sheet.template_version != FUNDING_PROPOSAL_TEMPLATE:
        raise SheetError(f"no template of version {sheet.template_version}")
    return _Proposal(sheet).written()


class _Proposal:
    """One document being written, from the top down."""

    def __init__(self, sheet: FundingProposalSheet) -> None:
        self.sheet = sheet
        self.file = blank_a4(f"Tờ trình {sheet.summary}", sheet.letterhead.issuing_body)

    def written(self) -> bytes:
        self._head()
        self._kind()
        self._grounds()
        self._figures()
        self._asking()
        self._foot()
        out = BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _head(self) -> None:
        head = self.sheet.letterhead
        # The motto stays on one line also in faces wider than Times.
        table = grid(self.file, (Mm(64), Mm(101)))
        left, right = table.rows[0].cells
        bodies = [(head.superior_body, False)] if head.superior_body else []
        for text, bold in [*bodies, (head.issuing_body, True)]:
            line_in(left, text, size=SMALL, bold=bold, center=True)
        rule_under(line_in(left, "", size=Pt(2)), side=Mm(22))
        line_in(left, self.sheet.number_label, size=SMALL, center=True)
        line_in(right, MOTTO, size=Pt(12.5), bold=True, center=True)
        line_in(right, MOTTO_LINE, size=BODY, bold=True, center=True)
        rule_under(line_in(right, "", size=Pt(2)), side=Mm(20))
        line_in(right, f"{head.place}, {written_day(self.sheet.dated)}", size=BODY, italic=True, center=True)
        for cell in (left, right):
            drop_first(cell)

    def _kind(self) -> None:
        sheet = self.sheet
        if sheet.data_mark:
            self._paragraph(f"({sheet.data_mark})", center=True, italic=True, before=Pt(6))
        self._paragraph("TỜ TRÌNH", center=True, bold=True, before=Pt(14), after=Pt(0))
        self._paragraph(f"Về việc {sheet.summary}", center=True, bold=True, after=Pt(0))
        rule_under(self._paragraph("", after=Pt(10), size=Pt(2)), side=Mm(58))
        self._paragraph(f"Kính gửi: {sheet.recipient}", center=True, after=Pt(10))

    def _grounds(self) -> None:
        sheet = self.sheet
        for place, ground in enumerate(sheet.grounds, start=1):
            start = "" if ground.lower().startswith("căn cứ") else "Căn cứ "
            end = "." if place == len(sheet.grounds) else ";"
            self._body(f"{start}{ground.rstrip(' .;')}{end}", italic=True)
        self._body(
            f"{_sentence_name(sheet.letterhead.issuing_body)} đề nghị bố trí kinh phí chi trả nhuận bút, thù lao cho "
            f"tin, bài, ảnh đăng trên {sheet.portal_name} như sau:"
        )

    def _figures(self) -> None:
        sheet = self.sheet
        self._body("1. Kết quả hoạt động", bold=True)
        photos = f" và {_dotted(sheet.photos)} ảnh" if sheet.photos else ""
        self._body(f"Trong kỳ {sheet.period}, trang đã đăng {_dotted(sheet.pieces)} tin, bài{photos}.")
        self._body("2. Nhu cầu kinh phí của kỳ", bold=True)
        self._body(f"Tính theo {sheet.rates}, nhuận bút, thù lao của kỳ này là {_span(sheet.low, sheet.high)}, gồm:")
        self._table()
        if sheet.low != sheet.high:
            self._body(
                f"Có hai mức vì {_dotted(sheet.open_pieces)} tin, bài chưa chấm hệ số: mức thấp là khi đều chấm thấp "
                "nhất trong khung, mức cao là khi đều chấm cao nhất."
            )
        self._body("3. Kinh phí một năm", bold=True)
        self._body(f"Dự kiến một năm cần {_span(sheet.year_low, sheet.year_high)}. {sheet.assumption}")

    def _table(self) -> None:
        sheet = self.sheet
        spans = sheet.low != sheet.high
        names = ("STT", "Thể loại", "Số tin, bài", *(("Thấp nhất", "Cao nhất") if spans else ("Thành tiền",)))
        widths = (Mm(13), Mm(62), Mm(26), Mm(32), Mm(32)) if spans else (Mm(13), Mm(82), Mm(30), Mm(40))
        self._paragraph("Đơn vị tính: đồng", italic=True, size=TABLE, right=True, after=Pt(2))
        rows = [
            (str(place), row.name, _dotted(row.pieces) if row.pieces else "", *_amounts(row.low, row.high, spans=spans))
            for place, row in enumerate(sheet.genres, start=1)
        ]
        rows.append(("", "Cộng", _dotted(sheet.pieces), *_amounts(sheet.low, sheet.high, spans=spans)))
        table = grid(self.file, widths, rows=len(rows) + 1, ruled=True)
        for texts, cells in zip([names, *rows], (row.cells for row in table.rows), strict=True):
            heading = texts is names
            for column, (text, cell) in enumerate(zip(texts, cells, strict=True)):
                place = WD_ALIGN_PARAGRAPH.CENTER if heading or column == 0 else WD_ALIGN_PARAGRAPH.RIGHT
                if column == 1 and not heading:
                    place = WD_ALIGN_PARAGRAPH.LEFT
                paragraph = line_in(cell, text, size=TABLE, bold=heading or texts is rows[-1])
                paragraph.alignment = place
                drop_first(cell)
        repeat_heading(table)
        self._paragraph("", size=Pt(4), after=Pt(2))

    def _asking(self) -> None:
        sheet = self.sheet
        self._body("4. Đề nghị", bold=True)
        self._body(
            f"Đề nghị bố trí {_dotted(sheet.asked)} đồng trong dự toán năm {sheet.asked_year} "
            f"(Bằng chữ: {sheet.asked_in_words})."
        )
        self._body(f"Nguồn kinh phí: {sheet.source.rstrip(' .')}.")
        self._body(f"Kính đề nghị {sheet.recipient} xem xét, quyết định./.")

    def _foot(self) -> None:
        sheet = self.sheet
        self._paragraph("", size=Pt(4), after=Pt(4))
        table = grid(self.file, (Mm(80), Mm(85)))
        left, right = table.rows[0].cells
        line_in(left, "Nơi nhận:", size=Pt(12), bold=True, italic=True)
        for text in sheet.copies:
            line_in(left, f"- {text.strip(' .;-')};", size=Pt(11))
        line_in(left, "- Lưu: VT.", size=Pt(11))
        if sheet.signer.authority:
            line_in(right, sheet.signer.authority.upper(), size=BODY, bold=True, center=True)
        line_in(right, sheet.signer.title.upper(), size=BODY, bold=True, center=True)
        for _row in range(4):
            line_in(right, "", size=BODY)
        line_in(right, sheet.signer.name, size=BODY, bold=True, center=True)
        for cell in (left, right):
            drop_first(cell)
        keep_whole(table)

    def _body(self, text: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
        paragraph = self._paragraph(text, bold=bold, italic=italic, after=Pt(6))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)
        paragraph.paragraph_format.keep_with_next = bold
        return paragraph

    def _paragraph(
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


def written_day(day: date | None) -> str:
    """In words, “ngày 05 tháng 02 năm 2026”; open places where the day is not known yet."""
    if day is None:
        return "ngày … tháng … năm …"
    shown = f"{day.day:02d}" if day.day < LATE_DAYS else str(day.day)
    month = f"{day.month:02d}" if day.month < LATE_MONTHS else str(day.month)
    return f"ngày {shown} tháng {month} năm {day.year}"


def _sentence_name(body: str) -> str:
    """How “ỦY BAN NHÂN DÂN XÃ TÂN AN” stands inside a sentence: “Ủy ban nhân dân xã Tân An”."""
    if not body.isupper():
        return body
    general, name = "", body.lower()
    while found := next((kind for kind in KINDS_OF_BODY if name.startswith(f"{kind} ")), None):
        general, name = f"{general}{found} ", name.removeprefix(f"{found} ")
    eased = f"{general}{name.title()}"
    return eased[:1].upper() + eased[1:]


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _span(low: int, high: int) -> str:
    if low == high:
        return f"{_dotted(low)} đồng"
    return f"từ {_dotted(low)} đồng đến {_dotted(high)} đồng"


def _amounts(low: int, high: int, *, spans: bool) -> tuple[str, ...]:
    return (_dotted(low), _dotted(high)) if spans else (_dotted(high),)
