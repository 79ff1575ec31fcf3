"""Liveness: is this web process able to answer? Readiness asks questions of the apps and lives there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """`200 ok`, without database, cache or session: a slow database must not get the web restarted."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})
