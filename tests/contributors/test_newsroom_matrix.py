"""Every state × every action × every role, generated from the transition table and the access table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contributors.access import RIGHTS
from contributors.errors import DomainError
from contributors.models import COVERS, PieceState
from contributors.workflow import TRANSITIONS
from tests.contributors.states import (
    VERBS,
    credits_of,
    events_since,
    everything,
    everything_but,
    last_event,
    piece_in,
    rows_of,
    scores_of,
)

# Who they are, in the words of the access table. `lan` wrote the pieces.
ROLES = {
    "head": {"seat:head", "member"},
    "deputy": {"seat:deputy", "member"},
    "writer": {"seat:writer", "member"},
    "publisher": {"seat:publisher", "member"},
    "lan": {"own", "member"},
    "hoa": {"member"},
    "accountant": {"grant:accountant"},
    # A writer in whose hands the head put approving and the publisher posting.
    "stand_in": {"seat:writer", "member"},
    "system": set(),
}
# `edit` is the verb behind the transition `drop_approval`; in the other open states it only saves a revision.
ACTIONS = [action for action in TRANSITIONS if action != "drop_approval"] + ["edit"]
EDITABLE = {PieceState.DRAFT, PieceState.RETURNED, PieceState.SUBMITTED, PieceState.APPROVED, PieceState.SCHEDULED}
APPROVED = {PieceState.APPROVED, PieceState.SCHEDULED}

MOVES = {"state", "state_since", "state_reason", "version"}
MAY_CHANGE = {
    "submit": MOVES | {"submitted_at", "receipt_number", "unit_id"},
    "approve": MOVES | {"approved_revision", "approved_at"},
    "schedule": MOVES | {"scheduled_for"},
    "publish": MOVES | {"published_url", "published_at"},
    "publish_document": MOVES | {"published_url", "published_at"},
    "edit": MOVES
    | {"title", "body", "search_key", "revision_number", "approved_revision", "approved_at", "scheduled_for"},
}
CREDIT_OF = {"approve": "approver", "publish": "publisher", "publish_document": "data_provider"}


def is_allowed(role: str, action: str) -> bool:
    """Read straight from the table, without the predicates under test."""
    right = TRANSITIONS["drop_approval" if action == "edit" else action].right
    if role == "stand_in" and any(right in covered for covered in COVERS.values()):
        return True
    if action == "approve":
        return role == "head"  # the head did not make these pieces, so the deputy has to wait
    return bool(ROLES[role] & RIGHTS[right].holders)


def target_of(action: str, state: str) -> str | None:
    """The state that follows, None where the table knows no way."""
    if action == "edit":
        if state in APPROVED:
            return TRANSITIONS["drop_approval"].target
        return state if state in EDITABLE else None
    return TRANSITIONS[action].target if state in TRANSITIONS[action].sources else None


def event_of(action: str, state: str) -> str:
    if action == "edit":
        return "piece.drop_approval" if state in APPROVED else "piece.edited"
    return f"piece.{action}"


@pytest.fixture(scope="module")
def pieces(standing):
    """A news item and a document in each state."""
    return {
        (genre, state): piece_in(standing, state, genre=genre)
        for genre in ("news_item", "document")
        for state in PieceState.values
    }


@pytest.fixture(scope="module")
def actors(standing):
    from contributors.actors import Handed, system_actor

    handed = (
        Handed("piece.approve", standing.people["head"].pk, frozenset({"head"})),
        Handed("piece.publish", standing.people["publisher"].pk, frozenset({"publisher"})),
    )
    known = {role: standing.actor(role) for role in ROLES if role not in {"system", "stand_in"}}
    return known | {
        "system": system_actor(standing.portal),
        "stand_in": replace(standing.actor("writer"), handed=handed),
    }


@pytest.fixture(scope="module")
def untouched(pieces):
    """Every table as each cell finds it and, refused, leaves it."""
    return everything()


@pytest.mark.parametrize("state", PieceState.values)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_matrix_cell(pieces, actors, untouched, cell, action, role, state):
    piece = pieces["document" if action == "publish_document" else "news_item", state]
    actor, target = actors[role], target_of(action, state)
    expected = "not_allowed" if not is_allowed(role, action) else "wrong_state" if target is None else None

    if expected:
        with pytest.raises(DomainError) as refused:
            VERBS[action](actor, piece)
        assert refused.value.code == expected
        assert everything() == untouched
        return

    before = (rows_of(piece), credits_of(piece), scores_of(piece), piece.revisions.count())
    mark, others = last_event(), everything_but(piece)
    moved = VERBS[action](actor, piece)

    row, credits, scores, revisions = rows_of(piece), credits_of(piece), scores_of(piece), piece.revisions.count()
    assert row["state"] == target == moved.state
    assert row["version"] == before[0]["version"] + 1 == moved.version
    changed = {name for name, value in row.items() if value != before[0][name]}
    assert changed <= MAY_CHANGE.get(action, MOVES)
    # Sending promises one job: the prints by which near-duplicates are found.
    promised = {row[0] for row in set(everything_but(piece)) ^ set(others)}
    assert promised == ({"contributors_job"} if action == "submit" else set())

    (event,) = events_since(mark)
    assert event.kind == event_of(action, state)
    assert (event.subject_type, event.subject_id, event.actor_account_id) == ("piece", piece.pk, actor.account_id)
    if action != "edit" or state in APPROVED:
        assert event.facts["from"] == state
        assert event.facts["to"] == target

    drops = action == "edit" and state in APPROVED
    assert revisions == before[3] + (action == "edit")
    gained = [credit for credit in credits if credit not in before[1]]
    lost = [credit for credit in before[1] if credit not in credits]
    assert [credit[1] for credit in lost] == (["approver"] if drops else [])
    wanted = [(actor.contributor_id, CREDIT_OF[action], None, None, "log")] if action in CREDIT_OF else []
    assert gained == wanted
    if action == "approve":
        ((_, photo, scorer, revision, coefficient, accepted),) = scores
        assert (photo, scorer, revision, str(coefficient), accepted) == (
            None,
            actor.contributor_id,
            row["revision_number"],
            "1.500",
            True,
        )
        assert row["approved_revision"] == row["revision_number"]
    elif drops:
        assert [(*score[:-1], False) for score in before[2]] == scores
        assert (row["approved_revision"], row["approved_at"], row["scheduled_for"]) == (None, None, None)
    else:
        assert scores == before[2]


def test_matrix_has_every_cell():
    assert len(ACTIONS) * len(ROLES) * len(PieceState.values) == 11 * 9 * 9
    assert set(VERBS) == set(ACTIONS)


def test_transition_table_names_only_rights_that_exist():
    assert {transition.right for transition in TRANSITIONS.values()} <= set(RIGHTS)


def test_every_state_can_be_reached_and_only_final_ones_have_no_way_out():
    reached = {transition.target for transition in TRANSITIONS.values()} | {PieceState.DRAFT}
    left = {state for transition in TRANSITIONS.values() for state in transition.sources}
    assert reached == set(PieceState.values)
    assert set(PieceState.values) - left == {PieceState.WITHDRAWN, PieceState.RETRACTED}
