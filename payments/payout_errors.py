"""Named errors of money going out: batches, the bank's answers, funds and the journal."""

from __future__ import annotations

from contributors.refusals.message import Message

PAYOUT_MESSAGES: dict[str, Message] = {
    "batch_empty": Message(
        422,
        "Không có khoản chi nào như vậy đang chờ vào đợt.",
        "No payout of this kind waits to be gathered.",
    ),
    "batch_kind_wrong": Message(
        422,
        "Mẫu “{template}” không dùng cho đợt loại này.",
        "The template “{template}” is not for batches of this kind.",
    ),
    "batch_wrong_state": Message(
        409,
        "Đợt chi đang ở bước “{state}” nên chưa làm việc này được.",
        "The batch is at “{state}”, so this cannot be done.",
    ),
    "batch_not_ready": Message(
        409,
        "Còn {count} chỗ phải sửa trước khi lấy tệp: {problem}",
        "{count} things must be put right before the file is taken: {problem}",
    ),
    "batch_not_sent": Message(
        409,
        "Đợt {number} chưa ghi là đã gửi, nên chưa ghi kết quả được.",
        "The batch {number} is not marked as sent, so it has no outcome yet.",
    ),
    "batch_file_missing": Message(
        409,
        "Chưa ai lấy tệp của đợt này. Hãy tải tệp, gửi đi rồi mới ghi là đã gửi.",
        "Nobody has taken the file of this batch. Take it, hand it over, then mark it as sent.",
    ),
    "payouts_none_chosen": Message(422, "Hãy đánh dấu ít nhất một người.", "Tick at least one person."),
    "payout_day_wrong": Message(
        422,
        "Ngày nhận tiền phải từ ngày lập lệnh chi ({day}) đến hôm nay.",
        "The day of payment lies between the order ({day}) and today.",
    ),
    "payout_not_confirmed": Message(
        409, "Khoản này chưa ghi là đã nhận tiền.", "This payout is not confirmed, so nothing is taken back."
    ),
    "revoker_is_confirmer": Message(
        403,
        "Người đã ghi “đã nhận tiền” không tự rút lại; người thứ hai làm việc này.",
        "Who confirmed the payout does not take it back; a second person does.",
    ),
    "template_wrong": Message(
        422,
        "Mẫu tệp có {count} chỗ sai: {problem}",
        "The template has {count} mistakes: {problem}",
    ),
    "template_unknown": Message(422, "Không có mẫu tệp này.", "There is no such template."),
    "template_shipped": Message(
        409,
        "Mẫu có sẵn của chương trình không bỏ được.",
        "A template that comes with the program cannot be given up.",
    ),
    "letters_unwritable": Message(
        422,
        "Bảng mã đã chọn không viết được “{text}”. Hãy chọn UTF-8, hoặc dùng tên không dấu.",
        "The chosen encoding cannot write “{text}”. Choose UTF-8, or names without tone marks.",
    ),
    "result_wrong_state": Message(
        409, "Tệp kết quả này đã ghi hoặc đã bỏ rồi.", "This result was applied or discarded already."
    ),
    "result_empty": Message(
        422,
        "Không dòng nào của tệp khớp với đợt chi này, nên không có gì để ghi.",
        "No row of the file matches this batch, so there is nothing to apply.",
    ),
    "fund_source_missing": Message(422, "Hãy ghi nguồn kinh phí.", "Name the source of the money."),
    "fund_year_wrong": Message(
        422, "Năm ngân sách phải từ {first} đến {last}.", "The budget year lies between {first} and {last}."
    ),
    "fund_amount_wrong": Message(422, "Số tiền phải lớn hơn 0.", "The amount must be above 0."),
    "fund_cut_off_wrong": Message(
        422,
        "Ngày khoá sổ phải từ 01/01/{year} đến 31/12/{next}.",
        "The cut-off lies between 01/01/{year} and 31/12/{next}.",
    ),
    "fund_twice": Message(
        409,
        "Đã có dự toán năm {year} của nguồn này. Hãy bổ sung vào đó.",
        "There is a fund of {year} from this source already. Add to it.",
    ),
    "fund_change_missing": Message(
        422,
        "Hãy ghi số tiền bổ sung hoặc cắt giảm khác 0.",
        "Give an amount to add or to cut, other than 0.",
    ),
    "fund_decision_missing": Message(
        422, "Hãy ghi số quyết định bổ sung hoặc cắt giảm.", "Give the number of the decision that changes it."
    ),
    "fund_cut_too_deep": Message(
        409,
        "Chỉ cắt giảm được nhiều nhất {left} đ: phần còn lại đã duyệt chi hoặc đã phát hành.",
        "At most {left} đ can be cut: the rest is approved or issued.",
    ),
    "warn_days_wrong": Message(
        422, "Số ngày báo trước phải từ 0 đến {most}.", "The days of warning go from 0 to {most}."
    ),
    "journal_account_wrong": Message(
        422,
        "Số hiệu tài khoản gồm 3 đến 12 chữ số, có thể có dấu chấm: “{value}” chưa đúng.",
        "A ledger account has 3 to 12 digits, dots allowed: “{value}” is not one.",
    ),
    "journal_unbalanced": Message(
        409,
        "Bút toán chưa khớp với phiếu và khoản chi (lệch {difference} đ) nên chưa xuất được. Hãy báo người quản trị.",
        "The entries differ from statements and payouts by {difference} đ, so none are exported. Tell the admin.",
    ),
}
