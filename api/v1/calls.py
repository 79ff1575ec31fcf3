"""Đặt bài: calls for pieces, made by hand or from the leaders' week, taken, given back, begun, taken back."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, Words
from api.portal_view import PortalView
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Coded, Named
from contributors import calls, clock
from contributors.access import holds, require
from contributors.calls import NewCall
from contributors.errors import DomainError
from contributors.models import Assignment, Genre, Topic, Unit
from contributors.weekly_schedule import Activity, read_schedule
from payments.calling import calls_of_schedule, make_calls

STATES = ("open", "taken", "handed_in", "over", "cancelled")


class CallRow(serializers.Serializer[Any]):
    """`fee_low` and `fee_high` in whole đồng; null where the portal pays nothing."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(STATES)
    title = serializers.CharField()
    brief = serializers.CharField()
    place = serializers.CharField()
    genre = Coded(allow_null=True)
    topic = Coded(allow_null=True)
    event_at = serializers.DateTimeField(allow_null=True)
    leader_activity = serializers.BooleanField()
    deadline = serializers.DateTimeField()
    offered_until = serializers.DateTimeField(allow_null=True, help_text="Until then for some units alone.")
    fee_low = serializers.IntegerField(allow_null=True)
    fee_high = serializers.IntegerField(allow_null=True)
    taken_by = Named(allow_null=True)
    piece = serializers.UUIDField(allow_null=True)


