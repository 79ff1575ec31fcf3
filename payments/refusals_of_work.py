"""Named errors of checks and background work, each in plain Vietnamese and English."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "books_do_not_agree": Message(
        409,
        "Chưa phát hành được vì sổ không khớp. Điều sau đây không đúng: “{invariant}” (dòng {rows}). Chưa có gì "
        "được đánh số; hãy báo người quản trị.",
        "Nothing was issued, because the books do not agree. This does not hold: “{invariant}” (rows {rows}). No "
        "number was taken; tell the administrator.",
    ),
    "books_check_running": Message(
        409, "Máy đang kiểm tra sổ. Hãy chờ lần này xong.", "The books are being checked. Wait until that is done."
    ),
    "no_job_to_pause": Message(409, "Không có việc nào đang chờ để tạm dừng.", "No job waits that could be paused."),
    "no_job_paused": Message(409, "Không có việc nào đang tạm dừng.", "No job is paused."),
    "no_job_stopped": Message(409, "Không có việc nào cần làm lại.", "No job needs to be tried again."),
    "no_job_to_cancel": Message(
        409,
        "Không có việc nào bỏ được: việc đã xong, hoặc máy đang làm dở và sẽ xong ngay.",
        "No job can be given up: it is done, or a worker holds it and will be done soon.",
    ),
    "run_not_issued": Message(409, "Kỳ này chưa phát hành nên chưa có gì để in.", "The run is not issued yet."),
    "nothing_to_render": Message(
        409, "Giấy tờ của kỳ đã đủ hoặc đang chờ in.", "The papers are all there, or wait to be rendered."
    ),
}
