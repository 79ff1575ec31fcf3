"""The board's rules, hand-overs, scoring by two, answers to credits, calls."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "time_past": Message(422, "Giờ hẹn phải ở phía trước.", "The hour must lie ahead."),
    "second_scorer_needed": Message(
        409,
        "Hệ số {coefficient} cao hơn mức {limit} nên cần người thứ hai chấm. Bạn đã chấm rồi, hãy chờ người kia.",
        "The coefficient {coefficient} is above {limit}, so a second person scores too. Wait for them.",
    ),
    "second_score_reason": Message(
        422,
        "Bạn chấm khác người thứ nhất ({coefficient}). Hãy ghi lý do.",
        "Your score differs from the first one ({coefficient}). Give a reason.",
    ),
    "day_past": Message(422, "Ngày bắt đầu đã qua.", "The first day has passed."),
    "hours_wrong": Message(
        422,
        "Số giờ phải lớn hơn 0 và không quá {limit}.",
        "The hours must be above 0 and at most {limit}.",
    ),
    "working_day_wrong": Message(
        422,
        "Ngày, giờ làm việc chưa đúng: cần ít nhất một ngày, và buổi sáng trước buổi chiều.",
        "The working days or hours are wrong: one day at least, and the morning before the afternoon.",
    ),
    "limit_wrong": Message(422, "Con số này không hợp lý.", "This number cannot be right."),
    "hand_to_oneself": Message(
        422, "Hãy uỷ quyền cho người khác, không phải chính mình.", "Hand it over to somebody else."
    ),
    "hand_to_board": Message(
        422,
        "Chỉ uỷ quyền cho người trong Ban biên tập vào ngày đó.",
        "It can be handed to somebody on the board on that day only.",
    ),
    "hand_twice": Message(
        409,
        "Việc này đã uỷ quyền cho người khác trong thời gian đó.",
        "This is in another person's hands in that time already.",
    ),
    "hand_too_long": Message(
        422,
        "Uỷ quyền dài nhất {limit} ngày. Lâu hơn thì cử người vào Ban biên tập.",
        "A hand-over lasts {limit} days at most. For longer, give the person a seat.",
    ),
    "credit_answered": Message(
        409,
        "Phần này không chờ ý kiến của bạn.",
        "This part does not wait for an answer.",
    ),
    "credit_not_disputed": Message(
        409, "Phần này không có ai đề nghị xem lại.", "Nobody asked to look at this part again."
    ),
    "call_taken": Message(409, "Bài này đã có người nhận.", "Somebody has taken this call already."),
    "call_not_taken": Message(409, "Bạn chưa nhận bài này.", "You have not taken this call."),
    "call_over": Message(409, "Bài đặt này đã quá hạn hoặc đã huỷ.", "This call is over or was taken back."),
    "call_for_others": Message(
        409,
        "Bài này đang dành cho {units} tới {until}. Sau đó ai cũng nhận được.",
        "This call is for {units} until {until}. Afterwards anybody can take it.",
    ),
    "call_has_piece": Message(
        409, "Đã có tin, bài viết theo bài đặt này.", "A piece was written for this call already."
    ),
    "deadline_past": Message(422, "Hạn nộp phải ở phía trước.", "The deadline must lie ahead."),
    "schedule_empty": Message(
        422,
        "Không đọc được việc nào trong lịch. Mỗi việc một dòng, bắt đầu bằng ngày hoặc giờ.",
        "No activity was found. One activity a line, beginning with a day or an hour.",
    ),
    "schedule_too_long": Message(
        422, "Lịch có quá {limit} việc. Hãy chia nhỏ.", "There are more than {limit} activities. Split it."
    ),
}
