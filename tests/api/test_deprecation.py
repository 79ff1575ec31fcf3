"""What an operation says that will go."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.response import Response

from api.deprecation import deprecated


def test_each_answer_says_since_when_and_until_when() -> None:
    @deprecated(since=date(2026, 1, 1), until=date(2026, 8, 1))
    def listed() -> Response:
        return Response([])

    answer = listed()
    assert answer["Deprecation"] == "@1767225600"
    assert answer["Sunset"] == "Sat, 01 Aug 2026 00:00:00 GMT"
    assert answer["Link"] == '<http://127.0.0.1:8000/api/v1/docs/>; rel="deprecation"; type="text/html"'


def test_less_notice_than_half_a_year_is_refused() -> None:
    with pytest.raises(ValueError, match="183 days"):
        deprecated(since=date(2026, 1, 1), until=date(2026, 6, 1))
