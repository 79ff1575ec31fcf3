"""Logging in, codes, devices, the second factor."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "too_many_attempts": Message(
        429,
        "Đã thử quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại, hoặc gọi Ban biên tập.",
        "Too many attempts. Wait {minutes} minutes and try again, or call the board.",
    ),
    "second_factor_needed": Message(
        403,
        "Việc này cần xác nhận thêm một lần bằng ứng dụng mã hoặc khoá đăng nhập của bạn.",
        "This needs a second proof, by your code application or passkey.",
    ),
    "person_needed": Message(
        403,
        "Việc này phải do chính người làm trên trang, không làm bằng khoá truy cập của phần mềm.",
        "A person must do this on the pages; an access key of a program may not.",
    ),
    "access_key_name": Message(
        422, "Hãy ghi tên phần mềm, không quá {limit} chữ cái.", "Name the program, in at most {limit} letters."
    ),
    "access_key_scopes": Message(
        422,
        "Hãy chọn khoá được làm gì: ít nhất là đọc.",
        "Choose what the key may do: reading at least.",
    ),
    "access_key_expiry": Message(
        422,
        "Ngày hết hạn phải sau hôm nay và không quá {days} ngày nữa.",
        "The last day must lie after today and at most {days} days ahead.",
    ),
    "access_keys_many": Message(
        409,
        "Bạn đang có {most} khoá còn hạn. Hãy thu hồi khoá không dùng nữa rồi tạo khoá mới.",
        "You have {most} keys in force. Withdraw one that you do not use any more, then make a new one.",
    ),
    "login_refused": Message(
        422, "Số điện thoại hoặc mật khẩu chưa đúng.", "The phone number or the password is wrong."
    ),
    "code_malformed": Message(422, "Mã gồm 6 chữ số.", "A code has six digits."),
    "code_wrong": Message(
        422,
        "Mã chưa đúng, đã dùng hoặc đã quá giờ. Hãy xem lại, hoặc xin mã mới.",
        "The code is wrong, used or too old. Look again, or ask for a new one.",
    ),
    "link_spent": Message(
        410,
        "Đường vào này đã dùng rồi hoặc đã quá hạn. Hãy nhờ đầu mối ấp hoặc Ban biên tập gửi đường mới.",
        "This link was used already or has expired. Ask the focal person or the board for a new one.",
    ),
    "code_for_decider": Message(
        403,
        "Người này giữ quyền quyết định về tiền hoặc quyền hạn. Chỉ quản trị của đúng trang ấy trao mã được; nếu không "
        "được nữa, hãy nhờ người vận hành máy chủ.",
        "This person decides about money or rights. Only an admin of that very portal hands them a code; failing that, "
        "ask the operator of the server.",
    ),
    "pin_malformed": Message(422, "Mã PIN gồm đúng 6 chữ số.", "A PIN has exactly six digits."),
    "pin_easy": Message(
        422,
        "Mã PIN này dễ đoán quá. Đừng dùng số lặp lại, số liền nhau hay đuôi số điện thoại.",
        "This PIN is too easy to guess. Avoid repeated or running digits and the end of your phone number.",
    ),
    "pin_wrong": Message(422, "Mã PIN chưa đúng. Còn {left} lần thử.", "The PIN is wrong. {left} tries are left."),
    "pin_locked": Message(
        403,
        "Mã PIN đã khoá vì sai {tries} lần. Hãy đăng nhập bằng mật khẩu hoặc mã gửi tới điện thoại.",
        "The PIN is locked after {tries} wrong tries. Log in by password or by a code sent to your phone.",
    ),
    "device_unknown": Message(
        403,
        "Máy này chưa nhớ bạn, hoặc đã quá 90 ngày. Hãy đăng nhập bằng mật khẩu hoặc mã.",
        "This phone does not know you, or 90 days are over. Log in by password or code.",
    ),
    "confirm_wrong": Message(422, "Mật khẩu hoặc mã PIN chưa đúng.", "The password or PIN is wrong."),
    "password_wrong": Message(422, "Mật khẩu hiện tại chưa đúng.", "The present password is wrong."),
    "password_short": Message(
        422, "Mật khẩu phải có ít nhất {least} chữ cái hoặc chữ số.", "A password has at least {least} characters."
    ),
    "password_common": Message(
        422,
        "Mật khẩu này nhiều người dùng, dễ đoán. Hãy chọn câu khác.",
        "This password is too common. Choose another.",
    ),
    "second_factor_wrong": Message(
        403,
        "Mã xác nhận chưa đúng hoặc đã dùng rồi. Hãy đợi mã mới trong ứng dụng rồi thử lại.",
        "The code is wrong or was used already. Wait for the next one in your application.",
    ),
    "second_factor_exists": Message(409, "Bạn đã đặt ứng dụng mã rồi.", "You have set up a code application already."),
    "second_factor_day": Message(422, "Ngày bắt đầu không được ở trước hôm nay.", "The day cannot lie in the past."),
    "passkey_refused": Message(
        422,
        "Khoá đăng nhập không được nhận. Hãy thử lại, hoặc dùng mã xác nhận.",
        "The passkey was not accepted. Try again, or use a code.",
    ),
    "sealed_unreadable": Message(
        409,
        "Khoá của máy chủ đã đổi nên không đọc lại được. Hãy đặt lại từ đầu.",
        "The server's key has changed and this cannot be read again. Set it up anew.",
    ),
}
