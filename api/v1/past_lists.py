"""Sổ cũ over HTTP: lists of past years, checked, mapped, people chosen, sums compared, written or undone whole."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BoundedForm, BoundedJson, StrictBody, Words
from api.portal_view import PortalView
from api.v1.contributors.shapes import SheetBody
from contributors import past_lists
from contributors.models import ImportState, SheetImport
from contributors.past_sheet import COLUMNS, MonthSum, PastPerson, PastPreview, PastRow


class PastColumnsBody(StrictBody):
    """Of each thing the heading of the file that holds it; empty where there is none."""

    month = Words(max_length=200)
    person = Words(max_length=200)
    title = Words(max_length=200, required=False, allow_blank=True, default="")
    unit = Words(max_length=200, required=False, allow_blank=True, default="")
    genre = Words(max_length=200, required=False, allow_blank=True, default="")
    quantity = Words(max_length=200, required=False, allow_blank=True, default="")
    amount = Words(max_length=200, required=False, allow_blank=True, default="")


class PastPeopleBody(StrictBody):
    """By key of a person: "new", "skip" or the id of a candidate."""

    choices = serializers.DictField(child=serializers.CharField(max_length=40), allow_empty=False)


class PastConfirmBody(StrictBody):
    seen = Words(max_length=64, help_text="Of the preview that somebody looked at.")


class PastUndoBody(StrictBody):
    reason = Words(max_length=500, allow_blank=True)


class PastProblem(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    column = serializers.ChoiceField(sorted(COLUMNS))
    problem = serializers.CharField()


class PastCandidate(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    units = serializers.CharField(allow_blank=True)


class PastDoubt(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    rows = serializers.IntegerField()
    choice = serializers.CharField(allow_blank=True, help_text="Empty while it is open.")
    candidates = PastCandidate(many=True)


class PastMonth(serializers.Serializer[Any]):
    """Works and đồng: of the book, and of what would be taken in (or was)."""

    month = serializers.DateField()
    works = serializers.IntegerField()
    amount = serializers.IntegerField()
    kept_works = serializers.IntegerField()
    kept_amount = serializers.IntegerField()


class PastSums(serializers.Serializer[Any]):
    seen = serializers.CharField()
    problems = PastProblem(many=True)
    doubts = PastDoubt(many=True)
    months = PastMonth(many=True)


class PastListRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(ImportState.choices)
    file_name = serializers.CharField()
    rows = serializers.IntegerField()
    written = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class PastListAnswer(PastListRow):
    """`columns` are what was guessed or said; `preview` is null until they are said and after the end."""

    columns = serializers.DictField(child=serializers.CharField())
    headings = serializers.ListField(child=serializers.CharField(), help_text="Of the file; empty after the end.")
    preview = PastSums(allow_null=True)


class PastListView(PortalView):
    """Nhập sổ cũ: works of past years for the figures; nothing of it is ever paid."""

    queryset = SheetImport.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    pagination_class = None

    @extend_schema(responses=PastListRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        return Response([_row(sheet) for sheet in past_lists.past_lists(self.actor)])

    @extend_schema(request={"multipart/form-data": SheetBody}, responses={201: PastListAnswer})
    @action(detail=False, methods=["post"], parser_classes=[BoundedForm])
    def check(self, request: Request) -> Response:
        """Keeps a file and guesses its columns; nothing else is written."""
        file = self.read(SheetBody)["file"]
        sheet = past_lists.check_past_list(actor=self.actor, content=file.read(), file_name=file.name)
        return Response(self.answer(sheet), status=201)

    @extend_schema(responses=PastListAnswer)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """What would become of every row, as of now."""
        return Response(self.answer(self.sheet()))

    @extend_schema(request=PastColumnsBody, responses=PastListAnswer)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def columns(self, request: Request, public_id: str) -> Response:
        """Says which heading holds what."""
        columns = self.read(PastColumnsBody)
        return Response(self.answer(past_lists.set_past_columns(actor=self.actor, sheet=self.sheet(), columns=columns)))

    @extend_schema(request=PastPeopleBody, responses=PastListAnswer)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def people(self, request: Request, public_id: str) -> Response:
        """Says who the names are that are not clear."""
        choices = self.read(PastPeopleBody)["choices"]
        done = past_lists.choose_past_people(actor=self.actor, sheet=self.sheet(), choices=choices)
        return Response(self.answer(done))

    @extend_schema(request=PastConfirmBody, responses=PastListAnswer)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def confirm(self, request: Request, public_id: str) -> Response:
        """Writes exactly the preview that was seen, all rows or none."""
        seen = self.read(PastConfirmBody)["seen"]
        return Response(self.answer(past_lists.confirm_past_list(actor=self.actor, sheet=self.sheet(), seen=seen)))

    @extend_schema(request=None, responses=PastListAnswer)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def discard(self, request: Request, public_id: str) -> Response:
        """Gives the file up; nothing was written."""
        return Response(self.answer(past_lists.discard_past_list(actor=self.actor, sheet=self.sheet())))

    @extend_schema(request=PastUndoBody, responses=PastListAnswer)
    @action(detail=True, methods=["post"], parser_classes=[BoundedJson])
    def undo(self, request: Request, public_id: str) -> Response:
        """Takes a whole list out of the figures again."""
        reason = self.read(PastUndoBody)["reason"]
        return Response(self.answer(past_lists.undo_past_list(actor=self.actor, sheet=self.sheet(), reason=reason)))

    def sheet(self) -> SheetImport:
        return past_lists.past_list(self.actor, UUID(str(self.kwargs["public_id"])))

    def answer(self, sheet: SheetImport) -> dict[str, Any]:
        waits = sheet.state == ImportState.CHECKED
        mapped = waits and sheet.choices.get("mapped")
        preview = past_lists.past_preview(actor=self.actor, sheet=sheet) if mapped else None
        return {
            **_row(sheet),
            "columns": sheet.choices.get("columns", {}),
            "headings": past_lists.headings_of(sheet) if waits else [],
            "preview": _preview(preview) if preview is not None else None,
        }


def _row(sheet: SheetImport) -> dict[str, Any]:
    plain = ("state", "file_name", "rows", "written", "created_at")
    return {"id": sheet.public_id, **{name: getattr(sheet, name) for name in plain}}


def _preview(preview: PastPreview) -> dict[str, Any]:
    return {
        "seen": preview.seen,
        "problems": [problem for row in preview.wrong for problem in _problems(row)],
        "doubts": [_doubt(one) for one in preview.doubts],
        "months": [_month(month) for month in preview.months],
    }


def _problems(row: PastRow) -> list[dict[str, Any]]:
    return [{"row": row.number, "column": column, "problem": problem} for column, problem in row.problems]


def _doubt(one: PastPerson) -> dict[str, Any]:
    candidates = [{"id": each.public_id, "name": each.name, "units": each.units} for each in one.candidates]
    plain = ("key", "name", "unit", "rows", "choice")
    return {**{name: getattr(one, name) for name in plain}, "candidates": candidates}


def _month(month: MonthSum) -> dict[str, Any]:
    plain = ("month", "works", "amount", "kept_works", "kept_amount")
    return {name: getattr(month, name) for name in plain}
