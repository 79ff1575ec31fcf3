"""What a list of pieces can be narrowed by."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from api.v1.pieces.rows import pieces_of
from contributors.models import Contributor, Piece, PieceState
from contributors.names import search_key


class StatesFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):  # type: ignore[misc]
    """One state, or several with commas."""


def _day() -> Any:
    """A day as ISO writes it; "1/2/2026" would be two days for two readers."""
    return django_filters.DateFilter(method="of_day", input_formats=["%Y-%m-%d"])


class PieceFilters(django_filters.FilterSet):  # type: ignore[misc]
    """Days are the portal's; `…_from` is included, `…_until` is not."""

    state = extend_schema_field(
        {"type": "string", "enum": list(PieceState.values), "description": "One, or several with commas."}
    )(StatesFilter(field_name="state", lookup_expr="in", choices=PieceState.choices))
    genre = django_filters.CharFilter(field_name="genre__code", help_text="Code.")
    topic = django_filters.CharFilter(field_name="topic__code", help_text="Code.")
    unit = django_filters.UUIDFilter(field_name="unit__public_id")
    contributor = django_filters.UUIDFilter(method="of_contributor", help_text="Whose it is, or who is credited.")
    leader_activity = extend_schema_field(OpenApiTypes.BOOL)(
        django_filters.TypedChoiceFilter(choices=[("true", "true"), ("false", "false")], coerce="true".__eq__)
    )
    published_from = _day()
    published_until = _day()
    submitted_from = _day()
    submitted_until = _day()
    q = django_filters.CharFilter(method="of_words", help_text="Words of the title, with or without tone marks.")

    class Meta:
        model = Piece
        fields: list[str] = []

    def of_day(self, pieces: QuerySet[Piece], name: str, value: date) -> QuerySet[Piece]:
        step, _, end = name.partition("_")
        midnight = datetime.combine(value, time.min, ZoneInfo(self.request.portal.time_zone))
        return pieces.filter(**{f"{step}_at__{'gte' if end == 'from' else 'lt'}": midnight})

    def of_contributor(self, pieces: QuerySet[Piece], name: str, value: UUID) -> QuerySet[Piece]:
        person = Contributor.objects.filter(public_id=value).first()
        return pieces.filter(pk__in=pieces_of(person.pk)) if person else pieces.none()

    def of_words(self, pieces: QuerySet[Piece], name: str, value: str) -> QuerySet[Piece]:
        for word in search_key(value).split()[:10]:
            pieces = pieces.filter(search_key__contains=word)
        return pieces
