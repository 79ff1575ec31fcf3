"""Tờ trình đề nghị bố trí kinh phí: what a commune signs and sends before it can pay. An editable .docx.

Laid out by Nghị định 30/2020/NĐ-CP, Phụ lục I: margins, motto, issuing body, number, place and date, kind and summary,
signature block, Nơi nhận, page numbers from page 2. Pure: a frozen sheet in, bytes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from docx.shared import Mm, Pt

from contributors.papers.heads import Letterhead, Signer
from contributors.papers.printable import LONG_NUMBER
from payments.papers import frozen_json
from payments.papers.docx_official import TABLE, OfficialDocx, sentence_name
from payments.papers.frozen_json import SheetError
from payments.papers.words import says

FUNDING_PROPOSAL_TEMPLATE = 1


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


class _Proposal(OfficialDocx):
    """One document being written, from the top down."""

    def __init__(self, sheet: FundingProposalSheet) -> None:
        super().__init__(f"Tờ trình {sheet.summary}", sheet.letterhead.issuing_body)
        self.sheet = sheet

    def written(self) -> bytes:
        sheet = self.sheet
        self.head(sheet.letterhead, sheet.number_label, sheet.dated)
        self.kind(
            "TỜ TRÌNH",
            f"Về việc {sheet.summary}",
            data_mark=sheet.data_mark,
            addressee=f"Kính gửi: {sheet.recipient}",
        )
        self._grounds()
        self._figures()
        self._asking()
        self.foot(sheet.signer, sheet.copies)
        return self.packed()

    def _grounds(self) -> None:
        sheet = self.sheet
        self.grounds(sheet.grounds)
        self.body(
            f"{sentence_name(sheet.letterhead.issuing_body)} đề nghị bố trí kinh phí chi trả nhuận bút, thù lao cho "
            f"tin, bài, ảnh đăng trên {sheet.portal_name} như sau:"
        )

    def _figures(self) -> None:
        sheet = self.sheet
        self.body("1. Kết quả hoạt động", bold=True)
        photos = f" và {_dotted(sheet.photos)} ảnh" if sheet.photos else ""
        self.body(f"Trong kỳ {sheet.period}, trang đã đăng {_dotted(sheet.pieces)} tin, bài{photos}.")
        self.body("2. Nhu cầu kinh phí của kỳ", bold=True)
        self.body(f"Tính theo {sheet.rates}, nhuận bút, thù lao của kỳ này là {_span(sheet.low, sheet.high)}, gồm:")
        self._table()
        if sheet.low != sheet.high:
            self.body(
                f"Có hai mức vì {_dotted(sheet.open_pieces)} tin, bài chưa chấm hệ số: mức thấp là khi đều chấm thấp "
                "nhất trong khung, mức cao là khi đều chấm cao nhất."
            )
        self.body("3. Kinh phí một năm", bold=True)
        self.body(f"Dự kiến một năm cần {_span(sheet.year_low, sheet.year_high)}. {sheet.assumption}")

    def _table(self) -> None:
        sheet = self.sheet
        spans = sheet.low != sheet.high
        names = ("STT", "Thể loại", "Số tin, bài", *(("Thấp nhất", "Cao nhất") if spans else ("Thành tiền",)))
        widths = (Mm(13), Mm(62), Mm(26), Mm(32), Mm(32)) if spans else (Mm(13), Mm(82), Mm(30), Mm(40))
        self.paragraph("Đơn vị tính: đồng", italic=True, size=TABLE, right=True, after=Pt(2))
        rows = [
            (str(place), row.name, _dotted(row.pieces) if row.pieces else "", *_amounts(row.low, row.high, spans=spans))
            for place, row in enumerate(sheet.genres, start=1)
        ]
        rows.append(("", "Cộng", _dotted(sheet.pieces), *_amounts(sheet.low, sheet.high, spans=spans)))
        self.ruled(names, rows, widths)

    def _asking(self) -> None:
        sheet = self.sheet
        self.body("4. Đề nghị", bold=True)
        self.body(
            f"Đề nghị bố trí {_dotted(sheet.asked)} đồng trong dự toán năm {sheet.asked_year} "
            f"(Bằng chữ: {sheet.asked_in_words})."
        )
        self.body(f"Nguồn kinh phí: {sheet.source.rstrip(' .')}.")
        self.body(f"Kính đề nghị {sheet.recipient} xem xét, quyết định./.")


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _span(low: int, high: int) -> str:
    if low == high:
        return f"{_dotted(low)} đồng"
    return f"từ {_dotted(low)} đồng đến {_dotted(high)} đồng"


def _amounts(low: int, high: int, *, spans: bool) -> tuple[str, ...]:
    return (_dotted(low), _dotted(high)) if spans else (_dotted(high),)
