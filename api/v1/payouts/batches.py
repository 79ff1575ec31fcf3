"""Batches over HTTP: gathering, the file, sending, and the bank's answer to it."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedForm, BoundedJson, VersionBody
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.contributors.shapes import SheetBody
from api.v1.payouts import shapes
from api.v1.pieces.rows import named
from contributors.spreadsheets import MOST_BYTES
from payments import bank_results, batches
from payments.access import require_money
from payments.bank_files import MEDIA
from payments.models import BankResult, BatchKind, BatchState, Payout, PayoutBatch, ResultState

XLSX, CSV = MEDIA["xlsx"], "text/csv"


class BatchFilters(django_filters.FilterSet):  # type: ignore[misc]
    run = django_filters.UUIDFilter(field_name="run__public_id")
    state = django_filters.ChoiceFilter(choices=BatchState.choices)
    kind = django_filters.ChoiceFilter(choices=BatchKind.choices)

    class Meta:
        model = PayoutBatch
        fields: list[str] = []


class BatchView(PortalView):
    """Đợt chi."""

    money = True
    queryset = PayoutBatch.unscoped.none()
    filterset_class = BatchFilters
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=shapes.BatchRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        require_money(self.actor, "run.see")
        page = self.paginate_queryset(self.filter_queryset(batches.batches_of()))
        return self.get_paginated_response([_listed(batch) for batch in page or []])

    @extend_schema(responses=shapes.BatchDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With what stands in the way of its file."""
        return self.shown(self.batch())

    @extend_schema(request=shapes.NewBatch, responses={201: shapes.BatchDetail})
    def create(self, request: Request) -> Response:
        """Gathers payouts that are in no batch."""
        require_money(self.actor, "run.pay")
        body = self.read(shapes.NewBatch)
        chosen = None
        if "payouts" in body:
            chosen = list(Payout.objects.filter(public_id__in=body["payouts"]).values_list("pk", flat=True))
        made = batches.gather_batch(
            actor=self.actor,
            run=body["run"],
            kind=body["kind"],
            template=body["template"],
            purpose=body["purpose"],
            chosen=chosen,
        )
        return self.shown(bank_results.batch_of(made.public_id), status=201)

    @extend_schema(
        request=shapes.FileBody,
        responses={
            (200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, "The workbook."),
            (200, CSV): OpenApiResponse(OpenApiTypes.BINARY, "Separated text."),
        },
    )
    @action(detail=True, methods=["post"])
    def file(self, request: Request, public_id: str) -> HttpResponse:
        """The file with full account numbers, made now and kept nowhere; the taking goes into the log."""
        body = self.read(shapes.FileBody)
        taken = batches.take_batch_file(actor=self.actor, batch=self.batch(), kind=body["format"])
        answer = HttpResponse(taken.content, content_type=MEDIA[body["format"]])
        answer["Content-Disposition"] = f'attachment; filename="{taken.name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer

    @extend_schema(request=VersionBody, responses=shapes.BatchDetail, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def send(self, request: Request, public_id: str) -> Response:
        """Handed over to the bank or the treasury."""
        batch = self.batch()
        batches.send_batch(actor=self.actor, batch=batch, seen_version=self.read(VersionBody)["version"])
        return self.shown(bank_results.batch_of(batch.public_id))

    @extend_schema(request=shapes.DissolveBody, responses=shapes.BatchDetail, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def dissolve(self, request: Request, public_id: str) -> Response:
        """Gives up what was never sent; its payouts can be gathered anew."""
        batch, body = self.batch(), self.read(shapes.DissolveBody)
        batches.dissolve_batch(actor=self.actor, batch=batch, seen_version=body["version"], reason=body["reason"])
        return self.shown(bank_results.batch_of(batch.public_id))

    @extend_schema(request={"multipart/form-data": SheetBody}, responses={201: shapes.BankResultDetail})
    @action(detail=True, methods=["post"], parser_classes=[BoundedForm])
    def results(self, request: Request, public_id: str) -> Response:
        """Reads the bank's answer, without an effect; a file that was read before is found again."""
        require_money(self.actor, "run.pay")
        file = self.read(SheetBody)["file"]
        result = bank_results.check_result(
            actor=self.actor, batch=self.batch(), content=file.read(MOST_BYTES + 1), file_name=file.name
        )
        return Response(_result(bank_results.result_of(result.public_id)), status=201)

    def batch(self) -> PayoutBatch:
        require_money(self.actor, "run.see")
        return bank_results.batch_of(self.kwargs["public_id"])

    def shown(self, batch: PayoutBatch, *, status: int = 200) -> Response:
        findings = [
            {
                "code": finding.code,
                "stops": finding.stops,
                "sentence": finding.label,
                "payout": finding.item.payout.public_id if finding.item else None,
            }
            for finding in batches.batch_findings(batch)
        ]
        answer = _listed(batch) | {"findings": findings}
        return Response(answer, status=status, headers={"ETag": f'"{batch.version}"'})


class BankResultView(PortalView):
    """Kết quả của ngân hàng: looked at, then written down or given up."""

    money = True
    queryset = BankResult.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    parser_classes = [BoundedJson]

    @extend_schema(responses=shapes.BankResultDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """Every row with its verdict as things stand now."""
        return Response(_result(self.result()))

    @extend_schema(request=None, responses=shapes.BankResultDetail)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, public_id: str) -> Response:
        """Writes down what matches, in one transaction; what contradicts stays as it is."""
        bank_results.apply_result(actor=self.actor, result=self.result())
        return Response(_result(self.result()))

    @extend_schema(request=None, responses=shapes.BankResultDetail)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, public_id: str) -> Response:
        """Gives the file up; what its rows said is forgotten."""
        bank_results.discard_result(actor=self.actor, result=self.result())
        return Response(_result(self.result()))

    def result(self) -> BankResult:
        require_money(self.actor, "run.pay")
        return bank_results.result_of(self.kwargs["public_id"])


def _listed(batch: Any) -> dict[str, Any]:
    """Of `batches_of`, which counts people by outcome."""
    same = ("version", "number", "year", "kind", "state", "template_version", "purpose", "payouts", "total")
    more = ("paid", "returned", "file_sha256", "created_at", "sent_at", "done_at")
    return {
        "id": batch.public_id,
        "run": named(batch.run.public_id, batch.run.label),
        "template": batch.template_code,
        **{name: getattr(batch, name) for name in (*same, *more)},
    }


def _result(result: BankResult) -> dict[str, Any]:
    open_still = result.state == ResultState.CHECKED
    rows = bank_results.result_rows(result) if open_still else []
    return {
        "id": result.public_id,
        "batch": named(result.batch.public_id, str(result.batch)),
        "file_name": result.file_name,
        "sha256": result.sha256,
        "state": result.state,
        "row_count": result.row_count,
        "applied": result.applied,
        "rows": [
            {
                "number": row.number,
                "name": row.name,
                "amount": row.amount,
                "status": row.status,
                "reason": row.reason,
                "outcome": row.outcome,
                "verdict": row.verdict,
                "problem": row.problem,
                "sentence": row.problem_label,
                "payout": row.item.payout.public_id if row.item else None,
            }
            for row in rows
        ],
        "silent": [item.payout.public_id for item in bank_results.silent_items(result, rows)] if open_still else [],
    }
