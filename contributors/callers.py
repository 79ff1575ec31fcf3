"""From which address a request comes: one answer for both doors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def caller_address(meta: Mapping[str, Any]) -> str:
    """The caller's address by a request's META. X-Forwarded-For is believed as far as TRUSTED_PROXIES says.

    Each proxy of our own appends the address that it saw, so the n-th from the right is what the outermost of n
    proxies saw; what stands left of it was written by the caller.
    """
    seen = str(meta.get("REMOTE_ADDR", ""))
    trusted: int = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    if not trusted or not forwarded:
        return seen
    return forwarded[-min(trusted, len(forwarded))]
