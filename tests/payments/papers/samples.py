"""Invented sheets, and what readers of a finished PDF see."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdf
import pypdfium2  # type: ignore[import-untyped]
import zxingcpp

from payments.papers.sheets import (
    Letterhead,
    Payee,
    PaymentListEntry,
    PaymentListLine,
    PaymentListSheet,
    Signer,
    StatementLine,
    StatementSheet,
    sealed,
)
from payments.papers.words import in_words

KEY = b"an invented key of 32 bytes......"
PAGE_URL = "https://tanan.example.vn/kiem-tra"

LETTERHEAD = Letterhead(
    superior_body="ỦY BAN NHÂN DÂN XÃ TÂN AN", issuing_body="BAN BIÊN TẬP TRANG THÔNG TIN ĐIỆN TỬ", place="Tân An"
)
SIGNERS = (
    Signer(title="KẾ TOÁN", name="Trần Thị Mỹ Hạnh"),
    Signer(title="TRƯỞNG BAN BIÊN TẬP", name="Lê Hoàng Phúc"),
    Signer(authority="KT. CHỦ TỊCH", title="PHÓ CHỦ TỊCH", name="Nguyễn Văn Đặng Quý"),
)
PAYEE = Payee(
    full_name="Nguyễn Thị Ánh Tuyết",
    pen_names=("Ánh Tuyết", "Hương Đồng"),
    unit="Ấp Tân Hòa B, xã Tân An",
    masked_id="•••••••• 1234",
)


def a_line(ordinal: int = 1, **changed: Any) -> StatementLine:
    """Amounts differ from line to line, so that each can be found on the page."""
    return replace(
        StatementLine(
            ordinal=ordinal,
            published_on=date(2026, 2, 1) + timedelta(days=ordinal % 28),
            title=f"Ấp Tân Hòa ra quân trồng cây ven lộ, đợt {ordinal}",
            genre="Tin",
            role="Tác giả",
            coefficient="1,5",
            unit_value=253_000,
            share="100 %",
            amount=379_500 + ordinal,
            explanation=f"Cách tính: 1,5 × 253.000 + {ordinal} đồng.",
        ),
        **changed,
    )


def a_statement(lines: int | Sequence[StatementLine] = 6, **changed: Any) -> StatementSheet:
    """Sums and words follow from the lines and from what is changed; code and address are sealed last."""
    drawn = tuple(map(a_line, range(1, lines + 1))) if isinstance(lines, int) else tuple(lines)
    gross = sum(line.amount for line in drawn)
    due = gross + changed.get("carried_in", 0) - changed.get("carried_out", 0)
    tax = changed.get("tax", 0)
    fields: dict[str, Any] = {
        "letterhead": LETTERHEAD,
        "number_label": "Số: 12/PTT-2026",
        "issued_on": date(2026, 3, 5),
        "run_label": "Kỳ chi trả tháng 02 năm 2026",
        "period": "(Tác phẩm đăng từ ngày 01/02/2026 đến ngày 28/02/2026)",
        "payee": PAYEE,
        "lines": drawn,
        "gross": gross,
        "tax": tax,
        "tax_explanation": "Chưa đến mức khấu trừ.",
        "net": due - tax,
        "net_in_words": in_words(max(due - tax, 0)),
        "rate_schedule": "Quyết định số 45/QĐ-UBND ngày 02/01/2026 của Ủy ban nhân dân xã Tân An",
        "legal_basis": ("Nghị định số 161/2026/NĐ-CP về mức lương cơ sở", "Nghị định số 253/2026/NĐ-CP"),
        "signers": SIGNERS,
    }
    return sealed(StatementSheet(**{**fields, **changed}), key=KEY, base_url=PAGE_URL)


def an_entry(number: int = 1, works: int = 1, **changed: Any) -> PaymentListEntry:
    lines = changed.pop("lines", None) or tuple(
        PaymentListLine(
            pen_name="Hương Đồng",
            title=f"Người {number} viết bài thứ {work}",
            genre="Tin",
            role="tác giả",
            published_on=date(2026, 2, 1),
            coefficient="1,5",
            unit_value=253_000,
            amount=379_500 + number * 100 + work,
        )
        for work in range(works)
    )
    due = sum(line.amount for line in lines) + changed.get("carried_in", 0) - changed.get("carried_out", 0)
    tax = changed.pop("tax", 0)
    fields = {"full_name": f"Trần Văn Thứ {number}", "lines": lines, "tax": tax, "net": due - tax}
    return PaymentListEntry(**{**fields, **changed})


def a_list(entries: Sequence[PaymentListEntry], **changed: Any) -> PaymentListSheet:
    amount = sum(entry.amount for entry in entries)
    tax = sum(entry.tax for entry in entries)
    fields: dict[str, Any] = {
        "letterhead": LETTERHEAD,
        "number_label": "Số: 07/BK-2026",
        "issued_on": date(2026, 3, 5),
        "run_label": "Kỳ chi trả tháng 02 năm 2026",
        "period": "",
        "net_in_words": in_words(amount - tax),
        "rate_schedule": "Quyết định số 45/QĐ-UBND ngày 02/01/2026",
        "legal_basis": (),
        "signers": (Signer(title="NGƯỜI LẬP BIỂU", name="Phan Thị Kim Ngân"), *SIGNERS),
        "fund": "Ngân sách xã năm 2026",
        "payees": len(entries),
        "works": sum(len(entry.lines) for entry in entries),
        "amount": amount,
        "tax": tax,
        "net": amount - tax,
    }
    return sealed(PaymentListSheet(**{**fields, **changed}), key=KEY, base_url=PAGE_URL)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, as a reader copies it."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """All text on one line with single blanks, so that line breaks do not matter."""
    return " ".join(" ".join(pages_of(pdf)).split())


def opened(pdf: bytes) -> Any:
    """The file as pypdf reads it: objects, fonts, metadata."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def boxes_on(pdf: bytes, page: int) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of each printed character."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage()
    boxes = [text.get_charbox(place) for place in range(text.count_chars())]
    return [box for box in boxes if box[2] > box[0]]


def image_of(pdf: bytes, page: int = 0, scale: float = 2.0) -> Any:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil()


def codes_on(pdf: bytes, page: int = -1) -> list[str]:
    """What a phone reads from the QR codes of a page."""
    count = len(pypdfium2.PdfDocument(pdf))
    return [found.text for found in zxingcpp.read_barcodes(image_of(pdf, page % count))]
