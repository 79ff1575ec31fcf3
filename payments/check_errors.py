"""What the contributors' check refuses, in plain Vietnamese and English."""

from __future__ import annotations

from contributors.refusals.message import Message

CHECK_MESSAGES: dict[str, Message] = {
    "review_days_wrong": Message(
        422, "Số ngày kiểm tra phải từ {least} đến {most}.", "The days of a check go from {least} to {most}."
    ),
    "review_running": Message(
        409,
        "Cộng tác viên đang kiểm tra: {running} người còn trong hạn trả lời, {untold} người chưa được báo. Hãy chờ, "
        "hoặc nhờ kế toán kết thúc kiểm tra và ghi lý do.",
        "The contributors are checking: {running} still have days to answer, {untold} were not told. Wait, or have the "
        "accountant end the check with a reason.",
    ),
    "review_end_reason": Message(
        422,
        "Còn {running} người trong hạn trả lời và {untold} người chưa được báo. Hãy ghi vì sao kết thúc trước.",
        "{running} people still have days to answer and {untold} were not told. Say why the check ends before that.",
    ),
    "review_not_open": Message(409, "Kỳ này không mở cho kiểm tra.", "This run is not open to be checked."),
    "delivery_way_unknown": Message(
        422, "Hãy chọn đã báo trực tiếp hay đã nhắn tin.", "Say whether you told them in person or by a message."
    ),
    "check_over": Message(
        409,
        "Đã qua hạn trả lời. Hãy nói với kế toán hoặc Ban biên tập.",
        "The deadline has passed. Tell the accountant or the editorial board.",
    ),
    "answer_unknown": Message(
        422, "Hãy chọn đúng, còn thiếu hoặc không phải của tôi.", "Choose right, something is missing, or not mine."
    ),
    "answer_reason_missing": Message(422, "Hãy ghi rõ cần xem lại điều gì.", "Say what should be looked at again."),
    "line_unknown": Message(
        404,
        "Kỳ này không có khoản ấy. Số liệu có thể vừa được tính lại, hãy xem lại trang.",
        "The run has no such amount. It may just have been computed again; look at the page anew.",
    ),
    "check_not_disputed": Message(
        409,
        "Người ấy đã trả lời là đúng, không còn gì để xem lại.",
        "They say that it is right; there is nothing left to reply to.",
    ),
    "outcome_unknown": Message(
        422, "Hãy chọn giữ nguyên hoặc sẽ sửa.", "Choose whether the amount is kept or will be corrected."
    ),
    "reply_missing": Message(422, "Hãy ghi lời trả lời cho người ấy.", "Write the answer that they will read."),
}
