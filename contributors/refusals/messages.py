"""Refusals about messages to people."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "message_way_unknown": Message(
        422,
        "Hãy nói đã báo bằng cách nào: chép gửi, hay gọi và gặp.",
        "Say by which way it was told: copied or spoken.",
    ),
    "message_no_gateway": Message(
        409,
        "Máy không gửi được: chưa nối nhà mạng, hoặc người này không có số điện thoại. Hãy chép tin để gửi.",
        "It cannot be sent by machine: no gateway is connected, or there is no phone number. Copy the text instead.",
    ),
    "message_off": Message(
        409,
        "Người này không nhận tin do máy gửi. Hãy gọi hoặc chép tin để gửi.",
        "This person wants no messages from the machine. Call, or copy the text.",
    ),
    "message_done": Message(
        409, "Tin này đã có người báo hoặc đã được gửi.", "This message has been told or sent already."
    ),
}
