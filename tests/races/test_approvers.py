"""Twenty press approve at once: one approval, one score, one event. Real threads on PostgreSQL, and a negative
control in which the lock is missing, so that the test is seen to be able to fail.
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from contributors import approval, board_rules, calls, clock
from contributors.deadlines import usual_rules
from contributors.models import Event, Notice, Piece, Score
from contributors.reminding import remind_portal
from contributors.scopes import portal_scope
from payments.approvals import approve_piece
from tests.contributors.states import HOUR
from tests.races.test_codes import ABREAST, at_once

TWENTY = 20


@pytest.fixture(autouse=True)
def _one_hour():
    with clock.at(HOUR):
        yield


def approving(world, piece, name: str = "head", coefficient: str = "1.5"):
    actor, portal = world.actor(name), world.portal

    def one(number: int) -> str:
        with portal_scope(portal):
            moved = approve_piece(
                actor=actor, piece=piece, seen_version=piece.version, coefficient=Decimal(coefficient)
            )
            return moved.state

    return one


def scores(piece) -> int:
    return Score.objects.filter(piece=piece, accepted=True).count()


def approvals(piece) -> int:
    return Event.objects.filter(kind="piece.approve", subject_id=piece.pk).count()


def test_of_twenty_approvers_one_approves(committed_world):
    piece = committed_world.submitted()
    assert Counter(at_once(approving(committed_world, piece), TWENTY)) == {"approved": 1, "stale_version": 19}
    assert (scores(piece), approvals(piece), committed_world.fresh(piece).version) == (1, 1, piece.version + 1)


def test_without_the_lock_several_would_have_approved(committed_world, monkeypatch):
    piece = committed_world.submitted()
    together = threading.Barrier(ABREAST)

    def unlocked(row: Piece, seen_version: int | None) -> Piece:
        found = Piece.objects.get(pk=row.pk)
        assert found.version == seen_version
        together.wait(timeout=30)  # everybody has read before anybody writes
        return found

    monkeypatch.setattr(approval, "lock_piece", unlocked)
    monkeypatch.setattr(approval, "_write_scores", lambda *_, **__: None)  # whose unique index is a second fence
    assert Counter(at_once(approving(committed_world, piece), ABREAST)) == {"approved": ABREAST}
    assert approvals(piece) == ABREAST


def test_of_twenty_first_scorers_one_proposes_and_of_twenty_second_ones_one_decides(committed_world):
    world = committed_world
    rules = usual_rules() | {"effective_from": HOUR.date(), "second_score_above": Decimal("1.4")}
    board_rules.set_board_rules(actor=world.actor("head"), **rules)
    piece = world.submitted()
    first = Counter(at_once(approving(world, piece), TWENTY))
    assert first == {"submitted": 1, "stale_version": 19}
    piece = world.fresh(piece)
    second = Counter(at_once(approving(world, piece, "deputy"), TWENTY))
    assert second == {"approved": 1, "stale_version": 19}
    assert (Score.objects.filter(piece=piece).count(), scores(piece), approvals(piece)) == (2, 1, 1)


def test_of_twenty_takers_one_takes_the_call(committed_world):
    world = committed_world
    wanted = calls.NewCall(uuid.uuid4(), "Lễ ra quân", HOUR + timedelta(days=2))
    (call,) = calls.make_calls(actor=world.actor("head"), new=[wanted], units=[])
    actors = [world.actor(name) for name in ("lan", "hoa")]

    def take(number: int) -> int | None:
        with portal_scope(world.portal):
            return calls.take_call(actor=actors[number % 2], call=call).taken_by_id

    found = Counter(at_once(take, TWENTY))
    assert found["call_taken"] == 10
    assert sorted(found.values()) == [10, 10]
    assert Event.objects.filter(kind="call.taken").count() == 1


def test_reminders_of_many_workers_at_once_are_written_once(committed_world):
    world = committed_world
    world.submitted()
    later = HOUR + timedelta(hours=6, minutes=30)

    def remind(number: int) -> str:
        with clock.at(later):
            remind_portal(world.portal)
        return "done"

    assert at_once(remind, ABREAST) == ["done"] * ABREAST
    with portal_scope(world.portal):
        assert Counter(Notice.objects.values_list("kind", flat=True)) == {"half": 1, "late_review": 2}
