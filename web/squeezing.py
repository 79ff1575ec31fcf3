"""Pages travel squeezed over weak networks: a fifth of their bytes."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class SqueezedPages(GZipMiddleware):
    """Pages only: papers, photos and sheets are squeezed already, and answers of the API stay as their makers tune
    them. Django pads each page by a random length, so that its size tells nothing about secrets in it (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
