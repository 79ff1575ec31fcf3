"""How often one may ask: a fixed window of a minute, counted in Redis in one step, by caller and by address.

An address is what our own proxies saw (`TRUSTED_PROXIES`), never what the caller wrote into X-Forwarded-For. Without
Redis everybody is let in: a rate protects the machine, it guards no right.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from contributors.callers import caller_address
from contributors.models import AccessKey

log = logging.getLogger(__name__)
WINDOW = 60


class _Rate(BaseThrottle, ABC):
    left = 0.0

    @abstractmethod
    def whom(self, request: Request) -> str | None:
        """Whose requests are counted; None: nobody's here."""

    @abstractmethod
    def most(self) -> int:
        """In a minute; 0: as many as they like."""

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        most, whom = self.most(), self.whom(request)
        if not most or whom is None:
            return True
        now = time.time()
        window = int(now // WINDOW)
        self.left = (window + 1) * WINDOW - now
        name = f"rate:{whom}:{window}"
        try:
            if cache.add(name, 1, 2 * WINDOW):
                return True
            return int(cache.incr(name)) <= most
        except (RedisError, ValueError) as problem:  # a ValueError: the count went between two steps
            log.warning("request not counted: %s", type(problem).__name__)
            return True

    def wait(self) -> float:
        return max(1.0, self.left)


class CallerRate(_Rate):
    """By access key, or by account."""

    def whom(self, request: Request) -> str | None:
        if isinstance(request.auth, AccessKey):
            return f"key:{request.auth.pk}"
        return f"account:{request.user.pk}" if request.user else None

    def most(self) -> int:
        return int(settings.API_RATE_CALLER)


class AddressRate(_Rate):
    """By address, before a login is looked at."""

    def whom(self, request: Request) -> str | None:
        return f"address:{caller_address(request.META)}"

    def most(self) -> int:
        return int(settings.API_RATE_ADDRESS)
