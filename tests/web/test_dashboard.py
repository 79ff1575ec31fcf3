"""The board's dashboard: every block has its table, every table is a file, money is for those who may see it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from contributors import clock
from contributors.models import PaymentMode
from contributors.units import rename_unit
from payments import fund_forecast
from payments.models import Line
from tests.factories.world import at
from tests.payments.steps import issued_run
from tests.payments.xlsx_cells import cells_of
from tests.web.conftest import texts
from tests.web.test_queries import MOST, asked
from web.board import dashboard_money

JULY = "first=2026-07-01&last=2026-07-31"
PAGE = f"/output/dashboard/?{JULY}"


MONEY = f"/output/dashboard/money/?{JULY}"


def blocks_of(client, address: str = PAGE) -> dict:
    return {block.key: block for block in client.get(address).context["blocks"]}


def rows_of_file(client, key: str, query: str = JULY) -> list[list[str]]:
    answer = client.get(f"/output/dashboard/{key}/file.csv?{query}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def july(world):
    """A news item of lan's with hoa's photo, two days after its event; an article ten days after; a document."""
    world.published(photos_by=("hoa",), event_on=date(2026, 7, 8), topic=world.topic)
    world.published(by="writer", when="2026-07-12T09:00", genre="article", coefficient="2.5", event_on=date(2026, 7, 2))
    world.published(by="writer", when="2026-07-13T09:00", genre="document", coefficient=None, photo=None)
    with clock.at(at("2026-08-03T09:00")):
        yield world


def test_every_block_has_its_table_and_the_tables_agree(july, as_):
    found = blocks_of(as_("head"))
    assert list(found) == [*("month", "months", "units", "lags", "genres", "topics", "people", "workload")]
    assert found["months"].total[1:] == (2, 1, 1)
    assert found["units"].total[-2] == found["people"].total[2] == 2
    assert found["genres"].total[1:] == found["topics"].total[1:] == (3, 1)
    assert found["lags"].total[1:] == (2, 1, 2, 50, 0)
    month = {row[0]: row[1:] for row in found["month"].rows}
    assert month["Tin, bài đã đăng"] == (2, None)
    assert month["Ấp, ngành có tin"] == (1, None)
    work = {row[0]: row[1:] for row in found["workload"].rows}
    assert work[july.people["publisher"].full_name][:5] == (3, 0, 0, 0, 3)
    page = texts(as_("head").get(PAGE))
    for block in found.values():
        assert block.title in page
    assert page.count("file.csv") == len(found)


def test_every_table_is_taken_as_it_stands(july, as_):
    head = as_("head")
    for key, block in (blocks_of(head) | blocks_of(head, MONEY)).items():
        rows = rows_of_file(head, key)
        assert rows[0] == list(block.headings), key
        assert len(rows) == len(block.table) + 1, key
        assert all(len(row) == len(block.headings) for row in block.table), key
        sheet = head.get(f"/output/dashboard/{key}/file.xlsx?{JULY}")
        (cells,) = cells_of(sheet.content).values()
        assert cells["A1"].value == block.headings[0], key
    assert [row[:2] for row in rows_of_file(head, "people")[1:]] == [
        ["Nguyễn Thị Lan", "1"],
        ["Phan Thị Viết", "1"],
        ["Lê Hoà", "0"],
        ["Cộng", ""],
    ]


def test_names_that_look_like_formulas_stay_text(july, as_):
    july.topic.name = "=1+1"
    july.topic.save()
    rows = rows_of_file(as_("head"), "topics")
    assert "'=1+1" in [row[0] for row in rows]
    (cells,) = cells_of(as_("head").get(f"/output/dashboard/topics/file.xlsx?{JULY}").content).values()
    assert {cell.formula for cell in cells.values()} == {""}


@pytest.mark.parametrize(
    ("asked_for", "news"),
    [
        ("genre=article", 1),
        ("topic=nong-thon-moi", 1),
        ("role=photographer", 1),
        ("unit={unit}", 2),
        ("unit={unit}&successors=on", 2),
        ("contributor={lan}", 1),
        ("contributor={hoa}", 1),
    ],
)
def test_figures_are_asked_for_by_one_of_each(july, as_, asked_for, news):
    if "unit" in asked_for:
        rename_unit(
            actor=july.actor("admin"), unit=july.unit, new_name="Ấp Mới", on=date(2026, 8, 1), legal_basis="NQ 1"
        )
    ids = {"unit": july.unit.public_id, "lan": july.people["lan"].public_id, "hoa": july.people["hoa"].public_id}
    client = as_("head")
    found = blocks_of(client, f"{PAGE}&{asked_for.format(**ids)}")
    assert found["months"].total[1] == found["people"].total[2] == found["units"].total[-2] == news
    if "successors" in asked_for:
        assert [row[0] for row in found["units"].rows] == ["Ấp Mới"]
    assert rows_of_file(client, "months", f"{JULY}&{asked_for.format(**ids)}")[-1][1] == str(news)


@pytest.mark.parametrize(
    "wrong",
    [
        "first=0001-01-01&last=9999-12-31",
        "first=2026-07-02&last=2026-07-01",
        f"{JULY}&unit=x",
        f"{JULY}&genre=x",
        f"{JULY}&role=x",
        "first=&last=",
    ],
)
def test_what_cannot_be_asked_is_said(july, as_, wrong):
    client = as_("head")
    answer = client.get(f"/output/dashboard/?{wrong}")
    assert answer.status_code == 422
    assert "blocks" not in answer.context
    assert client.get(f"/output/dashboard/months/file.csv?{wrong}").status_code == 302
    for gone in ("months/file.txt", "nothing/file.csv", "months/csv"):
        assert client.get(f"/output/dashboard/{gone}?{JULY}").status_code == 404


@pytest.mark.parametrize("period", ["first=2020-01-01&last=2020-01-31", "first=2030-01-01&last=2030-12-31"])
def test_period_in_which_nothing_went_up(world, as_, period):
    with clock.at(at("2026-08-03T09:00")):
        answer = as_("head").get(f"/output/dashboard/?{period}")
        assert answer.status_code == 200
        assert "Chưa có gì để kê trong bảng này." in texts(answer)


def test_money_is_for_those_who_may_see_it(july, as_):
    for who, keys in (("head", ["costs", "fund"]), ("accountant", ["costs", "fund"]), ("admin", [])):
        assert [*blocks_of(as_(who), MONEY)] == keys, who
    assert as_("writer").get(MONEY).status_code == 403
    assert "dashboard/money/" not in texts(as_("writer").get(PAGE))
    assert as_("writer").get(f"/output/dashboard/costs/file.csv?{JULY}").status_code == 404
    assert as_("lan").get(PAGE).status_code == 403


def test_what_a_piece_cost_is_what_was_issued_for_it(july, as_):
    issued_run(july)
    rows = {row[0]: row[1:] for row in blocks_of(as_("accountant"), MONEY)["costs"].rows}
    lines = list(Line.objects.filter(piece__genre__code="news_item").values_list("amount", flat=True))
    assert len(lines) > 1
    assert rows["Tin"] == (sum(lines), 1, 1, sum(lines))
    whole = blocks_of(as_("accountant"), MONEY)["costs"].total
    assert whole[1] == sum(Line.objects.exclude(piece=None).values_list("amount", flat=True))
    assert (whole[2], whole[3]) == (2, 2)
    fund = dict(blocks_of(as_("accountant"), MONEY)["fund"].rows)
    assert fund["Đã phát hành"] == whole[1]
    assert fund["Còn duyệt được"] == july.fund.amount - whole[1]


def test_forecast_goes_on_as_the_year_began_and_says_so(july, as_):
    """34 days from 1 July to 3 August; 150 more until the year's end."""
    block = blocks_of(as_("head"), MONEY)["fund"]
    rows = dict(block.rows)
    waiting = rows["Tin, bài chưa vào kỳ nào"]
    assert waiting > 0
    assert rows["Dự báo cả năm"] == waiting + (waiting * 150 * 2 + 34) // 68
    assert rows["Cuối năm còn, âm là thiếu"] == july.fund.amount - rows["Dự báo cả năm"]
    assert "từ 01/07/2026 đến nay (34 ngày)" in block.words[0]
    with clock.at(at("2027-02-01T09:00")):
        block = blocks_of(as_("head"), MONEY)["fund"]
    assert dict(block.rows)["Dự báo cả năm"] == 0
    assert block.words == ("Năm 2026 đã hết: đây là số đã phát hành, đã duyệt và đang lập của năm.",)


