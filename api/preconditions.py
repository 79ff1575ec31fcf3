"""ETags of what is read, and 304 for whoever has it already.

A reading's ETag is the hash of its body; where the thing has a version, `"version.hash"`. So one value serves both: as
If-None-Match it says whether anything at all differs (what one may do with a piece changes without a new version), as
If-Match only its version counts.
"""

from __future__ import annotations

import base64
import hashlib

from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.response import Response

SUCCESS = 200
KEPT_HEADERS = ("Cache-Control", "Content-Location", "Expires", "Vary", "X-Request-ID")


def unless_unchanged(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The rendered answer to a reading with its ETag, or 304 without a body. Answers to be kept nowhere get none."""
    if request.method != "GET" or response.status_code != SUCCESS or not isinstance(response, Response):
        return response
    if "no-store" in response.get("Cache-Control", ""):
        return response
    version = response.get("ETag", "").strip('"')
    digest = base64.urlsafe_b64encode(hashlib.sha256(response.content).digest()[:18]).decode()
    etag = f'"{version}.{digest}"' if version else f'"{digest}"'
    response["ETag"] = etag
    seen = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" not in seen and etag not in {one.removeprefix("W/") for one in seen}:
        return response
    same = HttpResponseNotModified(headers={"ETag": etag})
    for name in KEPT_HEADERS:
        if name in response:
            same[name] = response[name]
    return same
