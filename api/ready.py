"""Readiness, for monitors: are database, queue, timer and books in order? No login, no name, no figure of a portal."""

from __future__ import annotations

import time
from threading import Lock

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from payments.health import BAD, look

SECONDS = 5.0  # whoever asks more often than that gets the same answer: asking is no way to load the machine
_lock = Lock()
_last: tuple[float, dict[str, object]] | None = None


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200, or 503 if one check is bad; each check by its code as good, warn or bad."""
    answer = _answer()
    status = 503 if answer["state"] == BAD else 200
    return JsonResponse(answer, status=status, headers={"Cache-Control": "no-store"})


def _answer() -> dict[str, object]:
    global _last  # noqa: PLW0603 - the one answer of this process
    with _lock:
        now = time.monotonic()
        if _last is None or now - _last[0] > SECONDS:
            health = look()
            _last = (now, {"state": health.state, "checks": {check.code: check.state for check in health.checks}})
        return _last[1]
