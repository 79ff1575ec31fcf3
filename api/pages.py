"""Lists by keyset: a page is as quick at the end as at the start, and nothing is seen twice or missed.

Rows are ordered by one unique column, so ties cannot repeat or skip a row. The cursor is that column's
value of the last row, encrypted: it tells nothing and fits only the list and filters that gave it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from api.errors import field_error
from api.fields import FIELDS, as_parameter

LARGEST_PAGE = 200
USUAL_PAGE = 50


class KeysetPages(BasePagination):
    """`{"next": address or null, "results": […]}`. A view may name its unique column in `page_key`.

    `page_key` is "-pk" by default (newest first); it must be unique within what the view lists.
    """

    names = frozenset({"cursor", "page_size"})

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """One query, without a count. Rows may be objects or the dictionaries of `.values()`."""
        self.request = request
        key = getattr(view, "page_key", "-pk")
        column, falling = key.removeprefix("-"), key.startswith("-")
        size = _page_size(request)
        cursor = request.query_params.get("cursor")
        if cursor:
            queryset = queryset.filter(**{f"{column}__{'lt' if falling else 'gt'}": _read_cursor(request, cursor)})
        rows = list(queryset.order_by(key)[: size + 1])
        self.next_link = None
        if len(rows) > size:
            rows = rows[:size]
            token = _write_cursor(request, _value(rows[-1], column))
            self.next_link = replace_query_param(request.build_absolute_uri(), "cursor", token)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_link, "results": data})

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        wide = getattr(view, "wide_row", None)
        return [
            *([as_parameter(wide)] if wide else []),
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "From `next` of the page before; never made by hand.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": "Rows a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
            },
        ]


def _page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(USUAL_PAGE))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LARGEST_PAGE and len(text) < 6):  # noqa: PLR2004
        raise field_error("page_size", "page_size_wrong")
    return int(text)


def _value(row: Any, column: str) -> Any:
    return row[column] if isinstance(row, Mapping) else getattr(row, column)


@lru_cache(maxsize=1)
def _cipher(secret: str) -> AESSIV:
    return AESSIV(hashlib.sha512(b"api.pages:" + secret.encode()).digest())


def _fits(request: Request) -> list[bytes]:
    """What a cursor belongs to: the address and its filters, however much of each row is asked for."""
    free = KeysetPages.names | {FIELDS}
    asked = sorted((name, request.query_params[name]) for name in request.query_params if name not in free)
    return [json.dumps([request.path, asked]).encode()]


def _write_cursor(request: Request, value: Any) -> str:
    sealed = _cipher(settings.SECRET_KEY).encrypt(json.dumps(value).encode(), _fits(request))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _read_cursor(request: Request, token: str) -> Any:
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return json.loads(_cipher(settings.SECRET_KEY).decrypt(sealed, _fits(request)))
    except (ValueError, InvalidTag):
        raise field_error("cursor", "cursor_wrong") from None
