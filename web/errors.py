"""What the domain refuses, and what went wrong, as pages that say what to do and whom to call.

Inside a form a refusal becomes the error summary instead (`web.forms`).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from contributors.errors import DomainError

HEADINGS = {
    403: _("Trang này không dành cho bạn"),
    404: _("Không tìm thấy"),
    410: _("Không còn nữa"),
    409: _("Nội dung vừa có thay đổi"),
    422: _("Chưa làm được"),
    429: _("Thử quá nhiều lần"),
}
ADVICE = {
    403: _("Không có gì bị mất. Nếu việc này là của bạn, nhờ trưởng ban hoặc người quản trị cấp quyền."),
    404: _("Địa chỉ có thể đã gõ thiếu, hoặc trang không còn nữa. Tin, bài của bạn vẫn còn nguyên."),
    410: _("Đường này đã dùng rồi hoặc đã hết hạn. Hãy xin người gửi đường mới."),
    409: _("Chưa có gì được ghi. Quay lại trang trước, tải lại để thấy bản mới, rồi làm tiếp."),
    422: _("Chưa có gì được ghi. Quay lại trang trước, sửa rồi làm lại."),
    429: _("Hãy đợi rồi thử lại. Nếu gấp, gọi người dưới đây hoặc Ban biên tập."),
}


def refusal_page(request: HttpRequest, refused: DomainError) -> HttpResponse:
    """The error page of a DomainError that no form caught."""
    known = refused.status if refused.status in HEADINGS else 422
    context = {
        "heading": HEADINGS[known],
        "sentence": refused.message(),
        "advice": ADVICE[known],
        "before": page_before(request),
    }
    return render(request, "web/refused.html", context, status=refused.status)


def page_before(request: HttpRequest) -> str:
    """The page of ours from which this one was reached, "" where there is none or it is the same."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return ""
    address = urlsplit(came)
    found = f"{address.path}?{address.query}" if address.query else address.path
    return "" if request.method == "GET" and found == request.get_full_path() else found
