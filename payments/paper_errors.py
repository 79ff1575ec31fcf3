"""Named errors about papers: previews, files that are kept nowhere, archives, drafts."""

from __future__ import annotations

from contributors.refusals.message import Message

PAPER_MESSAGES: dict[str, Message] = {
    "preview_not_now": Message(
        409,
        "Chỉ xem thử được khi kỳ đã tính và chưa phát hành.",
        "A preview exists once the run is computed and until it is issued.",
    ),
    "paper_not_kept": Message(
        409,
        "Danh sách có số tài khoản đầy đủ không lưu sẵn. Hãy mở ở trang giấy tờ của kỳ; mỗi lần mở được ghi lại.",
        "The list with account numbers in full is kept nowhere. Open it on the run's page of papers; it is recorded.",
    ),
    "paper_numbers_gone": Message(
        409,
        "Số tài khoản đã được xoá theo thời hạn lưu, nên không in lại được tờ này. Mã SHA-256 của tờ đã in vẫn còn.",
        "Account numbers were erased when their time was over, so this paper cannot be printed again; its hash stays.",
    ),
    "paper_differs": Message(
        409,
        "Bản in lại khác tờ đã phát hành nên không đưa ra. Xin báo người quản trị.",
        "The new print differs from the issued paper and was not given out. Please tell the administrator.",
    ),
    "papers_not_complete": Message(
        409,
        "Giấy tờ của kỳ chưa in xong, xin xem lại sau ít phút.",
        "The run's papers are not complete yet; look again in a minute.",
    ),
    "archive_large": Message(
        409,
        "Gói giấy tờ này lớn, hãy bấm “Đóng gói” để máy làm rồi tải sau.",
        "This archive is large: have it packed first, then download it.",
    ),
    "budget_code_wrong": Message(
        422,
        "Mã đơn vị quan hệ ngân sách gồm chữ số, chữ in hoa, cách nhau bằng dấu chấm hoặc gạch ngang.",
        "A budget code has digits and capital letters, parted by dots or hyphens.",
    ),
    "draft_no_letterhead": Message(
        422,
        "Trang chưa có phần đầu văn bản (tên cơ quan, nơi ban hành) nên chưa lập được dự thảo.",
        "The portal has no letterhead yet (issuing body, place), so no draft can be made.",
    ),
    "pack_reason_missing": Message(
        422, "Hãy ghi lý do lập hồ sơ thanh tra.", "Say why the pack for inspectors is made."
    ),
    "pack_receiver_missing": Message(
        422, "Hãy ghi hồ sơ giao cho ai: tên cơ quan, đoàn thanh tra.", "Say to whom the pack goes: the body, the team."
    ),
    "pack_not_ready": Message(
        409, "Hồ sơ đang được lập, xin xem lại sau ít phút.", "The pack is being made; look again in a minute."
    ),
    "pack_removed": Message(
        409,
        "Tệp của hồ sơ này đã được xoá theo thời hạn giữ. Hãy lập hồ sơ mới.",
        "The file of this pack was removed when its time was over. Have a new one made.",
    ),
    "withholding_year_empty": Message(404, "Năm {year} chưa chi khoản nào.", "Nothing was paid in {year}."),
}
