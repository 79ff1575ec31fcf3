"""Drafts that an office edits and signs itself: the decision on spending of a run, and the internal spending rules.

Editable .docx by Nghị định 30/2020/NĐ-CP, not numbered by us. What only the office knows is left open with dots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from docx.shared import Mm, Pt

from contributors.papers.heads import Letterhead, Signer
from contributors.papers.printable import LONG_NUMBER
from payments.papers.docx_official import OfficialDocx, sentence_name
from payments.papers.frozen_json import SheetError
from payments.papers.words import says

OPEN_DECISION = "Số: ……/QĐ-UBND"
DRAFT_MARK = "DỰ THẢO"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    """Quyết định chi of a run. Sums in đồng; `units` are (name, people, net) and add up to the run."""

    letterhead: Letterhead
    portal_name: str
    grounds: tuple[str, ...]
    run_label: str
    period: str
    people: int
    works: int
    gross: int
    gross_in_words: str
    tax: int
    net: int
    fund: str
    payment_list: str
    payment_date: date
    units: tuple[tuple[str, int, int], ...]
    signer: Signer
    copies: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.gross - self.tax != self.net or not says(self.gross_in_words, self.gross):
            raise SheetError("the decision's sums or words contradict each other")
        if (sum(row[1] for row in self.units), sum(row[2] for row in self.units)) != (self.people, self.net):
            raise SheetError("the units do not add up to the run")
        _no_numbers((self.run_label, self.fund, *self.grounds, *self.copies))


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One line of the table of rates: what it is for and how much, in words and figures."""

    name: str
    rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesDraft:
    """Quy chế chi nhuận bút of a portal, from its schedule in force. `unit_value` in words, `rounding` in đồng."""

    letterhead: Letterhead
    portal_name: str
    grounds: tuple[str, ...]
    schedule: str
    unit_value: str
    rates: tuple[RateRow, ...]
    helpers: tuple[RateRow, ...]
    rounding: int
    tax_words: tuple[str, ...]
    deadline_words: str
    signer: Signer
    copies: tuple[str, ...]

    def __post_init__(self) -> None:
        _no_numbers((self.schedule, *self.grounds, *self.copies))


def decision_docx(draft: DecisionDraft) -> bytes:
    """The decision as a .docx."""
    paper = OfficialDocx(f"Quyết định chi nhuận bút {draft.run_label}", draft.letterhead.issuing_body)
    body = sentence_name(draft.letterhead.issuing_body)
    paper.head(draft.letterhead, OPEN_DECISION, None)
    paper.kind("QUYẾT ĐỊNH", f"Về việc chi trả nhuận bút, thù lao {_run(draft.run_label)}", data_mark=DRAFT_MARK)
    paper.paragraph(_who_decides(draft.signer, draft.letterhead), center=True, bold=True, after=Pt(12))
    paper.grounds((*draft.grounds, f"Căn cứ {draft.payment_list};", "Theo đề nghị của Trưởng ban biên tập và kế toán"))
    deciding = paper.paragraph("QUYẾT ĐỊNH:", center=True, bold=True, before=Pt(6), after=Pt(6))
    deciding.paragraph_format.keep_with_next = True
    paper.article(
        f"Điều 1. Chi {_dong(draft.gross)} đồng (Bằng chữ: {draft.gross_in_words}) trả nhuận bút, thù lao cho "
        f"{draft.people} người có {draft.works} khoản được tính trên {draft.portal_name}, {_run(draft.run_label)} "
        f"({draft.period}); trong đó khấu trừ thuế thu nhập cá nhân {_dong(draft.tax)} đồng, thực chi cho người nhận "
        f"{_dong(draft.net)} đồng. Chi tiết từng người theo {draft.payment_list}."
    )
    rows = [(str(place), name, f"{people}", _dong(net)) for place, (name, people, net) in enumerate(draft.units, 1)]
    rows.append(("", "Cộng", str(draft.people), _dong(draft.net)))
    paper.ruled(("STT", "Đơn vị của người nhận", "Số người", "Thực lĩnh"), rows, (Mm(13), Mm(82), Mm(30), Mm(40)))
    paper.article(f"Điều 2. Nguồn kinh phí: {draft.fund}. Ngày chi: {draft.payment_date:%d/%m/%Y}.")
    paper.article(
        "Điều 3. Kế toán, Ban biên tập và những người có tên trong bảng kê chịu trách nhiệm thi hành Quyết định này; "
        f"{body} thực hiện công khai theo quy định. Quyết định có hiệu lực từ ngày ký./."
    )
    paper.foot(draft.signer, draft.copies)
    return paper.packed()


