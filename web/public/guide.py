"""Help with pictures for those who write: how to photograph, how to write, how to send, how the money comes."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from contributors.models import Portal
from web.context import pays_today
from web.page import show


def help_page(request: HttpRequest) -> HttpResponseBase:
    """For everybody. Of money only what holds for the visitor's own portal; nothing where it does not pay."""
    portal: Portal | None = request.portal  # type: ignore[attr-defined]
    return show(request, "public/help.html", {"pays": portal is None or pays_today(portal)})
