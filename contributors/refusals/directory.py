"""The directory, imports, duplicates and merges."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "unit_unknown": Message(
        422,
        "Không có đơn vị “{name}” đang hoạt động. Hãy ghi đúng tên trong danh sách đơn vị.",
        "There is no open unit “{name}”. Write the name as in the list of units.",
    ),
    "unit_ambiguous": Message(
        422,
        "Có nhiều đơn vị tên “{name}”. Hãy ghi kèm đơn vị cấp trên, ví dụ “{example}”.",
        "Several units are called “{name}”. Name the one above too, for example “{example}”.",
    ),
    "birth_malformed": Message(
        422,
        "Năm sinh ghi bốn chữ số, ngày sinh ghi như 05/02/1960.",
        "Write the year of birth with four digits, the date of birth as 05/02/1960.",
    ),
    "birth_ahead": Message(422, "Ngày sinh ở sau hôm nay.", "The date of birth lies ahead."),
    "birth_differs": Message(
        422, "Năm sinh và ngày sinh không khớp nhau.", "The year of birth and the date of birth do not agree."
    ),
    "category_unknown": Message(
        422,
        "Không có diện “{name}”. Hãy chọn một trong: {known}.",
        "There is no category “{name}”. Use one of: {known}.",
    ),
    "consent_day_malformed": Message(
        422,
        "Ngày đồng ý ghi như 05/02/2026 và không sau hôm nay.",
        "Write the day of consent as 05/02/2026; it cannot lie ahead.",
    ),
    "import_empty": Message(422, "Bảng không có dòng nào.", "The sheet has no rows."),
    "import_has_errors": Message(
        422,
        "Còn {count} dòng sai nên chưa ghi gì. Hãy sửa trong tệp rồi tải lên lại.",
        "{count} rows are wrong, so nothing was written. Correct the file and upload it again.",
    ),
    "import_changed": Message(
        409,
        "Danh sách đã thay đổi từ lúc bạn xem. Hãy xem lại từng dòng rồi xác nhận.",
        "The directory has changed since you looked. Look at the rows again, then confirm.",
    ),
    "import_ended": Message(409, "Lần nhập này đã kết thúc.", "This import is over."),
    "import_nothing": Message(
        422,
        "Không có dòng nào để thêm; mọi người đã có trong danh sách.",
        "There is no row to add; everybody is known.",
    ),
    "choice_unknown": Message(
        422, "Cách xử lý dòng {row} không hợp lệ.", "The choice for row {row} is not one of those offered."
    ),
    "merge_itself": Message(422, "Hãy chọn hai người khác nhau.", "Choose two different people."),
    "merge_already": Message(
        409, "Một trong hai người đã được gộp vào người khác.", "One of the two has been merged already."
    ),
    "merge_erased": Message(
        409, "Thông tin của một trong hai người đã xoá nên không gộp được.", "The data of one of the two was erased."
    ),
    "merge_two_accounts": Message(
        409,
        "Hai người này đăng nhập bằng hai tài khoản khác nhau nên không gộp được.",
        "These two log in with two different accounts, so they are not merged.",
    ),
    "merge_wrong_way": Message(
        422,
        "Hãy giữ lại dòng của người đang cộng tác, gộp dòng kia vào.",
        "Keep the row of the active contributor and merge the other one into it.",
    ),
    "merge_own_row": Message(
        403,
        "Một trong hai dòng là của chính bạn; người khác phải gộp.",
        "One of the two rows is your own; someone else must merge them.",
    ),
    "merge_self_approval": Message(
        409,
        "“{title}”: người này làm bài, người kia đã duyệt bài ấy, nên không thể là một người.",
        "“{title}”: one of them made it and the other approved it, so they are not merged.",
    ),
    "merge_undone": Message(409, "Lần gộp này đã được tách lại.", "This merge was undone already."),
    "merge_chained": Message(
        409,
        "Người được giữ lại sau đó đã gộp vào người khác. Hãy tách lần gộp sau trước.",
        "The one who was kept has since been merged away. Undo that merge first.",
    ),
}
