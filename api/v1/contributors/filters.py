"""What the directory can be narrowed by."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django_filters.utils import translate_validation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from api.v1.pieces.filters import StatesFilter
from contributors.directory import NO_UNIT, PeopleFilter
from contributors.models import Category, Contributor, ContributorState

LONGEST_SILENCE = 520


class UnitField(forms.CharField):
    """A unit's id, or the word for people without one."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or text == NO_UNIT:
            return text or None
        try:
            return UUID(text)
        except ValueError:
            raise forms.ValidationError("A unit's id, or “none”.", code="invalid") from None


class UnitFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = UnitField


class WeeksFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = forms.IntegerField


def _flag() -> Any:
    return extend_schema_field(OpenApiTypes.BOOL)(
        django_filters.TypedChoiceFilter(choices=[("true", "true"), ("false", "false")], coerce="true".__eq__)
    )


class ContributorFilters(django_filters.FilterSet):  # type: ignore[misc]
    """Read into a `PeopleFilter`; the question itself is the directory's."""

    q = django_filters.CharFilter(
        help_text="Words of the name without tone marks, digits of a phone, a receipt number."
    )
    unit = extend_schema_field(
        {
            "oneOf": [{"type": "string", "format": "uuid"}, {"const": "none"}],
            "description": "A unit's id (units inside it included), or “none”.",
        }
    )(UnitFilter())
    state = extend_schema_field(
        {"type": "string", "enum": list(ContributorState.values), "description": "One, or several with commas."}
    )(StatesFilter(lookup_expr="in", choices=ContributorState.choices))
    category = django_filters.ChoiceFilter(choices=Category.choices)
    active_since = django_filters.DateFilter(input_formats=["%Y-%m-%d"], help_text="Active since that day or earlier.")
    silent_weeks = extend_schema_field({"type": "integer", "minimum": 1, "maximum": LONGEST_SILENCE})(
        WeeksFilter(min_value=1, max_value=LONGEST_SILENCE, help_text="Nothing sent in for so many weeks.")
    )
    needs_introduction = _flag()
    missing_payee = _flag()

    class Meta:
        model = Contributor
        fields: list[str] = []


def asked_of(request: Request) -> tuple[PeopleFilter, bool]:
    """The filter, and whether only people without payee details are wanted. Raises a 422 that names each wrong one."""
    read = ContributorFilters(request.query_params, queryset=Contributor.unscoped.none(), request=request)
    if not read.is_valid():
        raise translate_validation(read.errors)
    given = read.form.cleaned_data
    wanted = PeopleFilter(
        q=given["q"] or "",
        unit=given["unit"] or None,
        state=tuple(given["state"] or ()),
        category=given["category"] or "",
        active_since=given["active_since"],
        silent_weeks=given["silent_weeks"],
        needs_introduction=given["needs_introduction"] is True,
    )
    return wanted, given["missing_payee"] is True
