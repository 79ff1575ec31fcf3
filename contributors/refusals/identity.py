"""Logging in, codes, devices, the second factor."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "too_many_attempts": Message(
        429,
        "Đã thử quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại, hoặc gọi Ban biên tập.",
        "Too many attempts. Wait {minutes} minutes and try again, or call the board.",
    ),
    "second_factor_needed": Message(
        403,
        "Việc này cần xác nhận thêm một lần bằng ứng dụng mã hoặc khoá đăng nhập của bạn.",
        "This needs a second proof, by your code application or passkey.",
    ),
}
