"""Every named error of the board's work: raised in its situation, said in both languages, nothing half done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from contributors import board_rules, calls, clock, crediting, newsroom, portals
from contributors.delegations import LONGEST, hand_over
from contributors.errors import DomainError
from contributors.pledges import current_pledge
from contributors.refusals.board_work import MESSAGES
from contributors.weekly_schedule import Activity
from payments.calling import calls_of_schedule
from tests.contributors.states import HOUR, everything
from tests.contributors.test_calls import call, hamlet
from tests.contributors.test_crediting import part, shared
from tests.contributors.test_standing import approve, handed, rules
from tests.factories.world import World

TODAY = HOUR.date()
Refused = Callable[[], object]


def late_schedule(world: World) -> Refused:
    piece, actor = world.approved(), world.actor("publisher")
    return lambda: newsroom.schedule_piece(actor=actor, piece=piece, seen_version=piece.version, at=HOUR)


def second_by_the_first(world: World) -> Refused:
    rules(world, second_score_above=Decimal("1.4"))
    piece = approve(world, "head", world.submitted())
    return lambda: approve(world, "head", piece)


def second_without_reason(world: World) -> Refused:
    rules(world, second_score_above=Decimal("1.4"))
    piece = approve(world, "head", world.submitted())
    return lambda: approve(world, "deputy", piece, "1.2", reason=" \u200b")


def rules_of(**wrong) -> Callable[[World], Refused]:
    return lambda world: lambda: rules(world, **wrong)


def give(receiver: str = "writer", days: int = 3) -> Callable[[World], Refused]:
    return lambda world: lambda: handed(world, receiver=receiver, days=days)


def hand_twice(world: World) -> Refused:
    handed(world)
    return lambda: handed(world, receiver="publisher")


def answered(world: World) -> Refused:
    piece, actor = shared(world), world.actor("lan")
    return lambda: crediting.answer_credit(
        actor=actor, credit=part(world, piece, "lan"), agrees=False, reason="Không phải tôi"
    )


def not_disputed(world: World) -> Refused:
    piece, actor = shared(world), world.actor("head")
    return lambda: crediting.settle_credit(actor=actor, credit=part(world, piece), stands=True, reason="Đúng")


def taken(world: World) -> Refused:
    made, actor = call(world), world.actor("hoa")
    calls.take_call(actor=world.actor("lan"), call=made)
    return lambda: calls.take_call(actor=actor, call=made)


def not_taken(world: World) -> Refused:
    made, actor = call(world), world.actor("lan")
    return lambda: calls.start_for_call(actor=actor, call=made, client_key=uuid.uuid4())


def over(world: World) -> Refused:
    made, actor = call(world), world.actor("head")
    calls.cancel_call(actor=actor, call=made, reason="Hoãn")
    return lambda: calls.cancel_call(actor=actor, call=made, reason="Hoãn")


def for_others(world: World) -> Refused:
    made, actor = call(world, units=[hamlet(world, "Ấp Hai", "hoa")]), world.actor("lan")
    return lambda: calls.take_call(actor=actor, call=made)


def has_piece(world: World) -> Refused:
    made, actor = call(world, genre=world.genres["photo"]), world.actor("lan")
    calls.take_call(actor=actor, call=made)
    piece = calls.start_for_call(actor=actor, call=made, client_key=uuid.uuid4())
    newsroom.submit_piece(actor=actor, piece=piece, seen_version=piece.version, pledge=current_pledge().version)
    return lambda: calls.give_call_back(actor=actor, call=made)


def week(activities: list[Activity]) -> Callable[[World], Refused]:
    def arrange(world: World) -> Refused:
        actor = world.actor("head")
        return lambda: calls_of_schedule(
            actor=actor, portal=world.portal, activities=activities, form_key=uuid.uuid4(), genre=None, topic=None
        )

    return arrange


PAST = [Activity(1, TODAY - timedelta(days=1), None, "Họp", "")]
MANY = [Activity(number, TODAY, None, "Họp", "") for number in range(201)]
CASES: dict[str, tuple[str, Callable[[World], Refused]]] = {
    "time_past": ("time_past", late_schedule),
    "second_scorer_needed": ("second_scorer_needed", second_by_the_first),
    "second_score_reason": ("second_score_reason", second_without_reason),
    "day_past": ("day_past", rules_of(effective_from=TODAY - timedelta(days=1))),
    "hours_wrong": ("hours_wrong", rules_of(review_hours=Decimal(0))),
    "hours_wrong nan": ("hours_wrong", rules_of(publish_hours=Decimal("NaN"))),
    "working_day_wrong": ("working_day_wrong", rules_of(weekdays="")),
    "working_day_wrong eighth": ("working_day_wrong", rules_of(weekdays="18")),
    "working_day_wrong hours": (
        "working_day_wrong",
        lambda world: lambda: rules(world, day_until=HOUR.time(), noon_until=HOUR.time()),
    ),
    "limit_wrong": ("limit_wrong", rules_of(second_score_above=Decimal(-1))),
    "limit_wrong units": ("limit_wrong", rules_of(offer_units=51)),
    "hand_to_oneself": ("hand_to_oneself", give("head")),
    "hand_to_board": ("hand_to_board", give("lan")),
    "hand_twice": ("hand_twice", hand_twice),
    "hand_too_long": ("hand_too_long", give(days=LONGEST.days + 1)),
    "credit_answered": ("credit_answered", answered),
    "credit_not_disputed": ("credit_not_disputed", not_disputed),
    "call_taken": ("call_taken", taken),
    "call_not_taken": ("call_not_taken", not_taken),
    "call_over": ("call_over", over),
    "call_for_others": ("call_for_others", for_others),
    "call_has_piece": ("call_has_piece", has_piece),
    "deadline_past": ("deadline_past", lambda world: lambda: call(world, deadline=HOUR)),
    "schedule_empty": ("schedule_empty", week(PAST)),
    "schedule_too_long": ("schedule_too_long", week(MANY)),
    "not_allowed to hand over": ("not_allowed", lambda world: lambda: handed(world, giver="lan")),
    "dates_wrong": ("dates_wrong", give(days=0)),
    "reason_missing of a call": (
        "reason_missing",
        lambda world: lambda: calls.cancel_call(actor=world.actor("head"), call=call(world), reason=" "),
    ),
    "not_found own day": (
        "not_found",
        lambda world: lambda: board_rules.drop_own_day(actor=world.actor("head"), on=TODAY),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_named_error_is_raised_in_its_situation_and_leaves_nothing_behind(cell, name):
    code, arrange = CASES[name]
    refused = arrange(cell)
    before = everything() if name != "reason_missing of a call" else None
    with pytest.raises(DomainError) as error:
        refused()
    assert error.value.code == code
    assert before is None or everything() == before
    assert not set("{}") & set(error.value.message("vi") + error.value.message("en"))


def test_every_error_of_the_boards_work_has_a_situation():
    assert set(MESSAGES) <= {code for code, _ in CASES.values()}
    assert all(message.vi != message.en for message in MESSAGES.values())


def test_closed_unit_is_not_asked_first(cell):
    unit = hamlet(cell, "Ấp Cũ")
    type(unit).objects.filter(pk=unit.pk).update(closed=TODAY)
    unit.refresh_from_db()
    with pytest.raises(DomainError, match="unit_closed"):
        call(cell, units=[unit])
    assert portals.unit_open_on(cell.unit, TODAY)
    assert clock.now() == HOUR
    assert hand_over.__name__ == "hand_over"
