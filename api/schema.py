"""How the OpenAPI document is written: the portal's header, problems as every operation's error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from api.bodies import StrictBody, Words
from api.errors import PROBLEM_TYPE


class ProblemField(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Path with dots, e.g. credits.0.share; or a parameter or header.")
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable; `title` and `detail` are in the language of Accept-Language (vi, en)."""

    type = serializers.URLField(help_text="Explains the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = ProblemField(many=True)  # type: ignore[assignment]


PORTAL = OpenApiParameter(
    "X-Portal",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Slug of the portal; needed if the account belongs to several.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='The version seen, in quotes ("3"), instead of `version` in the body.',
)


HOUR = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"
TEXTS = (serializers.CharField, Words)


def whole(
    name: str,
    description: str,
    *,
    low: int = 0,
    high: int,
    where: Literal["query", "header"] = "query",
    required: bool = True,
) -> OpenApiParameter:
    """A whole number as a parameter, between two bounds that are both included."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return OpenApiParameter(name, schema, where, required=required, description=description)


def year(description: str, *, first: int, last: int, required: bool = False) -> OpenApiParameter:
    """The query parameter `year` between two years, both included."""
    return whole("year", description, low=first, high=last, required=required)


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Names this request, in 1 to 200 visible ASCII characters: sent again, it is done once.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of what you have: 304 if it is still the same.",
)
UNCHANGED = {"description": "What you have is still the same."}


class NarrowPages:
    """A paginator whose rows may come with some of their fields only: each is a whole row or a part of one."""

    def __init__(self, pages: Any, registry: Any) -> None:
        self.pages, self.registry = pages, registry

    def get_schema_operation_parameters(self, view: Any) -> Any:
        return self.pages.get_schema_operation_parameters(view)

    def get_paginated_response_schema(self, rows: Mapping[str, Any]) -> Any:
        name = rows["items"]["$ref"].rpartition("/")[2]
        whole = self.registry[name, ResolvedComponent.SCHEMA].schema
        part = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=f"{name}Part",
            type=ResolvedComponent.SCHEMA,
            schema={key: value for key, value in whole.items() if key != "required"}
            | {"description": f"Of a {name} the fields that were asked for.", "minProperties": 1},
            object=f"{name}Part",
        )
        self.registry.register_on_missing(part)
        return self.pages.get_paginated_response_schema(
            {"type": "array", "items": {"anyOf": [rows["items"], part.ref]}}
        )


class PortalSchema(AutoSchema):
    """Adds what all operations share."""

    def get_override_parameters(self) -> list[Any]:
        given: list[Any] = super().get_override_parameters()
        if hasattr(self.view, "portal_needed"):
            given = [*given, PORTAL]
            given += {"POST": [IDEMPOTENCY_KEY], "GET": [IF_NONE_MATCH]}.get(self.method, [])
        return given

    def _get_paginator(self) -> Any:
        pages = super()._get_paginator()  # type: ignore[no-untyped-call]
        if pages is not None and getattr(self.view, "wide_row", None):
            return NarrowPages(pages, self.registry)
        return pages

    def get_operation_id(self) -> str:
        """`pieces_submit` rather than `pieces_submit_create`."""
        name = str(super().get_operation_id())
        creates = getattr(self.view, "action", "create") == "create"
        return name if creates or self.method != "POST" else name.removesuffix("_create")

    def _map_basic_serializer(self, serializer: Any, direction: Literal["request", "response"]) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, StrictBody):
            schema |= {"additionalProperties": False, **serializer.rules}
        return schema

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002
        """What a field refuses stands in its schema, where the framework leaves it out."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if not isinstance(schema, dict):
            return schema
        if isinstance(field, serializers.TimeField):
            schema.pop("format", None)  # "time" of JSON Schema wants a zone
            schema["pattern"] = HOUR
        if direction == "request" and not getattr(field, "allow_empty", True):
            schema.setdefault("minProperties" if isinstance(field, serializers.DictField) else "minItems", 1)
        longest = getattr(field, "max_length", None)
        if direction == "request" and isinstance(field, serializers.ListSerializer) and longest:
            schema["maxItems"] = longest
        if direction == "request" and isinstance(field, serializers.DecimalField) and "pattern" in schema:
            whole_digits, places = field.max_whole_digits, field.decimal_places
            schema["pattern"] = rf"^-?([0-9]{{1,{whole_digits}}}(\.[0-9]{{0,{places}}})?|\.[0-9]{{1,{places}}})$"
        if direction == "request" and type(field) in TEXTS and not field.allow_blank and field.trim_whitespace:
            schema.setdefault("pattern", r"\S")
        return schema

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.method == "GET" and hasattr(self.view, "portal_needed"):
            bodies["304"] = UNCHANGED
        problem = self.resolve_serializer(Problem, "response")
        bodies["default"] = {
            "description": "A problem.",
            "content": {PROBLEM_TYPE: {"schema": problem.ref if problem else {}}},
        }
        return bodies


class BasicLoginScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.auth.BasicLogin"
    name = "basic"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {"type": "http", "scheme": "basic", "description": "Login phone and password, over TLS only."}


class KeyLoginScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.auth.KeyLogin"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {"type": "http", "scheme": "bearer", "description": "An access key, made on the page of one's login."}


class SessionLoginScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.auth.SessionLogin"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the web pages; writing needs X-CSRFToken.",
        }
