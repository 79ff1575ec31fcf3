"""Rate schedules over HTTP: reading, drafting, comparing, putting in force, closing, taking away as a file."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.errors import field_error
from api.portal_view import PortalView
from contributors.errors import DomainError
from payments import rates
from payments.access import require_money
from payments.models import RateSchedule, ScheduleState
from payments.rate_differences import differences
from payments.rate_files import draft_from_file, export_schedule, read_schedule_file
from payments.rate_gaps import gaps_of
from payments.rate_yaml import MOST_BYTES

LONGEST_FILE = MOST_BYTES


class RateScheduleRow(serializers.Serializer[Any]):
    """In force over `[effective_from, effective_until)`; without a decision's number it serves what-if only."""

    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField()
    decision_number = serializers.CharField()
    decided_on = serializers.DateField(allow_null=True)
    signer = serializers.CharField()
    state = serializers.ChoiceField(ScheduleState.choices)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)


class GapRow(serializers.Serializer[Any]):
    code = serializers.CharField()
    subject = serializers.CharField(help_text="What it is about: a genre, a role, a day.")
    sentence = serializers.CharField()


class RateScheduleDetail(RateScheduleRow):
    fingerprint = serializers.CharField(help_text="Changes with every change of the rules; send it as `seen`.")
    rules = serializers.DictField(help_text="As in a schedule file; payments/rates/schedule.schema.json describes it.")
    gaps = GapRow(many=True, help_text="Of a draft: what is missing before it comes into force.")


class ChangeRow(serializers.Serializer[Any]):
    part = serializers.CharField()
    name = serializers.CharField()
    before = serializers.CharField(help_text="Empty: new.")
    after = serializers.CharField(help_text="Empty: gone.")
    sentence = serializers.CharField()
    aside = serializers.BooleanField(help_text="Only words differ (a name, a legal basis, a note); no amount can")


class RateScheduleDifference(serializers.Serializer[Any]):
    """What changes from `compared_with` to this schedule; null where nothing was in force on its first day."""

    compared_with = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    changes = ChangeRow(many=True)


class NewDraft(StrictBody):
    """One of: a schedule file, a table that comes with the product, a schedule of the portal to copy."""

    file = serializers.CharField(
        required=False, max_length=LONGEST_FILE, trim_whitespace=False, help_text="A schedule as YAML text."
    )
    shipped = serializers.SlugField(required=False, help_text="Such as bac-giang-570-2013.")
    copy_of = serializers.UUIDField(required=False)
    effective_from = serializers.DateField(required=False, help_text="Required with `shipped` and `copy_of`.")

    rules = {
        "oneOf": [{"required": ["file"]}, {"required": ["shipped"]}, {"required": ["copy_of"]}],
        "dependentRequired": {"shipped": ["effective_from"], "copy_of": ["effective_from"]},
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("file", "shipped", "copy_of") if name in attrs]
        if len(given) != 1:
            raise field_error("file", "choose_one")
        if given != ["file"] and "effective_from" not in attrs:
            raise field_error("effective_from", "needed_here")
        return attrs


class SeenDraft(StrictBody):
    seen = serializers.CharField(max_length=64, help_text="The draft's `fingerprint` as you saw it; an older one: 409.")


class EditDraft(SeenDraft):
    """The whole rules of the draft, as `rules` or as the YAML text of a schedule file."""

    file = serializers.CharField(
        required=False, max_length=LONGEST_FILE, trim_whitespace=False, help_text="A schedule as YAML text."
    )

    rules = {"oneOf": [{"required": ["rules"]}, {"required": ["file"]}]}

    def get_fields(self) -> dict[str, Any]:
        whole = serializers.DictField(required=False, help_text="As the draft's reading gives them.")
        return super().get_fields() | {"rules": whole}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("rules" in attrs) == ("file" in attrs):
            raise field_error("rules", "choose_one")
        return attrs


class ForceBody(StrictBody):
    seen = serializers.CharField(max_length=64, help_text="The draft's `fingerprint` as you saw it.")
    gaps_reason = Words(
        max_length=1000, required=False, allow_blank=True, default="", help_text="Why it holds in spite of its gaps."
    )


class CloseBody(StrictBody):
    until = serializers.DateField(help_text="The first day on which it no longer counts.")
    reason = Words(max_length=1000)


class RateScheduleFilters(django_filters.FilterSet):  # type: ignore[misc]
    state = django_filters.ChoiceFilter(choices=ScheduleState.choices)

    class Meta:
        model = RateSchedule
        fields: list[str] = []


