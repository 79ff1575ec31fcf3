"""What the domain refuses, as a page. Inside a form it becomes the error summary instead (`web.forms`)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from contributors.errors import DomainError

HEADINGS = {
    403: _("Trang này không dành cho bạn"),
    404: _("Không tìm thấy"),
    409: _("Nội dung vừa có thay đổi"),
    422: _("Chưa làm được"),
}


def refusal_page(request: HttpRequest, refused: DomainError) -> HttpResponse:
    """The error page of a DomainError that no form caught."""
    return render(
        request,
        "web/refused.html",
        {"heading": HEADINGS.get(refused.status, HEADINGS[422]), "sentence": refused.message()},
        status=refused.status,
    )
