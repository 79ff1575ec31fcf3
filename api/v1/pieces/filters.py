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

from api.filters import AskedFilters
from contributors.finding import key_of, of_others, pieces_of, with_words, within
from contributors.models import Contributor, Genre, Origin, Piece, PieceState, Topic, Unit


class StatesFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):  # type: ignore[misc]
    """One state, or several with commas."""


def _day(method: str | None = "of_day", **options: Any) -> Any:
    """A day as ISO writes it; "1/2/2026" would be two days for two readers."""
    return django_filters.DateFilter(method=method, input_formats=["%Y-%m-%d"], **options)


def _yes_or_no(**options: Any) -> Any:
    return extend_schema_field(OpenApiTypes.BOOL)(
        django_filters.TypedChoiceFilter(
            choices=[("true", "true"), ("false", "false")], coerce="true".__eq__, **options
        )
    )


class PieceFilters(AskedFilters):
    """Days are the portal's; `…_from` is included, `…_until` is not."""

    state = extend_schema_field(
        {"type": "string", "enum": list(PieceState.values), "description": "One, or several with commas."}
    )(StatesFilter(field_name="state", lookup_expr="in", choices=PieceState.choices))
    genre = django_filters.CharFilter(method="of_code", help_text="Code.")
    topic = django_filters.CharFilter(method="of_code", help_text="Code.")
    unit = django_filters.UUIDFilter(method="of_unit")
    contributor = django_filters.UUIDFilter(method="of_contributor", help_text="Whose it is, or who is credited.")
    origin = django_filters.ChoiceFilter(choices=Origin.choices)
    language = django_filters.CharFilter(help_text="Code, e.g. vi.")
    leader_activity = _yes_or_no()
    practice = _yes_or_no()
    on_website = _yes_or_no(method="of_website")
    for_other = _yes_or_no(method="of_others")
    created_from = _day()
    created_until = _day()
    submitted_from = _day()
    submitted_until = _day()
    approved_from = _day()
    approved_until = _day()
    published_from = _day()
    published_until = _day()
    event_from = _day(field_name="event_on", lookup_expr="gte", method=None)
    event_until = _day(field_name="event_on", lookup_expr="lt", method=None)
    document_number = django_filters.CharFilter(help_text="Whole, as it is written.")
    document_type = django_filters.CharFilter(help_text="Whole, as it is written.")
    published_url = django_filters.CharFilter(help_text="Whole: which piece stands at this address.")
    q = django_filters.CharFilter(
        method="of_words",
        help_text=(
            "Whole words of title, text, place, source or document's details, with or without tone marks; "
            'several must all be there, "in quotation marks" one after the other.'
        ),
    )

    class Meta:
        model = Piece
        fields: list[str] = []

    def of_day(self, pieces: QuerySet[Piece], name: str, value: date) -> QuerySet[Piece]:
        """Both ends of a time are asked together, by the first of them that comes."""
        step, _, end = name.partition("_")
        first, last = (self.form.cleaned_data.get(f"{step}_{which}") for which in ("from", "until"))
        if first and end == "until":
            return pieces
        return within(pieces, step, self._midnight(first), self._midnight(last))

    def _midnight(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time.min, ZoneInfo(self.request.portal.time_zone)) if day else None

    def of_code(self, pieces: QuerySet[Piece], name: str, value: str) -> QuerySet[Piece]:
        nouns = Genre.objects if name == "genre" else Topic.objects
        return pieces.filter(**{f"{name}_id": key_of(nouns.filter(code=value))})

    def of_unit(self, pieces: QuerySet[Piece], name: str, value: UUID) -> QuerySet[Piece]:
        return pieces.filter(unit_id=key_of(Unit.objects.filter(public_id=value)))

    def of_contributor(self, pieces: QuerySet[Piece], name: str, value: UUID) -> QuerySet[Piece]:
        person = Contributor.objects.filter(public_id=value).first()
        return pieces.filter(pk__in=pieces_of(person.pk)) if person else pieces.none()

    def of_website(self, pieces: QuerySet[Piece], name: str, value: bool) -> QuerySet[Piece]:  # noqa: FBT001
        return pieces.filter(published_url__isnull=not value)

    def of_others(self, pieces: QuerySet[Piece], name: str, value: bool) -> QuerySet[Piece]:  # noqa: FBT001
        return of_others(pieces, for_other=value)

    def of_words(self, pieces: QuerySet[Piece], name: str, value: str) -> QuerySet[Piece]:
        return with_words(pieces, value)
