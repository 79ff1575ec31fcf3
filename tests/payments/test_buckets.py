"""Every published piece is in exactly one place of a run, and comes again only while something of it is owed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from contributors import clock, newsroom, portals
from contributors.actors import system_actor
from contributors.approval import approve_piece as approve_unscored
from contributors.models import Credit
from payments import runs
from payments.earnings import exclusions_of_run, run_summary
from payments.models import DraftLine, Line, RateSchedule, RunExclusion, RunItem
from tests.factories.world import at
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    computed_run,
    frozen_run,
    issued_run,
    paid,
)


def posted_document(world, when: str, number: str = "12/KH-UBND"):
    with clock.at(at(when)):
        piece = world.draft("deputy", genre="document", title=f"Kế hoạch {number}", document_number=number)
        return newsroom.publish_document(
            actor=world.actor("deputy"),
            piece=piece,
            seen_version=world.fresh(piece).version,
            url=f"https://xa.example/van-ban/{piece.public_id}",
        )


def unscored(world, when: str, by: str = "lan"):
    with clock.at(at(when)):
        piece = world.submitted(by)
        piece = approve_unscored(actor=world.actor("head"), piece=piece, seen_version=piece.version)
        return newsroom.publish_piece(
            actor=world.actor("publisher"),
            piece=piece,
            seen_version=piece.version,
            url=f"https://xa.example/{piece.pk}",
        )


def buckets(run) -> dict[int, list[str]]:
    """Piece id → where it is: paid, held, or the bucket of its exclusion; a list, to see twice."""
    found: dict[int, list[str]] = {
        piece: [] for piece in RunItem.objects.filter(run=run).values_list("piece", flat=True)
    }
    for line in DraftLine.objects.filter(run=run, generation=run.generation).values("piece").distinct():
        found[line["piece"]].append("lines")
    for row in RunExclusion.objects.filter(run=run, generation=run.generation):
        found[row.piece_id].append(row.bucket)
    return found


def test_every_published_piece_is_in_exactly_one_bucket(world):
    piece = world.published("lan", photos_by=("hoa",))
    document = posted_document(world, "2026-07-12T09:00")
    waiting = unscored(world, "2026-07-13T09:00")
    world.submitted("hoa")  # not published: in no run
    with clock.at(AUGUST):
        run = computed_run(world)
    assert buckets(run) == {piece.pk: ["lines"], document.pk: ["outside_rules"], waiting.pk: ["waiting"]}
    assert run_summary(run).excluded == {"outside_rules": 1, "waiting": 1}
    assert [(each.piece.pk, str(each.bucket_label)) for each in exclusions_of_run(run)] == [
        (document.pk, "ngoài quy định mức chi"),
        (waiting.pk, "chờ vai trò hoặc điểm chấm"),
    ]
    assert all(each.reason_label for each in exclusions_of_run(run))


def test_settled_document_does_not_come_again_and_a_waiting_piece_does(world):
    world.published("hoa")
    document = posted_document(world, "2026-07-12T09:00")
    waiting = unscored(world, "2026-07-13T09:00")
    with clock.at(AUGUST):
        issued_run(world)
    world.published("hoa", when="2026-08-10T09:00", coefficient="1")
    with clock.at(SEPTEMBER):
        second = computed_run(world, **NEXT_MONTH)
    pieces = set(RunItem.objects.filter(run=second).values_list("piece", flat=True))
    assert document.pk not in pieces
    assert waiting.pk in pieces
    assert len(pieces) == 2


def test_document_of_a_run_that_was_not_issued_comes_again(world):
    """Only an issued run settles anything: this one is cancelled."""
    document = posted_document(world, "2026-07-12T09:00")
    with clock.at(AUGUST):
        run = computed_run(world)
        runs.cancel_run(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Mở nhầm")
        again = computed_run(world, label="Kỳ mở lại")
    assert buckets(again) == {document.pk: ["outside_rules"]}


def test_piece_entered_late_is_taken_by_the_next_run(world):
    """Published on 28/7, written down on 4/9: July is issued by then."""
    world.published("hoa", when="2026-07-05T09:00")
    with clock.at(AUGUST):
        issued_run(world)
    with clock.at(at("2026-09-02T09:00")):
        piece = world.approved("lan", coefficient="1.5")
        newsroom.publish_piece(
            actor=world.actor("publisher"),
            piece=piece,
            seen_version=piece.version,
            url="https://xa.example/muon",
            at=at("2026-07-28T09:00"),
        )
    with clock.at(SEPTEMBER):
        second = issued_run(world, **NEXT_MONTH)
    assert paid(second) == [
        ("Nguyễn Thị Lan", "author", 379_500),
        ("Nguyễn Văn Đăng", "publisher", 10_000),
        ("Võ Văn Trưởng", "approver", 20_000),
    ]


def test_paid_piece_never_comes_again(world):
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        issued_run(world)
    with clock.at(SEPTEMBER):
        second = frozen_run(world, **NEXT_MONTH)
    assert RunItem.objects.filter(run=second).count() == 0


def test_pieces_of_an_unpaid_time_are_never_arrears(world):
    """The portal pays from 1/7: what went up on 30/6 is in no run, though the run's days would allow it."""
    world.published("lan", when="2026-06-30T23:59", coefficient=None)
    first = world.published("lan", when="2026-07-01T00:00")
    with clock.at(AUGUST):
        run = computed_run(world, since="2026-06-01", until="2026-08-01")
    assert buckets(run) == {first.pk: ["lines"]}


