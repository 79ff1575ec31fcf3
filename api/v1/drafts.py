"""Keeping what is being written: the same address again and again, with the key that the device made."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.v1.pieces.base import genre_by, topic_by
from api.v1.pieces.bodies import DraftBody
from contributors.autosave import keep_draft
from contributors.models import Piece
from contributors.words import count_words


class KeptDraft(serializers.Serializer[Any]):
    """Send `version` back with the next call; an older one is refused with 409."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    words = serializers.IntegerField()


class DraftView(PortalView):
    """Bản nháp đang viết."""

    queryset = Piece.unscoped.none()

    @extend_schema(operation_id="drafts_keep", request=DraftBody, responses=KeptDraft)
    def update(self, request: Request, client_key: UUID) -> Response:
        """Begins the draft or keeps it as it is written now, without a version for each call."""
        body = self.read(DraftBody)
        if "topic" in body:
            body["topic"] = topic_by(body["topic"])
        piece = keep_draft(
            actor=self.actor,
            client_key=client_key,
            genre=genre_by(body.pop("genre")),
            seen_version=body.pop("version", None),
            contributor=body.pop("contributor", None),
            practice=body.pop("practice", False),
            fields=body,
        )
        return Response(
            {
                "id": piece.public_id,
                "version": piece.version,
                "state": piece.state,
                "words": count_words(piece.body),
            }
        )
