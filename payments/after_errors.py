"""Named errors of what comes after issue: corrections, balances, waivers, unclaimed sums, tax of the year."""

from __future__ import annotations

from contributors.refusals.message import Message

AFTER_MESSAGES: dict[str, Message] = {
    "correction_not_issued": Message(
        409,
        "Phiếu này chưa phát hành. Trước khi duyệt chi hãy mở lại kỳ và tính lại.",
        "This statement is not issued. Before approval, reopen the run and compute again.",
    ),
    "correction_zero": Message(422, "Hãy ghi số tiền khác 0.", "Give an amount other than 0."),
    "correction_too_large": Message(
        422, "Số tiền điều chỉnh nhiều nhất là {most} đ.", "A correction is at most {most} đ."
    ),
    "correction_too_much": Message(
        422,
        "Khoản này chỉ còn {most} đ để giảm: không thu lại nhiều hơn số đã chi.",
        "Only {most} đ of this amount is left to take back: nothing is recovered that was never paid.",
    ),
    "correction_reason_number": Message(
        422,
        "Lý do được in trên phiếu nên không ghi số định danh, số tài khoản. Hãy bỏ dãy số dài đi.",
        "The reason is printed on the statement: take the long number out, it may be a personal one.",
    ),
    "correction_open": Message(
        409,
        "Khoản này đang có một đề nghị điều chỉnh chưa xong.",
        "A correction of this amount is under way already.",
    ),
    "correction_wrong_state": Message(
        409,
        "Điều chỉnh này {state} nên không làm được việc đó nữa.",
        "This correction is past that step: {state}.",
    ),
    "correction_own": Message(
        403,
        "Khoản này trả cho chính bạn, người khác phải xác nhận.",
        "This amount is paid to yourself; someone else must confirm.",
    ),
    "correction_payout_open": Message(
        409,
        "Đã lập lệnh chi phiếu này mà chưa có kết quả. Ghi kết quả chi trước rồi mới xác nhận điều chỉnh.",
        "This statement's payout has no outcome yet. Record the outcome first, then confirm the correction.",
    ),
    "correction_gone": Message(
        409,
        "Phiếu này không còn được chi: tiền đã chuyển quỹ năm sau hoặc đã vào một kỳ khác chưa chi xong.",
        "This statement is not paid any more: its money went to the next fund, or into a run that is not paid yet.",
    ),
    "floor_wrong": Message(
        422, "Mức chi tối thiểu phải từ 0 đến {most} đ.", "The least sum to pay goes from 0 to {most} đ."
    ),
    "recovery_wrong": Message(
        422,
        "Mức thu hồi phải từ 0 đến 100 %, số tiền không âm.",
        "Recovery goes from 0 to 100 %, and an amount is not negative.",
    ),
    "waiver_scope_wrong": Message(
        422, "Hãy chọn từ chối khoản nào, kỳ nào hoặc từ ngày nào.", "Choose which amount, run or first day."
    ),
    "waiver_too_late": Message(
        409,
        "Kỳ này đã duyệt chi nên không đổi việc nhận hay từ chối được nữa.",
        "The spending of this run is approved: nobody can accept or refuse its amounts any more.",
    ),
    "waiver_no_line": Message(
        422, "Người này không có khoản nào như vậy trong kỳ.", "The person has no such amount in the run."
    ),
    "waiver_already": Message(
        409, "Việc từ chối này đã ghi rồi.", "It is recorded already that the person accepts nothing here."
    ),
    "waiver_no_consent": Message(
        422, "Hãy đánh dấu đồng ý với lời khai ở trên.", "Agree with the words above to go on."
    ),
    "waiver_day_past": Message(422, "Chỉ từ chối được từ hôm nay trở đi.", "It can begin today at the earliest."),
    "waiver_confirmed": Message(409, "Việc từ chối này đã được xác nhận.", "This was confirmed already."),
    "waiver_over": Message(409, "Việc từ chối này đã thôi rồi.", "This was withdrawn already."),
    "notice_day_ahead": Message(422, "Ngày báo chưa tới.", "That day has not come yet."),
    "notice_day_early": Message(
        422, "Ngày báo không thể trước ngày phát hành phiếu {day}.", "No notice comes before the issue on {day}."
    ),
    "notice_way_unknown": Message(422, "Hãy chọn cách báo.", "Choose how the person was told."),
    "unclaimed_paid": Message(
        409,
        "Phiếu này đã chi, đang có lệnh chi, hoặc đã có quyết định khác.",
        "This statement is paid, has a payout under way, or was decided about already.",
    ),
    "unclaimed_notices_few": Message(
        409,
        "Mới báo {count} lần chưa có trả lời; cần {needed} lần ({basis}).",
        "{count} notices are without an answer, {needed} are needed ({basis}).",
    ),
    "unclaimed_fund_wrong": Message(
        422,
        "Hãy chọn dự toán của năm sau năm của phiếu.",
        "Choose a fund of a year after that of the statement.",
    ),
    "unclaimed_number_missing": Message(
        422, "Hãy ghi số quyết định chuyển quỹ.", "Give the number of the decision on the transfer."
    ),
    "unclaimed_year_closed": Message(
        409,
        "Năm {year} đã khoá sổ nên không lấy lại khoản đã chuyển được nữa.",
        "The year {year} is closed; what was transferred stays.",
    ),
    "unclaimed_fund_spent": Message(
        409,
        "Dự toán nhận chuyển không còn đủ để trả lại khoản này.",
        "The fund that took the money has not enough left to give it back.",
    ),
    "unclaimed_not_transferred": Message(
        409, "Khoản này không ở trạng thái đã chuyển.", "This amount is not transferred."
    ),
    "asked_not_for_status": Message(
        422,
        "Diện thuế này không có mức để đề nghị khấu trừ thêm.",
        "This status knows no threshold below which a person could ask for withholding.",
    ),
    "tax_year_wrong": Message(422, "Hãy chọn một năm từ 2000 đến sang năm.", "Choose a year from 2000 to the next."),
}
