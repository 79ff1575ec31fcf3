"""How an operation says that it will go: the headers of RFC 9745 and RFC 8594, and `deprecated` in the document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils.http import http_date
from drf_spectacular.utils import extend_schema

NOTICE_DAYS = 183


def deprecated(*, since: date, until: date) -> Callable[[Any], Any]:
    """Of an operation that answers as before until the day `until`, at least half a year after `since`.

    Raises ValueError where the notice is shorter than docs/api-changes.md promises.
    """
    if (until - since).days < NOTICE_DAYS:
        message = f"{NOTICE_DAYS} days of notice are promised"
        raise ValueError(message)

    def decorated(method: Any) -> Any:
        @wraps(method)
        def answering(*args: Any, **kwargs: Any) -> Any:
            answer = method(*args, **kwargs)
            answer["Deprecation"] = f"@{int(_moment(since))}"
            answer["Sunset"] = http_date(_moment(until))
            answer["Link"] = f'<{settings.BASE_URL}/api/v1/docs/>; rel="deprecation"; type="text/html"'
            return answer

        return extend_schema(deprecated=True)(answering)

    return decorated


def _moment(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
