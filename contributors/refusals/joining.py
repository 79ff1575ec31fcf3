"""Invitations, joining, claims."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "invitation_unknown": Message(
        404,
        "Không có lời mời nào mang mã này. Hãy xem lại từng chữ, từng số trên tờ giới thiệu.",
        "There is no invitation with this code. Check every letter and figure on the poster.",
    ),
    "invitation_expired": Message(
        410,
        "Lời mời này đã hết hạn. Hãy hỏi đầu mối ấp hoặc Ban biên tập để có mã mới.",
        "This invitation has expired. Ask the focal person or the board for a new code.",
    ),
    "invitation_used_up": Message(
        410,
        "Lời mời này đã đủ số người dùng. Những gì vừa ghi vẫn còn trên trang; hãy hỏi đầu mối ấp hoặc Ban biên tập "
        "để có mã mới.",
        "This invitation has been used by as many as it was meant for. What you typed is still on the page; ask the "
        "focal person or the board for a new code.",
    ),
    "invitation_revoked": Message(
        410,
        "Lời mời này đã được thu lại. Hãy hỏi đầu mối ấp hoặc Ban biên tập để có mã mới.",
        "This invitation was taken back. Ask the focal person or the board for a new code.",
    ),
    "invitation_unprintable": Message(
        409,
        "Khoá của máy chủ đã đổi nên không in lại được mã này. Mã đã in ra vẫn dùng được; muốn in thêm, hãy làm lời "
        "mời mới.",
        "The server's key has changed, so this code cannot be printed again. Printed ones still work; make a new "
        "invitation to print more.",
    ),
    "invitation_for_whom": Message(
        422,
        "Hãy chọn một đơn vị, hoặc một người chưa đăng ký.",
        "Choose a unit, or one person who has not registered.",
    ),
    "uses_wrong": Message(
        422, "Số người dùng phải từ 1 đến {most}.", "The number of people must be between 1 and {most}."
    ),
    "expiry_wrong": Message(
        422,
        "Hạn dùng phải sau hôm nay và không quá {days} ngày.",
        "It must end after today and within {days} days.",
    ),
    "unit_missing": Message(422, "Hãy chọn ấp, ngành của bạn.", "Choose your hamlet or department."),
    "phone_missing": Message(422, "Hãy ghi số điện thoại.", "Give a phone number."),
    "pen_name_wrong": Message(422, "Bút danh dài quá {most} chữ cái.", "The pen name is longer than {most} letters."),
    "consent_unknown": Message(
        422,
        "Không có lời hỏi ý kiến này. Hãy tải lại trang rồi làm lại.",
        "There is no such question of consent. Reload the page and try again.",
    ),
    "claim_not_recorded": Message(
        409,
        "Người này không còn là người “được nêu tên, chưa đăng ký”, nên không nhận được nữa.",
        "This person is no longer “named, not registered”, so nobody can claim them.",
    ),
    "claim_needs_person": Message(
        422,
        "Chỉ người đang cộng tác hoặc đang chờ duyệt mới nhận được bài đã nêu tên.",
        "Only an active contributor or an applicant can claim.",
    ),
    "claim_decided": Message(409, "Việc này đã có người trả lời.", "Someone has decided this already."),
    "own_claim": Message(
        403,
        "Đây là việc của chính bạn. Người khác trong Ban biên tập sẽ trả lời.",
        "This claim is your own; someone else on the board decides it.",
    ),
}
