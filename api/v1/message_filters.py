"""What the list of messages can be narrowed by."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field

from api.filters import AskedFilters
from api.v1.pieces.filters import StatesFilter
from contributors.models import Message, MessageFault, MessageKind, MessageState, MessageWay


def _day(method: str) -> Any:
    """A day as ISO writes it."""
    return django_filters.DateFilter(method=method, input_formats=["%Y-%m-%d"])


class MessageFilters(AskedFilters):
    """Days are the portal's; `…_from` is included, `…_until` is not. They only narrow what one sees."""

    state = extend_schema_field(
        {"type": "string", "enum": list(MessageState.values), "description": "One, or several with commas."}
    )(StatesFilter(field_name="state", lookup_expr="in", choices=MessageState.choices))
    kind = django_filters.ChoiceFilter(choices=MessageKind.choices)
    way = django_filters.ChoiceFilter(choices=MessageWay.choices)
    fault = django_filters.ChoiceFilter(choices=MessageFault.choices)
    contributor = django_filters.UUIDFilter(field_name="contributor__public_id")
    unit = django_filters.UUIDFilter(field_name="unit__public_id")
    created_from = _day("since")
    created_until = _day("before")

    class Meta:
        model = Message
        fields: list[str] = []

    def since(self, rows: QuerySet[Message], name: str, value: date) -> QuerySet[Message]:
        return rows.filter(created_at__gte=self.midnight(value))

    def before(self, rows: QuerySet[Message], name: str, value: date) -> QuerySet[Message]:
        return rows.filter(created_at__lt=self.midnight(value))

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, ZoneInfo(self.request.portal.time_zone))
