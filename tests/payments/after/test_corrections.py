"""Corrections after issue: two people, bounded by what was paid, taken once by the next approval."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Event
from payments import corrections, payouts
from payments.corrections import cancel_correction, confirm_correction, propose_correction, retract_piece
from payments.earnings import lines_of_person
from payments.funds import position
from payments.models import Correction, Line, Statement
from payments.payout_holds import payout_holds
from tests.factories.world import World, at
from tests.payments.after.steps import (
    approved,
    balance,
    broken_books,
    corrected,
    figures,
    issued,
    ledger,
    line_of,
    paid,
    pay,
    policy,
    statement,
    wrote,
)
from tests.payments.steps import at_once

LATER = at("2026-08-20T09:00")
FEE = 379_500  # 1,5 × 253.000


def test_correction_downwards_is_a_line_of_the_next_run(world):
    policy(world)
    wrote(world, 7)
    first = paid(world, 7)
    row = corrected(world, line_of(world, first), -79_500)
    wrote(world, 8)
    second = issued(world, 8)
    line = Line.objects.get(kind="correction")
    assert (line.run, line.amount, line.corrects, line.piece) == (
        second,
        -79_500,
        line_of(world, first),
        line_of(world, first).piece,
    )
    assert figures(statement(world, second)) == (300_000, 0, 0, 300_000, 0, 300_000)
    row.refresh_from_db()
    assert (row.state, row.taken_as, row.replaces) == ("taken", line, False)
    told = [each.explanation for each in lines_of_person(second, world.people["lan"].pk)]
    number = f"{statement(world, first).number}/2026"
    assert told[-1] == f"Điều chỉnh khoản 379.500 đ của phiếu {number}: Chấm nhầm hệ số"
    assert balance(world) == 0
    assert broken_books(world) == []


def test_correction_upwards_is_paid_with_the_next_run(world):
    wrote(world, 7)
    corrected(world, line_of(world, paid(world, 7)), 20_500)
    wrote(world, 8)
    assert figures(statement(world, issued(world, 8))) == (400_000, 0, 0, 400_000, 0, 400_000)


def test_correction_alone_makes_a_statement_that_owes_back_and_pays_nothing(world):
    policy(world)
    wrote(world, 7)
    corrected(world, line_of(world, paid(world, 7)), -FEE)
    wrote(world, 8, by="hoa")
    second = issued(world, 8)
    assert figures(statement(world, second)) == (-FEE, 0, -FEE, 0, 0, 0)
    assert (balance(world), ledger(world)) == (-FEE, [(-FEE, "carried_out")])
    wrote(world, 9)
    third = issued(world, 9)
    assert figures(statement(world, third)) == (FEE, -FEE, 0, 0, 0, 0)
    assert (balance(world), statement(world, third).recovered) == (0, FEE)
    assert broken_books(world) == []


def test_nothing_is_taken_back_beyond_what_was_paid(world):
    policy(world)
    wrote(world, 7)
    line = line_of(world, paid(world, 7))
    with clock.at(LATER), pytest.raises(DomainError) as refused:
        propose_correction(actor=world.actor("accountant"), line=line, amount=-FEE - 1, reason="Nhầm")
    assert (refused.value.code, "379.500" in refused.value.message()) == ("correction_too_much", True)
    corrected(world, line, -300_000)
    wrote(world, 8)
    approved(world, 8)
    with clock.at(at("2026-09-20T09:00")):
        with pytest.raises(DomainError) as refused:
            propose_correction(actor=world.actor("accountant"), line=line, amount=-79_501, reason="Nhầm")
        assert refused.value.code == "correction_too_much"
        propose_correction(actor=world.actor("accountant"), line=line, amount=-79_500, reason="Nhầm")


def test_unpaid_statement_stops_and_the_next_run_pays_what_is_right(world):
    policy(world)
    wrote(world, 7)
    wrote(world, 7, by="lan", number=12, coefficient="1")
    first = issued(world, 7)
    used = position(world.fund).left
    with clock.at(LATER):
        row = propose_correction(
            actor=world.actor("head"), line=line_of(world, first), amount=-FEE, reason="Bài sao chép"
        )
        assert "lan" in {
            name for name, person in world.people.items() for hold in payout_holds(first) if hold.contributor == person
        }
        row = confirm_correction(actor=world.actor("holder"), correction=row, seen_version=row.version)
    assert row.replaces
    first = pay(world, first)
    assert not statement(world, first).payouts.exists()
    with clock.at(LATER):
        payouts.close_run(actor=world.actor("accountant"), run=first, seen_version=first.version)
    wrote(world, 8, by="hoa")
    second = issued(world, 8)
    lines = list(Line.objects.filter(statement=statement(world, second)).order_by("ordinal"))
    assert [(line.kind, line.amount) for line in lines] == [("carry_over", FEE + 253_000), ("correction", -FEE)]
    assert figures(statement(world, second)) == (253_000, 0, 0, 253_000, 0, 253_000)
    # What the old statement had taken from the fund is free again.
    assert position(world.fund).left == used + FEE + 253_000 - second.gross
    pay(world, second)
    assert broken_books(world) == []


def test_no_confirmation_while_a_payout_has_no_outcome(world):
    wrote(world, 7)
    run = issued(world, 7)
    with clock.at(LATER):
        payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)
        row = propose_correction(actor=world.actor("head"), line=line_of(world, run), amount=-1000, reason="Nhầm")
        with pytest.raises(DomainError) as refused:
            confirm_correction(actor=world.actor("holder"), correction=row, seen_version=row.version)
        assert refused.value.code == "correction_payout_open"
        payouts.confirm_payouts(actor=world.actor("accountant"), run=run)
        row = confirm_correction(actor=world.actor("holder"), correction=row, seen_version=row.version)
    assert (row.state, row.replaces) == ("confirmed", False)


def test_retracted_piece_proposes_to_take_back_what_was_paid_for_it(world):
    piece = wrote(world, 7)
    run = paid(world, 7)
    corrected(world, line_of(world, run), -79_500)
    wrote(world, 8)
    approved(world, 8)
    with clock.at(at("2026-09-21T09:00")):
        piece = world.fresh(piece)
        retract_piece(actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Sai sự thật")
    rows = Correction.objects.filter(source="retracted").order_by("pk")
    found = {(row.line.contributor.full_name, row.line.role): row.amount for row in rows}
    assert found["Nguyễn Thị Lan", "author"] == -300_000
    assert all(row.proposed_by == world.accounts["head"] and row.state == "proposed" for row in rows)
    for row in rows:
        assert -row.amount == corrections.room_of([row.line_id])[row.line_id]


def test_retracting_what_nobody_was_paid_for_proposes_nothing(world):
    piece = wrote(world, 7)
    with clock.at(LATER):
        retract_piece(actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Sai sự thật")
    assert not Correction.objects.exists()


def test_maker_does_not_confirm_nor_does_whom_it_concerns(world):
    wrote(world, 7)
    line = line_of(world, paid(world, 7))
    with clock.at(LATER):
        row = propose_correction(actor=world.actor("accountant"), line=line, amount=-1000, reason="Nhầm")
        with pytest.raises(DomainError) as refused:
            confirm_correction(actor=world.actor("accountant"), correction=row, seen_version=row.version)
        assert refused.value.code == "maker_is_checker"
        with pytest.raises(DomainError) as refused:
            confirm_correction(actor=world.actor("lan"), correction=row, seen_version=row.version)
        assert refused.value.code == "not_allowed"
    row.refresh_from_db()
    assert row.state == "proposed"


def test_cancelled_correction_frees_the_statement(world):
    wrote(world, 7)
    run = issued(world, 7)
    with clock.at(LATER):
        row = propose_correction(actor=world.actor("head"), line=line_of(world, run), amount=-1000, reason="Nhầm")
        row = confirm_correction(actor=world.actor("holder"), correction=row, seen_version=row.version)
        row = cancel_correction(
            actor=world.actor("accountant"), correction=row, seen_version=row.version, reason="Đã xem lại, đúng"
        )
    assert (row.state, row.cancel_reason) == ("cancelled", "Đã xem lại, đúng")
    assert statement(world, pay(world, run)).payouts.filter(outcomes__outcome="confirmed").exists()
    wrote(world, 8)
    approved(world, 8)
    assert not Line.objects.filter(kind__in=["correction", "carry_over"]).exists()
    kinds = list(Event.objects.filter(kind__startswith="correction.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["correction.proposed", "correction.confirmed", "correction.cancelled"]


def test_two_confirmations_at_once_are_one(committed_world: World):
    world = committed_world
    wrote(world, 7)
    line = line_of(world, paid(world, 7))
    with clock.at(LATER):
        row = propose_correction(actor=world.actor("accountant"), line=line, amount=-1000, reason="Nhầm")
    calls = [
        lambda name=name: confirm_correction(actor=world.actor(name), correction=row, seen_version=row.version)
        for name in ("holder", "head")
    ]
    results = at_once(world, calls, LATER)
    codes = sorted(getattr(result, "code", "done") for result in results)
    assert codes == ["done", "stale_version"]
    assert Event.objects.filter(kind="correction.confirmed").count() == 1


def test_statement_of_corrections_prints(world):
    """The paper says what the row says, with the explanation of each line."""
    policy(world)
    wrote(world, 7)
    corrected(world, line_of(world, paid(world, 7)), -79_500)
    wrote(world, 8)
    run = issued(world, 8)
    sheet = Statement.objects.get(run=run, contributor=world.people["lan"]).frozen
    assert [line["amount"] for line in sheet["lines"]] == [FEE, -79_500]
    assert statement(world, run).papers.exists()


def test_doors_take_pieces_down_through_the_upper_floor():
    """The newsroom's own verb would leave out the money."""
    for folder in ("web", "api", "demo"):
        for path in Path(folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "newsroom.retract_piece" not in text, path
            assert not re.search(r"from contributors\.newsroom import [^\n]*retract_piece", text), path
