"""What-if of a period and of a list: the same engine, two sides, and nothing written."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.models import Score
from contributors.scopes import portal_scope
from payments import funds, rates
from payments.errors import PaymentError
from payments.models import DraftLine
from payments.royalty_list import read_list
from payments.whatif import would_have_cost
from payments.whatif_figures import Compared, Span, Verdict, year_cost
from payments.whatif_report import compare_list, compare_period
from payments.whatif_sides import CURRENT, NONE, side_of, sides_offered, usual_sides
from tests.factories.world import build_world
from tests.payments.steps import computed_run

JULY = (date(2026, 7, 1), date(2026, 8, 1))


def compared(world, key=CURRENT, against=NONE, by="accountant", period=JULY):
    sides = (side_of(world.portal, each, *period) for each in (key, against))
    schedule, other = sides
    return compare_period(
        actor=world.actor(by),
        portal=world.portal,
        period_from=period[0],
        period_until=period[1],
        schedule=schedule,
        against=other,
    )


def drafted(world, **changes):
    rules = dict(rates.shipped_schedule("demo-tan-thanh-2024")) | {"code": "nháp", "from": "2026-09-01"} | changes
    return rates.draft_schedule(actor=world.actor("admin"), rules=rules)


def rows_of_every_table():
    """Count, newest transaction and checksum of each table: equal means that nothing was written."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), max(xmin::text::bigint), sum(hashtext(ctid::text)) FROM "{table}"')
            found[table] = cursor.fetchone()
    return found


def test_period_comes_to_what_its_run_computes(world):
    world.published("lan", photos_by=("hoa",))
    world.published("writer", when="2026-07-12T09:00", coefficient="2")
    found = compared(world)
    run = computed_run(world)
    drafted_lines = sum(DraftLine.objects.filter(run=run).values_list("amount", flat=True))
    assert drafted_lines == 1_072_000
    assert found.total.by == Span(drafted_lines, drafted_lines)
    assert found.total.against == Span()
    assert (found.pieces, found.photos, found.open_pieces, found.names_shown) == (2, 1, 0, True)
    assert found.remuneration.by == Span(60_000, 60_000)  # approved and posted twice, by rates of the piece
    old = would_have_cost(portal=world.portal, period_from=JULY[0], period_until=JULY[1])
    assert (old.low, old.high) == (drafted_lines, drafted_lines)


def test_people_gain_and_lose_against_what_is_in_force(world):
    world.published("lan", coefficient="2")
    world.published("hoa", genre="article", coefficient="2")
    draft = drafted(
        world,
        genres=[
            {"genre": "news_item", "rates": [{"basis": "coefficient", "coefficient": 1}]},
            {"genre": "article", "rates": [{"basis": "coefficient", "coefficient": 4}]},
            {"genre": "photo", "rates": [{"basis": "coefficient", "coefficient": 1}]},
        ],
    )
    found = compared(world, str(draft.public_id), CURRENT)
    people = {
        person.name: (person.cost.by.low, person.cost.against.low, person.cost.verdict) for person in found.people
    }
    assert people == {
        "Lê Hoà": (1_012_000, 506_000, "gains"),
        "Nguyễn Thị Lan": (253_000, 506_000, "loses"),
        "Võ Văn Trưởng": (40_000, 40_000, "same"),
        "Nguyễn Văn Đăng": (20_000, 20_000, "same"),
    }
    assert dict(found.verdicts) == {"gains": 1, "loses": 1, "same": 2}
    assert [person.name for person in found.people[:2]] == ["Lê Hoà", "Nguyễn Thị Lan"]
    genres = {row.name: (row.pieces, row.cost.change) for row in found.genres}
    assert genres == {"Bài phản ánh": (1, Span(506_000, 506_000)), "Tin": (1, Span(-253_000, -253_000))}
    assert found.total.change == Span(253_000, 253_000)


def test_missing_scores_leave_a_span_and_no_verdict(world):
    world.published("lan", coefficient="2")
    found = compared(world, "shipped:nd-18-2014-caps")
    assert found.total.by == Span(506_000, 506_000)  # a score of other rules is kept where it fits
    unscored = compared(world, "shipped:ninh-thuan-23-2020")
    assert unscored.not_reckoned[0].pieces == 1
    assert unscored.total.by == Span()


