"""Accesses of the website, the words of reports."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "month_wrong": Message(
        422,
        "Hãy ghi tháng như 01/2026, không ở phía trước.",
        "Write the month like 01/2026; it cannot lie ahead.",
    ),
    "count_wrong": Message(
        422, "Số lượt phải là số nguyên, không âm.", "The count is a whole number and not negative."
    ),
    "source_missing": Message(422, "Hãy ghi số này lấy từ đâu.", "Say where the figure comes from."),
    "accesses_rows_wrong": Message(
        422,
        "Chưa ghi gì cả. Hãy sửa dòng {rows}: tháng như 01/2026, mỗi tháng một dòng, số lượt là số nguyên.",
        "Nothing was written. Mend row {rows}: a month like 01/2026, one row a month, a whole number of accesses.",
    ),
    "portal_above_itself": Message(
        409,
        "Một trang không thể thuộc chính nó hay thuộc trang ở dưới nó.",
        "A portal cannot stand below itself, nor below one of its own.",
    ),
    "text_too_long": Message(422, "Đoạn này dài quá {limit} chữ cái.", "This passage is longer than {limit} letters."),
}
