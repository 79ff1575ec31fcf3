"""What stands on every page: the search, the notices and their number, the ways under their headings."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock
from contributors.calls import NewCall, make_calls
from contributors.models import Notice, Piece
from contributors.models.tenancy import new_public_id
from contributors.office_notices import tell
from payments.searching import everything_found
from tests.web.conftest import texts
from tests.web.test_queries import MOST, asked


def kinds(world, name: str, words: str) -> dict[str, int]:
    return {found.kind: found.count for found in everything_found(world.actor(name), words)}


@pytest.fixture
def some(world):
    """Pieces of lan and hoa about one thing, and a call about it."""
    world.submitted(by="lan", title="Ra quân làm đường hoa")
    world.submitted(by="hoa", title="Đường hoa ấp Mẫu nở rộ")
    deadline = clock.now() + timedelta(days=3)
    make_calls(actor=world.actor("head"), new=[NewCall(new_public_id(), "Đường hoa mùa xuân", deadline)], units=[])
    return world


def test_search_finds_without_tone_marks_what_one_may_see_and_no_more(some):
    assert kinds(some, "head", "duong hoa") == {"pieces": 2, "calls": 1}
    assert kinds(some, "lan", "duong hoa") == {"pieces": 1, "calls": 1}  # hoa's piece is not lan's
    assert kinds(some, "accountant", "đường hoa") == {"pieces": 2}
    assert kinds(some, "admin", "duong hoa") == {}
    assert kinds(some, "head", "nguyen thi lan") == {"people": 1}
    assert kinds(some, "lan", "nguyen thi lan") == {}
    assert kinds(some, "head", "ap mau")["units"] == 1
    assert kinds(some, "head", "a") == kinds(some, "head", " … ") == {}
    piece = Piece.objects.get(title="Ra quân làm đường hoa")
    assert kinds(some, "lan", piece.receipt_number.lower()) == {"pieces": 1}
    assert kinds(some, "hoa", piece.receipt_number) == {}


def test_search_finds_runs_statements_and_papers_by_number(world, work_jobs):
    from payments.issuing import issue_run
    from payments.models import Statement
    from payments.runs import approve_run, compute_run, confirm_run, freeze_run

    world.published(by="lan")
    run = world.run()
    for name, step in (("accountant", freeze_run), ("accountant", compute_run), ("head", confirm_run)):
        step(actor=world.actor(name), run=run, seen_version=world.fresh(run).version)
        work_jobs()
    approve_run(actor=world.actor("holder"), run=run, seen_version=world.fresh(run).version)
    issue_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    work_jobs()
    statement = Statement.objects.get(contributor=world.people["lan"])
    number = f"{statement.number}/{statement.year}"
    assert kinds(world, "accountant", f"phiếu {number}")["statements"] == 1
    assert kinds(world, "lan", f"{statement.number:02d}")["statements"] == 1
    assert "statements" not in kinds(world, "hoa", number)
    assert kinds(world, "lan", statement.code)["statements"] == 1
    assert kinds(world, "accountant", run.label)["runs"] == 1
    assert kinds(world, "accountant", "bang ke")["papers"] >= 1
    assert not {"runs", "papers"} & set(kinds(world, "lan", run.label))


def test_search_page_groups_links_and_teaches(some, as_):
    page = texts(as_("head").get("/search/?q=duong+hoa"))
    assert "Tin, bài: 2" in page
    assert "Bài đặt: 1" in page
    assert re.findall(r'href="(/review/[^"]+)"', page)
    assert "/desk/calls/#call-" in page
    assert "Không thấy gì với “zzzz”." in texts(as_("head").get("/search/?q=zzzz"))
    assert "ít nhất 2 chữ" in texts(as_("head").get("/search/?q=z"))
    assert "Không cần gõ dấu" in texts(as_("lan").get("/search/"))


def test_search_asks_the_same_whatever_there_is(world, as_):
    client = as_("head")
    world.submitted(title="Đường hoa")
    few = asked(client, "/search/?q=duong+hoa")
    for number in range(12):
        world.submitted(title=f"Đường hoa {number}")
    assert asked(client, "/search/?q=duong+hoa") == few <= MOST
    assert "hơn 5" not in texts(client.get("/search/?q=duong+hoa"))


@pytest.fixture
def told(world):
    """The deputy has two reminders of one piece and an office message; one reminder no longer waits."""
    waiting, gone = world.submitted(title="Đang chờ"), world.approved(title="Đã duyệt rồi")
    deputy = world.people["deputy"]
    for kind, piece in (("half", waiting), ("late_review", waiting), ("half", gone)):
        Notice.objects.create(
            portal=world.portal, contributor=deputy, kind=kind, piece=piece, key=f"{kind}:{piece.pk}", at=clock.now()
        )
    account = world.accounts["deputy"].pk
    tell(portal=world.portal, kind="job_stopped", key="7", accounts=[account], subject=waiting)
    return world


def test_bell_counts_what_still_waits_and_the_page_shows_all(told, as_):
    client = as_("deputy")
    assert "Thông báo: 3 chưa xem" in texts(client.get("/output/"))
    page = texts(client.get("/notices/"))
    assert page.count('<a class="title"') == 4
    assert "Đang chờ" in page
    assert client.post("/notices/").status_code == 302
    assert Notice.objects.filter(read_at__isnull=True).count() == 0
    after = texts(client.get("/notices/"))
    assert "chưa xem" not in after
    assert "<h2>Đã xem</h2>" in after
    assert "Chưa có thông báo nào." in texts(as_("hoa").get("/notices/"))
    with CaptureQueriesContext(connection) as queries:
        client.get("/notices/")
    assert len(queries) <= MOST


def test_reading_all_leaves_those_of_others(told, as_):
    assert "chưa xem" not in texts(as_("head").get("/output/"))
    as_("head").post("/notices/")
    assert "Thông báo: 3 chưa xem" in texts(as_("deputy").get("/output/"))


def test_other_ways_stand_under_headings(world, as_):
    page = texts(as_("head").get("/desk/"))
    more = page.split('<details class="more">')[1].split("</details>")[0]
    headings = re.findall(r"<h2>([^<]+)</h2>", more)
    assert headings == ["Người và đơn vị", "Tiền", "Của tôi", "Cài đặt và theo dõi"]
    bar = page.split('<nav aria-label="Chính">')[1].split("<details")[0]
    assert bar.count("<a ") == 5
    # Those for which a phone's bar has no room stand first, and are hidden where the bar shows them.
    narrow, rest = more.split('<section class="narrow">')[1].split("</section>", 1)
    assert set(re.findall(r'href="([^"]+)"', narrow)) < set(re.findall(r'href="([^"]+)"', bar))
    assert not set(re.findall(r'href="([^"]+)"', bar)) & set(re.findall(r'href="([^"]+)"', rest))


def test_search_by_machine_says_what_the_page_says(some):
    from rest_framework.test import APIClient

    client = APIClient()
    client.force_login(some.accounts["head"])
    answer = client.get("/api/v1/search/?q=duong hoa")
    assert answer.status_code == 200
    assert [(row["kind"], row["count"], len(row["hits"])) for row in answer.json()] == [
        ("pieces", 2, 2),
        ("calls", 1, 1),
    ]
    assert client.get("/api/v1/search/?query=x").status_code == 422