def test_span_of_an_unscored_piece(world):
    piece = world.published("lan", coefficient="2")
    Score.objects.filter(piece=piece).update(accepted=False)
    found = compared(world)
    assert found.total.by == Span(126_500 + 30_000, 506_000 + 30_000)
    assert found.open_pieces == 1
    draft = drafted(world, genres=[{"genre": "news_item", "rates": [{"basis": "coefficient", "coefficient": 1}]}])
    against = compared(world, str(draft.public_id), CURRENT)
    assert {person.name: person.cost.verdict for person in against.people}["Nguyễn Thị Lan"] == Verdict.OPEN


def test_seats_of_the_board_are_counted(world):
    world.published("lan", coefficient="2")
    draft = drafted(world, allowances=[{"allowance": "khoan", "seat": "head", "vnd": 300_000, "each_month": True}])
    found = compared(world, str(draft.public_id), CURRENT)
    assert [(row.name, row.pieces, row.cost.by.low) for row in found.genres][-1] == (
        "Ban biên tập (khoán tháng, chia quỹ)",
        0,
        300_000,
    )
    assert found.total.change == Span(300_000, 300_000)


@pytest.mark.parametrize(
    ("who", "named"), [("accountant", True), ("holder", True), ("head", True), ("deputy", True), ("admin", False)]
)
def test_names_are_for_those_who_may_see_money(world, who, named):
    world.published("lan")
    found = compared(world, by=who)
    assert bool(found.people) is found.names_shown is named
    assert sum(found.verdicts.values()) == 3


@pytest.mark.parametrize("who", ["lan", "writer", "publisher"])
def test_without_the_right_there_is_no_what_if(world, who):
    with pytest.raises(DomainError) as refused:
        compared(world, by=who)
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ((date(2026, 7, 1), date(2026, 7, 1)), "period_wrong"),
        ((date(2024, 7, 1), date(2026, 7, 3)), "whatif_period_long"),
    ],
)
def test_period_that_cannot_be_reckoned(world, period, code):
    with pytest.raises(PaymentError) as refused:
        compared(world, period=period)
    assert refused.value.code == code


@pytest.mark.parametrize("key", ["", "shipped:none", "shipped:../base-salary", "0198a5a0-0000-7000-8000-000000000000"])
def test_schedule_that_was_not_offered(world, key):
    with pytest.raises(DomainError) as refused:
        compared(world, key)
    assert refused.value.code == "not_found"


def test_another_portals_schedule_is_not_offered(world):
    other = build_world("xa-khac")
    with portal_scope(other.portal):
        draft = drafted(other)
    assert str(draft.public_id) not in [offer.key for offer in sides_offered(world.portal)]
    with pytest.raises(DomainError):
        compared(world, str(draft.public_id))


def test_offers_and_what_is_compared_unasked(world):
    keys = [offer.key for offer in sides_offered(world.portal)]
    assert (keys[0], keys[1], keys[-1]) == (CURRENT, str(world.schedule.public_id), NONE)
    assert "shipped:bac-giang-570-2013" in keys
    assert usual_sides(world.portal, JULY[1]) == (CURRENT, NONE)
    draft = drafted(world)
    assert usual_sides(world.portal, JULY[1]) == (str(draft.public_id), CURRENT)
    assert usual_sides(world.portal, date(2026, 6, 1)) == (str(draft.public_id), NONE)


def test_what_is_in_force_may_be_two_schedules(world):
    world.published("lan", coefficient="2")
    world.published("lan", coefficient="2", when="2026-07-20T09:00")
    draft = drafted(world, level=50, **{"from": "2026-07-15", "decision": {"number": "02/QĐ"}}, roles=[])
    rates.put_in_force(actor=system_actor(world.portal), schedule=draft)
    found = compared(world)
    assert found.total.by.low == 506_000 + 30_000 + 253_000
    assert found.schedule.decision_number == "01/QĐ-UBND; 02/QĐ"


