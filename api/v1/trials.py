"""Tính thử trên danh sách của anh chị: a schedule on somebody's own list. Neither is kept."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedForm, StrictBody
from api.errors import field_error
from api.portal_view import PortalView
from api.v1.runs.shapes import LineGround
from api.v1.whatif import WhatIfListProblem
from contributors.spreadsheets import MOST_BYTES
from payments.access import require_money
from payments.errors import PaymentError
from payments.list_trials import schedule_to_try, try_own_list
from payments.models import RateSchedule
from payments.rate_files import schedule_in_file
from payments.rate_yaml import MOST_BYTES as LONGEST_SCHEDULE
from payments.royalty.schedule import Schedule
from payments.royalty_trial import Trial

MOST_LINES = 1000


class TrialBody(StrictBody):
    """Exactly one of `schedule` and `schedule_file`."""

    file = serializers.FileField(help_text="A list as .xlsx or .csv, of at most 5 MB and 20,000 rows.")
    schedule = serializers.CharField(required=False, max_length=100, help_text="A key from `what-if/schedules/`.")
    schedule_file = serializers.FileField(required=False, help_text="A schedule as YAML.")
    on = serializers.DateField(required=False, default=None, help_text="The day of rows that name none.")
    after_row = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=2**31 - 1, help_text="Lines of later rows only."
    )

    rules = {"oneOf": [{"required": ["schedule"]}, {"required": ["schedule_file"]}]}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("schedule" in attrs) == ("schedule_file" in attrs):
            raise field_error("schedule", "choose_one")
        return attrs


class TrialLineRow(serializers.Serializer[Any]):
    """One row reckoned. `explanation` can be checked with a pocket calculator."""

    row = serializers.IntegerField(help_text="As the sheet numbers it.")
    person = serializers.CharField()
    role = serializers.CharField()
    title = serializers.CharField()
    genre = serializers.CharField()
    day = serializers.DateField(allow_null=True)
    amount = serializers.IntegerField()
    stated = serializers.IntegerField(allow_null=True, help_text="What the list itself says.")
    explanation = serializers.CharField()
    grounds = LineGround(many=True)


class TrialTotal(serializers.Serializer[Any]):
    person = serializers.CharField()
    lines = serializers.IntegerField()
    amount = serializers.IntegerField()


class TrialDifference(serializers.Serializer[Any]):
    """Where the list says one thing and reckoning gives another, in đồng."""

    row = serializers.IntegerField()
    name = serializers.CharField(help_text="The column, or the words of a sum.")
    stated = serializers.IntegerField()
    found = serializers.IntegerField()
    sentence = serializers.CharField()


class TrialAnswer(serializers.Serializer[Any]):
    """A list is reckoned whole or not at all: with problems there are no lines.

    Totals and differences are of the whole list, whichever lines are answered.
    """

    lines = TrialLineRow(many=True, help_text="A thousand at most.")
    left_off = serializers.IntegerField(help_text="Further lines: send the list again with `after_row`.")
    total = serializers.IntegerField(allow_null=True, help_text="Null with problems.")
    people = TrialTotal(many=True)
    differences = TrialDifference(many=True)
    remarks = serializers.ListField(child=serializers.CharField(), help_text="What was read past.")
    problems = WhatIfListProblem(many=True)


class TrialView(PortalView):
    """Tính thử trên một danh sách."""

    money = True
    queryset = RateSchedule.unscoped.none()
    parser_classes = [BoundedForm]
    pagination_class = None

    @extend_schema(
        operation_id="what_if_trial_create", request={"multipart/form-data": TrialBody}, responses={200: TrialAnswer}
    )
    def create(self, request: Request) -> Response:
        """What each line comes to and why, totals, and where the list reckons otherwise."""
        require_money(self.actor, "whatif.see")
        body = self.read(TrialBody)
        trial = try_own_list(
            actor=self.actor,
            schedule=self._schedule(body),
            content=body["file"].read(MOST_BYTES + 1),
            file_name=body["file"].name,
            on=body["on"],
        )
        return Response(TrialAnswer(_answer(trial, body["after_row"])).data)

    def _schedule(self, body: dict[str, Any]) -> Schedule:
        if "schedule" in body:
            return schedule_to_try(self.portal, body["schedule"])
        try:
            return schedule_in_file(body["schedule_file"].read(LONGEST_SCHEDULE + 1))
        except PaymentError as wrong:  # it calls every file "file", and here that is the list
            raise PaymentError(wrong.code, field="schedule_file", **wrong.values) from None


def _answer(trial: Trial, after_row: int) -> dict[str, Any]:
    lines = [line for line in trial.lines if line.row > after_row]
    return {
        "lines": lines[:MOST_LINES],
        "left_off": max(0, len(lines) - MOST_LINES),
        "total": None if trial.problems else trial.total,
        "people": trial.people,
        "differences": trial.differences,
        "remarks": trial.remarks,
        "problems": trial.problems,
    }