class RateScheduleView(PortalView):
    """Quy định mức chi."""

    money = True
    queryset = RateSchedule.unscoped.none()
    filterset_class = RateScheduleFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_key = "-pk"

    @extend_schema(responses=RateScheduleRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        require_money(self.actor, "whatif.see")
        page = self.paginate_queryset(self.filter_queryset(self._rows()))
        return self.get_paginated_response(RateScheduleRow(page or [], many=True).data)

    @extend_schema(responses=RateScheduleDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With its rules; of a draft also what is missing."""
        require_money(self.actor, "whatif.see")
        return self._shown(self._row())

    @extend_schema(request=NewDraft, responses={201: RateScheduleDetail})
    def create(self, request: Request) -> Response:
        """A draft. A file with mistakes is refused with the line and column of each, and nothing is stored."""
        require_money(self.actor, "schedule.write")
        body = self.read(NewDraft)
        since: Any = body.get("effective_from")
        if "file" in body:
            row = draft_from_file(actor=self.actor, content=body["file"].encode())
        elif "shipped" in body:
            row = rates.draft_shipped(actor=self.actor, name=body["shipped"], effective_from=since)
        else:
            copied = self._row(body["copy_of"])
            row = rates.draft_copy(actor=self.actor, schedule=copied, effective_from=since)
        return self._shown(row, status=201)

    @extend_schema(request=EditDraft, responses=RateScheduleDetail)
    def update(self, request: Request, public_id: str) -> Response:
        """Other rules for a draft. What is in force is never changed; a new draft follows it."""
        require_money(self.actor, "schedule.write")
        row, body = self._row(), self.read(EditDraft)
        rules = read_schedule_file(body["file"].encode()) if "file" in body else body["rules"]
        return self._shown(rates.edit_draft(actor=self.actor, schedule=row, rules=rules, seen=body["seen"]))

    @extend_schema(request=SeenDraft, responses={204: None})
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, public_id: str) -> Response:
        """Drops a draft; what was ever in force stays."""
        require_money(self.actor, "schedule.write")
        rates.discard_draft(actor=self.actor, schedule=self._row(), seen=self.read(SeenDraft)["seen"])
        return Response(status=204)

    @extend_schema(request=ForceBody, responses=RateScheduleDetail)
    @action(detail=True, methods=["post"], url_path="put-in-force")
    def put_in_force(self, request: Request, public_id: str) -> Response:
        """Freezes a draft; the schedule before it ends the day it begins. Gaps want a reason, which goes on record."""
        require_money(self.actor, "schedule.write")
        return self._shown(rates.put_in_force(actor=self.actor, schedule=self._row(), **self.read(ForceBody)))

    @extend_schema(request=CloseBody, responses=RateScheduleDetail)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        """Ends a schedule without a successor; once."""
        require_money(self.actor, "schedule.write")
        return self._shown(rates.close_schedule(actor=self.actor, schedule=self._row(), **self.read(CloseBody)))

    @extend_schema(
        responses=RateScheduleDifference,
        parameters=[
            OpenApiParameter(
                "with", OpenApiTypes.UUID, OpenApiParameter.QUERY, description="By default what holds on its first day."
            )
        ],
    )
    @action(detail=True, methods=["get"])
    def diff(self, request: Request, public_id: str) -> Response:
        """What this schedule changes, in plain words."""
        require_money(self.actor, "whatif.see")
        row = self._row()
        asked = request.query_params.get("with")
        if asked is not None:
            other: RateSchedule | None = self._row(serializers.UUIDField().run_validation(asked))
        else:
            other = rates.schedule_on(self.portal, row.effective_from)
        before = rates.as_dated(other) if other is not None else None
        after = rates.as_dated(row)
        found = differences(before, after) if before is not None else []
        return Response(
            {
                "compared_with": other.public_id if other is not None else None,
                "title": other.title if other is not None else "",
                "changes": [asdict(change) | {"sentence": change.sentence} for change in found],
            }
        )

    @extend_schema(responses={(200, "application/yaml"): OpenApiResponse(OpenApiTypes.OBJECT, "The schedule file.")})
    @action(detail=True, methods=["get"], url_path="file")
    def export(self, request: Request, public_id: str) -> HttpResponse:
        """The schedule as a file, from which it can be drafted again without loss."""
        require_money(self.actor, "whatif.see")
        row = self._row()
        answer = HttpResponse(export_schedule(row), content_type="application/yaml")
        answer["Content-Disposition"] = f'attachment; filename="{row.public_id}.yaml"'
        return answer

    def known_parameters(self) -> frozenset[str]:
        return super().known_parameters() | ({"with"} if self.action == "diff" else set())

    def _rows(self) -> QuerySet[RateSchedule]:
        return RateSchedule.objects.select_related("portal__parent")

    def _row(self, public_id: Any = None) -> RateSchedule:
        row = self._rows().filter(public_id=public_id or self.kwargs["public_id"]).first()
        if row is None:
            raise DomainError("not_found")
        return row

    def _shown(self, row: RateSchedule, *, status: int = 200) -> Response:
        shown = RateScheduleRow(row).data
        draft = row.state == ScheduleState.DRAFT
        gaps = [asdict(gap) for gap in gaps_of(rates.schedule_of(row))] if draft else []
        return Response(
            shown | {"fingerprint": rates.fingerprint(row), "rules": row.rules, "gaps": gaps}, status=status
        )