def test_pieces_of_a_pause_are_no_arrears_either(world):
    """Paying in July, trial in August, paying again from September: the run of September leaves August out."""
    founder = system_actor(world.portal)
    portals.set_payment_mode(actor=founder, mode="trial", effective_from=date(2026, 8, 1))
    portals.set_payment_mode(actor=founder, mode="paying", effective_from=date(2026, 9, 1))
    july = world.published("lan", when="2026-07-31T23:59")
    world.published("lan", when="2026-08-15T09:00")
    september = world.published("lan", when="2026-09-01T00:00")
    with clock.at(at("2026-10-03T08:00")):
        run = computed_run(world, since="2026-09-01", until="2026-10-01", pay="2026-10-05")
    assert buckets(run) == {july.pk: ["lines"], september.pk: ["lines"]}


def test_retracted_piece_is_in_no_run(world):
    piece = world.published("lan")
    newsroom.retract_piece(actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Sai tên người")
    with clock.at(AUGUST):
        run = computed_run(world)
    assert buckets(run) == {}


def test_line_of_nothing_is_a_line_and_settles_its_credit(world):
    """Lan waives her fee: a line of 0 đồng with its reason, and the piece is done with."""
    piece = world.published("lan")
    Credit.objects.filter(piece=piece, role="author").update(no_fee_reason="tác giả không nhận")
    with clock.at(AUGUST):
        run = issued_run(world)
    line = Line.objects.get(run=run, role="author")
    assert (line.amount, line.reason) == (0, "no_fee")
    with clock.at(SEPTEMBER):
        assert RunItem.objects.filter(run=frozen_run(world, **NEXT_MONTH)).count() == 0


def test_piece_of_a_day_without_a_schedule_waits_for_one(world):
    """The old decision ends on 15/7, the new one begins on 20/7 and comes only after the run."""
    RateSchedule.objects.filter(pk=world.schedule.pk).update(effective_until=date(2026, 7, 15))
    before = world.published("lan", when="2026-07-14T09:00")
    with clock.at(at("2026-07-16T09:00")):
        piece = world.submitted("hoa")
        piece = approve_unscored(
            actor=world.actor("head"), piece=piece, seen_version=piece.version, coefficient=Decimal(1)
        )
        after = newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url="https://xa.example/khe"
        )
    with clock.at(AUGUST):
        run = computed_run(world)
    assert buckets(run) == {before.pk: ["lines"], after.pk: ["waiting"]}
