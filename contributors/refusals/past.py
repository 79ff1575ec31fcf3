"""Lists of past years."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "past_list_twice": Message(
        409,
        "Tệp này đã nhập rồi. Muốn nhập lại thì gỡ lần trước đi.",
        "This file was taken in already. To take it in again, undo the first time.",
    ),
    "past_column_wrong": Message(
        422,
        "Hãy chọn cột tháng và cột người; mỗi cột của tệp chỉ dùng một lần.",
        "Choose the columns of the month and of the person; each column of the file is used once.",
    ),
    "past_columns_open": Message(409, "Hãy xác nhận cột nào là gì trước đã.", "Say first which column holds what."),
    "past_people_open": Message(
        409,
        "Còn {count} tên chưa rõ là ai. Hãy chọn cho từng tên rồi nhập.",
        "{count} names are not clear yet. Choose for each of them first.",
    ),
    "past_sums_differ": Message(
        409,
        "Cộng lại sau khi ghi không khớp với bảng nên đã bỏ, chưa ghi gì.",
        "What was written did not add up to the sheet, so nothing was kept.",
    ),
    "past_list_not_written": Message(
        409, "Danh sách này không còn ở trong số liệu.", "This list does not stand in the figures."
    ),
}
