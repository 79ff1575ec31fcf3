"""Who approves in whose place: half of the promised time, hand-overs, two scorers; and what the log says of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contributors import board_rules, clock, delegations, drafting, newsroom, seats
from contributors.access import RIGHTS, approver_standing, open_proposal
from contributors.actors import system_actor
from contributors.deadlines import due_of, rules_on, usual_rules
from contributors.errors import DomainError
from contributors.models import COVERS, HANDED_BY, Delegation, Event, PieceState, Score
from payments.approvals import approve_piece
from tests.contributors.states import HOUR
from tests.factories.world import OPENED, World, at

TODAY = HOUR.date()


def rules(world: World, **changed):
    given = usual_rules() | {"effective_from": TODAY} | changed
    return board_rules.set_board_rules(actor=world.actor("head"), **given)


def handed(world: World, giver: str = "head", receiver: str = "writer", right: str = "piece.approve", days: int = 5):
    return delegations.hand_over(
        actor=world.actor(giver),
        receiver=world.people[receiver],
        right=right,
        effective_from=TODAY,
        effective_until=TODAY + timedelta(days=days),
        reason="Đi tập huấn",
    )


def approve(world: World, name: str, piece, coefficient: str = "1.5", **fields):
    return approve_piece(
        actor=world.actor(name), piece=piece, seen_version=piece.version, coefficient=Decimal(coefficient), **fields
    )


def last(world: World, kind: str) -> Event:
    return Event.objects.filter(kind=kind).latest("pk")


def test_usual_rules_promise_four_hours(cell):
    piece = cell.submitted()
    due = due_of(piece)
    assert rules_on(TODAY).pk is None
    assert (due.why, due.hours, due.at, due.half) == (
        "review",
        Decimal(4),
        at("2026-07-10T15:00"),
        at("2026-07-10T11:00"),
    )


def test_leaders_activity_is_due_when_its_day_is_over(cell):
    piece = cell.submitted(leader_activity=True, event_on=TODAY)
    with clock.at(at("2026-07-10T16:00")):
        late = cell.submitted(leader_activity=True, event_on=TODAY)
        due = due_of(late)
    assert (due.why, due.at, due.half) == ("same_day", at("2026-07-11T00:00"), at("2026-07-10T20:00"))
    assert due_of(piece).at == at("2026-07-10T15:00")  # the four hours are over sooner
    rules(cell, leader_same_day=False)
    assert due_of(late).at == at("2026-07-13T10:30")


def test_deputy_waits_for_the_head_and_acts_after_half_of_the_time(cell):
    piece = cell.submitted()
    with clock.at(at("2026-07-10T10:59")):
        assert approver_standing(cell.actor("deputy"), piece) is None
        with pytest.raises(DomainError, match="not_allowed"):
            approve(cell, "deputy", piece)
    with clock.at(at("2026-07-10T11:00")):
        assert approver_standing(cell.actor("deputy"), piece).why == "waited"
        moved = approve(cell, "deputy", piece)
    assert moved.state == PieceState.APPROVED
    assert last(cell, "piece.approve").facts["instead"] == "waited"


def test_head_approves_in_nobodys_place(cell):
    approve(cell, "head", cell.submitted())
    assert "instead" not in last(cell, "piece.approve").facts


def test_deputy_approves_what_the_head_made(cell):
    piece = cell.submitted(by="head")
    approve(cell, "deputy", piece)
    assert last(cell, "piece.approve").facts["instead"] == "head_made"


def test_maker_never_approves_however_long_it_waits_or_whoever_asks(cell):
    piece = cell.submitted(by="deputy")
    handed(cell, receiver="deputy")
    with clock.at(at("2026-07-10T16:59")), pytest.raises(DomainError, match="own_piece"):
        approve(cell, "deputy", piece)


def test_hand_over_gives_the_heads_place_and_the_log_names_the_head(cell):
    handed(cell)
    moved = approve(cell, "writer", cell.submitted())
    facts = last(cell, "piece.approve").facts
    assert moved.state == PieceState.APPROVED
    assert (facts["instead"], facts["for"]) == ("handed", cell.people["head"].pk)
    other = cell.submitted()
    returned = newsroom.return_piece(
        actor=cell.actor("writer"), piece=other, seen_version=other.version, reason="Thiếu ngày"
    )
    assert returned.state == PieceState.RETURNED


def test_hand_over_does_not_reach_what_the_giver_made(cell):
    handed(cell)
    piece = cell.submitted(by="head")
    with pytest.raises(DomainError, match="not_allowed"):
        approve(cell, "writer", piece)


def test_hand_over_holds_on_its_days_and_with_its_givers_seat_alone(cell):
    row = handed(cell, days=2)
    piece = cell.submitted()
    with clock.at(HOUR + timedelta(days=2)):
        assert cell.actor("writer").handed == ()
    assert [each.right for each in cell.actor("writer").handed] == ["piece.approve"]
    seat = cell.people["head"].seats.get()
    seats.end_seat(actor=cell.actor("admin"), seat=seat, on=TODAY, decision_number="9/QĐ")
    assert cell.actor("writer").handed == ()
    assert approver_standing(cell.actor("writer"), piece) is None
    assert Delegation.objects.get(pk=row.pk).effective_until == TODAY + timedelta(days=2)


def test_hand_over_ends_with_the_receivers_last_seat(cell):
    handed(cell)
    seats.end_seat(actor=cell.actor("head"), seat=cell.people["writer"].seats.get(), on=TODAY, decision_number="9/QĐ")
    assert cell.actor("writer").handed == ()


def test_taking_back_ends_it_today_and_is_not_done_twice(cell):
    row = handed(cell)
    ended = delegations.take_back(actor=cell.actor("head"), delegation=row)
    assert (ended.effective_until, cell.actor("writer").handed) == (TODAY, ())
    with pytest.raises(DomainError, match="already_ended"):
        delegations.take_back(actor=cell.actor("head"), delegation=row)
    with pytest.raises(DomainError, match="not_allowed"):
        delegations.take_back(actor=cell.actor("writer"), delegation=handed(cell))


def test_posting_can_be_handed_over_too(cell):
    handed(cell, giver="publisher", right="piece.publish")
    piece = cell.approved()
    newsroom.schedule_piece(
        actor=cell.actor("writer"), piece=piece, seen_version=piece.version, at=HOUR + timedelta(hours=1)
    )
    piece = cell.fresh(piece)
    moved = newsroom.publish_piece(
        actor=cell.actor("writer"), piece=piece, seen_version=piece.version, url="https://xa.example/1"
    )
    assert moved.state == "published"


def test_who_may_hand_over_is_who_the_table_names():
    for right, givers in HANDED_BY.items():
        assert {f"seat:{seat}" for seat in givers} == RIGHTS[right].holders
        assert COVERS[right] <= set(RIGHTS)


def test_schedule_can_be_changed_and_lies_ahead(cell):
    piece = cell.approved()
    for hours in (3, 5):
        piece = newsroom.schedule_piece(
            actor=cell.actor("publisher"), piece=piece, seen_version=piece.version, at=HOUR + timedelta(hours=hours)
        )
    assert (piece.state, piece.scheduled_for) == ("scheduled", HOUR + timedelta(hours=5))


def test_score_above_the_limit_is_a_proposal_until_a_second_person_agrees(cell):
    rules(cell, second_score_above=Decimal("1.4"))
    piece = approve(cell, "head", cell.submitted(), reason="Bài công phu")
    assert (piece.state, piece.version) == ("submitted", 3)
    proposal = open_proposal(piece)
    assert (proposal.scorer_id, proposal.coefficient, proposal.accepted) == (
        cell.people["head"].pk,
        Decimal("1.5"),
        False,
    )
    with pytest.raises(DomainError, match="second_scorer_needed"):
        approve(cell, "head", piece)
    moved = approve(cell, "deputy", piece)
    assert moved.state == PieceState.APPROVED
    assert last(cell, "piece.approve").facts["instead"] == "second"
    scores = Score.objects.filter(piece=piece).order_by("pk").values_list("scorer_id", "coefficient", "accepted")
    head, deputy = cell.people["head"].pk, cell.people["deputy"].pk
    assert list(scores) == [(head, Decimal("1.500"), False), (deputy, Decimal("1.500"), True)]


def test_second_scorer_decides_otherwise_with_a_reason(cell):
    rules(cell, second_score_above=Decimal("1.4"))
    piece = approve(cell, "head", cell.submitted())
    with pytest.raises(DomainError, match="second_score_reason"):
        approve(cell, "deputy", piece, "1.2")
    approve(cell, "deputy", piece, "1.2", reason="Bài ngắn")
    assert list(Score.objects.filter(piece=piece, accepted=True).values_list("coefficient", flat=True)) == [
        Decimal("1.200")
    ]


def test_first_scorer_may_come_down_below_the_limit(cell):
    rules(cell, second_score_above=Decimal("1.4"))
    piece = approve(cell, "head", cell.submitted())
    assert approve(cell, "head", piece, "1.4").state == PieceState.APPROVED


def test_proposal_falls_with_a_change_of_the_text(cell):
    rules(cell, second_score_above=Decimal("1.4"))
    piece = approve(cell, "head", cell.submitted())
    piece = drafting.edit_piece(
        actor=cell.actor("lan"), piece=piece, seen_version=piece.version, body="Viết thêm một đoạn."
    )
    assert open_proposal(piece) is None
    with pytest.raises(DomainError, match="not_allowed"):
        approve(cell, "deputy", piece)
    assert approve(cell, "head", piece).state == "submitted"


def test_without_a_limit_one_scorer_is_enough(cell):
    assert approve(cell, "head", cell.submitted(), "2").state == PieceState.APPROVED


def test_new_rules_end_the_old_ones_and_replace_those_to_come(cell):
    rules(cell)
    later = rules(cell, effective_from=TODAY + timedelta(days=10), review_hours=Decimal(8))
    assert (rules_on(TODAY).review_hours, rules_on(TODAY + timedelta(days=10)).review_hours) == (4, 8)
    rules(cell, effective_from=TODAY + timedelta(days=5), review_hours=Decimal(2))
    assert type(later).objects.filter(pk=later.pk).exists() is False
    assert [rules_on(TODAY + timedelta(days=day)).review_hours for day in (4, 5, 30)] == [4, 2, 2]


def test_portal_without_head_has_its_deputy_at_once(cell):
    seats.end_seat(
        actor=system_actor(cell.portal), seat=cell.people["head"].seats.get(), on=TODAY, decision_number="9/QĐ"
    )
    assert approver_standing(cell.actor("deputy"), cell.submitted()).why == "no_head"
    assert date(2026, 7, 10) > OPENED
