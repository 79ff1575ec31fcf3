"""Frozen dataclasses to JSON and back, losing nothing: what the database keeps of an issued paper.

Known field types: str, int, bool, date, other frozen dataclasses, tuples of these, and each of them or None.
A value of another type, an unknown key, or a missing one without default raises `SheetError`. (A field that a
later template adds must therefore have a default: older frozen copies do not know it.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

Sheet = TypeVar("Sheet")


class SheetError(ValueError):
    """A sheet that must not be printed: its sums, words or texts contradict each other or say too much."""


def dump(sheet: object) -> str:
    """Canonical text: keys sorted, no blanks, real letters; equal sheets give equal text."""
    return json.dumps(_plain(sheet), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(kind: type[Sheet], frozen: str | Mapping[str, Any]) -> Sheet:
    """A sheet from its text, or from the mapping that a JSON column has already made of it."""
    plain = json.loads(frozen) if isinstance(frozen, str) else frozen
    return cast("Sheet", _record(kind, plain, kind.__name__))


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _plain(value: Any) -> object:
    if value is None or isinstance(value, str | int):
        return value
    kind: type = type(value)
    names = _names(kind)
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    raise SheetError(f"a sheet holds no {type(value).__name__}")


@cache
def _fields(kind: type) -> tuple[dict[str, Any], frozenset[str]]:
    """Type of each field, and the names of those that must be there."""
    required = frozenset(field.name for field in fields(kind) if field.default is MISSING)
    return get_type_hints(kind), required


def _typed(hint: Any, value: Any, where: str) -> Any:
    if isinstance(hint, UnionType):
        if value is None:
            return None
        (hint,) = (choice for choice in get_args(hint) if choice is not NoneType)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise SheetError(f"{where}: a list was expected")
        return tuple(_typed(get_args(hint)[0], item, f"{where}[{place}]") for place, item in enumerate(value))
    if is_dataclass(hint):
        return _record(cast("type", hint), value, where)
    if hint is date:
        return _date(value, where)
    if type(value) is not hint:
        raise SheetError(f"{where}: {hint.__name__} was expected, not {type(value).__name__}")
    return value


def _record(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise SheetError(f"{where}: an object was expected")
    hints, required = _fields(kind)
    if wrong := (set(value) - set(hints)) | (required - set(value)):
        raise SheetError(f"{where}: unknown or missing {sorted(wrong)}")
    return kind(**{name: _typed(hints[name], value[name], f"{where}.{name}") for name in value})


def _date(value: Any, where: str) -> date:
    if not isinstance(value, str):
        raise SheetError(f"{where}: a date was expected")
    try:
        return date.fromisoformat(value)
    except ValueError as wrong:
        raise SheetError(f"{where}: {value!r} is no date") from wrong
