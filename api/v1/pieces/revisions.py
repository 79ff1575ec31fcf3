"""Versions of a piece and what is different between any two of them."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import field_error
from api.portal_view import PortalView
from api.schema import whole
from api.v1.pieces.base import piece_by
from contributors.models import Revision
from contributors.revisions import Change, Part, difference, revisions_of

MOST_DIGITS = 9
BETWEEN = [whole(name, "Number of a version.", high=10**MOST_DIGITS - 1) for name in ("from", "to")]


class RevisionRow(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    saved_by = serializers.CharField()
    saved_at = serializers.DateTimeField()


class PartRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([("same", "same"), ("gone", "gone"), ("new", "new")])
    text = serializers.CharField()


class RevisionChange(serializers.Serializer[Any]):
    """Empty where it was not there before, or is no more."""

    what = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class DifferenceRow(serializers.Serializer[Any]):
    """Whole texts in parts: leave out the new ones for the older text, the gone ones for the newer."""

    older = serializers.IntegerField()
    newer = serializers.IntegerField()
    words_before = serializers.IntegerField()
    words_after = serializers.IntegerField()
    title = PartRow(many=True)
    body = PartRow(many=True)
    photos = RevisionChange(many=True)
    credits = RevisionChange(many=True)
    attachments = RevisionChange(many=True)
    facts = RevisionChange(many=True)


class RevisionView(PortalView):
    """Các bản của bài."""

    queryset = Revision.unscoped.none()
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"from", "to"}) if self.action == "difference" else frozenset()

    @extend_schema(operation_id="pieces_revisions_list", responses=RevisionRow(many=True))
    def list(self, request: Request, public_id: str) -> Response:
        """Newest first."""
        piece = piece_by(self.actor, public_id)
        return Response(
            [
                {"number": row.number, "title": row.title, "saved_by": row.saved_by.name, "saved_at": row.saved_at}
                for row in revisions_of(self.actor, piece)
            ]
        )

    @extend_schema(operation_id="pieces_difference", responses=DifferenceRow, parameters=BETWEEN)
    def difference(self, request: Request, public_id: str) -> Response:
        """From one version to another: texts word by word, photos, credits, films, facts."""
        numbers = [self.number(name) for name in ("from", "to")]
        found = difference(self.actor, piece_by(self.actor, public_id), *numbers)
        shown = {
            "older": found.older.number,
            "newer": found.newer.number,
            "words_before": found.words_before,
            "words_after": found.words_after,
            "title": _parts(found.title),
            "body": _parts(found.body),
        }
        changes = ("photos", "credits", "attachments", "facts")
        return Response(shown | {name: _changes(getattr(found, name)) for name in changes})

    def number(self, name: str) -> int:
        stated = self.request.query_params.get(name, "")
        if not (stated.isascii() and stated.isdigit() and len(stated) <= MOST_DIGITS):
            raise field_error(name, "number_wrong")
        return int(stated)


def _parts(parts: Sequence[Part]) -> list[dict[str, str]]:
    return [{"kind": part.kind, "text": part.text} for part in parts]


def _changes(changes: Sequence[Change]) -> list[dict[str, str]]:
    return [{"what": change.what, "before": change.before, "after": change.after} for change in changes]
