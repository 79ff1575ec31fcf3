"""The upper floor's named errors, each in plain Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from contributors.errors import DomainError
from contributors.refusals.message import Message

PAYMENT_MESSAGES: dict[str, Message] = {
    "score_missing": Message(
        422, "Hãy chấm hệ số trước khi duyệt (từ {low} đến {high}).", "Give a score before approving ({low} to {high})."
    ),
    "score_out_of_range": Message(
        422,
        "Hệ số phải từ {low} đến {high} theo “{schedule}”.",
        "The coefficient must be between {low} and {high} by “{schedule}”.",
    ),
    "photo_score_missing": Message(
        422,
        "Hãy chấm hệ số ảnh (từ {low} đến {high}).",
        "Give a coefficient for the photos ({low} to {high}).",
    ),
    "no_schedule": Message(
        422,
        "Chưa có quy định mức chi áp dụng cho ngày {day}.",
        "No rate schedule is in force on {day}.",
    ),
    "schedule_wrong": Message(422, "Quy định mức chi có lỗi: {problem}", "The rate schedule is wrong: {problem}"),
    "schedule_overlaps": Message(
        409, "Đã có quy định mức chi khác áp dụng trong thời gian này.", "Another schedule is in force in these days."
    ),
    "decision_number_missing": Message(
        422,
        "Quy định mức chi “{schedule}” chưa có số quyết định: chỉ tính thử được, chưa chi được.",
        "The schedule “{schedule}” has no decision number: it serves what-if only, nothing can be paid by it.",
    ),
    "period_wrong": Message(422, "Ngày cuối phải sau ngày đầu.", "The period must end after it begins."),
    "period_overlaps": Message(
        409,
        "Các ngày này đã thuộc một kỳ chi trả khác.",
        "These days belong to another run already.",
    ),
    "payment_date_wrong": Message(
        422, "Ngày chi phải từ ngày cuối kỳ trở đi.", "The payment date cannot come before the end of the period."
    ),
    "label_missing": Message(422, "Hãy ghi tên kỳ chi trả.", "Give the run a name."),
    "not_paying": Message(
        422,
        "Trang chưa chuyển sang chi nhuận bút trong thời gian này.",
        "The portal does not pay in these days.",
    ),
    "run_wrong_state": Message(
        409,
        "Kỳ chi trả đang ở bước “{state}” nên chưa thể {action}.",
        "The run is at “{state}”, so it cannot go on to “{action}”.",
    ),
    "maker_is_checker": Message(
        403,
        "Người lập không đồng thời xác nhận hay phê duyệt.",
        "Who prepared the run neither confirms nor approves it.",
    ),
    "own_line": Message(
        403,
        "Kỳ này có khoản tác giả của chính bạn, người khác phải duyệt chi.",
        "The run has an author's line of your own; someone else must approve it.",
    ),
    "still_computing": Message(
        409, "Máy đang tính, xin chờ xong rồi làm tiếp.", "The computation is still running; wait for its end."
    ),
    "nothing_to_pay": Message(422, "Kỳ này không có khoản nào để chi.", "There is nothing to pay in this run."),
    "people_changed": Message(
        409,
        "Thông tin của người nhận đã thay đổi sau khi tính. Hãy mở lại kỳ và tính lại.",
        "Someone's details changed after the computation. Reopen the run and compute again.",
    ),
    "paid_meanwhile": Message(
        409,
        "Có khoản của kỳ này đã được duyệt chi ở một kỳ khác sau khi tính. Hãy mở lại kỳ, chốt và tính lại.",
        "Another run has taken an amount of this one since it was computed. Reopen the run, freeze and compute again.",
    ),
    "fund_missing": Message(422, "Hãy chọn dự toán của kỳ.", "Choose the fund of the run."),
    "fund_exhausted": Message(
        409,
        "Dự toán chỉ còn {left} đ, kỳ này cần {needed} đ.",
        "The fund has {left} đ left, this run needs {needed} đ.",
    ),
    "fund_closed": Message(422, "Dự toán đã khoá sổ ngày {day}.", "The fund was cut off on {day}."),
    "payout_not_live": Message(409, "Khoản chi này đã có kết quả.", "This payout has its outcome already."),
    "payouts_open": Message(409, "Còn {count} khoản chi chưa có kết quả.", "{count} payouts have no outcome yet."),
    "paper_not_ready": Message(
        404, "Giấy tờ đang được in, xin xem lại sau ít phút.", "The paper is being rendered; look again in a minute."
    ),
    "personal_id_malformed": Message(
        422,
        "Số định danh phải có 12 chữ số, hoặc mã số thuế cũ 10 chữ số.",
        "A personal ID has 12 digits, an old tax code 10.",
    ),
    "bank_account_malformed": Message(
        422, "Số tài khoản phải có 6 đến 19 chữ số.", "A bank account has 6 to 19 digits."
    ),
    "bank_malformed": Message(422, "Mã ngân hàng phải có 6 chữ số.", "A bank's code has 6 digits."),
    "law_differs": Message(
        409,
        "“{entry}” trong tệp khác với dòng đã lưu; dòng đã dùng không sửa được.",
        "“{entry}” in the file differs from the stored row; rows in use are not changed.",
    ),
}


class PaymentError(DomainError):
    """A rule of money says no."""

    catalogue: ClassVar[Mapping[str, Message]] = PAYMENT_MESSAGES