@pytest.mark.parametrize(
    ("period", "year", "words"),
    [
        ((date(2026, 1, 1), date(2027, 1, 1)), 1_000, "đúng một năm"),
        ((date(2026, 1, 1), date(2026, 7, 1)), 2_000, "6 tháng"),
        ((date(2026, 1, 5), date(2026, 1, 12)), 52_143, "7 ngày"),
    ],
)
def test_cost_of_a_year_says_what_it_assumes(period, year, words):
    found = year_cost(Compared(Span(1_000, 1_000), Span()), *period)
    assert found.cost == Compared(Span(year, year), Span())
    assert words in found.assumption


def test_share_of_the_fund(world):
    world.published("lan", coefficient="2")
    found = compared(world)
    assert (found.fund.year, found.fund.amount, found.fund.percent) == (2026, 50_000_000, Span(12, 12))
    assert found.year.cost.by == Span(536_000 * 12, 536_000 * 12)
    assert compared(world, period=(date(2025, 7, 1), date(2025, 8, 1))).fund is None
    funds.Fund.objects.update(amount=0)
    assert compared(world).fund is None


def test_nothing_is_written(world):
    world.published("lan", photos_by=("hoa",))
    draft = drafted(world)
    before = rows_of_every_table()
    found = compared(world, str(draft.public_id), CURRENT)
    assert found.pieces == 1
    assert rows_of_every_table() == before


def test_it_runs_where_nothing_can_be_written(committed_world):
    world = committed_world
    world.published("lan", photos_by=("hoa",))
    draft = drafted(world)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        found = compared(world, str(draft.public_id), CURRENT)
        read = read_list(content=LIST, file_name="bang.csv", schedules=found.schedule.schedules)
        assert listed(world, read).comparison.pieces == 2
    assert found.pieces == 1


def test_questions_do_not_grow_with_pieces(world):
    counts = []
    for more in (1, 7):
        for number in range(more):
            world.published("lan", title=f"Tin {number}")
        with CaptureQueriesContext(connection) as queries:
            compared(world)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 24


LIST = """Họ và tên;Thể loại;Tên tác phẩm;Ngày đăng;Hệ số;Tỷ lệ;Đơn giá;Số lượng
Phạm Thị Mới;Tin;Mở đường;05/07/2026;1,5;;;
Đặng Văn Cũ;Bài;Mùa vụ;06/07/2026;;60;;
Phạm Thị Mới;Bài;Mùa vụ;06/07/2026;;40;;
Trần Thị Phát;;;;;;20.000;3
""".encode()


def listed(world, read):
    schedule, against = (side_of(world.portal, key, *JULY) for key in (CURRENT, "shipped:nd-18-2014-caps"))
    return compare_list(
        actor=world.actor("accountant"),
        portal=world.portal,
        read=read,
        period_from=JULY[0],
        period_until=JULY[1],
        schedule=schedule,
        against=against,
    )


def test_list_of_somebodys_own(world):
    schedules = side_of(world.portal, CURRENT, *JULY).schedules
    found = listed(world, read_list(content=LIST, file_name="bang.csv", schedules=schedules))
    assert found.problems == []
    assert any("1 dòng" in remark for remark in found.remarks)
    comparison = found.comparison
    assert comparison.total.by == Span(379_500 + 506_000, 379_500 + 1_265_000)
    assert comparison.total.against == Span(379_500, 379_500 + 30 * 253_000)
    assert {person.name: person.cost.by for person in comparison.people} == {
        "Phạm Thị Mới": Span(379_500 + 202_400, 379_500 + 506_000),
        "Đặng Văn Cũ": Span(303_600, 759_000),
    }
    assert (comparison.from_list, comparison.names_shown, comparison.open_pieces) == (True, True, 1)


def test_list_with_a_mistake_is_not_reckoned_at_all(world):
    schedules = side_of(world.portal, CURRENT, *JULY).schedules
    wrong = LIST.replace(b"05/07/2026", b"35/07/2026")
    found = listed(world, read_list(content=wrong, file_name="bang.csv", schedules=schedules))
    assert found.comparison is None
    assert [problem.row for problem in found.problems] == [2]
