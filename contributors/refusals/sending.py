"""Sending: genres and topics, the pledge, texts, files on their way, photos, films and recordings."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "code_malformed": Message(
        422,
        "Mã chỉ gồm chữ thường không dấu, chữ số và dấu gạch, không quá 40 ký tự.",
        "A code consists of lower-case letters, digits, hyphens and underscores, at most 40.",
    ),
    "code_taken": Message(409, "Mã “{word}” đã dùng.", "The code “{word}” is in use."),
    "name_of_kind_missing": Message(422, "Hãy ghi tên.", "Give it a name."),
    "counts_as_fixed": Message(
        409,
        "Thể loại này đã có tin, bài nên không đổi cách tính được. Hãy lập thể loại mới.",
        "There are pieces of this genre, so what it counts as cannot change. Make a new genre.",
    ),
    "order_incomplete": Message(
        409,
        "Danh sách vừa thay đổi. Hãy tải lại trang rồi sắp xếp lại.",
        "The list has changed meanwhile. Reload, then put it in order again.",
    ),
    "genre_retired": Message(
        422, "Trang không còn nhận thể loại “{genre}”.", "The portal takes no more pieces of the genre “{genre}”."
    ),
    "topic_retired": Message(422, "Chuyên mục “{topic}” không còn dùng.", "The topic “{topic}” is no longer in use."),
    "pledge_missing": Message(
        422, "Hãy đọc và đồng ý lời cam đoan trước khi gửi.", "Read the pledge and agree to it before sending."
    ),
    "pledge_unknown": Message(422, "Không có lời cam đoan nào như vậy.", "There never was such a pledge."),
    "pledge_old": Message(
        409,
        "Lời cam đoan đã có bản mới. Hãy đọc lại rồi gửi.",
        "There is a new text of the pledge. Read it, then send.",
    ),
    "text_long": Message(
        422,
        "Nội dung có {words} chữ, nhiều nhất là {limit} chữ. Phần vừa viết còn nguyên; hãy chia thành nhiều bài.",
        "The text has {words} words, at most {limit} are taken. It is still here; make several pieces of it.",
    ),
    "words_few": Message(
        422,
        "Thể loại “{genre}” cần ít nhất {least} chữ, bài đang có {words} chữ.",
        "The genre “{genre}” needs at least {least} words, there are {words}.",
    ),
    "photos_few": Message(
        422,
        "Thể loại “{genre}” cần ít nhất {least} ảnh, bài đang có {photos} ảnh.",
        "The genre “{genre}” needs at least {least} photos, there are {photos}.",
    ),
    "duration_missing": Message(
        422,
        "Thể loại “{genre}” cần tệp hoặc địa chỉ video, ghi âm, kèm thời lượng.",
        "The genre “{genre}” needs a film or recording (file or address) and how long it is.",
    ),
    "source_missing": Message(
        422,
        "Tin, bài không phải tự viết thì hãy ghi lấy từ đâu.",
        "A piece that is not your own writing must say where it comes from.",
    ),
    "language_unknown": Message(422, "Không có ngôn ngữ “{language}”.", "There is no language “{language}”."),
    "revision_unknown": Message(404, "Không có bản {number}.", "There is no version {number}."),
    "uploads_waiting": Message(
        409,
        "Còn {count} tệp chưa gửi xong hoặc đang xử lý. Chờ xong rồi gửi; tệp nào không cần nữa thì bỏ.",
        "{count} files are still on their way or being worked on. Wait until they are here, or drop those not needed.",
    ),
    "uploads_failed": Message(
        409,
        "Có {count} tệp không dùng được. Hãy bỏ tệp ấy hoặc gửi tệp khác.",
        "{count} files cannot be used. Drop them, or send others.",
    ),
    "upload_gap": Message(
        409,
        "Máy chủ mới nhận được {received} byte. Hãy gửi tiếp từ đó.",
        "The server has {received} bytes. Go on from there.",
    ),
    "upload_past_end": Message(
        422, "Phần gửi lên dài hơn tệp đã báo ({size} byte).", "The part goes beyond the announced {size} bytes."
    ),
    "upload_ended": Message(409, "Tệp này đã xong hoặc đã bỏ.", "This upload has ended."),
    "upload_differs": Message(
        409,
        "Tệp nhận được không giống tệp đã gửi. Hãy gửi lại từ đầu.",
        "What arrived is not the file that was announced. Send it again from the beginning.",
    ),
    "genre_fixed": Message(
        409,
        "Bài đã duyệt, hoặc loại mới là một thứ khác hẳn (như từ tin sang video). Hãy viết thành bài mới.",
        "The piece is approved, or the new genre is another thing altogether (film, not news). Write a new one.",
    ),
    "upload_empty": Message(422, "Tệp không có gì bên trong.", "The file is empty."),
    "uploads_many": Message(409, "Một bài có nhiều nhất {limit} tệp.", "A piece has at most {limit} files."),
    "digest_malformed": Message(
        422, "Mã SHA-256 phải gồm 64 chữ số thập lục phân.", "A SHA-256 has 64 hexadecimal digits."
    ),
    "media_large": Message(
        422,
        "Tệp lớn quá {limit} MB. Hãy đưa lên nơi khác rồi ghi địa chỉ.",
        "The file is larger than {limit} MB. Put it elsewhere and give its address.",
    ),
    "media_unreadable": Message(
        422,
        "Tệp này không phải video hay ghi âm đọc được (MP4, MOV, WebM, MP3, M4A, OGG, WAV).",
        "This file is no readable film or recording (MP4, MOV, WebM, MP3, M4A, OGG, WAV).",
    ),
    "media_twice": Message(409, "Tệp này đã có trong bài.", "This file is already in the piece."),
    "photo_order_differs": Message(
        422, "Thứ tự phải có đủ ảnh của bài, mỗi ảnh một lần.", "The order must name every photo of the piece once."
    ),
    "blur_areas_wrong": Message(
        422,
        "Hãy chọn từ 1 đến {most} vùng cần làm mờ, nằm trong ảnh.",
        "Choose 1 to {most} areas to blur, inside the photo.",
    ),
}