def test_more_waiting_pieces_than_can_be_reckoned_are_said(july, as_, monkeypatch):
    monkeypatch.setattr(fund_forecast, "MOST_AT_ONCE", 1)
    block = blocks_of(as_("head"), MONEY)["fund"]
    assert dict(block.rows)["Dự báo cả năm"] is None
    assert block.words[0].startswith("Chưa dự báo được: 3 mục đang chờ")


def test_office_that_pays_nothing_sees_what_paying_would_have_cost(july, as_):
    PaymentMode.objects.update(mode="unpaid")
    block = blocks_of(as_("head"), MONEY)["costs"]
    assert (block.title, block.total[3]) == ("Nếu chi nhuận bút", 2)
    assert block.total[1] == block.total[2] > 0
    assert len(block.words) == 2
    assert "giả định cả năm đăng nhiều như thế" in block.words[1]
    narrowed = blocks_of(as_("head"), f"{MONEY}&genre=article")["costs"]
    assert (narrowed.rows, narrowed.said) == ((), "Chỉ tính thử cho cả kỳ: bỏ các mục lọc để xem.")


def test_office_with_more_pieces_than_can_be_tried_is_told(july, as_, monkeypatch):
    PaymentMode.objects.update(mode="unpaid")
    monkeypatch.setattr(dashboard_money, "MOST_AT_ONCE", 1)
    block = blocks_of(as_("head"), MONEY)["costs"]
    assert block.rows == ()
    assert "chọn kỳ ngắn hơn" in block.said


@pytest.mark.parametrize("page", [PAGE, MONEY, f"{PAGE}&successors=on", f"{MONEY}&successors=on"])
def test_dashboard_asks_as_much_for_many_pieces_as_for_few(world, as_, page):
    client = as_("head")
    counts = []
    for _ in range(2):
        for name in ("lan", "writer", "hoa"):
            world.published(by=name, photos_by=("hoa",))
        with clock.at(at("2026-08-03T09:00")):
            counts.append(asked(client, page))
    assert counts[0] == counts[1] <= MOST
