"""What a client may send: declared fields only, of bounded size, with the version that was seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.conf import settings
from django.db.models import Model
from rest_framework import parsers, serializers
from rest_framework.request import Request

from api.errors import ApiError, field_error
from contributors.models.tenancy import TenantModel

MEGABYTE = 2**20
LARGEST_FILE_BODY = 21 * MEGABYTE


def check_size(parser_context: Mapping[str, Any] | None, limit: int) -> None:
    request = (parser_context or {}).get("request")
    length = request.META.get("CONTENT_LENGTH") if request is not None else None
    if length and int(length) > limit:
        raise ApiError("too_large", limit=limit // MEGABYTE)


class BoundedJson(parsers.JSONParser):
    """The framework reads JSON whole whatever its size; this one asks the size first."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        check_size(parser_context, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return super().parse(stream, media_type, parser_context)


class BoundedForm(parsers.MultiPartParser):
    """A form with one file."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        check_size(parser_context, LARGEST_FILE_BODY)
        return super().parse(stream, media_type, parser_context)


class Words(serializers.CharField):
    """Text in NFC before its length is measured, so that the column's width is what counts."""

    def to_internal_value(self, data: Any) -> str:
        return unicodedata.normalize("NFC", super().to_internal_value(data))


class StrictBody(serializers.Serializer[Any]):
    """A field that is not declared is an error, never ignored.

    `rules`: what JSON Schema can say of several fields together, for the document; `validate` enforces it.
    """

    rules: ClassVar[Mapping[str, Any]] = {}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            for name in data:
                if name not in writable:
                    raise field_error(str(name), "unknown_field")
        return super().to_internal_value(data)


class VersionBody(StrictBody):
    """The optimistic lock: `version` as the client saw it, in the body or as If-Match."""

    version = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="The version you saw; required here (an older one is refused with 409) or as If-Match (412).",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        stated = _if_match(self.context["request"])
        named = attrs.get("version")
        if stated is not None and named is not None and stated != named:
            raise field_error("version", "version_differs")
        version = named if named is not None else stated
        if version is None:
            raise ApiError("version_missing", field="version")
        return attrs | {"version": version}


class ReasonBody(VersionBody):
    """`reason` is read by the author."""

    reason = Words(max_length=1000)


def _if_match(request: Request) -> int | None:
    """The version of an ETag that this API gave: "3", or "3.…" of a reading, whose rest says nothing of the version."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    found = re.fullmatch(r'\s*"(\d{1,9})(?:\.[0-9A-Za-z_-]{1,64})?"\s*', given)
    if found is None:
        raise field_error("If-Match", "if_match_wrong")
    return int(found[1])


class ByPublicId(serializers.UUIDField):
    """A row of the portal by its `id`; what lies in another portal does not exist here."""

    default_error_messages = {"does_not_exist": "There is no such row."}

    def __init__(self, noun: Any, **kwargs: Any) -> None:
        self.noun: type[TenantModel] = noun
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        wanted = {"public_id": super().to_internal_value(data)}
        row: Model | None = self.noun.objects.filter(**wanted).first()
        if row is None:
            self.fail("does_not_exist")
        return row
