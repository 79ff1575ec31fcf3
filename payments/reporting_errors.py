"""Named errors of reporting to the portal above."""

from __future__ import annotations

from contributors.refusals.message import Message

REPORTING_MESSAGES: dict[str, Message] = {
    "no_portal_above": Message(
        409,
        "Trang này chưa thuộc trang cấp trên nào nên chưa có nơi để gửi báo cáo.",
        "This portal stands below no other one, so there is nowhere to send the report to.",
    ),
    "report_period_ahead": Message(
        422, "Kỳ báo cáo chưa bắt đầu nên chưa gửi được.", "The period has not begun, so it cannot be reported yet."
    ),
    "report_sent_already": Message(
        409,
        "Báo cáo kỳ này đã gửi với đúng những số liệu này. Số liệu thay đổi thì gửi lại được.",
        "This period was reported with these very figures. Once they change, it can be sent again.",
    ),
    "report_changed_meanwhile": Message(
        409,
        "Số liệu vừa thay đổi so với lúc mở trang. Hãy xem lại số mới rồi gửi.",
        "The figures have changed since the page was opened. Look at the new ones, then send.",
    ),
}