def rules_docx(draft: RulesDraft) -> bytes:
    """The internal rules as a .docx."""
    paper = OfficialDocx("Quy chế chi trả nhuận bút", draft.letterhead.issuing_body)
    paper.head(draft.letterhead, OPEN_DECISION, None)
    paper.kind(
        "QUY CHẾ", f"Chi trả nhuận bút, thù lao cho tin, bài, ảnh đăng trên {draft.portal_name}", data_mark=DRAFT_MARK
    )
    with_decision = f"(Ban hành kèm theo Quyết định {OPEN_DECISION[:1].lower()}{OPEN_DECISION[1:]})"
    paper.paragraph(with_decision, center=True, italic=True, after=Pt(10))
    paper.grounds(draft.grounds, last=";")
    paper.body(f"Căn cứ {draft.schedule}.", italic=True)
    paper.chapter("Chương I", "QUY ĐỊNH CHUNG")
    for text in _general(draft):
        paper.article(text)
    paper.chapter("Chương II", "MỨC CHI")
    paper.article(f"Điều 3. Giá trị đơn vị hệ số: {draft.unit_value}.")
    paper.article("Điều 4. Khung nhuận bút theo thể loại:")
    _table(paper, draft.rates)
    if draft.helpers:
        paper.article("Điều 5. Thù lao cho người tham gia khác:")
        _table(paper, draft.helpers)
    else:
        paper.article("Điều 5. Không chi thù lao cho vai trò nào ngoài tác giả và người chụp ảnh.")
    paper.article(f"Điều 6. Số tiền của mỗi khoản làm tròn đến {_dong(draft.rounding)} đồng.")
    paper.chapter("Chương III", "TRÌNH TỰ CHI")
    for text in _procedure(draft):
        paper.article(text)
    paper.foot(draft.signer, draft.copies)
    return paper.packed()


def _general(draft: RulesDraft) -> Sequence[str]:
    scope = (
        "Điều 1. Quy chế này quy định mức chi và trình tự chi nhuận bút, thù lao cho tin, bài, ảnh, video đăng trên "
        f"{draft.portal_name}. Tin, bài sao chép nguyên văn từ nơi khác không được tính, trừ khi quy định mức chi "
        "nói khác."
    )
    apart = (
        "Điều 2. Người duyệt hoặc chấm điểm một tác phẩm không đồng thời là tác giả hoặc người chụp ảnh của tác "
        "phẩm đó; người lập bảng tính không đồng thời xác nhận hoặc duyệt chi."
    )
    return scope, apart


def _procedure(draft: RulesDraft) -> Sequence[str]:
    period = (
        "Điều 7. Mỗi kỳ, kế toán chốt danh sách tác phẩm đã đăng và tính tiền; cộng tác viên xem khoản của mình và "
        "báo sai sót; Trưởng ban biên tập xác nhận danh sách tác phẩm; thủ trưởng đơn vị duyệt chi."
    )
    paying = (
        "Điều 8. Kế toán phát hành phiếu thanh toán và bảng kê, chuyển khoản theo danh sách người thụ hưởng hoặc "
        f"phát tiền mặt có ký nhận. {draft.deadline_words}"
    )
    tax = f"Điều 9. Thuế thu nhập cá nhân khấu trừ theo ngày chi: {'; '.join(draft.tax_words)}."
    wrong = (
        "Điều 10. Khoản tính sai được điều chỉnh bằng một khoản mới ở kỳ sau, có lý do và có người thứ hai xác "
        "nhận; phiếu đã phát hành không sửa, không huỷ."
    )
    force = (
        "Điều 11. Quy chế có hiệu lực từ ngày ký; Ban biên tập, kế toán và các bộ phận liên quan chịu trách nhiệm "
        "thi hành./."
    )
    return period, paying, tax, wrong, force


def _table(paper: OfficialDocx, rows: Sequence[RateRow]) -> None:
    texts = [(str(place), row.name, row.rate) for place, row in enumerate(rows, start=1)]
    paper.ruled(("STT", "Nội dung", "Mức"), texts, (Mm(13), Mm(92), Mm(60)), total=False)


def _who_decides(signer: Signer, head: Letterhead) -> str:
    """“CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ …”: who signs decides."""
    return f"{signer.title.upper() or '……'} {head.issuing_body.upper()}".strip()


def _run(label: str) -> str:
    return f"kỳ “{label}”"


def _no_numbers(texts: Sequence[str]) -> None:
    if any(LONG_NUMBER.search(text) for text in texts):
        raise SheetError("a draft names no personal number")


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
