"""People over HTTP: the directory, one person, units, duplicates, merging, the directory as a file."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.v1.contributors import shapes
from api.v1.contributors.answers import merge_answer, person_answer, unit_answer
from api.v1.contributors.filters import ContributorFilters, asked_of
from api.v1.contributors.pages import AskedPages
from api.v1.contributors.person_steps import PersonSteps
from contributors.access import require
from contributors.directory import counts_by_unit, rows_shown
from contributors.duplicates import dismiss_pair
from contributors.errors import DomainError
from contributors.exporting import export_people
from contributors.models import Contributor, Merge
from payments.merging import merge_people, undo_merge
from payments.network import duplicate_pairs, missing_payee, network_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PAIRS = 200


class ContributorView(PersonSteps):
    """Cộng tác viên. Board and administrator see everybody, a focal person the people of their units."""

    queryset = Contributor.unscoped.none()
    filterset_class = ContributorFilters
    pagination_class = AskedPages
    wide = {"list": shapes.ContributorRow}
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def known_parameters(self) -> frozenset[str]:
        if self.action == "export":
            return frozenset(ContributorFilters.base_filters)
        return super().known_parameters()

    @extend_schema(responses=shapes.ContributorRow(many=True))
    def list(self, request: Request) -> Response:
        """By Vietnamese name. Rows that were merged into another person are not listed."""
        wanted, missing = asked_of(request)

        def ask(after: Any, size: int) -> tuple[Any, Any]:
            key = (str(after[0]), int(after[1])) if after else None
            page = network_page(self.actor, wanted, missing_payee_details=missing, after=key, size=size)
            return page.rows, page.after

        rows = cast("AskedPages", self.paginator).pages_of(request, ask)
        return self.get_paginated_response([person_answer(row) for row in rows])

    @extend_schema(responses=shapes.ContributorDetail)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """With units, seats, consents, and what was merged into this row."""
        return self.detail_of(self.person())

    @extend_schema(responses=shapes.UnitCountRow(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def units(self, request: Request) -> Response:
        """Open units with their active people of today, those with nobody among them."""
        return Response([unit_answer(unit) for unit in counts_by_unit(self.actor)])

    @extend_schema(responses=shapes.DuplicateRow(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def duplicates(self, request: Request) -> Response:
        """Pairs that may be one person, the likeliest first; 200 at most."""
        pairs = duplicate_pairs(self.actor)[:MOST_PAIRS]
        ids = list(dict.fromkeys(pk for pair in pairs for pk in (pair.first, pair.second)))
        rows = {row.id: person_answer(row) for row in rows_shown(self.actor, ids)}
        return Response(
            [{"first": rows[pair.first], "second": rows[pair.second], "reason": pair.reason} for pair in pairs]
        )

    @extend_schema(request=shapes.PairBody, responses={204: None})
    @action(detail=False, methods=["post"], url_path="duplicates/dismiss", pagination_class=None)
    def dismiss(self, request: Request) -> Response:
        """They are two people: the pair is not proposed again."""
        body = self.read(shapes.PairBody)
        dismiss_pair(actor=self.actor, one=body["one"], other=body["other"])
        return Response(status=204)

    @extend_schema(request=shapes.MergePeopleBody, responses={201: shapes.MergeRow})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, public_id: str) -> Response:
        """Makes one person of two: the one of the address stays."""
        body = self.read(shapes.MergePeopleBody)
        made = merge_people(actor=self.actor, survivor=self.person(), merged=body["merged"], reason=body["reason"])
        return Response(merge_answer(made), status=201)

    @extend_schema(
        request=None,
        responses={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, "A workbook.")},
        filters=True,
    )
    @action(detail=False, methods=["post"])
    def export(self, request: Request) -> HttpResponse:
        """What the filters find, as a workbook. On record, so it is a POST."""
        wanted, missing = asked_of(request)
        content = export_people(actor=self.actor, wanted=wanted, also=missing_payee() if missing else None)
        answer = HttpResponse(content, content_type=XLSX)
        answer["Content-Disposition"] = 'attachment; filename="cong-tac-vien.xlsx"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer


class MergeView(PortalView):
    """Merges of people, and undoing them."""

    queryset = Merge.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(responses=shapes.MergeRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first, undone ones too."""
        page = self.paginate_queryset(self.seen())
        return self.get_paginated_response([merge_answer(merge) for merge in page or []])

    @extend_schema(request=None, responses=shapes.MergeRow)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, public_id: str) -> Response:
        """Parts the two again, until something was issued that contains moved work."""
        merge = self.seen().filter(public_id=public_id).first()
        if merge is None:
            raise DomainError("not_found")
        undone = undo_merge(actor=self.actor, merge=merge)
        return Response(merge_answer(undone))

    def seen(self) -> Any:
        require(self.actor, "contributor.merge")
        return Merge.objects.select_related("survivor", "merged")
