"""Giấy đề nghị thanh toán: by which the accountant asks the account holder for the money of a run. One page as a rule.

The order of its lines is that of form C37-HD; whether an office follows that form stands with the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator

from contributors.papers.fonts import Faces, load_faces
from contributors.papers.heads import Signer
from contributors.papers.layout.flow import Block
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from contributors.papers.layout.paragraph import gap, labelled
from contributors.papers.layout.table import dong
from payments.papers.ledger import BODY_SIZE, LEFT, RIGHT_MARGIN, Heads, add_text_paper, closing, opening, paper_of
from payments.papers.prose import paragraph
from payments.papers.run_sheet import RunSheet, check_template
from payments.papers.words import in_words

TITLE = "GIẤY ĐỀ NGHỊ THANH TOÁN"
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN


def render_payment_request(sheet: RunSheet, *, faces: Faces | None = None) -> bytes:
    """The PDF. The gross sum is asked for: tax is paid from the same money."""
    faces = faces or load_faces()
    return paper_of(
        sheet, "Giấy đề nghị thanh toán", faces=faces, add=lambda file: add_payment_request(file, sheet, faces=faces)
    )


def add_payment_request(file: PaperFile, sheet: RunSheet, *, faces: Faces) -> int:
    """Its pages at the end of a file; returns how many."""
    check_template(sheet)
    return add_text_paper(file, sheet, _blocks(sheet, faces), faces=faces)


def _blocks(sheet: RunSheet, faces: Faces) -> Iterator[Block]:
    yield from opening(sheet, Heads(title=TITLE, above=(sheet.form,), unit=""), faces=faces, right=_RIGHT)
    yield from _lines(
        faces,
        ("Mã đơn vị quan hệ ngân sách:", sheet.budget_code or "…………………………"),
        ("Kính gửi:", "Thủ trưởng đơn vị"),
        ("Họ và tên người đề nghị:", sheet.requester or "……………………………………………"),
        ("Bộ phận:", "Kế toán"),
        ("Nội dung thanh toán:", f"Nhuận bút, thù lao kỳ “{sheet.run_label}”, {sheet.period}: {_counted(sheet)}."),
        ("Nguồn kinh phí:", sheet.fund),
        ("Căn cứ:", "; ".join(text for text in (sheet.rate_schedule, *sheet.legal_basis) if text.strip())),
        ("Số tiền đề nghị:", f"{dong(sheet.gross)} đồng"),
        ("Bằng chữ:", f"{in_words(sheet.gross)}."),
    )
    yield from paragraph("Trong đó:", faces.regular, BODY_SIZE, left=LEFT, right=_RIGHT, keep=True)
    yield from _lines(
        faces,
        ("– Thuế thu nhập cá nhân khấu trừ:", f"{dong(sheet.tax)} đồng"),
        ("– Chuyển khoản:", f"{dong(sheet.transfer_sum)} đồng cho {sheet.transfers} người"),
        ("– Tiền mặt:", f"{dong(sheet.cash_sum)} đồng cho {sheet.cash} người"),
    )
    kept = f"{sheet.net_in_words}."
    yield from _lines(faces, ("Thực chi cho người nhận:", f"{dong(sheet.net)} đồng"), ("Bằng chữ:", kept))
    yield from paragraph("Kèm theo:", faces.regular, BODY_SIZE, left=LEFT, right=_RIGHT, keep=True)
    for text in sheet.attached:
        yield from paragraph(f"– {text}", faces.regular, BODY_SIZE, left=LEFT + BODY_SIZE, right=_RIGHT)
    yield gap(4)
    asking = Signer(title="NGƯỜI ĐỀ NGHỊ", name=sheet.requester)
    yield from closing(
        sheet,
        (("Ghi chú:", sheet.form_note),),
        paper="giấy",
        signers=(asking, Signer(title="PHỤ TRÁCH KẾ TOÁN", name=""), *sheet.signers[-1:]),
        faces=faces,
        right=_RIGHT,
    )


def _counted(sheet: RunSheet) -> str:
    return f"{sheet.payees} người, {sheet.works} khoản"


def _lines(faces: Faces, *pairs: tuple[str, str]) -> Iterator[Block]:
    for label, text in pairs:
        yield from labelled(
            label,
            text,
            label_face=faces.regular,
            face=faces.bold if label.startswith("Số tiền") else faces.regular,
            size=BODY_SIZE,
            left=LEFT,
            right=_RIGHT,
        )
