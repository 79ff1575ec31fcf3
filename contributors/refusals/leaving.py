"""Leaving, data rights, training, practice."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "person_erased": Message(
        409,
        "Thông tin của người này đã xoá theo yêu cầu, không sửa hay mở lại được.",
        "This person's details were erased; nothing of them can be changed or taken up again.",
    ),
    "erase_needs_leaving": Message(
        409,
        "Chỉ xoá được khi đã thôi cộng tác. Hãy ghi “thôi cộng tác” trước.",
        "Erasing comes after leaving. End the collaboration first.",
    ),
    "erase_words_differ": Message(
        422,
        "Tên gõ vào chưa giống họ và tên trên trang. Việc này không quay lại được nên cần gõ đúng tên.",
        "What was typed is not the full name shown above. This cannot be undone, so the name must be typed.",
    ),
    "erase_piece_open": Message(
        409,
        "Còn {count} tin, bài đang ở Ban biên tập. Hãy rút lại, hoặc chờ có kết quả rồi xoá.",
        "{count} pieces are still with the board. Withdraw them, or wait until they are decided.",
    ),
    "consent_not_given": Message(
        409,
        "Ý kiến đồng ý này chưa từng ghi, hoặc đã rút rồi.",
        "This consent was never given, or was withdrawn already.",
    ),
    "category_by_board": Message(
        403, "Diện cộng tác viên do Ban biên tập ghi.", "The category is for the board to write down."
    ),
    "unit_by_board": Message(
        403,
        "Ban biên tập hoặc đầu mối ghi việc chuyển ấp, ngành. Bạn có thể đề nghị.",
        "The board or the focal person records a move to another unit. You can propose it.",
    ),
    "unit_same": Message(409, "Người này đang ở đơn vị ấy.", "This person belongs to that unit already."),
    "move_before_joining": Message(
        422,
        "Ngày chuyển không được trước ngày {day}, khi người này vào đơn vị hiện nay.",
        "The day of the move cannot come before {day}, when this person joined the present unit.",
    ),
    "session_day_wrong": Message(
        422,
        "Ngày tập huấn phải trong khoảng từ {first} đến {last}.",
        "The day of the session must lie between {first} and {last}.",
    ),
    "session_cancelled": Message(409, "Buổi tập huấn này đã huỷ.", "This session was cancelled."),
    "session_ahead": Message(
        409,
        "Buổi tập huấn chưa diễn ra nên chưa ghi được ai có mặt.",
        "The session has not been held yet, so nobody can be marked present.",
    ),
    "practice_piece": Message(
        409,
        "Đây là bài tập: chỉ để học, không duyệt và không đăng. Hãy trả lại kèm lời góp ý.",
        "This is a practice piece: it is for learning, never approved or posted. Return it with your remarks.",
    ),
}
