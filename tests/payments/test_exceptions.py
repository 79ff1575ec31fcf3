"""What a run leaves out and why: every part in one bucket, both sides of the proof equal, and what to look at."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock, newsroom
from contributors.actors import system_actor
from contributors.genres import offer_genre
from contributors.models import Credit, CreditState, PaymentMode
from payments import rates, runs
from payments.books import check_books
from payments.exceptions import BUCKETS, all_parts, balance_of_run, changed_since_freeze, parts_of_bucket
from payments.models import DraftLine, Fund, PayeeDetails, RunExclusion, RunNotice, TaxStatus
from payments.run_findings import findings_of, fund_standing, late_pieces
from tests.factories.world import at
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    approved_run,
    compute,
    computed_run,
    frozen_run,
    issued_run,
)
from tests.payments.test_buckets import posted_document, unscored

NOVEMBER = at("2026-11-03T08:00")


def counts(run) -> dict[str, int]:
    return {bucket.bucket: bucket.parts for bucket in balance_of_run(run).buckets if bucket.parts}


def proved(run) -> None:
    """The sides are equal, and the rows behind the buckets are as many parts as they say."""
    balance = balance_of_run(run)
    assert (balance.difference, balance.closes) == (0, True), balance
    listed: Counter[str] = Counter()
    for row in all_parts(run):
        listed[row.bucket] += row.parts
    assert dict(listed) == {bucket.bucket: bucket.parts for bucket in balance.buckets if bucket.parts}
    assert [finding.name for finding in check_books(world_portal(run)) if not finding.ok] == []


def world_portal(run):
    return run.portal


def test_every_part_is_in_one_bucket_and_the_sides_are_equal(world):
    world.published("lan", photos_by=("hoa",))  # author, photographer, approver, publisher
    waived = world.published("lan", when="2026-07-11T09:00", title="Không nhận")
    Credit.objects.filter(piece=waived, role="author").update(no_fee_reason="tác giả không nhận")
    posted_document(world, "2026-07-12T09:00")
    unscored(world, "2026-07-13T09:00")
    held = world.published("hoa", when="2026-07-14T09:00")
    Credit.objects.filter(piece=held, role="author").update(state=CreditState.PROPOSED)
    with clock.at(AUGUST):
        run = computed_run(world)
        balance = balance_of_run(run)
        assert counts(run) == {"paid": 8, "held": 1, "no_fee": 1, "outside_rules": 1, "waiting": 3}
        assert (balance.of_period, balance.of_period_pieces) == (14, 5)
        assert (balance.of_earlier, balance.elsewhere, balance.published, balance.accounted) == (0, 0, 14, 14)
        proved(run)
        before = balance
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    assert balance_of_run(run) == before  # now read from the lines themselves
    paid = next(bucket for bucket in before.buckets if bucket.bucket == "paid")
    assert paid.amount == run.gross


def test_a_row_that_goes_missing_is_a_difference(world):
    """The proof can fail: each side is told of another loss."""
    world.published("lan")
    posted_document(world, "2026-07-12T09:00")
    with clock.at(AUGUST):
        run = computed_run(world)
    DraftLine.objects.filter(run=run, role="author").delete()
    assert balance_of_run(run).difference == 1
    RunExclusion.objects.filter(run=run).delete()
    assert (balance_of_run(run).difference, balance_of_run(run).closes) == (2, False)


def test_earlier_pieces_that_come_again_are_told_apart(world):
    held = world.published("hoa")
    Credit.objects.filter(piece=held, role="author").update(state=CreditState.PROPOSED)
    with clock.at(AUGUST):
        issued_run(world)
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        run = computed_run(world, **NEXT_MONTH)
    balance = balance_of_run(run)
    assert (balance.of_period, balance.of_earlier, balance.of_earlier_pieces) == (3, 3, 1)
    assert counts(run) == {"paid": 3, "held": 1, "paid_before": 2}
    [first, second] = parts_of_bucket(run, "paid_before")
    assert {first.role, second.role} == {"duyệt", "đăng"}
    assert {first.reason, second.reason} == {"Đã chi ở kỳ khác: Kỳ 2026-07-01"}
    assert first.amount is not None
    proved(run)


def test_pieces_paid_by_a_later_run_have_their_place_in_the_earlier_one(world):
    """August is opened first and takes July along; July then pays nothing, and says so."""
    world.published("lan")
    world.published("hoa", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        issued_run(world, **NEXT_MONTH)
        run = computed_run(world)
    balance = balance_of_run(run)
    assert (balance.of_period, balance.elsewhere, balance.elsewhere_pieces) == (0, 3, 1)
    assert counts(run) == {"paid_before": 3}
    [row] = parts_of_bucket(run, "paid_before")
    assert (row.parts, row.reason, row.subject_key) == (3, "Đã chi ở kỳ khác: Kỳ 2026-08-01", "")
    proved(run)


def test_what_changes_after_the_freeze_is_shown_and_the_balance_stands(world):
    gone = world.published("lan", title="Bị gỡ")
    with clock.at(AUGUST):
        run = computed_run(world)
        assert changed_since_freeze(run) == []
    with clock.at(at("2026-08-04T08:00")):
        late = world.approved("hoa", title="Ghi muộn")
        newsroom.publish_piece(
            actor=world.actor("publisher"),
            piece=late,
            seen_version=late.version,
            url="https://xa.example/muon",
            at=at("2026-07-30T08:00"),
        )
        newsroom.retract_piece(
            actor=world.actor("head"), piece=world.fresh(gone), seen_version=world.fresh(gone).version, reason="Sai"
        )
        assert [(each.title, each.what, each.amount) for each in changed_since_freeze(run)] == [
            ("Bị gỡ", "gone", 409_500),
            ("Ghi muộn", "new", 0),
        ]
        proved(run)
        run = runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        run = compute(world, runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version))
        assert changed_since_freeze(run) == []
    assert counts(run) == {"paid": 3}


def test_days_that_the_portal_does_not_pay_are_on_neither_side(world):
    world.published("lan", when="2026-06-30T23:00", coefficient=None)
    world.published("lan", when="2026-07-01T00:10")
    with clock.at(AUGUST):
        run = computed_run(world, since="2026-06-01")
    assert counts(run) == {"paid": 3}
    proved(run)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_random_months_always_balance(world, seed):
    """Three runs in a row over pieces of every kind, with what holds and opens by chance between them."""
    chance = random.Random(seed)
    world.genres["poem"] = offer_genre(actor=system_actor(world.portal), code="poem", name="Thơ", counts_as="piece")
    for month in (7, 8, 9):
        for number in range(chance.randint(1, 5)):
            when = f"2026-{month:02d}-{chance.randint(1, 28):02d}T09:00"
            by = chance.choice(["lan", "hoa"])
            kind = chance.choice(["scored", "scored", "photos", "unscored", "document", "poem"])
            if kind == "unscored":
                unscored(world, when, by)
            elif kind == "document":
                posted_document(world, when, number=f"{month}{number}/KH")
            elif kind == "poem":
                world.published(by, when=when, genre="poem", coefficient=None)
            else:
                world.published(by, when=when, photos_by=("lan", "hoa") if kind == "photos" else ())
        month_end = at(f"2026-{month + 1:02d}-03T08:00")
        for credit in Credit.objects.filter(role="author"):
            if chance.random() < 0.3:
                Credit.objects.filter(pk=credit.pk).update(
                    state=chance.choice([CreditState.PROPOSED, CreditState.CONFIRMED]),
                    no_fee_reason=chance.choice(["", "tác giả không nhận"]),
                )
        with clock.at(month_end):
            days = {"since": f"2026-{month:02d}-01", "until": f"2026-{month + 1:02d}-01"}
            run = computed_run(world, **days, pay=f"2026-{month + 1:02d}-05")
            proved(run)
            if DraftLine.objects.filter(run=run, held="").exists():
                run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
                run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
                proved(run)
            else:
                runs.cancel_run(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Trống")


def test_people_who_cannot_be_paid_are_named_with_what_waits(world):
    world.published("lan")
    world.published("hoa", when="2026-07-12T09:00")
    PayeeDetails.objects.filter(contributor=world.people["hoa"]).delete()
    TaxStatus.objects.filter(contributor=world.people["lan"]).delete()
    with clock.at(AUGUST):
        found = findings_of(computed_run(world), date(2026, 8, 3)).held_people
    assert [(each.name, each.held, each.lines, each.amount) for each in found] == [
        ("Lê Hoà", "payee_missing", 1, 379_500),
        ("Nguyễn Thị Lan", "tax_status_missing", 1, 379_500),
    ]


def test_bounds_of_the_schedule_are_kept_with_the_generation(world):
    rates.close_schedule(
        actor=world.actor("holder"), schedule=world.schedule, until=date(2026, 8, 1), reason="Có mức trần mới"
    )
    rules = {**world.schedule.rules, "code": "mau-tran", "from": "2026-08-01"}
    rules["caps"] = [{"scope": "person_period", "effect": "warn", "vnd": 500_000}]
    founder = system_actor(world.portal)
    rates.put_in_force(actor=founder, schedule=rates.draft_schedule(actor=founder, rules=rules))
    world.published("lan", when="2026-08-10T09:00")
    world.published("lan", when="2026-08-12T09:00")
    with clock.at(SEPTEMBER):
        run = compute(world, computed_run(world, **NEXT_MONTH))
        found = findings_of(run, date(2026, 9, 3))
    assert set(RunNotice.objects.filter(run=run).values_list("generation", flat=True)) == {2}
    assert found.bounds_count == len(found.bounds) == 1
    assert found.bounds[0].title == "Nguyễn Thị Lan"
    assert "759.000" in found.bounds[0].sentence


def test_fund_that_does_not_suffice_names_the_run_and_the_sum(world):
    world.published("lan")
    world.published("hoa", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        approved_run(world)
        second = computed_run(world, **NEXT_MONTH)
        assert fund_standing(second, date(2026, 9, 3)).above == 0
        Fund.objects.filter(pk=world.fund.pk).update(amount=500_000)
        standing = fund_standing(world.fresh(second), date(2027, 2, 1))
    assert [(run.label, run.amount, run.left) for run in standing.runs] == [
        ("Kỳ 2026-07-01", 409_500, 90_500),
        ("Kỳ 2026-08-01", 409_500, -319_000),
    ]
    assert (standing.above, standing.by.label, standing.by.here, standing.closed) == (
        319_000,
        "Kỳ 2026-08-01",
        True,
        True,
    )


def test_fund_of_a_run_without_one_is_none(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = computed_run(world, fund=None)
    assert fund_standing(run, date(2026, 8, 3)) is None


def test_pieces_older_than_the_rule_of_their_day(world):
    """Published 1/7, paid 30/8: sixty days. A day later it is one too many. After 1/9/2026 it is only a reminder."""
    world.published("lan", when="2026-07-01T09:00", title="Đầu tháng")
    world.published("hoa", when="2026-07-02T09:00", title="Hôm sau")
    posted_document(world, "2026-07-01T09:00")  # nothing is owed for it
    with clock.at(AUGUST):
        run = computed_run(world, pay="2026-08-30")
        assert late_pieces(run) == []
        runs.cancel_run(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Lùi ngày chi")
        run = computed_run(world, pay="2026-08-31")
        [late] = late_pieces(run)
    assert (late.count, late.rule.payment_days, late.rule.effect, late.rule.doubt) == (1, 60, "rule", False)
    assert [(piece.title, piece.days) for piece in late.pieces] == [("Đầu tháng", 61)]
    world.published("lan", when="2026-09-01T09:00", title="Tháng chín")
    with clock.at(NOVEMBER):
        runs.cancel_run(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Lùi ngày chi")
        run = computed_run(world, until="2026-10-01", pay="2026-11-05")
        found = late_pieces(run)
    assert [(each.rule.effect, each.rule.doubt, each.count) for each in found] == [
        ("rule", False, 2),
        ("warn", True, 1),
    ]


def test_report_asks_as_many_questions_for_many_pieces(world):
    def asked(run) -> int:
        with CaptureQueriesContext(connection) as queries:
            balance_of_run(run)
            findings_of(run, date(2026, 8, 3))
            for bucket in BUCKETS:
                parts_of_bucket(run, bucket)
        return len(queries)

    world.published("lan")
    posted_document(world, "2026-07-12T09:00")
    with clock.at(SEPTEMBER):
        one = asked(computed_run(world))
        for number in range(8):
            world.published("hoa", when=f"2026-08-{number + 1:02d}T09:00")
            posted_document(world, "2026-08-12T09:00", number=f"{number}/KH")
        assert asked(computed_run(world, **NEXT_MONTH)) == one
    assert one <= 40


def test_mode_of_the_portal_is_asked_for_every_piece_once(world):
    """The left side of a run over a pause counts paying days only, as the freeze does."""
    PaymentMode.objects.filter(mode="paying").update(effective_until=date(2026, 7, 15))
    world.published("lan", when="2026-07-14T09:00")
    world.published("lan", when="2026-07-16T09:00")
    with clock.at(AUGUST):
        run = computed_run(world)
    assert counts(run) == {"paid": 3}
    proved(run)


def test_open_run_has_nothing_to_balance(world):
    run = world.run()
    assert (balance_of_run(run).published, balance_of_run(run).closes) == (0, True)
    assert balance_of_run(frozen_run(world, **NEXT_MONTH)).published == 0
    assert Decimal(balance_of_run(run).accounted) == 0
