"""Keyset pages of a question that takes the key and the size itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from api.pages import KeysetPages, _page_size, _read_cursor, _write_cursor


class AskedPages(KeysetPages):
    """The key may be more than one column, as for people: the name's, then the row's own."""

    def pages_of(self, request: Request, ask: Callable[[Any, int], tuple[Sequence[Any], Any]]) -> list[Any]:
        """`ask(after, size)` gives rows and the key of the next page, None on the last one."""
        self.request = request
        cursor = request.query_params.get("cursor")
        rows, last = ask(_read_cursor(request, cursor) if cursor else None, _page_size(request))
        self.next_link = (
            None
            if last is None
            else replace_query_param(request.build_absolute_uri(), "cursor", _write_cursor(request, last))
        )
        return list(rows)
