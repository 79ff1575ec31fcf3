"""Units, portals, the board, spreadsheets of units."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "not_a_spreadsheet": Message(
        422,
        "Tệp này không phải bảng tính đọc được. Hãy gửi tệp Excel (.xlsx, .xls), OpenDocument (.ods) hoặc .csv.",
        "This file is no readable spreadsheet. Send Excel (.xlsx, .xls), OpenDocument (.ods) or .csv.",
    ),
    "spreadsheet_encrypted": Message(
        422,
        "Tệp đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi gửi lại.",
        "The file has a password and cannot be read. Remove it and send the file again.",
    ),
    "spreadsheet_too_large": Message(
        422, "Tệp lớn quá {limit} MB. Hãy chia thành nhiều tệp.", "The file is larger than {limit} MB. Split it."
    ),
    "spreadsheet_unpacks_too_large": Message(
        422,
        "Tệp bung ra quá lớn nên không mở. Hãy chép riêng phần cần dùng sang một tệp mới.",
        "The file unpacks to too much and is not opened. Copy what is needed into a new file.",
    ),
    "too_many_rows": Message(
        422,
        "Bảng có quá {limit} dòng. Hãy chia thành nhiều tệp.",
        "The sheet has more than {limit} rows. Split it.",
    ),
    "too_many_columns": Message(422, "Bảng có quá {limit} cột.", "The sheet has more than {limit} columns."),
    "headings_missing": Message(
        422,
        "Không thấy cột {headings}. Hãy giữ dòng tên cột như trong tệp mẫu.",
        "There is no column {headings}. Keep the row of headings as in the template.",
    ),
    "unit_name_missing": Message(422, "Hãy ghi tên ấp, ngành, đơn vị.", "Give the unit's name."),
    "unit_name_taken": Message(
        409, "Đã có đơn vị đang hoạt động tên “{name}” ở cùng nơi.", "An open unit “{name}” is there already."
    ),
    "unit_kind_unknown": Message(422, "Không có loại đơn vị “{kind}”.", "There is no kind of unit “{kind}”."),
    "unit_parent_wrong": Message(
        422,
        "Không xếp được vào đó: đơn vị trên phải đang hoạt động và không nằm trong chính đơn vị này.",
        "It cannot go there: the unit above must be open and not lie within this one.",
    ),
    "unit_has_children": Message(
        409,
        "Còn {count} đơn vị nằm trong đơn vị này. Hãy đóng hoặc chuyển chúng trước.",
        "{count} units lie within this one. Close or move them first.",
    ),
    "unit_has_later_members": Message(
        409,
        "Có {count} người vào đơn vị này từ ngày đó trở đi. Hãy chọn ngày sau đó, hoặc chuyển họ trước.",
        "{count} people joined this unit on or after that day. Choose a later day, or move them first.",
    ),
    "units_too_few": Message(
        422, "Hãy chọn ít nhất hai đơn vị khác nhau để nhập.", "Choose two different units or more."
    ),
    "date_before_opening": Message(
        422, "Ngày phải sau ngày {day} là ngày đơn vị bắt đầu.", "The day must be after {day}, when the unit began."
    ),
    "legal_basis_missing": Message(
        422, "Hãy ghi số nghị quyết hoặc quyết định.", "Give the number of the resolution or decision."
    ),
    "sheet_has_wrong_rows": Message(
        409,
        "Còn {count} dòng sai nên chưa ghi dòng nào. Hãy sửa trong tệp rồi gửi lại.",
        "{count} rows are wrong, so none is written. Correct the file and send it again.",
    ),
    "sheet_answered": Message(409, "Bảng này đã được ghi hoặc bỏ rồi.", "This sheet was written or discarded already."),
    "sheet_empty": Message(422, "Bảng không có dòng nào.", "The sheet has no rows."),
    "place_unknown": Message(
        422,
        "Không có tỉnh, xã này trong danh mục từ ngày 01/7/2025.",
        "There is no such province or commune in the list of 1 July 2025.",
    ),
    "portal_name_missing": Message(422, "Hãy ghi tên trang.", "Give the portal's name."),
    "time_zone_unknown": Message(422, "Không có múi giờ này.", "There is no such time zone."),
    "letterhead_missing": Message(
        422, "Hãy ghi tên cơ quan và địa danh in trên giấy tờ.", "Give the office and the place that papers name."
    ),
    "founding_over": Message(
        409,
        "Đã có tin, bài gửi về nên không bỏ được như chưa có. Hãy cho thôi theo quyết định.",
        "Pieces were sent in already, so this is not undone. End it by a decision.",
    ),
    "portal_closed": Message(
        409,
        "Trang này đã nhập vào trang “{portal}”. Hãy làm việc này ở trang đó.",
        "This portal was merged into “{portal}”. Do this there.",
    ),
    "portal_into_itself": Message(422, "Một trang không nhập vào chính nó.", "A portal does not merge into itself."),
    "day_ahead": Message(422, "Ngày này chưa tới.", "This day has not come yet."),
    "decision_missing": Message(422, "Hãy ghi số quyết định.", "Give the number of the decision."),
    "dates_wrong": Message(422, "Ngày hết phải sau ngày bắt đầu.", "The last day must come after the first."),
    "already_ended": Message(409, "Việc này đã kết thúc trước ngày đó.", "This ended before that day already."),
    "last_admin": Message(
        409,
        "Đây là người quản trị cuối cùng. Hãy cấp quyền quản trị cho người khác trước, nếu không sẽ không còn ai "
        "cấp được quyền.",
        "This is the last administrator. Make someone else administrator first, or nobody could give rights.",
    ),
    "grant_to_oneself": Message(
        403, "Không ai tự cấp hoặc tự xác nhận quyền cho mình.", "Nobody gives or confirms a right of their own."
    ),
    "grant_twice": Message(
        409,
        "Người này đã có hoặc đang chờ quyền này trong thời gian đó.",
        "This person has this right, or waits for it, in that time already.",
    ),
    "grant_without_unit": Message(
        422, "Chỉ quyền đầu mối mới gắn với một ấp, ngành.", "Only a focal person's right belongs to a unit."
    ),
    "grant_answered": Message(
        409, "Đề nghị này đã được trả lời, hoặc chưa có ai xác nhận.", "This was answered already, or never confirmed."
    ),
}
