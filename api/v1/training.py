"""Training: sessions, who came, who still needs the introduction."""

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

from api.bodies import ByPublicId, StrictBody, VersionBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors import training
from contributors.errors import DomainError
from contributors.models import Contributor, TrainingSession, Unit

MOST_PEOPLE = 1000


class TrainingRow(serializers.Serializer[Any]):
    """`unit` null: for everybody."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    introduction = serializers.BooleanField()
    held_on = serializers.DateField()
    place = serializers.CharField(allow_blank=True)
    unit = Named(allow_null=True)
    led_by = Named(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    came = serializers.IntegerField()


class UnitCame(serializers.Serializer[Any]):
    """Of a unit, or of those without one."""

    unit = Named(allow_null=True)
    came = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Active people of today.")


class TrainingDetail(TrainingRow):
    by_unit = UnitCame(many=True)


class UnitNeedsRow(serializers.Serializer[Any]):
    unit = Named(allow_null=True)
    needing = serializers.IntegerField(help_text="Active people who have been to no introduction.")
    people = serializers.IntegerField()


class NewSession(StrictBody):
    title = Words(max_length=1000)
    held_on = serializers.DateField()
    place = Words(max_length=200, required=False, allow_blank=True, default="")
    unit = ByPublicId(Unit, required=False, allow_null=True, default=None)
    introduction = serializers.BooleanField(required=False, default=True)
    led_by = ByPublicId(Contributor, required=False, allow_null=True, default=None)
    note = Words(max_length=1000, required=False, allow_blank=True, default="")


class CorrectSessionBody(VersionBody):
    """Changed fields only."""

    title = Words(max_length=1000, required=False)
    held_on = serializers.DateField(required=False)
    place = Words(max_length=200, required=False, allow_blank=True)
    unit = ByPublicId(Unit, required=False, allow_null=True)
    introduction = serializers.BooleanField(required=False)
    led_by = ByPublicId(Contributor, required=False, allow_null=True)
    note = Words(max_length=1000, required=False, allow_blank=True)


class CancelSessionBody(VersionBody):
    reason = Words(max_length=500, required=False, allow_blank=True, default="")


class AttendanceBody(StrictBody):
    """`came` of those on the sheet `among`; left out: of the whole session."""

    came = serializers.ListField(child=ByPublicId(Contributor), allow_empty=True, max_length=MOST_PEOPLE)
    among = serializers.ListField(child=ByPublicId(Contributor), required=False, max_length=MOST_PEOPLE)


class TrainingFilters(django_filters.FilterSet):  # type: ignore[misc]
    since = django_filters.DateFilter(method="kept", input_formats=["%Y-%m-%d"])
    until = django_filters.DateFilter(method="kept", input_formats=["%Y-%m-%d"], help_text="Not included.")

    class Meta:
        model = TrainingSession
        fields: list[str] = []

    def kept(self, rows: QuerySet[TrainingSession], name: str, value: date) -> QuerySet[TrainingSession]:
        return rows.filter(**{"held_on__gte" if name == "since" else "held_on__lt": value})


class TrainingView(PortalView):
    """Tập huấn."""

    queryset = TrainingSession.unscoped.none()
    filterset_class = TrainingFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=TrainingRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest entry first; a focal person sees those of their units and those for everybody."""
        page = self.paginate_queryset(self.filter_queryset(self.seen()))
        return self.get_paginated_response([_row(session) for session in page or []])

    @extend_schema(responses=TrainingDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With who came, by unit."""
        return self.shown(self.session())

    @extend_schema(request=NewSession, responses={201: TrainingDetail})
    def create(self, request: Request) -> Response:
        """Writes a session down, planned or held."""
        return self.shown(training.hold_session(actor=self.actor, **self.read(NewSession)), status=201)

    @extend_schema(request=CorrectSessionBody, responses=TrainingDetail, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, public_id: str) -> Response:
        """Changes what stands about it."""
        body = self.read(CorrectSessionBody)
        seen = body.pop("version")
        return self.shown(training.correct_session(actor=self.actor, session=self.session(), seen_version=seen, **body))

    @extend_schema(request=CancelSessionBody, responses=TrainingDetail, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """It does not take place; who was noted as there was not introduced by it."""
        body = self.read(CancelSessionBody)
        return self.shown(
            training.cancel_session(
                actor=self.actor, session=self.session(), seen_version=body["version"], reason=body["reason"]
            )
        )

    @extend_schema(request=AttendanceBody, responses=TrainingDetail)
    @action(detail=True, methods=["post"])
    def attendance(self, request: Request, public_id: str) -> Response:
        """Who was there."""
        body = self.read(AttendanceBody)
        among = [person.pk for person in body["among"]] if "among" in body else None
        return self.shown(
            training.note_attendance(actor=self.actor, session=self.session(), came=body["came"], among=among)
        )

    @extend_schema(responses=UnitNeedsRow(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def needed(self, request: Request) -> Response:
        """Units with people who still need the introduction."""
        return Response(
            [
                {
                    "unit": named(row.unit_id, row.name) if row.unit_id else None,
                    "needing": row.needing,
                    "people": row.people,
                }
                for row in training.needs_introduction(self.actor)
            ]
        )

    def seen(self) -> QuerySet[TrainingSession]:
        return training.sessions_between(self.actor, date.min, date.max)

    def session(self) -> TrainingSession:
        found = self.seen().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found

    def shown(self, session: TrainingSession, *, status: int = 200) -> Response:
        row = self.seen().get(pk=session.pk)
        units = [
            {"unit": named(each.unit_id, each.name) if each.unit_id else None, "came": each.came, "people": each.people}
            for each in training.attendance_by_unit(self.actor, row)
        ]
        return Response(_row(row) | {"by_unit": units}, status=status, headers={"ETag": f'"{row.version}"'})


def _row(session: Any) -> dict[str, Any]:
    unit, leader = session.unit, session.led_by
    same = ("version", "title", "introduction", "held_on", "place", "note", "cancelled_at", "came")
    return {
        "id": session.public_id,
        "unit": named(unit.public_id, unit.name) if unit else None,
        "led_by": named(leader.public_id, leader.full_name) if leader else None,
    } | {name: getattr(session, name) for name in same}
