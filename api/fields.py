"""`?fields=` of wide lists: only the named parts of each row, in the answer and where it can be in the work too."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from api.errors import field_error

FIELDS = "fields"


Shape = type[Serializer[Any]]


def names_of(shape: Shape) -> tuple[str, ...]:
    """The top-level names of a row, in their order."""
    return _names(cast("Hashable", shape))


@cache
def _names(shape: Any) -> tuple[str, ...]:
    return tuple(shape().fields)


def asked_names(request: Request, shape: Shape | None) -> frozenset[str] | None:
    """What the address names; None: everything. Raises a 422 at `fields` for a name that rows do not have."""
    given = request.query_params.get(FIELDS, "").strip() if shape is not None else ""
    if shape is None or not given:
        return None
    asked = frozenset(name.strip() for name in given.split(","))
    if not asked <= set(names_of(shape)):
        raise field_error(FIELDS, "unknown_field")
    return asked


def narrowed(rows: Sequence[Mapping[str, Any]], asked: frozenset[str] | None) -> Sequence[Mapping[str, Any]]:
    if asked is None:
        return rows
    return [{name: value for name, value in row.items() if name in asked} for row in rows]


def as_parameter(shape: Shape) -> dict[str, Any]:
    """How the OpenAPI document describes it."""
    names = names_of(shape)
    return {
        "name": FIELDS,
        "in": "query",
        "required": False,
        "description": "Only these of each row, with commas; all of them if left out.",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": list(names)}},
        "example": list(names[:2]),
    }
