"""An example at every operation of the OpenAPI document, put together from the schemas that the serializers gave.

A value is chosen by the name of its field (`example_words`), never by its type alone: a text that has no example of its
own fails a test, so that no reader meets the word “string”.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from api.example_words import (
    A_DAY,
    A_DECIMAL,
    A_MOMENT,
    A_NUMBER,
    DATES,
    DECIMALS,
    FALSE_NAMES,
    LATER,
    LATER_NAMES,
    NUMBERS,
    TEXTS,
)

JSON = "application/json"
FORM = "multipart/form-data"
PROBLEM = "application/problem+json"
OWN_IDS = uuid.UUID("01982d6c-0f6e-7d0e-9a55-3b8e0c5a4a10")
DEPTH = 8
Document = Mapping[str, Any]


class NoExampleError(KeyError):
    """A text without an example: `example_words` needs one for the field of that name."""


def with_examples(result: dict[str, Any], generator: Any, request: Any, public: Any) -> dict[str, Any]:  # noqa: ARG001
    """A hook of drf-spectacular: bodies, answers and parameters get an `example` where they have none."""
    shared: dict[str, Any] = {}
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if "example" not in parameter:
                    parameter["example"] = _value(result, parameter["schema"], parameter["name"], 0)
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (body.get("content", {}) for body in bodies):
                for media_type, described in content.items():
                    if media_type in {JSON, FORM, PROBLEM} and not {"example", "examples"} & described.keys():
                        described.update(_shown(result, shared, described["schema"]))
    result["components"]["examples"] = dict(sorted(shared.items()))
    return result


def _shown(document: Document, shared: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """What is a component has its example once, and is pointed to."""
    component = schema.get("$ref", "").rpartition("/")[2]
    if not component:
        return {"example": _value(document, schema, "", 0)}
    shared.setdefault(
        component, {"value": PROBLEM_SHOWN if component == "Problem" else _value(document, schema, "", 0)}
    )
    return {"examples": {"example": {"$ref": f"#/components/examples/{component}"}}}


PROBLEM_SHOWN: Mapping[str, Any] = {
    "type": "https://butlang.example/api/v1/errors/not_found/",
    "title": "Không tìm thấy",
    "status": 404,
    "code": "not_found",
    "detail": "Không tìm thấy.",
    "errors": [],
}


def _value(document: Document, schema: Mapping[str, Any], name: str, depth: int) -> Any:
    """`name` is of the field, or of the field that holds the list."""
    schema, name = _resolved(document, schema, name)
    if "default" in schema and schema["default"] not in (None, ""):
        return schema["default"]
    if "enum" in schema:
        return next(choice for choice in schema["enum"] if choice not in ("", None))
    kind = _kind(schema)
    if kind == "object":
        return _object(document, schema, name, depth)
    if kind == "array":
        if depth > DEPTH:
            return []
        return [_value(document, schema.get("items", {}), name, depth + 1)]
    return _plain(schema, kind, name)


def _resolved(document: Document, schema: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], str]:
    """Follows references and takes the first of several shapes."""
    while True:
        several = [one for one in _several(schema) if one.get("type") != "null"]
        if "$ref" in schema:
            component = schema["$ref"].rpartition("/")[2]
            schema, name = document["components"]["schemas"][component], name or component
        elif several:
            schema = several[0] | {key: schema[key] for key in ("default",) if key in schema}
        else:
            return schema, name


def _several(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "properties" in schema:
        return []
    return cast("list[dict[str, Any]]", schema.get("allOf") or schema.get("oneOf") or schema.get("anyOf") or [])


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(one for one in kind if one != "null")
    return str(kind or ("object" if "properties" in schema else "string"))


def _object(document: Document, schema: Mapping[str, Any], name: str, depth: int) -> dict[str, Any]:
    ways = schema.get("oneOf", []) if "properties" in schema else []
    left_out = {field for way in ways[1:] for field in way.get("required", ())}  # of several ways, the first is shown
    made = {
        field: _value(document, inner, field, depth + 1)
        for field, inner in schema.get("properties", {}).items()
        if field not in left_out
    }
    more = schema.get("additionalProperties")
    if not made and isinstance(more, dict) and more:
        made[NAMES_WITHIN.get(name, "full_name")] = _value(document, more, name, depth + 1)
    return made


# What the keys of an object with free keys are.
NAMES_WITHIN: Mapping[str, str] = {"query": "state", "excluded": "no_fee", "texts": "opening", "counts": "new"}


def _plain(schema: Mapping[str, Any], kind: str, name: str) -> Any:
    if kind == "boolean":
        return name not in FALSE_NAMES
    if kind in {"integer", "number"}:
        number = NUMBERS.get(name, A_NUMBER)
        return int(max(schema.get("minimum", number), min(schema.get("maximum", number), number)))
    by_format = FORMATS.get(schema.get("format", ""))
    if by_format is not None:
        return by_format(name)
    return "07:30:00" if "[0-5]" in schema.get("pattern", "") else _text(schema, name)


FORMATS: Mapping[str, Callable[[str], str]] = {
    "uuid": lambda name: str(uuid.uuid5(OWN_IDS, name)),
    "date": lambda name: DATES.get(name, A_DAY),
    "date-time": lambda name: LATER if name in LATER_NAMES else A_MOMENT,
    "decimal": lambda name: DECIMALS.get(name, A_DECIMAL),
    "binary": lambda _: "(tệp)",
    "uri": lambda name: ADDRESSES.get(name, "https://butlang.example/api/v1/pieces/?cursor=nZ0uYq3kT1cVb8"),
}
ADDRESSES: Mapping[str, str] = {
    "type": "https://butlang.example/api/v1/errors/not_found/",
    "url": "https://xa-mau.example/tin/1",
}


def _text(schema: Mapping[str, Any], name: str) -> str:
    if name not in TEXTS:
        raise NoExampleError(name)
    text = TEXTS[name]
    if not re.search(schema.get("pattern", ""), text):
        raise NoExampleError(f"{name} {schema['pattern']}")
    return text
