"""Who calls: HTTP Basic by login phone and password, or the session of the pages (with CSRF).

Basic sends the password with every request: offer it over TLS only. Failed logins are throttled by phone
and by the caller's address.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.contrib.auth import authenticate
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

from contributors.errors import DomainError
from contributors.models import Account
from contributors.names import normal_phone

log = logging.getLogger(__name__)


class FailedLogins(SimpleRateThrottle):
    """Counts failures only, in windows of the clock. Without the cache nobody is locked out."""

    num_requests: int
    duration: int

    def __init__(self, phone: str) -> None:
        super().__init__()
        self.phone = phone

    def allow_request(self, request: Request, view: Any) -> bool:
        key = self.get_cache_key(request, view)
        try:
            return key is None or bool(self.cache.get(key, 0) < self.num_requests)
        except (RedisError, OSError) as problem:
            log.warning("failed logins are not throttled, the cache is away: %s", type(problem).__name__)
            return True

    def count_failure(self, request: Request, view: Any = None) -> None:
        key = self.get_cache_key(request, view)
        if key is None:
            return
        try:
            if not self.cache.add(key, 1, self.duration):
                self.cache.incr(key)
        except (RedisError, OSError, ValueError) as problem:  # ValueError: the window ended in between
            log.warning("a failed login was not counted: %s", type(problem).__name__)

    def wait(self) -> float:
        """Seconds to the end of the window."""
        return self.duration - time.time() % self.duration

    def window_key(self, ident: str) -> str:
        """No phone and no address stands in the cache in clear."""
        window = int(time.time() // self.duration)
        return f"api-login-{self.scope}-{salted_hmac('api.auth', ident).hexdigest()}-{window}"

    def address(self, request: Request) -> str:
        """The caller's; X-Forwarded-For is believed only as far as NUM_PROXIES says."""
        if api_settings.NUM_PROXIES is None:
            return str(request.META.get("REMOTE_ADDR", ""))
        return str(self.get_ident(request))


class FailuresOfPhone(FailedLogins):
    """One caller guessing at one phone."""

    scope = "phone"
    rate = "10/h"

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - the framework's signature
        return self.window_key(f"{self.phone} {self.address(request)}")


class FailuresOfAddress(FailedLogins):
    """One caller guessing at many phones."""

    scope = "address"
    rate = "100/h"

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - the framework's signature
        return self.window_key(self.address(request))


class BasicLogin(BasicAuthentication):
    """Login phone (0912… or +84912…) and password."""

    www_authenticate_realm = "But Lang"
    throttles: tuple[type[FailedLogins], ...] = (FailuresOfPhone, FailuresOfAddress)

    def authenticate_credentials(
        self, userid: str, password: str, request: Request | None = None
    ) -> tuple[Account, None]:
        """Raises AuthenticationFailed, or Throttled once there were too many failures."""
        if request is None:
            raise AuthenticationFailed
        try:
            phone = normal_phone(userid)
        except DomainError:
            phone = ""
        throttles = [throttle(phone) for throttle in self.throttles]
        for throttle in throttles:
            if not throttle.allow_request(request, None):
                raise Throttled(wait=throttle.wait())
        account = authenticate(request, login_phone=phone, password=password) if phone else None
        if not isinstance(account, Account):
            for throttle in throttles:
                throttle.count_failure(request)
            raise AuthenticationFailed
        return account, None


class SessionLogin(SessionAuthentication):
    """The session of the web pages; anything but reading needs the CSRF token."""
