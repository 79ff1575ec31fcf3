"""What every view on one piece does: find it, name genres and topics, answer with the piece as it is afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.response import Response

from api.v1.pieces.allowed import allowed_actions
from api.v1.pieces.rows import piece_shown
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.finding import pieces_seen_by
from contributors.models import Genre, Piece, Topic


def piece_by(actor: Actor, public_id: Any) -> Piece:
    """The piece of the address; one that the person may not see does not exist for them."""
    found = pieces_seen_by(actor).select_related("genre").filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found


def piece_answer(actor: Actor, piece: Piece, *, status: int = 200) -> Response:
    """The piece with its version as ETag, which If-Match takes."""
    answer: Mapping[str, Any] = piece_shown(piece.pk) | {"allowed_actions": allowed_actions(actor, piece)}
    return Response(answer, status=status, headers={"ETag": f'"{answer["version"]}"'})


def genre_by(code: str) -> Genre:
    found = Genre.objects.filter(code=code).first()
    if found is None:
        raise DomainError("genre_unknown", field="genre", genre=code)
    return found


def topic_by(code: str | None) -> Topic | None:
    if code is None:
        return None
    found = Topic.objects.filter(code=code).first()
    if found is None:
        raise DomainError("topic_unknown", field="topic", topic=code)
    return found
