"""How the board works: rules and own days, hand-overs, absences, timeliness, reminders."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, StrictBody, Words
from api.periods import asked_day, day_parameter
from api.portal_view import PortalView
from api.v1.pieces.shapes import Named
from contributors import clock
from contributors.absences import if_one_is_away
from contributors.access import holds, require
from contributors.board_rules import drop_own_day, set_board_rules, set_own_day
from contributors.deadlines import rules_on
from contributors.delegations import delegations_from, hand_over, take_back
from contributors.errors import DomainError
from contributors.models import (
    BoardRules,
    Contributor,
    Delegation,
    HandedRight,
    Notice,
    NoticeKind,
    OwnDay,
)
from contributors.reminding import notices_for, read_notices
from contributors.timeliness import Measure, StepTaken, timeliness

HOURS = serializers.DecimalField
RULES = (
    *("effective_from", "effective_until", "leader_same_day", "weekdays", "day_from", "noon_from", "noon_until"),
    *("day_until", "offer_units", "offer_hours", "decision_number"),
)


class RulesFields(StrictBody):
    """Hours are working hours; `weekdays` are ISO numbers, "12345" is Monday to Friday."""

    effective_from = serializers.DateField()
    review_hours = HOURS(max_digits=4, decimal_places=1)
    publish_hours = HOURS(max_digits=4, decimal_places=1)
    leader_same_day = serializers.BooleanField()
    weekdays = serializers.CharField(max_length=7)
    day_from = serializers.TimeField()
    noon_from = serializers.TimeField()
    noon_until = serializers.TimeField()
    day_until = serializers.TimeField()
    second_score_above = HOURS(max_digits=7, decimal_places=3, allow_null=True)
    offer_units = serializers.IntegerField(min_value=0, max_value=32767)
    offer_hours = serializers.IntegerField(min_value=0, max_value=32767)
    decision_number = Words(max_length=100, required=False, allow_blank=True, default="")


class RulesRow(RulesFields):
    effective_until = serializers.DateField(allow_null=True)


class OwnDayRow(serializers.Serializer[Any]):
    on = serializers.DateField()
    working = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)


class OwnDayBody(StrictBody):
    """`working` null: the day follows the calendar again."""

    on = serializers.DateField()
    working = serializers.BooleanField(allow_null=True)
    note = Words(max_length=200, required=False, allow_blank=True, default="")


class BoardRulesView(PortalView):
    """Hạn và lịch làm việc."""

    queryset = BoardRules.unscoped.none()
    pagination_class = None

    @extend_schema(operation_id="board_rules_retrieve", responses=RulesRow)
    def retrieve(self, request: Request) -> Response:
        """The rules of today; the usual ones where the portal has said nothing."""
        require(self.actor, "piece.see")
        return Response(_rules(rules_on(clock.today(self.portal.time_zone))))

    @extend_schema(operation_id="board_rules_set", request=RulesFields, responses={201: RulesRow})
    def create(self, request: Request) -> Response:
        """Rules from a day on; those before end that day."""
        return Response(_rules(set_board_rules(actor=self.actor, **self.read(RulesFields))), status=201)

    @extend_schema(operation_id="own_days_list", responses=OwnDayRow(many=True))
    def days(self, request: Request) -> Response:
        """The portal's own days off and working days."""
        require(self.actor, "piece.see")
        return Response(list(OwnDay.objects.order_by("on").values("on", "working", "note")))

    @extend_schema(operation_id="own_days_set", request=OwnDayBody, responses={204: None})
    def set_day(self, request: Request) -> Response:
        """Sets a day, or lets it follow the calendar again."""
        body = self.read(OwnDayBody)
        if body["working"] is None:
            drop_own_day(actor=self.actor, on=body["on"])
        else:
            set_own_day(actor=self.actor, **body)
        return Response(status=204)


class HandOverBody(StrictBody):
    """Your own right, in `[effective_from, effective_until)`."""

    receiver = ByPublicId(Contributor)
    right = serializers.ChoiceField(HandedRight.choices)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField()
    reason = Words(max_length=300, required=False, allow_blank=True, default="")


class DelegationRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    giver = Named()
    receiver = Named()
    right = serializers.ChoiceField(HandedRight.choices)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField()
    reason = serializers.CharField()


class DelegationView(PortalView):
    """Uỷ quyền."""

    queryset = Delegation.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    pagination_class = None

    @extend_schema(responses=DelegationRow(many=True))
    def list(self, request: Request) -> Response:
        """In force and to come."""
        _require_board(self)
        return Response([_delegation(row) for row in delegations_from(clock.today(self.portal.time_zone))])

    @extend_schema(request=HandOverBody, responses={201: DelegationRow})
    def create(self, request: Request) -> Response:
        """Hands a right of your own over."""
        return Response(_delegation(hand_over(actor=self.actor, **self.read(HandOverBody))), status=201)

    @extend_schema(request=None, responses=DelegationRow)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, public_id: str) -> Response:
        """Ends it today."""
        row = Delegation.objects.select_related("giver", "receiver").filter(public_id=public_id).first()
        if row is None:
            raise DomainError("not_found")
        return Response(_delegation(take_back(actor=self.actor, delegation=row)))


