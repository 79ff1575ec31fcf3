"""What a client gets and sends about people."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.bodies import ByPublicId, StrictBody, Words
from api.v1.pieces.shapes import Named
from contributors.duplicates import STRENGTH
from contributors.models import Category, Contributor, ContributorState, ImportState, SeatName, UnitKind
from contributors.people_sheet import CHOICES, SAME_NAME, VERDICTS

CHOSEN = sorted({choice for offered in CHOICES.values() for choice in offered})


class ContributorRow(serializers.Serializer[Any]):
    """A person in the directory."""

    id = serializers.UUIDField()
    full_name = serializers.CharField()
    pen_names = serializers.ListField(child=serializers.CharField())
    unit = Named(allow_null=True)
    category = serializers.ChoiceField(Category.choices)
    state = serializers.ChoiceField(ContributorState.choices)
    state_since = serializers.DateTimeField()
    phone = serializers.CharField(help_text="E.164; only its last digits unless you may correct it; empty: none.")
    birth_year = serializers.IntegerField(allow_null=True)
    last_piece_on = serializers.DateField(allow_null=True)
    published_this_year = serializers.IntegerField()


class StayRow(serializers.Serializer[Any]):
    unit = Named()
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True, help_text="Not included.")


class SeatHeldRow(serializers.Serializer[Any]):
    seat = serializers.ChoiceField(SeatName.choices)
    effective_from = serializers.DateField()
    effective_until = serializers.DateField(allow_null=True)
    decision_number = serializers.CharField()


class ConsentRow(serializers.Serializer[Any]):
    """The last word on one purpose."""

    purpose = serializers.CharField()
    text_version = serializers.CharField()
    given = serializers.BooleanField()
    at = serializers.DateTimeField()


class MergeRow(serializers.Serializer[Any]):
    """Two rows that were one person; `merged` is read through `survivor` until it is undone."""

    id = serializers.UUIDField()
    survivor = Named()
    merged = Named()
    reason = serializers.CharField()
    merged_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class ContributorDetail(ContributorRow):
    """A person with history, consents, and who they may also be."""

    version = serializers.IntegerField()
    receipt_number = serializers.CharField()
    state_reason = serializers.CharField()
    has_account = serializers.BooleanField(help_text="Logs in; otherwise a focal person acts for them.")
    registered_by = serializers.CharField(allow_null=True)
    units = StayRow(many=True)
    seats = SeatHeldRow(many=True)
    consents = ConsentRow(many=True)
    merges = MergeRow(many=True)


class UnitCountRow(serializers.Serializer[Any]):
    unit = Named()
    kind = serializers.ChoiceField(UnitKind.choices)
    parent = serializers.CharField(allow_blank=True, help_text="Name of the unit above.")  # type: ignore[assignment]
    people = serializers.IntegerField(help_text="Active people of today; 0 for a unit with nobody.")


class DuplicateRow(serializers.Serializer[Any]):
    """Two people who may be one."""

    first = ContributorRow()
    second = ContributorRow()
    reason = serializers.ChoiceField(STRENGTH)


class PairBody(StrictBody):
    """Two people who are two, and are not to be proposed again."""

    one = ByPublicId(Contributor)
    other = ByPublicId(Contributor)


class MergePeopleBody(StrictBody):
    """`merged` goes over to the person of the address."""

    merged = ByPublicId(Contributor)
    reason = Words(max_length=500, required=False, allow_blank=True, default="")


class SheetBody(StrictBody):
    """A spreadsheet as multipart/form-data."""

    file = serializers.FileField(help_text="xlsx, xls, ods or csv.", allow_empty_file=True)


class ImportRow(serializers.Serializer[Any]):
    """A spreadsheet between its check and its end."""

    id = serializers.UUIDField()
    file_name = serializers.CharField()
    state = serializers.ChoiceField(ImportState.choices)
    rows = serializers.IntegerField()
    wrong_rows = serializers.IntegerField()
    written = serializers.IntegerField()
    failed = serializers.BooleanField(help_text="The worker gave up; nothing was written.")
    error = serializers.CharField(help_text="Code of an error; empty: none.")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ImportPreview(ImportRow):
    """With the verdicts of now. Confirming names `seen`, so that exactly this is written."""

    seen = serializers.CharField(allow_null=True, help_text="Null once the import is over.")
    to_write = serializers.IntegerField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by verdict.")
    unknown_columns = serializers.ListField(child=serializers.CharField())


class ImportProblem(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class AlikeRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    reason = serializers.ChoiceField([*STRENGTH, SAME_NAME])


class VerdictRow(serializers.Serializer[Any]):
    """One row of the sheet, as it is numbered there."""

    number = serializers.IntegerField()
    cells = serializers.DictField(child=serializers.CharField(allow_blank=True))
    verdict = serializers.ChoiceField(VERDICTS)
    problems = ImportProblem(many=True)
    hints = serializers.ListField(child=serializers.CharField())
    alike = AlikeRow(allow_null=True)
    twin = serializers.IntegerField(allow_null=True, help_text="An earlier row that says the same.")
    choice = serializers.ChoiceField(CHOSEN, allow_blank=True)
    offered = serializers.ListField(child=serializers.ChoiceField(CHOSEN))


class RowChoice(StrictBody):
    number = serializers.IntegerField(min_value=1)
    choice = serializers.ChoiceField(CHOSEN)


class ChoicesBody(StrictBody):
    choices = RowChoice(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]


class ConfirmImportBody(StrictBody):
    seen = serializers.CharField(max_length=64, help_text="From the preview that was looked at.")
