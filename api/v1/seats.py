"""The editorial board: who sits where, by which decision."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, Words
from api.portal_view import PortalView
from api.v1.pieces.shapes import Named
from contributors import seats
from contributors.access import require
from contributors.actors import in_force
from contributors.errors import DomainError
from contributors.models import Contributor, Seat, SeatName


class SeatRow(serializers.Serializer[Any]):
    """Held from `effective_from` up to, not including, `effective_until`."""

    id = serializers.UUIDField()
    seat = serializers.ChoiceField(SeatName.choices)
    contributor = Named()
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)
    decision_number = serializers.CharField()


class NewSeat(StrictBody):
    contributor = ByPublicId(Contributor)
    seat = serializers.ChoiceField(SeatName.choices)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(required=False, allow_null=True)
    decision_number = Words(max_length=100)


class EndBody(StrictBody):
    """`on` is the first day on which it is no more held."""

    on = serializers.DateField()
    decision_number = Words(max_length=100)


class SeatFilters(django_filters.FilterSet):  # type: ignore[misc]
    seat = django_filters.ChoiceFilter(choices=SeatName.choices)
    on = django_filters.DateFilter(
        method="of_day", input_formats=["%Y-%m-%d"], help_text="Only those held on this day."
    )

    class Meta:
        model = Seat
        fields: list[str] = []

    def of_day(self, rows: QuerySet[Seat], name: str, value: date) -> QuerySet[Seat]:
        return rows.filter(in_force(value))


class SeatView(PortalView):
    """Vai trong Ban biên tập."""

    queryset = Seat.unscoped.none()
    filterset_class = SeatFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=SeatRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first; ended ones too unless `on` is asked."""
        require(self.actor, "contributor.see")
        page = self.paginate_queryset(self.filter_queryset(Seat.objects.select_related("contributor")))
        return self.get_paginated_response([_row(seat) for seat in page or []])

    @extend_schema(request=NewSeat, responses={201: SeatRow})
    def create(self, request: Request) -> Response:
        """Gives a seat, by a decision."""
        return Response(_row(seats.give_seat(actor=self.actor, **self.read(NewSeat))), status=201)

    @extend_schema(request=EndBody, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, public_id: str) -> Response:
        """Ends a seat; one that has not begun by that day is taken back."""
        require(self.actor, "seat.give")
        found = Seat.objects.filter(public_id=public_id).first()
        if found is None:
            raise DomainError("not_found")
        seats.end_seat(actor=self.actor, seat=found, **self.read(EndBody))
        return Response(status=204)


def _row(seat: Seat) -> dict[str, Any]:
    return {
        "id": seat.public_id,
        "seat": seat.seat,
        "contributor": {"id": seat.contributor.public_id, "name": seat.contributor.full_name},
        "effective_from": seat.effective_from,
        "effective_until": seat.effective_until,
        "decision_number": seat.decision_number,
    }