class AbsenceRow(serializers.Serializer[Any]):
    """`stops`: nobody can then; `waits`: somebody can only after half of the promised time."""

    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    stops = serializers.ListField(child=serializers.CharField())
    waits = serializers.ListField(child=serializers.CharField())


class AbsenceAnswer(serializers.Serializer[Any]):
    people = AbsenceRow(many=True)
    already = serializers.ListField(child=serializers.CharField(), help_text="Steps that nobody can do now.")


class MeasureRow(serializers.Serializer[Any]):
    kept = serializers.IntegerField()
    total = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True, help_text="Cut to a whole number.")


class LateRow(serializers.Serializer[Any]):
    piece = serializers.UUIDField()
    title = serializers.CharField()
    what = serializers.ChoiceField(["review", "publish"])
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    working_hours = serializers.CharField()


class TimelinessAnswer(serializers.Serializer[Any]):
    review = MeasureRow()
    posting = MeasureRow()
    same_day = MeasureRow()
    late = LateRow(many=True)


class BoardView(PortalView):
    """Nếu một người vắng; đúng hạn."""

    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"from", "until"}) if self.action == "timeliness" else frozenset()

    @extend_schema(operation_id="absences_retrieve", responses=AbsenceAnswer)
    def absences(self, request: Request) -> Response:
        """What stops when any one person is away."""
        _require_board(self)
        found = if_one_is_away(clock.today(self.portal.time_zone))
        names = ("name", "roles", "stops", "waits")
        people = [{name: getattr(person, name) for name in names} for person in found.people]
        return Response({"people": people, "already": found.already})

    @extend_schema(
        operation_id="timeliness_retrieve",
        parameters=[day_parameter("from", "First day."), day_parameter("until", "The day after the last one.")],
        responses=TimelinessAnswer,
    )
    def timeliness(self, request: Request) -> Response:
        """How promises were kept in steps that ended in `[from, until)`, and each one that was not."""
        found = timeliness(
            actor=self.actor,
            portal=self.portal,
            period_from=asked_day(request, "from"),
            period_until=asked_day(request, "until"),
        )
        measures = {name: _measure(getattr(found, name)) for name in ("review", "posting", "same_day")}
        return Response(measures | {"late": [_late(step) for step in found.late]})


class NoticeRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(NoticeKind.choices)
    piece = serializers.UUIDField(allow_null=True)
    call = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    at = serializers.DateTimeField()


class NoticesBody(StrictBody):
    notices = serializers.ListField(child=ByPublicId(Notice), allow_empty=False, max_length=100)


class NoticeView(PortalView):
    """Nhắc việc."""

    queryset = Notice.unscoped.none()
    pagination_class = None

    @extend_schema(operation_id="notices_list", responses=NoticeRow(many=True))
    def list(self, request: Request) -> Response:
        """Your unread ones, newest first."""
        return Response([_notice(row) for row in notices_for(self.actor.contributor_pk)])

    @extend_schema(operation_id="notices_read", request=NoticesBody, responses={204: None})
    def read_all(self, request: Request) -> Response:
        """You have seen these."""
        read_notices(actor=self.actor, notices=self.read(NoticesBody)["notices"])
        return Response(status=204)


def _require_board(view: PortalView) -> None:
    if not (view.actor.on_board or holds(view.actor, "grant.give")):
        raise DomainError("not_allowed")


def _rules(row: BoardRules) -> dict[str, Any]:
    decimals = {
        name: None if getattr(row, name) is None else f"{getattr(row, name).normalize():f}"
        for name in ("review_hours", "publish_hours", "second_score_above")
    }
    return {name: getattr(row, name) for name in RULES} | decimals


def _named(person: Contributor) -> dict[str, Any]:
    return {"id": person.public_id, "name": person.full_name}


def _delegation(row: Delegation) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "giver": _named(row.giver),
        "receiver": _named(row.receiver),
        "right": row.right,
        "effective_from": row.effective_from,
        "effective_until": row.effective_until,
        "reason": row.reason,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {"kept": measure.kept, "total": measure.total, "percent": measure.percent}


def _late(step: StepTaken) -> dict[str, Any]:
    return {
        "piece": step.piece.public_id,
        "title": step.piece.title,
        "what": step.what,
        "since": step.since,
        "until": step.until,
        "due_at": step.due_at,
        "working_hours": f"{Decimal(int(step.hours * 10)) / 10}",
    }


def _notice(row: Notice) -> dict[str, Any]:
    thing = row.piece or row.assignment
    return {
        "id": row.public_id,
        "kind": row.kind,
        "piece": row.piece.public_id if row.piece else None,
        "call": row.assignment.public_id if row.assignment else None,
        "title": thing.title if thing else "",
        "due_at": row.due_at,
        "at": row.at,
    }
