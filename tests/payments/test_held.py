"""Who cannot be paid yet: their line waits, everybody else is paid, a later run takes it exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from contributors import clock, drafting, newsroom
from contributors.approval import approve_piece as approve_unscored
from contributors.models import Contributor, Credit, CreditState
from contributors.pledges import current_pledge
from payments.approvals import approve_piece
from payments.earnings import lines_of_person, people_of_run, run_summary
from payments.models import DraftLine, Line, PayeeDetails, Statement, TaxStatus
from payments.payees import enter_payee_details, set_tax_status
from tests.factories.world import OPENED, World, at
from tests.payments.steps import AUGUST, NEXT_MONTH, SEPTEMBER, approved_run, compute, computed_run, issued_run, paid

OCTOBER = {"since": "2026-09-01", "until": "2026-10-01", "pay": "2026-10-05"}


@dataclass(frozen=True)
class Reason:
    """Why hoa's line is held, how it comes about and how it ends; both outside the run."""

    code: str
    label: str
    begin: Callable[[World], object]
    end: Callable[[World], object]


def hoa_credit(world: World) -> Credit:
    return Credit.objects.get(contributor=world.people["hoa"], role="author")


REASONS = [
    Reason(
        "payee_missing",
        "chưa có thông tin nhận tiền",
        lambda world: PayeeDetails.objects.filter(contributor=world.people["hoa"]).delete(),
        lambda world: enter_payee_details(
            actor=world.actor("hoa"),
            contributor=world.people["hoa"],
            legal_name="Lê Hoà",
            personal_id="089100000001",
        ),
    ),
    Reason(
        "not_registered",
        "tác giả chưa đăng ký",
        lambda world: Contributor.objects.filter(pk=world.people["hoa"].pk).update(state="recorded"),
        lambda world: Contributor.objects.filter(pk=world.people["hoa"].pk).update(state="active"),
    ),
    Reason(
        "tax_status_missing",
        "chưa có diện thuế",
        lambda world: TaxStatus.objects.filter(contributor=world.people["hoa"]).delete(),
        lambda world: set_tax_status(
            actor=world.actor("accountant"),
            contributor=world.people["hoa"],
            status="resident_no_contract",
            effective_from=OPENED,
        ),
    ),
    Reason(
        "credit_open",
        "vai trò chưa xác nhận",
        lambda world: Credit.objects.filter(pk=hoa_credit(world).pk).update(state=CreditState.PROPOSED),
        lambda world: Credit.objects.filter(pk=hoa_credit(world).pk).update(state=CreditState.CONFIRMED),
    ),
    Reason(
        "credit_open",
        "vai trò chưa xác nhận",
        lambda world: Credit.objects.filter(pk=hoa_credit(world).pk).update(state=CreditState.DISPUTED),
        lambda world: Credit.objects.filter(pk=hoa_credit(world).pk).update(state=CreditState.CONFIRMED),
    ),
]


