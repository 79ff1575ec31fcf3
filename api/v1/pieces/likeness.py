"""Pieces that look like one: the shape and the answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.v1.pieces.rows import named
from api.v1.pieces.shapes import Named
from contributors.alike import Alike
from contributors.models import PieceState


class PhotoPairRow(serializers.Serializer[Any]):
    photo = serializers.UUIDField(help_text="Of the piece that is asked about.")
    other_photo = serializers.UUIDField()
    different_bits = serializers.IntegerField(help_text="Of 128.")


class AlikePiece(serializers.Serializer[Any]):
    """Another sent piece and why it is shown."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.ChoiceField(PieceState.choices)
    contributor = Named()
    text = serializers.IntegerField(help_text="Percent of the shorter text that stands in the other one too.")
    title_likeness = serializers.IntegerField(help_text="Percent.")
    photos = PhotoPairRow(many=True)


def alike_answer(found: Alike) -> dict[str, Any]:
    return {
        "id": found.piece.public_id,
        "title": found.piece.title,
        "state": found.piece.state,
        "contributor": named(found.piece.contributor.public_id, found.piece.contributor.full_name),
        "text": found.text,
        "title_likeness": found.title,
        "photos": [
            {"photo": pair.mine.public_id, "other_photo": pair.other.public_id, "different_bits": pair.bits}
            for pair in found.photos
        ],
    }
