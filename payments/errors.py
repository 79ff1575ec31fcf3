"""The upper floor's named errors, each in plain Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from contributors.errors import DomainError
from contributors.refusals.message import Message
from payments import refusals_of_work
from payments.after_errors import AFTER_MESSAGES
from payments.check_errors import CHECK_MESSAGES
from payments.paper_errors import PAPER_MESSAGES
from payments.payout_errors import PAYOUT_MESSAGES
from payments.reporting_errors import REPORTING_MESSAGES

PAYMENT_MESSAGES: dict[str, Message] = {
    **AFTER_MESSAGES,
    **PAPER_MESSAGES,
    **REPORTING_MESSAGES,
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
    "period_years": Message(
        422, "Hãy ghi năm từ {first} đến {last}.", "A period is about years from {first} to {last}."
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
    "bank_missing": Message(422, "Hãy chọn ngân hàng của số tài khoản này.", "Choose the bank of this account."),
    "bank_unknown": Message(422, "Không có ngân hàng này trong danh mục.", "No bank on the list has this code."),
    "personal_id_birth_year": Message(
        422,
        "Số này là của người sinh năm {in_number}, trong danh sách ghi sinh năm {known}. Hãy xem lại số, hoặc sửa "
        "năm sinh.",
        "This number belongs to someone born in {in_number}, the directory says {known}. Check the number, or "
        "correct the year of birth.",
    ),
    "personal_id_year_ahead": Message(
        422,
        "Số này ghi năm sinh {year}, chưa tới. Hãy xem lại các chữ số.",
        "This number says born in {year}, which has not come yet. Check the digits.",
    ),
    "payee_unchanged": Message(
        409, "Không có gì thay đổi nên không cần lưu.", "Nothing has changed, so there is nothing to save."
    ),
    "payee_confirmed": Message(
        409, "Thông tin nhận tiền này đã được xác nhận.", "These payee details are confirmed already."
    ),
    "sheet_day_missing": Message(
        422, "Hãy ghi ngày người nhận ký trên giấy.", "Give the day on which the payee signed the sheet."
    ),
    "sheet_day_ahead": Message(422, "Ngày ký trên giấy chưa tới.", "The day on the sheet has not come yet."),
    "sheet_differs": Message(
        422,
        "Số này khác với số đã nhập. Hãy đọc lại trên giấy; nếu số đã nhập sai, hãy nhập lại rồi nhờ người khác "
        "xác nhận.",
        "This differs from what was entered. Read the sheet again; if the entry is wrong, enter it anew and have "
        "somebody else confirm it.",
    ),
    "reveal_reason_missing": Message(
        422,
        "Hãy ghi vì sao cần xem số đầy đủ; lý do được lưu vào nhật ký.",
        "Say why you need the number in full; the reason goes into the log.",
    ),
    "hold_days_wrong": Message(422, "Số ngày giữ phải từ 0 đến {most}.", "The days of a hold go from 0 to {most}."),
    "policy_day_past": Message(422, "Chỉ áp dụng được từ hôm nay trở đi.", "It can hold from today on only."),
    "payouts_held": Message(
        409,
        "{count} khoản còn lại đang chờ: thông tin nhận tiền vừa đổi hoặc chưa được xác nhận.",
        "The {count} payouts that are left wait: payee details changed lately or are not confirmed.",
    ),
    "tax_status_unknown": Message(422, "Hãy chọn diện thuế.", "Choose a tax status."),
    "tax_status_none": Message(
        409, "Ngày {day} không có diện thuế nào để kết thúc.", "No tax status is in force on {day}."
    ),
    "commitment_not_for_status": Message(
        422,
        "Chỉ cá nhân cư trú không ký hợp đồng lao động mới làm cam kết.",
        "Only residents without a labour contract give a commitment.",
    ),
    "commitment_year_wrong": Message(
        422,
        "Năm cam kết phải từ năm bắt đầu áp dụng đến sang năm.",
        "The year of the commitment lies between the first year of the status and the next one.",
    ),
    "master_key_missing": Message(
        409,
        "Thiếu khoá chủ “{name}” trong BUTLANG_KEYS: chưa mở được các số đã mã hoá. Hãy báo người quản trị máy chủ.",
        "BUTLANG_KEYS lacks the key “{name}” that still wraps data keys: put it back, run rotate_keys, then take it "
        "out.",
    ),
    "search_key_gone": Message(
        409,
        "Khoá chủ cũ đã bị lấy ra khỏi BUTLANG_KEYS. Người quản trị máy chủ cần chạy rotate_keys trước khi nhập tiếp.",
        "The oldest key was taken out of BUTLANG_KEYS: run rotate_keys before more is entered.",
    ),
    "merge_run_live": Message(
        409,
        "Kỳ “{run}” đang làm dở có tên người này. Hãy phát hành hoặc mở lại kỳ rồi mới gộp, tách.",
        "The run “{run}” is under way and names this person. Issue or reopen it, then merge or undo.",
    ),
    "merge_has_issued": Message(
        409,
        "Đã phát hành phiếu có phần việc được gộp nên không tách lại được.",
        "A statement with the merged work was issued, so the merge stays.",
    ),
    "schedule_has_gaps": Message(
        422,
        "Quy định còn {count} chỗ trống: {gaps} Hãy bổ sung, hoặc ghi lý do vẫn cho áp dụng.",
        "The schedule has {count} gaps: {gaps} Fill them, or give the reason for putting it in force all the same.",
    ),
    "schedule_not_draft": Message(
        409,
        "Quy định này đã áp dụng nên không sửa được. Hãy lập bản nháp mới.",
        "This schedule has been in force and is not changed. Draft a new one.",
    ),
    "schedule_not_open": Message(
        409,
        "Quy định này không còn để ngỏ ngày kết thúc.",
        "This schedule has its last day already, or was never in force.",
    ),
    "close_day_wrong": Message(
        422, "Ngày kết thúc phải sau ngày bắt đầu {day}.", "The end must come after the beginning, {day}."
    ),
    "close_reason_missing": Message(422, "Hãy ghi lý do kết thúc.", "Give the reason for ending it."),
    "no_parent_schedule": Message(
        422,
        "Cấp trên chưa có quy định mức chi áp dụng từ ngày {day}, nên chưa tính theo tỷ lệ được.",
        "The parent has no rate schedule in force from {day}, so no percent of it can be paid.",
    ),
    "schedule_file_wrong": Message(
        422,
        "Tệp quy định có {count} chỗ sai nên chưa nhận: {problem}",
        "The schedule file has {count} mistakes and was not taken: {problem}",
    ),
    "erase_money_due": Message(
        409,
        "Còn nhuận bút chưa chi xong cho người này nên chưa xoá được: còn cần thông tin nhận tiền. Chi xong hãy xoá.",
        "Royalties are still due to this person, and paying needs the details. Pay first, then erase.",
    ),
    "whatif_period_long": Message(
        422, "Chỉ tính thử được nhiều nhất hai năm một lần.", "A what-if covers two years at most."
    ),
    "list_wrong": Message(
        422,
        "Danh sách còn {count} chỗ sai nên chưa tính: {problem}",
        "The list has {count} mistakes and was not reckoned: {problem}",
    ),
    "proposal_empty": Message(
        422,
        "Kỳ này tính ra 0 đồng nên chưa có gì để đề nghị. Hãy chọn kỳ khác hoặc quy định khác.",
        "This period comes to 0 đồng, so there is nothing to ask for. Choose another period or schedule.",
    ),
    "proposal_no_letterhead": Message(
        422,
        "Trang chưa có phần đầu văn bản (tên cơ quan, nơi ban hành) nên chưa lập được tờ trình.",
        "The portal has no letterhead yet (issuing body, place), so no proposal can be made.",
    ),
    "report_no_letterhead": Message(
        422,
        "Trang chưa có phần đầu văn bản (tên cơ quan, nơi ban hành) nên chưa lập được báo cáo.",
        "The portal has no letterhead yet (issuing body, place), so no report can be made.",
    ),
    "proposal_amount_wrong": Message(422, "Số tiền đề nghị phải lớn hơn 0.", "The amount asked for must be above 0."),
    "proposal_personal_number": Message(
        422,
        "Tờ trình không ghi số định danh, số tài khoản của ai. Hãy bỏ dãy số dài đi.",
        "A proposal names nobody's personal or account number. Take the long number out.",
    ),
    **CHECK_MESSAGES,
    "law_differs": Message(
        409,
        "“{entry}” trong tệp khác với dòng đã lưu; dòng đã dùng không sửa được.",
        "“{entry}” in the file differs from the stored row; rows in use are not changed.",
    ),
    **PAYOUT_MESSAGES,
}

PAYMENT_MESSAGES |= refusals_of_work.MESSAGES


class PaymentError(DomainError):
    """A rule of money says no."""

    catalogue: ClassVar[Mapping[str, Message]] = PAYMENT_MESSAGES
