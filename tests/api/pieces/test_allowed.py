"""`allowed_actions` against the verbs themselves: every state, every role, every action."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from api.v1.pieces.allowed import allowed_actions
from contributors import drafting, newsroom
from contributors.errors import DomainError
from contributors.models import Piece, PieceState
from contributors.scopes import portal_scope
from payments import approvals
from tests.api.conftest import EVERYBODY, many_pieces
from tests.factories.world import World

FORBIDDEN = {"not_allowed", "own_piece", "wrong_state", "document_only"}
PAST = datetime(2026, 1, 5, tzinfo=UTC)
CALLS: dict[str, Any] = {
    "edit": lambda **given: drafting.edit_piece(**given, title="Khác"),
    "submit": newsroom.submit_piece,
    "return": lambda **given: newsroom.return_piece(**given, reason="vì"),
    "decline": lambda **given: newsroom.decline_piece(**given, reason="vì"),
    "reopen": newsroom.reopen_piece,
    "withdraw": newsroom.withdraw_piece,
    "approve": lambda **given: approvals.approve_piece(**given, coefficient=Decimal("1.5")),
    "schedule": lambda **given: newsroom.schedule_piece(**given, at=datetime(2030, 1, 1, tzinfo=UTC)),
    "publish": lambda **given: newsroom.publish_piece(**given, url="https://xa.example/x"),
    "publish-document": lambda **given: newsroom.publish_document(**given, url="https://xa.example/x"),
    "retract": lambda **given: newsroom.retract_piece(**given, reason="vì"),
}


def goes(world: World, name: str, action: str, piece: Piece) -> bool:
    """Whether the verb lets this person do it; whatever it did is undone."""
    try:
        with transaction.atomic():
            CALLS[action](actor=world.actor(name), piece=piece, seen_version=piece.version)
            transaction.set_rollback(True)
    except DomainError as refused:
        return refused.code not in FORBIDDEN
    return True


@pytest.mark.parametrize("maker", ["lan", "head", "deputy"])
@pytest.mark.parametrize("genre", ["news_item", "document"])
def test_allowed_actions_are_those_that_the_verbs_let_through(world: World, maker: str, genre: str) -> None:
    [piece] = many_pieces(world, 1, by=maker)
    told: dict[tuple[str, str], set[str]] = {}
    done: dict[tuple[str, str], set[str]] = {}
    with portal_scope(world.portal):
        for state in PieceState.values:
            decided = state in {"approved", "scheduled", "published", "retracted"}
            Piece.objects.filter(pk=piece.pk).update(
                state=state,
                genre=world.genres[genre],
                document_number="1/QĐ",
                approved_revision=1 if decided else None,
                published_at=PAST if state in {"published", "retracted"} else None,
            )
            row = Piece.objects.select_related("genre").get(pk=piece.pk)
            for name in EVERYBODY:
                told[state, name] = set(allowed_actions(world.actor(name), row))
                done[state, name] = {action for action in CALLS if goes(world, name, action, row)}
    assert told == done
    assert sum(map(len, told.values())) > 20