@pytest.fixture
def shared(world):
    """One piece of lan and hoa, 60 to 40, coefficient 2: 506.000 đ."""
    with clock.at(at("2026-07-10T09:00")):
        piece = world.draft("lan", title="Bài viết chung")
        piece = drafting.declare_credits(
            actor=world.actor("lan"),
            piece=world.fresh(piece),
            seen_version=piece.version,
            declared=[
                drafting.DeclaredCredit(world.people["lan"], "author", Decimal(60)),
                drafting.DeclaredCredit(world.people["hoa"], "author", Decimal(40)),
            ],
        )
        piece = newsroom.submit_piece(
            actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
        )
        piece = approve_piece(
            actor=world.actor("head"), piece=piece, seen_version=piece.version, coefficient=Decimal(2)
        )
        return newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url="https://xa.example/chung"
        )


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_held_line_waits_and_a_later_run_takes_it_once(world, shared, reason):
    reason.begin(world)
    with clock.at(AUGUST):
        first = issued_run(world)
    assert paid(first) == [
        ("Nguyễn Thị Lan", "author", 303_600),
        ("Nguyễn Văn Đăng", "publisher", 10_000),
        ("Võ Văn Trưởng", "approver", 20_000),
    ]
    shown = {person.name: (person.gross, person.held, person.statement is None) for person in people_of_run(first)}
    assert shown["Lê Hoà"] == (202_400, reason.label, True)
    assert [line.held for line in lines_of_person(first, world.people["hoa"].pk)] == [reason.label]
    summary = run_summary(first)
    assert (summary.held_people, summary.held_amount, summary.gross, summary.people) == (1, 202_400, 333_600, 3)
    assert Statement.objects.filter(contributor=world.people["hoa"]).count() == 0

    with clock.at(SEPTEMBER):
        still = computed_run(world, **NEXT_MONTH)
        assert [(line.subject_key, line.held) for line in DraftLine.objects.filter(run=still)] == [
            (f"credit:{hoa_credit(world).pk}", reason.code)
        ]
    reason.end(world)
    with clock.at(at("2026-10-03T08:00")):
        later = issued_run(world, **OCTOBER)
        nothing = computed_run(world, since="2026-10-01", until="2026-11-01", pay="2026-11-05")
    assert paid(later) == [("Lê Hoà", "author", 202_400)]
    assert DraftLine.objects.filter(run=nothing).count() == 0
    assert Line.objects.filter(piece=shared, role="author").count() == 2


def test_payee_held_for_want_of_details_is_paid_by_a_recompute_of_the_same_run(world, shared):
    REASONS[0].begin(world)
    with clock.at(AUGUST):
        first = computed_run(world)
        assert run_summary(first).held_people == 1
        REASONS[0].end(world)
        again = compute(world, first)
    assert run_summary(again).held_people == 0
    assert DraftLine.objects.get(run=again, contributor=world.people["hoa"]).held == ""


def test_person_who_has_lines_paid_and_held_is_shown_twice(world, shared):
    """One credit of hoa's is open, the other is paid: one statement over what is certain."""
    world.published("hoa", when="2026-07-15T09:00", coefficient="1")
    Credit.objects.filter(piece=shared, contributor=world.people["hoa"]).update(state=CreditState.PROPOSED)
    with clock.at(AUGUST):
        run = approved_run(world)
    rows = [(person.gross, person.held != "", person.statement is None) for person in people_of_run(run)]
    mine = [row for row, person in zip(rows, people_of_run(run), strict=True) if person.name == "Lê Hoà"]
    assert sorted(mine) == [(202_400, True, True), (253_000, False, False)]
    assert Statement.objects.get(run=run, contributor=world.people["hoa"]).gross == 253_000


def test_unscored_piece_of_a_time_without_a_score_waits_whole(world):
    """Approved by the ground floor alone, so without a coefficient: nobody of it is paid, nobody is forgotten."""
    with clock.at(at("2026-07-10T09:00")):
        piece = world.submitted("lan")
        piece = approve_unscored(actor=world.actor("head"), piece=piece, seen_version=piece.version)
        newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url="https://xa.example/cho"
        )
    world.published("hoa", when="2026-07-11T09:00")
    with clock.at(AUGUST):
        run = computed_run(world)
    assert run_summary(run).excluded == {"waiting": 1}
    assert DraftLine.objects.filter(run=run, piece=piece).count() == 0
    assert DraftLine.objects.filter(run=run).count() == 3


def test_status_that_ended_before_the_payment_holds(world, shared):
    """The accountant's confirmation runs out: 31/7 is the last day, payment comes on 5/8."""
    TaxStatus.objects.filter(contributor=world.people["hoa"]).update(effective_until=date(2026, 8, 1))
    with clock.at(AUGUST):
        run = computed_run(world)
    assert DraftLine.objects.get(run=run, contributor=world.people["hoa"]).held == "tax_status_missing"
