"""The path of money from a published piece to an issued run, to the đồng."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.utils import translation

from contributors import clock, drafting, newsroom
from contributors.pledges import current_pledge
from payments.approvals import approve_piece
from payments.books import check_books
from payments.earnings import estimate_of, lines_of_person, people_of_run, run_summary, statements_of
from payments.funds import position
from payments.models import Line, Statement
from tests.factories.world import at
from tests.payments.royalty.calculator import recompute
from tests.payments.steps import AUGUST, NEXT_MONTH, SEPTEMBER, approved_run, issued_run, paid


def test_every_role_is_paid_to_the_dong(issued):
    """Unit 253.000: 1,5 and 2 for the authors, 0,5 for a photo, flat fees for approving and posting."""
    assert paid(issued) == sorted(
        [
            ("Nguyễn Thị Lan", "author", 379_500),
            ("Lê Hoà", "photographer", 126_500),
            ("Phan Thị Viết", "author", 506_000),
            ("Võ Văn Trưởng", "approver", 20_000),
            ("Võ Văn Trưởng", "approver", 20_000),
            ("Nguyễn Văn Đăng", "publisher", 10_000),
            ("Nguyễn Văn Đăng", "publisher", 10_000),
        ]
    )


def test_statements_are_the_sums_of_their_lines_and_the_run_is_theirs(issued):
    statements = Statement.objects.filter(run=issued).order_by("number")
    assert [
        (each.contributor.full_name, each.line_count, each.line_total, each.gross, each.tax, each.net)
        for each in statements
    ] == [
        ("Nguyễn Văn Đăng", 2, 20_000, 20_000, 0, 20_000),
        ("Lê Hoà", 1, 126_500, 126_500, 0, 126_500),
        ("Nguyễn Thị Lan", 1, 379_500, 379_500, 0, 379_500),
        ("Võ Văn Trưởng", 2, 40_000, 40_000, 0, 40_000),
        ("Phan Thị Viết", 1, 506_000, 506_000, 0, 506_000),
    ]
    assert (issued.gross, issued.tax, issued.net) == (1_072_000, 0, 1_072_000)
    for each in statements:
        assert sum(each.lines.values_list("amount", flat=True)) == each.line_total
        assert list(each.lines.order_by("ordinal").values_list("ordinal", flat=True)) == list(
            range(1, each.line_count + 1)
        )


def test_photos_are_paid_each_by_their_own_score(world):
    """Three photos of hoa's and one of the author's own, 0,5 each."""
    world.published("lan", photos_by=("hoa", "hoa", "hoa", "lan"), coefficient="1")
    with clock.at(AUGUST):
        run = issued_run(world)
    assert [row for row in paid(run) if row[1] in {"author", "photographer"}] == [
        ("Lê Hoà", "photographer", 379_500),
        ("Nguyễn Thị Lan", "author", 253_000),
        ("Nguyễn Thị Lan", "photographer", 126_500),
    ]
    assert Statement.objects.get(run=run, contributor=world.people["lan"]).gross == 379_500


def test_every_amount_follows_from_its_explanation_alone(issued):
    """By the calculator of the engine's tests, which knows only the sentence that people read."""
    with translation.override("vi"):
        lines = [line for person in people_of_run(issued) for line in lines_of_person(issued, person.contributor_id)]
    assert [recompute(line.explanation) for line in lines] == [line.amount for line in lines]
    assert len(lines) == 7


def test_summary_and_people_of_a_run_agree(world, issued):
    summary = run_summary(issued)
    people = people_of_run(issued)
    assert [person.name for person in people] == [
        "Nguyễn Văn Đăng",
        "Lê Hoà",
        "Nguyễn Thị Lan",
        "Võ Văn Trưởng",
        "Phan Thị Viết",
    ]
    assert (summary.pieces, summary.lines, summary.people) == (2, 7, 5)
    assert (summary.gross, summary.net) == (sum(each.gross for each in people), sum(each.net for each in people))
    assert [each.statement.number for each in people] == [1, 2, 3, 4, 5]


def test_fund_shows_what_is_issued_committed_and_left(world, issued):
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        approved_run(world, **NEXT_MONTH)
    fund = position(world.fresh(world.fund))
    assert (fund.issued, fund.committed, fund.left) == (1_072_000, 409_500, 50_000_000 - 1_072_000 - 409_500)


def test_contributor_sees_an_estimate_before_and_a_statement_after(world):
    lan = world.people["lan"].pk
    world.published("lan", coefficient="1.5")
    with clock.at(at("2026-07-20T09:00")):
        estimate = estimate_of(lan)
        assert (estimate.amount, estimate.lines) == (379_500, 1)
    with clock.at(AUGUST):
        run = issued_run(world)
        assert estimate_of(lan).amount == 0
    assert [statement.run_id for statement in statements_of(lan)] == [run.pk]
    with clock.at(at("2026-06-20T09:00")):
        assert estimate_of(lan) is None


def test_lines_name_the_exact_amount_and_the_rounding(world):
    """Two authors of 1,5 × 253.000 = 379.500 đ at 33,333 and 66,667 %: the parts are exact fractions."""
    with clock.at(at("2026-07-10T09:00")):
        piece = world.draft("lan")
        declared = [
            drafting.DeclaredCredit(world.people["lan"], "author", Decimal("33.333")),
            drafting.DeclaredCredit(world.people["hoa"], "author", Decimal("66.667")),
        ]
        author = world.actor("lan")
        piece = drafting.declare_credits(
            actor=author, piece=piece, seen_version=world.fresh(piece).version, declared=declared
        )
        piece = newsroom.submit_piece(
            actor=author, piece=piece, seen_version=piece.version, pledge=current_pledge().version
        )
        piece = approve_piece(
            actor=world.actor("head"), piece=piece, seen_version=piece.version, coefficient=Decimal("1.5")
        )
        newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url="https://xa.example/ba"
        )
    with clock.at(AUGUST):
        run = issued_run(world)
    lines = Line.objects.filter(run=run, role="author").order_by("amount")
    assert [line.amount for line in lines] == [126_499, 253_001]
    assert [Fraction(int(line.exact_numerator), int(line.exact_denominator)) for line in lines] == [
        379_500 * Fraction("33.333") / 100,
        379_500 * Fraction("66.667") / 100,
    ]


def test_books_are_in_order(world, issued):
    assert [finding.name for finding in check_books(world.portal, full=True) if not finding.ok] == []
