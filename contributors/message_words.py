"""What the office says to people outside the pages, said once: short, with one link, in the language of who gets it.

No text holds an amount, an account number or an identity number: Zalo and SMS are read on other people's phones. A
title in which such a figure stands is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST = 700  # the column's width; seven SMS
LONGEST_TITLE = 160
# An amount with its unit, and a run of digits as long as the shortest account or identity number, points apart or not.
FIGURES = re.compile(
    r"\d[\d.,\s]*\s*(?:đ|đồng|vnđ|vnd|triệu|tỷ|tỉ|nghìn|ngàn)\b"
    r"|(?:\d[\s.\-]?){8,}"
    r"|(?<!\d)\d{1,3}(?:[.,]\d{3})+(?!\d)",
    re.IGNORECASE,
)

WORDS: Mapping[str, Any] = {
    "returned": gettext_lazy(
        "Chào %(name)s. %(portal)s đã đọc %(title)s và nhờ sửa thêm. Xem chỗ cần sửa rồi gửi lại: %(link)s"
    ),
    "declined": gettext_lazy(
        "Chào %(name)s. %(portal)s đã đọc %(title)s nhưng lần này không dùng được. Xem lý do: %(link)s\n"
        "Cảm ơn %(name)s, mong có bài sau."
    ),
    "approved": gettext_lazy("Chào %(name)s. %(title)s đã được duyệt, sắp lên trang %(portal)s. Theo dõi: %(link)s"),
    "published": gettext_lazy(
        "Chào %(name)s. %(title)s đã lên trang %(portal)s: %(link)s\nXin cảm ơn. Mời người nhà, bà con cùng xem."
    ),
    "call": gettext_lazy(
        "%(portal)s mời %(name)s viết: %(title)s. Hạn gửi %(deadline)s. Ai nhận thì bấm vào đây: %(link)s"
    ),
    "welcome": gettext_lazy(
        "Chào %(name)s. Ban biên tập %(portal)s đã nhận %(name)s làm cộng tác viên.\n"
        "Vào trang của mình tại: %(link)s\n"
        "Thấy việc hay ở ấp, ngành mình thì viết vài câu, chụp ảnh rồi bấm Gửi tin, bài."
    ),
    "welcome_once": gettext_lazy(
        "Chào %(name)s. Ban biên tập %(portal)s đã nhận %(name)s làm cộng tác viên.\n"
        "Bấm vào đây để vào trang của mình (dùng một lần): %(link)s\n"
        "Thấy việc hay ở ấp, ngành mình thì viết vài câu, chụp ảnh rồi bấm Gửi tin, bài."
    ),
    "not_taken": gettext_lazy(
        "Chào %(name)s. %(portal)s đã đọc đơn của %(name)s (biên nhận %(receipt)s), lần này chưa nhận được. "
        "Xem lý do và đăng ký lại khi nào tiện: %(link)s\nCảm ơn %(name)s."
    ),
    "registered": gettext_lazy(
        "Chào %(name)s. %(portal)s đã nhận tên %(name)s để làm cộng tác viên, số biên nhận %(receipt)s. "
        "Ban biên tập sẽ trả lời. Xem tới đâu rồi: %(link)s"
    ),
    "training": gettext_lazy(
        "%(portal)s mời %(name)s dự %(title)s, ngày %(day)s. Ai đi được xin nhắn lại cho đầu mối."
    ),
    "invitation": gettext_lazy(
        "%(portal)s mời %(name)s viết tin, gửi ảnh.\n"
        "Bấm vào đây để đăng ký, chừng một phút: %(link)s\n"
        "Dùng đến hết ngày %(day)s."
    ),
    "invitation_paid": gettext_lazy(
        "%(portal)s mời %(name)s viết tin, gửi ảnh.\n"
        "Bấm vào đây để đăng ký, chừng một phút: %(link)s\n"
        "Tin, bài được đăng có nhuận bút theo quy định.\n"
        "Dùng đến hết ngày %(day)s."
    ),
    "way_in": gettext_lazy(
        "Chào %(name)s! Đây là đường vào Bút Làng của %(portal)s: %(link)s\n"
        "Bấm vào, đặt mã PIN 6 số là xong. Đường này dùng được một lần, trong 3 ngày; xin đừng chuyển cho người khác."
    ),
    "check": gettext_lazy(
        "%(portal)s mời %(name)s kiểm tra nhuận bút “%(title)s” trước khi chi.\n"
        "Bấm vào đây, đăng nhập rồi xem từng khoản đã đúng chưa: %(link)s\n"
        "Trả lời trong %(days)s ngày, kể từ hôm nay. Ai không có máy thì nhờ đầu mối ấp, ngành trả lời giúp."
    ),
    "statement": gettext_lazy(
        "Chào %(name)s. %(portal)s đã có phiếu nhuận bút “%(title)s” của %(name)s. Đăng nhập để xem: %(link)s"
    ),
    "paid": gettext_lazy(
        "Chào %(name)s. Nhuận bút “%(title)s” của %(name)s đã được chi. Chưa nhận được thì báo kế toán. Xem: %(link)s"
    ),
    "paid_back": gettext_lazy(
        "Chào %(name)s. Tiền nhuận bút “%(title)s” gửi cho %(name)s không tới nơi. "
        "Xin xem lại nơi nhận tiền, hoặc gọi kế toán: %(link)s"
    ),
    "urgent": gettext_lazy(
        "%(portal)s có tin cần duyệt gấp: %(title)s. Bấm vào đây, mở khoá bằng mã PIN rồi duyệt: %(link)s\n"
        "Đường này chỉ mở đúng tin này, dùng đến %(deadline)s."
    ),
}


def words_for(kind: str, *, language: str = "vi", path: str = "", **values: str) -> str:
    """The whole text. `path` follows the installation's address, `link` is a whole one; `title` is quoted."""
    given = {"link": f"{settings.BASE_URL}{path}", **values}
    with translation.override(language):
        given["title"] = _titled(kind, given.get("title", ""))
        return str(WORDS[kind] % given)


def without_figures(text: str) -> bool:
    """Whether nothing stands in a text that must not be sent: no amount, no long number. Links count by their ids."""
    return FIGURES.search(re.sub(r"https?://\S+", "", text)) is None


def _titled(kind: str, title: str) -> str:
    """A title between quotation marks; one that is missing or holds a figure is named by what it is."""
    fits = bool(title.strip()) and without_figures(title)
    short = title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"
    if kind in {"check", "statement", "paid", "paid_back"}:
        return short if fits else _("kỳ này")
    if kind == "training":
        return short if fits else _("buổi tập huấn")
    return f"“{short}”" if fits else _("bài của bạn")
