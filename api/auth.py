"""Who calls: a program by its owner's access key, HTTP Basic by login phone and password, or the session of the pages
(with CSRF).

Basic sends the password with every request: offer it over TLS only. Failed logins are counted by phone and by the
caller's address, together with those of the pages. A key is too long to be guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from contributors import clock, visits
from contributors.access_keys import key_of_token
from contributors.callers import caller_address
from contributors.errors import DomainError
from contributors.identity import verify_password
from contributors.models import AccessKey, Account
from contributors.names import normal_phone
from contributors.second_factor import prove_by_code

SECOND_FACTOR_HEADER = "X-Second-Factor"


class BasicLogin(BasicAuthentication):
    """Login phone (0912… or +84912…) and password."""

    www_authenticate_realm = "But Lang"

    def authenticate_credentials(
        self, userid: str, password: str, request: Request | None = None
    ) -> tuple[Account, None]:
        """Raises AuthenticationFailed, or Throttled once there were too many failures."""
        if request is None:
            raise AuthenticationFailed
        try:
            phone = normal_phone(userid)
            return verify_password(phone=phone, password=password, address=caller_address(request.META)), None
        except DomainError as refused:
            if refused.code == "too_many_attempts":
                raise Throttled(wait=60 * int(refused.values["minutes"])) from None
            raise AuthenticationFailed from None


class KeyRefusedError(AuthenticationFailed):
    """No such access key, or it is withdrawn or over: one answer for all."""


class KeyLogin(TokenAuthentication):  # type: ignore[misc]
    """`Authorization: Bearer …`. What the key may do, and where, is checked once the portal is asked for."""

    def authenticate(self, request: Request) -> tuple[Account, AccessKey] | None:
        """None for another kind of login. Raises KeyRefusedError."""
        try:
            found = super().authenticate(request)
        except (AuthenticationFailed, UnicodeDecodeError):
            raise KeyRefusedError from None
        if found is None:
            return None
        account, token = found
        key = key_of_token(token.pk)
        if key is None:
            raise KeyRefusedError
        return account, key


class SessionLogin(SessionAuthentication):
    """The session of the web pages; anything but reading needs the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """None also for a visit that is over: forgotten on its device, or left alone on a shared one."""
        found = super().authenticate(request)
        if found is not None and not visits.goes_on(request.session, found[0].pk):
            return None
        return found


def proved_at(request: Request, account: Account) -> datetime | None:
    """When the caller gave the second factor: by the header of this request, or in the session of the pages.

    A code of the header counts once, here as everywhere; a program gives none. Raises
    `second_factor_wrong`, `too_many_attempts`.
    """
    if isinstance(request.auth, AccessKey):
        return None
    code = request.headers.get(SECOND_FACTOR_HEADER)
    if code is not None:
        prove_by_code(account=account, code=code)
        return clock.now()
    if isinstance(request.successful_authenticator, SessionLogin):
        return visits.proved_at(request.session)
    return None
