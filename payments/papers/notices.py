"""Thông báo chi trả: one page a person, with nobody else's name or amount on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.layout.flow import Block
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from contributors.papers.layout.paragraph import gap, labelled
from contributors.papers.layout.table import dong
from payments.papers.ledger import BODY_SIZE, LEFT, RIGHT_MARGIN, Heads, add_text_paper, closing, opening, paper_of
from payments.papers.prose import paragraph
from payments.papers.run_sheet import PersonRow, RunSheet, check_people, check_template
from payments.papers.words import in_words

_Frame = tuple[list[Block], list[Block]]
TITLE = "THÔNG BÁO"
SUBJECT = "Về việc chi trả nhuận bút, thù lao"
_HOW_PAID = (
    "Người đã đăng ký tài khoản được chuyển khoản vào tài khoản đã đăng ký; người chưa có tài khoản nhận tiền mặt tại "
    "cơ quan, mang theo căn cước."
)
_IF_WRONG = (
    "Thấy chưa đúng, xin báo kế toán của cơ quan trước ngày chi. Không ai được yêu cầu ông/bà nộp tiền, đọc mật khẩu "
    "hoặc mã xác nhận để nhận nhuận bút./."
)
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN


def render_notices(sheet: RunSheet, rows: Iterable[PersonRow], *, faces: Faces | None = None) -> bytes:
    """One page for each person, in the order of the statements' numbers. `SheetError` unless all are in it."""
    faces = faces or load_faces()
    return paper_of(
        sheet, "Thông báo chi trả nhuận bút", faces=faces, add=lambda file: add_notices(file, sheet, rows, faces=faces)
    )


def render_notice(sheet: RunSheet, row: PersonRow, *, faces: Faces | None = None) -> bytes:
    """One person's page alone, for them."""
    check_template(sheet)
    faces = faces or load_faces()
    return paper_of(
        sheet,
        "Thông báo chi trả nhuận bút",
        faces=faces,
        add=lambda file: _add_one(file, sheet, row, faces, _frame(sheet, faces)),
    )


def add_notices(file: PaperFile, sheet: RunSheet, rows: Iterable[PersonRow], *, faces: Faces) -> int:
    """Their pages at the end of a file; returns how many."""
    check_template(sheet)
    pages, frame = 0, _frame(sheet, faces)

    def printed() -> Iterator[PersonRow]:
        nonlocal pages
        for row in rows:
            pages += _add_one(file, sheet, row, faces, frame)
            yield row

    check_people(sheet, printed())
    return pages or add_text_paper(file, sheet, _nobody(sheet, faces), faces=faces)


def _add_one(file: PaperFile, sheet: RunSheet, row: PersonRow, faces: Faces, frame: _Frame) -> int:
    return add_text_paper(file, sheet, _blocks(sheet, row, faces, frame), faces=faces)


def _frame(sheet: RunSheet, faces: Faces) -> _Frame:
    """Head and foot, the same for everybody, laid out once."""
    heads = Heads(title=TITLE, subtitles=(SUBJECT,), unit="")
    return (
        list(opening(sheet, heads, faces=faces, right=_RIGHT)),
        list(closing(sheet, (), paper="thông báo", signers=sheet.signers[-1:], faces=faces, right=_RIGHT)),
    )


def _nobody(sheet: RunSheet, faces: Faces) -> Iterator[Block]:
    yield from opening(sheet, Heads(title=TITLE, subtitles=(SUBJECT,), unit=""), faces=faces, right=_RIGHT)
    text = f"Kỳ chi trả “{sheet.run_label}” không có người nhận."
    yield from paragraph(text, faces.regular, BODY_SIZE, left=LEFT, right=_RIGHT)


def _blocks(sheet: RunSheet, row: PersonRow, faces: Faces, frame: _Frame) -> Iterator[Block]:
    yield from frame[0]
    said = (
        f"Trong kỳ chi trả “{sheet.run_label}” ({sheet.period}), ông/bà có {row.works} khoản nhuận bút, thù lao được "
        "tính. Từng khoản và cách tính ghi ở phiếu thanh toán."
    )
    yield from _pairs(faces, ("Kính gửi:", f"Ông/bà {row.name}"), ("Đơn vị:", row.unit))
    yield gap(4)
    yield from paragraph(said, faces.regular, BODY_SIZE, left=LEFT, right=_RIGHT)
    yield from _pairs(
        faces,
        ("Phiếu thanh toán số:", f"{row.number}" if row.number else "………"),
        ("Số tiền nhuận bút:", f"{dong(row.amount)} đồng"),
        ("Thuế thu nhập cá nhân:", f"{dong(row.tax)} đồng. {row.tax_explanation}"),
        ("Số tiền thực lĩnh:", f"{dong(row.net)} đồng"),
        ("Bằng chữ:", f"{in_words(row.net)}."),
        ("Ngày chi:", f"{sheet.payment_date:%d/%m/%Y}"),
    )
    yield gap(4)
    for text in (_HOW_PAID, _IF_WRONG):
        yield from paragraph(text, faces.regular, BODY_SIZE, left=LEFT, right=_RIGHT)
    yield gap(4)
    yield from frame[1]


def _pairs(faces: Faces, *pairs: tuple[str, str]) -> Iterator[Block]:
    for label, text in pairs:
        yield from labelled(
            label,
            text,
            label_face=faces.regular,
            face=faces.bold if label in {"Kính gửi:", "Số tiền thực lĩnh:"} else faces.regular,
            size=BODY_SIZE,
            left=LEFT,
            right=_RIGHT,
        )
