"""Corrections of issued amounts: proposed by one person, confirmed by another, taken by the next run."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ByPublicId, ReasonBody, StrictBody, VersionBody, Words
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors.errors import DomainError
from payments.corrections import cancel_correction, confirm_correction, corrections, propose_correction
from payments.models import Correction, CorrectionSource, CorrectionState, Line, Statement

DONG = {"min_value": -(2**62), "max_value": 2**62}


class CorrectionRow(serializers.Serializer[Any]):
    """`amount` in whole đồng, negative takes back. `replaces`: the statement was never paid and is paid anew."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(CorrectionState.choices)
    source = serializers.ChoiceField(CorrectionSource.choices)  # type: ignore[assignment]
    contributor = Named()
    statement = Named(help_text="Its id and number.")
    ordinal = serializers.IntegerField(help_text="The line's place on the statement.")
    line_amount = serializers.IntegerField()
    amount = serializers.IntegerField()
    reason = serializers.CharField()
    replaces = serializers.BooleanField()
    proposed_by = serializers.CharField(allow_blank=True)
    proposed_at = serializers.DateTimeField()
    confirmed_by = serializers.CharField(allow_blank=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField(allow_blank=True)
    taken_by_run = Named(allow_null=True)


class NewCorrection(StrictBody):
    """`reason` is printed on the person's next statement."""

    statement = ByPublicId(Statement)
    ordinal = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    amount = serializers.IntegerField(**DONG)  # type: ignore[arg-type]
    reason = Words(max_length=300)


class CorrectionView(PortalView):
    """Điều chỉnh sau khi phát hành."""

    money = True
    queryset = Correction.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=CorrectionRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        page = self.paginate_queryset(self.seen())
        return self.get_paginated_response([_row(row) for row in page or []])

    @extend_schema(responses=CorrectionRow)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One correction."""
        return Response(_row(self.correction()))

    @extend_schema(request=NewCorrection, responses={201: CorrectionRow})
    def create(self, request: Request) -> Response:
        """Proposes one; somebody else confirms it."""
        body = self.read(NewCorrection)
        line = Line.objects.filter(statement=body["statement"], ordinal=body["ordinal"]).first()
        if line is None:
            raise DomainError("not_found", field="ordinal")
        row = propose_correction(actor=self.actor, line=line, amount=body["amount"], reason=body["reason"])
        return Response(_row(self.seen().get(pk=row.pk)), status=201)

    @extend_schema(request=VersionBody, responses=CorrectionRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, public_id: str) -> Response:
        """The second person; the next approval of a run takes it."""
        row = confirm_correction(
            actor=self.actor, correction=self.correction(), seen_version=self.read(VersionBody)["version"]
        )
        return Response(_row(self.seen().get(pk=row.pk)))

    @extend_schema(request=ReasonBody, responses=CorrectionRow, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Drops it before a run has taken it."""
        body = self.read(ReasonBody)
        row = cancel_correction(
            actor=self.actor, correction=self.correction(), seen_version=body["version"], reason=body["reason"]
        )
        return Response(_row(self.seen().get(pk=row.pk)))

    def seen(self) -> Any:
        return corrections(self.actor).select_related("taken_as__run")

    def correction(self) -> Correction:
        found: Correction | None = self.seen().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found


def _row(row: Correction) -> dict[str, Any]:
    statement = row.line.statement
    run = row.taken_as.run if row.taken_as else None
    return {
        "id": row.public_id,
        "version": row.version,
        "state": row.state,
        "source": row.source,
        "contributor": named(statement.contributor.public_id, statement.contributor.full_name),
        "statement": named(statement.public_id, f"{statement.number}/{statement.year}"),
        "ordinal": row.line.ordinal,
        "line_amount": row.line.amount,
        "amount": row.amount,
        "reason": row.reason,
        "replaces": row.replaces,
        "proposed_by": row.proposed_by.name if row.proposed_by else "",
        "proposed_at": row.proposed_at,
        "confirmed_by": row.confirmed_by.name if row.confirmed_by else "",
        "confirmed_at": row.confirmed_at,
        "cancel_reason": row.cancel_reason,
        "taken_by_run": named(run.public_id, run.label) if run else None,
    }
