"""Where contributors belong."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, Words
from api.portal_view import PortalView
from contributors import portals, unit_history, units
from contributors.errors import DomainError
from contributors.models import Unit, UnitKind

SAME = ("kind", "name", "opened", "closed")


class UnitRow(serializers.Serializer[Any]):
    """In being from `opened` up to, not including, `closed`."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(UnitKind.choices)
    name = serializers.CharField()
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]
    opened = serializers.DateField()
    closed = serializers.DateField(allow_null=True)


class UnitPast(serializers.Serializer[Any]):
    """A unit from which this one came, on a day."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="merged, renamed, split")
    on = serializers.DateField()
    legal_basis = serializers.CharField()


class UnitDetail(UnitRow):
    """With what it came from, nearest first, and the unit in which a closed one goes on today."""

    legal_basis = serializers.CharField()
    past = UnitPast(many=True)
    heir = serializers.UUIDField(allow_null=True)


class NewUnit(StrictBody):
    kind = serializers.ChoiceField(UnitKind.choices)
    name = Words(max_length=200)
    opened = serializers.DateField()
    parent = ByPublicId(Unit, required=False, allow_null=True)  # type: ignore[assignment]
    legal_basis = Words(max_length=300, required=False, allow_blank=True)


class RenameUnitBody(StrictBody):
    """`seen_name` is the name that you saw; another one is refused with 409."""

    name = Words(max_length=200)
    on = serializers.DateField(help_text="The first day of the new name.")
    legal_basis = Words(max_length=300)
    seen_name = Words(max_length=200, required=False)


class MergeUnitsBody(StrictBody):
    """Either `name`, for a new unit, or `into`, for one that goes on."""

    units = serializers.ListField(child=ByPublicId(Unit), min_length=1, max_length=200)
    name = Words(max_length=200, required=False, default="", allow_blank=True)
    into = ByPublicId(Unit, required=False, allow_null=True, default=None)
    kind = serializers.ChoiceField(UnitKind.choices, required=False, default=None, allow_null=True)
    on = serializers.DateField()
    legal_basis = Words(max_length=300)


class CloseUnitBody(StrictBody):
    on = serializers.DateField(help_text="The first day on which it is no more.")
    legal_basis = Words(max_length=300)


class CorrectUnitBody(StrictBody):
    name = Words(max_length=200)
    kind = serializers.ChoiceField(UnitKind.choices, required=False)
    seen_name = Words(max_length=200, required=False)


class MoveUnitBody(StrictBody):
    parent = ByPublicId(Unit, allow_null=True)  # type: ignore[assignment]


class UnitFilters(django_filters.FilterSet):  # type: ignore[misc]
    kind = django_filters.ChoiceFilter(choices=UnitKind.choices)
    open_on = django_filters.DateFilter(
        method="of_day", input_formats=["%Y-%m-%d"], help_text="Only those in being on this day."
    )
    parent = django_filters.UUIDFilter(field_name="parent__public_id")

    class Meta:
        model = Unit
        fields: list[str] = []

    def of_day(self, rows: QuerySet[Unit], name: str, value: date) -> QuerySet[Unit]:
        return rows.filter(Q(closed__isnull=True) | Q(closed__gt=value), opened__lte=value)


class UnitView(PortalView):
    """Ấp, ngành, đơn vị, đoàn thể."""

    queryset = Unit.unscoped.none()
    filterset_class = UnitFilters
    pagination_class = None
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=UnitRow(many=True))
    def list(self, request: Request) -> Response:
        """All, closed ones too unless `open_on` is asked, in the Vietnamese order of names."""
        rows = self.filter_queryset(Unit.objects.order_by("sort_key", "pk"))
        return Response(
            [
                {"id": row["public_id"], "parent": row["parent__public_id"]} | {name: row[name] for name in SAME}
                for row in rows.values("public_id", *SAME, "parent__public_id")
            ]
        )

    @extend_schema(responses=UnitDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One, with its history."""
        return self.shown(self.unit())

    @extend_schema(request=NewUnit, responses={201: UnitDetail})
    def create(self, request: Request) -> Response:
        """Opens a unit."""
        return self.shown(portals.open_unit(actor=self.actor, **self.read(NewUnit)), status=201)

    @extend_schema(request=RenameUnitBody, responses=UnitDetail)
    @action(detail=True, methods=["post"])
    def rename(self, request: Request, public_id: str) -> Response:
        """The unit under its new name: another row; people and focal persons go over."""
        body = self.read(RenameUnitBody)
        body["new_name"] = body.pop("name")
        return self.shown(units.rename_unit(actor=self.actor, unit=self.unit(), **body))

    @extend_schema(request=CloseUnitBody, responses=UnitDetail)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        """Closes a unit that goes on nowhere."""
        return self.act(units.close_unit, CloseUnitBody)

    @extend_schema(request=CorrectUnitBody, responses=UnitDetail)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, public_id: str) -> Response:
        """A slip of the pen: the same row, as if it had been written right."""
        return self.act(units.correct_unit, CorrectUnitBody)

    @extend_schema(request=MoveUnitBody, responses=UnitDetail)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, public_id: str) -> Response:
        """Below another unit, or to the top."""
        return self.act(units.move_unit, MoveUnitBody)

    @extend_schema(request=MergeUnitsBody, responses=UnitDetail)
    @action(detail=False, methods=["post"])
    def merge(self, request: Request) -> Response:
        """One unit out of several; what lay in them, people and focal persons go over."""
        body = self.read(MergeUnitsBody)
        name = body.pop("name")
        body["into"] = body["into"] or name
        return self.shown(units.merge_units(actor=self.actor, **body))

    def unit(self) -> Unit:
        found = Unit.objects.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def act(self, verb: Callable[..., Unit], body: type[StrictBody]) -> Response:
        return self.shown(verb(actor=self.actor, unit=self.unit(), **self.read(body)))

    def shown(self, unit: Unit, *, status: int = 200) -> Response:
        chains = unit_history.Chains()
        heir = chains.heir(unit)
        row = Unit.objects.select_related("parent").get(pk=unit.pk)
        return Response(
            {
                "id": row.public_id,
                "parent": row.parent.public_id if row.parent else None,
                "legal_basis": row.legal_basis,
                "heir": heir.public_id if heir else None,
                "past": [
                    {
                        "id": past.unit.public_id,
                        "name": past.unit.name,
                        "kind": past.kind,
                        "on": past.on,
                        "legal_basis": past.legal_basis,
                    }
                    for past in chains.past(row)
                ],
            }
            | {name: getattr(row, name) for name in SAME},
            status=status,
        )