class CodeFields(StrictBody):
    genre = Words(max_length=40, required=False, allow_null=True, help_text="Code; left out: the writer chooses.")
    topic = Words(max_length=40, required=False, allow_null=True, help_text="Code.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name, noun in (("genre", Genre), ("topic", Topic)):
            code = attrs.get(name)
            attrs[name] = noun.objects.filter(code=code).first() if code else None
            if code and attrs[name] is None:
                raise DomainError(f"{name}_unknown", field=name, **{name: code})
        return attrs


class NewCallBody(CodeFields):
    """The same `client_key` again is the same call."""

    client_key = serializers.UUIDField()
    title = Words(max_length=2000, allow_blank=True)
    brief = Words(max_length=5000, required=False, allow_blank=True, default="")
    place = Words(max_length=300, required=False, allow_blank=True, default="")
    deadline = serializers.DateTimeField()
    event_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    leader_activity = serializers.BooleanField(required=False, default=False)
    units = serializers.ListField(
        child=ByPublicId(Unit),
        required=False,
        allow_null=True,
        default=None,
        max_length=50,
        help_text="Who is asked first; left out: units that have been silent longest, in turn.",
    )


class WeekBody(CodeFields):
    """The leaders' weekly schedule as text, a line for each activity."""

    text = Words(max_length=50_000, trim_whitespace=False)


class MakeWeekBody(WeekBody):
    client_key = serializers.UUIDField(help_text="The same key and text again make nothing new.")


class ActivityRow(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    day = serializers.DateField()
    hour = serializers.TimeField(allow_null=True)
    title = serializers.CharField()
    place = serializers.CharField()


class SkippedRow(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    text = serializers.CharField()


class WeekRead(serializers.Serializer[Any]):
    activities = ActivityRow(many=True)
    skipped = SkippedRow(many=True)


class CancelCallBody(StrictBody):
    reason = Words(max_length=500, required=False, allow_blank=True, default="")


class BeginBody(StrictBody):
    client_key = serializers.UUIDField()


class Begun(serializers.Serializer[Any]):
    piece = serializers.UUIDField()


class CallView(PortalView):
    """Đặt bài."""

    queryset = Assignment.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=CallRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first: all of them for who calls, for others what they can take or have taken."""
        page = self.paginate_queryset(self.seen())
        return self.get_paginated_response([_row(call) for call in page or []])

    @extend_schema(responses=CallRow)
    def retrieve(self, request: Request, public_id: str) -> Response:
        return Response(_row(self.call()))

    @extend_schema(request=NewCallBody, responses={201: CallRow})
    def create(self, request: Request) -> Response:
        """Calls for a piece; the range of the fee follows from the rate schedule."""
        body = self.read(NewCallBody)
        units = body.pop("units")
        (made,) = make_calls(actor=self.actor, portal=self.portal, new=[NewCall(**body)], units=units)
        return Response(_row(_whole(made)), status=201)

    @extend_schema(request=WeekBody, responses=WeekRead)
    @action(detail=False, methods=["post"], url_path="read-week")
    def read_week(self, request: Request) -> Response:
        """What would be called for; nothing is written."""
        require(self.actor, "call.write")
        read = read_schedule(self.read(WeekBody)["text"], today=clock.today(self.portal.time_zone))
        return Response(
            {
                "activities": [_activity(each) for each in read.activities],
                "skipped": [{"line": number, "text": text} for number, text in read.skipped],
            }
        )

    @extend_schema(request=MakeWeekBody, responses={201: CallRow(many=True)})
    @action(detail=False, methods=["post"], url_path="make-week", pagination_class=None)
    def make_week(self, request: Request) -> Response:
        """A call for every activity that is not over; all or none."""
        body = self.read(MakeWeekBody)
        made = calls_of_schedule(
            actor=self.actor,
            portal=self.portal,
            activities=read_schedule(body["text"], today=clock.today(self.portal.time_zone)).activities,
            form_key=body["client_key"],
            genre=body["genre"],
            topic=body["topic"],
        )
        rows = calls.all_calls().filter(pk__in=[call.pk for call in made]).order_by("pk")
        return Response([_row(call) for call in rows], status=201)

    @extend_schema(request=None, responses=CallRow)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, public_id: str) -> Response:
        """You will write it."""
        return Response(_row(_whole(calls.take_call(actor=self.actor, call=self.call()))))

    @extend_schema(request=None, responses=CallRow)
    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request: Request, public_id: str) -> Response:
        """Somebody else may write it."""
        return Response(_row(_whole(calls.give_call_back(actor=self.actor, call=self.call()))))

    @extend_schema(request=BeginBody, responses=Begun)
    @action(detail=True, methods=["post"])
    def begin(self, request: Request, public_id: str) -> Response:
        """A draft that knows what the call says; the same one again once it is begun."""
        key = self.read(BeginBody)["client_key"]
        piece = calls.start_for_call(actor=self.actor, call=self.call(), client_key=key)
        return Response({"piece": piece.public_id})

    @extend_schema(request=CancelCallBody, responses=CallRow)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Not wanted any more."""
        reason = self.read(CancelCallBody)["reason"]
        return Response(_row(_whole(calls.cancel_call(actor=self.actor, call=self.call(), reason=reason))))

    def seen(self) -> Any:
        if holds(self.actor, "call.write"):
            return calls.all_calls()
        require(self.actor, "call.take")
        return calls.calls_open_to(self.actor)

    def call(self) -> Assignment:
        found: Assignment | None = self.seen().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found


def _whole(call: Assignment) -> Assignment:
    whole: Assignment = calls.all_calls().get(pk=call.pk)
    return whole


def _row(call: Assignment) -> dict[str, Any]:
    plain = ("title", "brief", "place", "event_at", "leader_activity", "deadline", "offered_until")
    return {
        "id": call.public_id,
        "state": calls.state_of(call),
        "genre": {"code": call.genre.code, "name": call.genre.name} if call.genre else None,
        "topic": {"code": call.topic.code, "name": call.topic.name} if call.topic else None,
        "fee_low": call.fee_low,
        "fee_high": call.fee_high,
        "taken_by": named(call.taken_by.public_id, call.taken_by.full_name) if call.taken_by else None,
        "piece": call.piece.public_id if call.piece else None,
    } | {name: getattr(call, name) for name in plain}


def _activity(each: Activity) -> dict[str, Any]:
    return {"line": each.number, "day": each.day, "hour": each.hour, "title": each.title, "place": each.place}
