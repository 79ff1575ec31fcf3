"""Documents, saved views, feeds, the website that is watched."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "document_genre_missing": Message(
        409,
        "Trang chưa có thể loại văn bản. Hãy nhờ người quản trị thêm.",
        "The portal has no genre for documents. Ask the administrator to add one.",
    ),
    "document_without_place": Message(
        422,
        "Hãy gửi tệp văn bản, hoặc dán địa chỉ văn bản trên trang.",
        "Send the document's file, or paste its address on the website.",
    ),
    "document_there": Message(
        409,
        "Văn bản số {number} cùng loại, cùng nơi và ngày ban hành đã được ghi.",
        "A document {number} of this type, issuer and day is there already.",
    ),
    "document_file_kind": Message(
        422,
        "Tệp văn bản phải là PDF, Word (.doc, .docx), Excel (.xls, .xlsx) hoặc OpenDocument (.odt, .ods).",
        "A document's file is PDF, Word (.doc, .docx), Excel (.xls, .xlsx) or OpenDocument (.odt, .ods).",
    ),
    "document_file_large": Message(422, "Tệp lớn quá {limit} MB.", "The file is larger than {limit} MB."),
    "view_name_missing": Message(422, "Hãy đặt tên cho bộ lọc.", "Give the view a name."),
    "view_empty": Message(
        422, "Chưa lọc gì nên không có gì để lưu.", "Nothing is filtered, so there is nothing to save."
    ),
    "view_unknown_filter": Message(
        422,
        "Không có cách lọc “{filter}”, hoặc giá trị quá dài.",
        "There is no filter “{filter}”, or its value is too long.",
    ),
    "too_many_views": Message(
        409,
        "Bạn đã lưu {limit} bộ lọc. Hãy xoá bớt trước.",
        "You have saved {limit} views. Delete some first.",
    ),
    "feed_name_missing": Message(422, "Hãy ghi khoá này để cho trang nào dùng.", "Say which website this key is for."),
    "feed_key_revoked": Message(409, "Khoá này đã thu hồi rồi.", "This key was revoked already."),
    "too_many_feed_keys": Message(
        409, "Đang có {limit} khoá còn dùng. Hãy thu hồi bớt trước.", "{limit} keys are in use. Revoke some first."
    ),
    "website_address_wrong": Message(
        422,
        "Địa chỉ trang phải như https://xa-mau.example, không quá 300 chữ.",
        "A website's address is like https://xa-mau.example, at most 300 letters.",
    ),
    "website_elsewhere": Message(
        422,
        "Địa chỉ nguồn tin phải nằm trên chính trang {host}.",
        "The feed's address must lie on the website {host} itself.",
    ),
    "website_private": Message(
        422,
        "Tên trang dẫn vào mạng nội bộ nên không đọc.",
        "The website's name leads into a private network, so it is not read.",
    ),
    "website_unreachable": Message(
        502,
        "Không kết nối được với trang, hoặc trang trả lời quá chậm.",
        "The website cannot be reached or is too slow.",
    ),
    "website_refuses": Message(
        502,
        "Trang không cho đọc nguồn tin.",
        "The website does not give its feed.",
    ),
    "website_large": Message(502, "Nguồn tin quá lớn nên không đọc.", "The feed is too large and is not read."),
    "website_not_feed": Message(
        502,
        "Địa chỉ này không phải nguồn tin RSS, Atom hay sơ đồ trang (sitemap).",
        "There is no RSS feed, Atom feed or sitemap at this address.",
    ),
    "website_without_feed": Message(
        409,
        "Chưa ghi địa chỉ nguồn tin của trang. Hãy nhờ trưởng ban hoặc người quản trị.",
        "The website's feed is not set up. Ask the head of the board or the administrator.",
    ),
    "readers_unpublished": Message(
        409, "Bài chưa lên trang nên chưa có lượt xem.", "The piece is not published, so nobody has opened it."
    ),
    "readers_count_wrong": Message(
        422, "Số lượt xem phải là số từ 0 đến 100.000.000.", "The number of views is between 0 and 100,000,000."
    ),
    "readers_day_wrong": Message(
        422,
        "Ngày tính đến phải từ ngày đăng đến hôm nay.",
        "The day lies between the publication and today.",
    ),
    "sighting_answered": Message(409, "Đề nghị này đã được trả lời rồi.", "This was answered already."),
}
