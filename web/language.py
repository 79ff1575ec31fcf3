"""The language of a page: the account's, else the visitor's own choice, else Vietnamese.

The browser's header is not asked: cheap phones in the hamlets come set to English.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from contributors.models import Account

KNOWN = tuple(code for code, _name in settings.LANGUAGES)


def chosen_language(request: HttpRequest) -> str:
    """A code of settings.LANGUAGES."""
    wanted = request.user.language if isinstance(request.user, Account) else None
    wanted = wanted or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return wanted if wanted in KNOWN else settings.LANGUAGE_CODE
