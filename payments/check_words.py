"""The message that asks people to check, to paste into Zalo: Vietnamese whoever copies it, and never an amount."""

from __future__ import annotations

from django.conf import settings

from contributors.models import Portal
from payments.models import Run


def message_to(*, portal: Portal, run: Run, names: str) -> str:
    """`names`: whom it greets, one person or a hamlet."""
    days = run.review_days or 0
    return (
        f"{portal.name} mời {names} kiểm tra nhuận bút “{run.label}” trước khi chi.\n"
        f"Bấm vào đây, đăng nhập rồi xem từng khoản đã đúng chưa: {settings.BASE_URL}/check/\n"
        f"Trả lời trong {days} ngày, kể từ hôm nay. Ai không có máy thì nhờ đầu mối ấp, ngành trả lời giúp."
    )
