"""Statements: one person in one run, with the reason of every amount, and the paper itself."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import django_filters
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from api.v1.runs.shapes import LineGround
from contributors.errors import DomainError
from contributors.merging import through_merges
from contributors.names import search_key
from payments import earnings
from payments.access import holds_money
from payments.errors import PaymentError
from payments.models import Line, Paper, PaperKind, Statement, StatementState
from payments.papers_kept import paper_file
from payments.royalty.explanation import explain

SAME = (
    *("state", "number", "year", "line_count", "line_total", "carried_in", "carried_out", "gross", "tax", "net"),
    *("tax_status", "issued_at"),
)
LISTED = (
    *("pk", "public_id", *SAME, "run__public_id", "run__label"),
    *("contributor__public_id", "contributor__full_name"),
)


class StatementRow(serializers.Serializer[Any]):
    """All amounts are whole đồng: gross = line_total + carried_in − carried_out, net = gross − tax."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(StatementState.choices)
    number = serializers.IntegerField(allow_null=True, help_text="Within its year; null until issued.")
    year = serializers.IntegerField(allow_null=True)
    run = Named()
    contributor = Named()
    line_count = serializers.IntegerField()
    line_total = serializers.IntegerField()
    carried_in = serializers.IntegerField()
    carried_out = serializers.IntegerField()
    gross = serializers.IntegerField()
    tax = serializers.IntegerField()
    net = serializers.IntegerField()
    tax_status = serializers.CharField()
    issued_at = serializers.DateTimeField(allow_null=True)


class StatementLine(serializers.Serializer[Any]):
    title = serializers.CharField()
    published_on = serializers.DateField(allow_null=True)
    genre = serializers.CharField()
    role = serializers.CharField(help_text="In the language of the request.")
    amount = serializers.IntegerField()
    explanation = serializers.CharField()
    grounds = LineGround(many=True)
    subject_key = serializers.CharField()


class StatementDetail(StatementRow):
    tax_explanation = serializers.CharField()
    paper_ready = serializers.BooleanField(help_text="Whether the PDF can be fetched.")
    lines = StatementLine(many=True)


class StatementFilters(django_filters.FilterSet):  # type: ignore[misc]
    run = django_filters.UUIDFilter(field_name="run__public_id")
    contributor = django_filters.UUIDFilter(field_name="contributor__public_id")
    q = django_filters.CharFilter(method="by_name", help_text="Part of the person's name, with or without marks.")

    class Meta:
        model = Statement
        fields: list[str] = []

    def by_name(self, found: Any, _name: str, words: str) -> Any:
        """Names are found as the pages find them."""
        return found.filter(contributor__search_key__contains=search_key(words[:100]))


class PaperRenderer(BaseRenderer):
    """Only so that `Accept: application/pdf` is understood; the file itself is streamed."""

    media_type = "application/pdf"
    format = "pdf"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return data


class StatementView(PortalView):
    """Phiếu thanh toán nhuận bút."""

    money = True
    queryset = Statement.unscoped.none()
    filterset_class = StatementFilters
    wide = {"list": StatementRow}
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=StatementRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first: all of them for who is responsible for the money, one's own issued ones for others."""
        page = self.paginate_queryset(self.filter_queryset(self.seen()).values(*LISTED))
        return self.get_paginated_response([_listed(row) for row in page or []])

    @extend_schema(responses=StatementDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With every line and the reason of its amount."""
        statement = self.statement()
        row = Statement.objects.filter(pk=statement.pk).values(*LISTED).get()
        lines = [
            {name: value for name, value in asdict(line).items() if name != "held"}
            | {"grounds": [ground._asdict() for ground in line.grounds]}
            for line in earnings.explained(
                list(Line.objects.filter(statement=statement).order_by("ordinal")), self.portal
            )
        ]
        language = (get_language() or "vi")[:2]
        template, values = statement.tax_template, tuple(statement.tax_values)
        return Response(
            _listed(row)
            | {
                "tax_explanation": explain(template, values, language) if template else "",
                "paper_ready": _paper(statement) is not None,
                "lines": lines,
            }
        )

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], renderer_classes=[PaperRenderer, JSONRenderer])
    def pdf(self, request: Request, public_id: str) -> HttpResponseBase:
        """The paper. 404 `paper_not_ready` until a worker has rendered it."""
        paper = _paper(self.statement())
        if paper is None:
            raise PaymentError("paper_not_ready")
        path = paper_file(actor=self.actor, paper=paper)
        etag = f'"{paper.sha256}"'
        unchanged = get_conditional_response(request._request, etag=etag, response=HttpResponse())  # noqa: SLF001
        answer: HttpResponseBase
        if unchanged is not None and unchanged.status_code == 304:  # noqa: PLR2004 - not modified
            answer = unchanged
        else:
            name = f"phieu-thanh-toan-{paper.number.replace('/', '-')}.pdf"
            answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")
        answer["ETag"] = etag
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-cache"
        return answer

    def seen(self) -> Any:
        if holds_money(self.actor, "statement.see"):
            return Statement.objects.all()
        if self.actor.contributor_id is None:
            return Statement.objects.none()
        return Statement.objects.filter(through_merges(self.actor.contributor_id), state=StatementState.ISSUED)

    def statement(self) -> Statement:
        """The statement of the address; one that the person may not see does not exist for them."""
        found: Statement | None = self.seen().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise DomainError("not_found")
        return found


def _paper(statement: Statement) -> Paper | None:
    """The newest rendering."""
    return (
        Paper.objects.filter(statement=statement, kind=PaperKind.STATEMENT)
        .select_related("statement")
        .order_by("-template_version", "-pk")
        .first()
    )


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["public_id"],
        "run": named(row["run__public_id"], row["run__label"]),
        "contributor": named(row["contributor__public_id"], row["contributor__full_name"]),
    } | {name: row[name] for name in SAME}
