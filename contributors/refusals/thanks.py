"""Certificates and letters of thanks."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "thanks_nobody": Message(
        422,
        "Hãy chọn ít nhất một người được ghi nhận trong kỳ này.",
        "Choose at least one person who is thanked for this period.",
    ),
    "thanks_too_many": Message(
        422,
        "Mỗi lần in được nhiều nhất {limit} người. Hãy bỏ bớt rồi in làm nhiều lần.",
        "At most {limit} people are printed at a time. Choose fewer and print several times.",
    ),
}
