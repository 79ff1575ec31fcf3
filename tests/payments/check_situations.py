"""Situations in which the contributors' check refuses; `test_named_errors` puts the world before each."""

from __future__ import annotations

from collections.abc import Callable

from contributors import clock
from payments import checking, runs
from payments.checking import LineAnswer, answer_lines, deliver_check, reply_to_check
from payments.models import DraftLine, LineCheck, Run
from tests.factories.world import World, at
from tests.payments.steps import computed_run

Act = Callable[[], object]


def start(world: World, run: Run, days: int = 3) -> Run:
    return checking.start_review(actor=world.actor("accountant"), run=run, seen_version=run.version, days=days)


def in_review(world: World) -> Run:
    world.published("lan", title="Đường mới")
    return start(world, computed_run(world))


def line_of(run: Run, who: str = "author") -> str:
    return str(DraftLine.objects.get(run=run, role=who).subject_key)


def say(world: World, run: Run, who: str, *answers: tuple[str, ...], rest: bool = False) -> list[LineCheck]:
    return answer_lines(
        actor=world.actor(who),
        run=run,
        contributor=world.people[who],
        answers=[LineAnswer(*each) for each in answers],
        rest_right=rest,
    )


def disputed(world: World) -> LineCheck:
    run = in_review(world)
    [check] = say(world, run, "lan", (line_of(run), "missing", "Bài có hai ảnh của tôi"))
    return check


def replied(world: World, check: LineCheck, outcome: str, words: str) -> Act:
    return lambda: reply_to_check(
        actor=world.actor("accountant"), check=check, seen_version=check.version, outcome=outcome, reply=words
    )


def days_wrong(world: World, days: int) -> Act:
    world.published("lan")
    run = computed_run(world)
    return lambda: start(world, run, days)


def confirmed_too_early(world: World) -> Act:
    run = in_review(world)
    return lambda: runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)


def ended_too_early(world: World) -> Act:
    run = in_review(world)
    return lambda: checking.end_review(
        actor=world.actor("accountant"), run=run, seen_version=run.version, reason=" \u200b "
    )


def not_open(world: World) -> Act:
    world.published("lan")
    run = computed_run(world)
    return lambda: say(world, run, "lan", rest=True)


def told_somehow(world: World) -> Act:
    run = in_review(world)
    return lambda: deliver_check(actor=world.actor("accountant"), run=run, people=[world.people["lan"]], way="opened")


def too_late(world: World) -> Act:
    run = in_review(world)
    with clock.at(at("2026-07-30T08:00")):
        deliver_check(actor=world.actor("accountant"), run=run, people=[world.people["lan"]], way="person")
    return lambda: say(world, run, "lan", rest=True)


def said(world: World, key: str, answer: str, reason: str = "") -> Act:
    run = in_review(world)
    return lambda: say(world, run, "lan", (key or line_of(run), answer, reason))


def list_not_mine(world: World) -> Act:
    run = in_review(world)
    return lambda: say(world, run, "lan", ("", "not_mine", "Không phải"))


def of_somebody_else(world: World) -> Act:
    run = in_review(world)
    return lambda: say(world, run, "lan", (line_of(run, "approver"), "right"))


def agreed(world: World) -> Act:
    run = in_review(world)
    [check] = say(world, run, "lan", rest=True)
    return replied(world, check, "kept", "Cảm ơn")


CASES: list[tuple[str, str, Callable[[World], Act]]] = [
    ("review_days_wrong", "none", lambda world: days_wrong(world, 0)),
    ("review_days_wrong", "too many", lambda world: days_wrong(world, 31)),
    ("review_running", "review_running", confirmed_too_early),
    ("review_end_reason", "review_end_reason", ended_too_early),
    ("review_not_open", "review_not_open", not_open),
    ("delivery_way_unknown", "delivery_way_unknown", told_somehow),
    ("check_over", "check_over", too_late),
    ("answer_unknown", "no such word", lambda world: said(world, "", "maybe")),
    ("answer_unknown", "of the whole list", list_not_mine),
    ("answer_reason_missing", "answer_reason_missing", lambda world: said(world, "", "not_mine", " \n ")),
    ("line_unknown", "no such line", lambda world: said(world, "credit:0", "right")),
    ("line_unknown", "of somebody else", of_somebody_else),
    ("check_not_disputed", "check_not_disputed", agreed),
    ("outcome_unknown", "outcome_unknown", lambda world: replied(world, disputed(world), "later", "Để xem")),
    ("reply_missing", "reply_missing", lambda world: replied(world, disputed(world), "kept", " ")),
]
