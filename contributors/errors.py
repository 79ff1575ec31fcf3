"""The ground floor's named errors, each in plain Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import get_language

from contributors.refusals import (
    board_work,
    directory,
    identity,
    joining,
    leaving,
    messages,
    past,
    posting,
    reporting,
    sending,
    thanks,
    units,
)
from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {
    "not_allowed": Message(403, "Bạn không có quyền làm việc này.", "You may not do this."),
    "not_found": Message(404, "Không tìm thấy.", "Not found."),
    "stale_version": Message(
        409,
        "Nội dung đã được người khác thay đổi. Hãy tải lại trang, xem bản mới rồi làm tiếp.",
        "Someone else has changed this meanwhile. Reload, look at the new version, then go on.",
    ),
    "wrong_state": Message(
        409,
        "Đang ở trạng thái “{state}” nên không thể {action}.",
        "It is in the state “{state}”, so it cannot be acted on by “{action}”.",
    ),
    "reason_missing": Message(422, "Hãy ghi lý do để tác giả biết.", "Give a reason; the author will see it."),
    "title_missing": Message(422, "Hãy ghi tiêu đề.", "Give a title."),
    "title_long": Message(422, "Tiêu đề dài quá {limit} chữ cái.", "The title is longer than {limit} letters."),
    "text_missing": Message(422, "Hãy viết nội dung.", "Write the text."),
    "author_missing": Message(422, "Hãy ghi tên tác giả.", "Name the author."),
    "shares_not_hundred": Message(
        422,
        "Tỷ lệ của vai trò “{role}” cộng lại là {total} %, phải là 100 %.",
        "The shares of the role “{role}” add up to {total} %, they must be 100 %.",
    ),
    "share_malformed": Message(
        422, "Tỷ lệ phải lớn hơn 0 và không quá 100 %.", "A share must be above 0 and at most 100 %."
    ),
    "credit_twice": Message(422, "Một người chỉ đứng một lần trong một vai trò.", "One person stands in a role once."),
    "role_from_log": Message(
        422,
        "Vai trò “{role}” được ghi khi làm việc đó, không khai trước.",
        "The role “{role}” is recorded when the work is done, it is not declared.",
    ),
    "own_piece": Message(
        403,
        "Bạn là người làm ra tin, bài này nên không thể duyệt. Người khác trong Ban biên tập sẽ duyệt.",
        "You made this piece, so someone else on the board must approve it.",
    ),
    "url_missing": Message(422, "Hãy dán địa chỉ bài trên trang.", "Paste the address on the website."),
    "url_malformed": Message(
        422,
        "Địa chỉ phải bắt đầu bằng http:// hoặc https://.",
        "The address must begin with http:// or https://.",
    ),
    "url_used": Message(
        409, "Địa chỉ này đã ghi cho một tin, bài khác.", "This address belongs to another piece already."
    ),
    "time_ahead": Message(422, "Thời điểm đăng chưa tới.", "The time of publication has not come yet."),
    "photo_unreadable": Message(
        422,
        "Tệp này không phải ảnh đọc được (JPEG, PNG, WebP, HEIC).",
        "This file is no readable photo (JPEG, PNG, WebP, HEIC).",
    ),
    "photo_large": Message(
        422,
        "Ảnh lớn quá {limit} MB hoặc quá nhiều điểm ảnh.",
        "The photo is larger than {limit} MB or has too many pixels.",
    ),
    "photo_twice": Message(409, "Ảnh này đã có trong bài.", "This photo is already in the piece."),
    "document_number_missing": Message(422, "Hãy ghi số, ký hiệu văn bản.", "Give the document's number."),
    "document_only": Message(
        422,
        "Chỉ văn bản mới đăng thẳng; tin, bài phải qua duyệt.",
        "Only documents are posted without review.",
    ),
    "genre_unknown": Message(422, "Không có thể loại “{genre}”.", "There is no genre “{genre}”."),
    "topic_unknown": Message(422, "Không có chuyên mục “{topic}”.", "There is no topic “{topic}”."),
    "person_unknown": Message(422, "Không tìm thấy người này.", "There is no such person."),
    "phone_malformed": Message(
        422,
        "Số điện thoại phải có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09.",
        "A phone number has 10 digits and begins with 03, 05, 07, 08 or 09.",
    ),
    "name_missing": Message(422, "Hãy ghi họ và tên.", "Give the full name."),
    "name_malformed": Message(
        422, "Họ và tên có ký tự không dùng được.", "The name has characters that cannot be used."
    ),
    "birth_year_wrong": Message(422, "Năm sinh không hợp lý.", "The year of birth cannot be right."),
    "consent_missing": Message(
        422,
        "Cần đồng ý cho dùng thông tin để đăng ký.",
        "Registration needs your consent to the use of the details.",
    ),
    "unit_closed": Message(422, "Đơn vị này không còn hoạt động.", "This unit is closed."),
    "already_has_account": Message(409, "Người này đã có tài khoản.", "This person already has an account."),
    "phone_has_account": Message(
        409, "Số điện thoại này đã dùng để đăng nhập.", "This phone number is in use for a login."
    ),
    "not_active": Message(
        422, "Người này chưa được nhận làm cộng tác viên.", "This person is not an active contributor."
    ),
    "grant_same_person": Message(
        403, "Người cấp quyền không đồng thời xác nhận.", "Who grants a right does not confirm it."
    ),
    "seat_taken": Message(409, "Đã có người giữ vị trí này.", "Someone holds this seat already."),
}


EVERY_MESSAGE: Mapping[str, Message] = {
    **MESSAGES,
    **identity.MESSAGES,
    **joining.MESSAGES,
    **units.MESSAGES,
    **directory.MESSAGES,
    **leaving.MESSAGES,
    **messages.MESSAGES,
    **posting.MESSAGES,
    **board_work.MESSAGES,
    **sending.MESSAGES,
    **reporting.MESSAGES,
    **past.MESSAGES,
    **thanks.MESSAGES,
}


class DomainError(Exception):
    """A rule of the domain says no. `code` is stable; the sentence is for people.

    A subclass of a floor adds its own `catalogue`.
    """

    catalogue: ClassVar[Mapping[str, Message]] = EVERY_MESSAGE

    def __init__(self, code: str, *, field: str | None = None, **values: Any) -> None:
        self.code = code
        self.field = field
        self.values = values
        self._message = self.catalogue[code]
        super().__init__(code)

    @property
    def status(self) -> int:
        return self._message.status

    def message(self, language: str | None = None) -> str:
        """The sentence in `language` ("vi", "en"), by default that of the running request."""
        chosen = (language or get_language() or "vi")[:2]
        sentence = self._message.en if chosen == "en" else self._message.vi
        return sentence.format(**self.values)

    def __str__(self) -> str:
        return f"{self.code}: {self.message('en')}"
