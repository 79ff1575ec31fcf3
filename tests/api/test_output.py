"""Figures, the report, its words and accesses over HTTP."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from contributors import clock
from contributors.portals import open_portal
from contributors.portals_below import put_below
from contributors.report_texts import report_texts
from contributors.scopes import portal_scope
from tests.factories.world import World, build_world
from tests.payments.steps import AUGUST

JULY = "from=2026-07-01&until=2026-08-01"


def test_figures_and_cuts_agree(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        world.published("lan", photos_by=("hoa",))
        world.published("writer", when="2026-07-12T09:00")
    found = as_("head").get(f"/api/v1/output/?{JULY}").json()
    assert found["figures"]["news"] == sum(row["total"] for row in found["units"]) == 2
    assert [span["news"] for span in found["spans"]] == [2]
    assert sum(row["pieces"] for row in found["genres"]) == 2
    assert as_("lan").get(f"/api/v1/output/?{JULY}").status_code == 403
    backwards = as_("head").get("/api/v1/output/?from=2026-08-01&until=2026-07-01")
    assert (backwards.status_code, backwards.json()["code"]) == (422, "period_wrong")


def test_figures_are_narrowed_by_each_filter(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        world.published("lan", photos_by=("hoa",), topic=world.topic)
        world.published("writer", when="2026-07-12T09:00", genre="article", coefficient="2.5")
        ids = {"unit": world.unit.public_id, "lan": world.people["lan"].public_id, "hoa": world.people["hoa"].public_id}
    head = as_("head")
    for query, news, photos in (
        ("genre=article", 1, 0),
        ("topic=nong-thon-moi", 1, 1),
        ("role=photographer", 1, 1),
        (f"contributor={ids['lan']}", 1, 1),
        (f"contributor={ids['hoa']}&role=author", 0, 0),
        (f"unit={ids['unit']}", 2, 1),
        (f"unit={ids['unit']}&unit_names=today&genre=news_item", 1, 1),
    ):
        found = head.get(f"/api/v1/output/?{JULY}&{query}").json()
        figures = found["figures"]
        assert (figures["news"], figures["photos"]) == (news, photos), query
        parts = [found["makers"]["nobody"], *(each["share"] for each in found["makers"]["people"])]
        assert sum(map(float, parts)) == sum(row["total"] for row in found["units"]) == news, query
        assert found["lag"]["measured"] + found["lag"]["unknown"] == news
    roles = {row["role"]: (row["pieces"], row["people"]) for row in head.get(f"/api/v1/output/?{JULY}").json()["roles"]}
    assert (roles["author"], roles["photographer"]) == ((2, 2), (1, 1))
    for query, field in (("genre=x", "genre"), ("unit=x", "unit"), ("role=x", "role"), ("unit_names=x", "unit_names")):
        refused = head.get(f"/api/v1/output/?{JULY}&{query}")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field), query


def test_report_is_read_and_taken(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        world.published("lan")
    head = as_("head")
    made = head.get(f"/api/v1/output/report/?{JULY}").json()
    said = [block["text"] for block in made["blocks"] if block["kind"] == "said"]
    assert "Trong tháng 7 năm 2026, trang đã đăng 1 tin, bài; 0 ảnh." in said
    written = head.get(f"/api/v1/output/report/docx/?{JULY}&dated=2026-08-03")
    assert said[0] in "\n".join(each.text for each in Document(io.BytesIO(written.content)).paragraphs).replace(
        "- ", ""
    )
    assert head.get(f"/api/v1/output/report/pdf/?{JULY}").content.startswith(b"%PDF")


def test_words_and_accesses_are_written(world: World, as_: Any) -> None:
    head = as_("head")
    answer = head.patch("/api/v1/output/words/", {"texts": {"addressee": "Phòng Văn hóa"}})
    assert answer.json()["texts"]["addressee"] == "Phòng Văn hóa"
    with portal_scope(world.portal):
        assert report_texts()["addressee"] == "Phòng Văn hóa"
    unknown = head.patch("/api/v1/output/words/", {"texts": {"ghi_chu": "x"}})
    assert unknown.status_code == 422
    with clock.at(AUGUST):
        row = {"month": "2026-07-15", "count": 1250, "source": "bộ đếm"}
        assert head.post("/api/v1/output/accesses/", row).status_code == 201
    assert head.get("/api/v1/output/accesses/").json() == [{"month": "2026-07-01", "count": 1250, "source": "bộ đếm"}]


def test_superiors_read_figures_and_children_report(world: World, as_: Any) -> None:
    below = build_world(slug="xa-duoi")
    put_below(portal=below.portal, parent=world.portal)
    with portal_scope(below.portal):
        below.published("lan", photos_by=("hoa",))
    head = as_("head")
    found = head.get(f"/api/v1/below/?{JULY}&order=name").json()
    [row] = found["rows"]
    assert (row["slug"], row["depth"], row["now"]["news"], row["due"], row["reported_at"]) == (
        "xa-duoi",
        1,
        1,
        True,
        None,
    )
    assert (found["total"]["now"], found["awaited"], found["arrived"]) == (row["now"], 1, 0)
    assert head.get(f"/api/v1/below/?{JULY}&order=phone").status_code == 422
    assert as_("observer").get(f"/api/v1/below/?{JULY}").status_code == 200
    assert as_("lan").get(f"/api/v1/below/?{JULY}").status_code == 403
    assert head.get(f"/api/v1/below/docx/?{JULY}").content.startswith(b"PK")
    assert head.get(f"/api/v1/below/pdf/?{JULY}").content.startswith(b"%PDF")
    assert head.get(f"/api/v1/below/xlsx/?{JULY}&order=-news").content.startswith(b"PK")
    assert as_("writer").get(f"/api/v1/below/docx/?{JULY}").status_code == 403


def test_a_report_is_sent_up_once(world: World, as_: Any) -> None:
    put_below(portal=world.portal, parent=open_portal(name="Trang của tỉnh", slug="tinh"))
    head, period = as_("head"), {"period_from": "2026-07-01", "period_until": "2026-08-01"}
    with clock.at(AUGUST):
        sent = head.post("/api/v1/output/report/sent/", period)
        assert (sent.status_code, sent.json()["to"], sent.json()["figures"]["news"]) == (201, "tinh", 0)
        again = head.post("/api/v1/output/report/sent/", period)
        assert (again.status_code, again.json()["code"]) == (409, "report_sent_already")
    assert [row["round"] for row in head.get("/api/v1/output/report/sent/").json()] == [1]
    assert as_("writer").post("/api/v1/output/report/sent/", period).status_code == 403
    backwards = {"period_from": "2026-07-01", "period_until": "2026-07-01"}
    assert head.post("/api/v1/output/report/sent/", backwards).json()["code"] == "period_wrong"


def test_accesses_are_loaded_whole_or_not_at_all(world: World, as_: Any) -> None:
    def send(text: str, name: str = "head", **more: str) -> Any:
        body = {"file": SimpleUploadedFile("luot.csv", text.encode()), "source": "bộ đếm"} | more
        return as_(name).post("/api/v1/output/accesses/sheet/", body, format="multipart")

    wrong = send("Tháng,Lượt truy cập\n06/2026,1250\n13/2026,5\n")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "file")
    assert send("Tháng,Lượt truy cập\n06/2026,1250\n", source=" ").status_code == 422
    assert send("Tháng,Lượt truy cập\n06/2026,1250\n", "lan").json()["code"] == "not_allowed"
    assert as_("head").get("/api/v1/output/accesses/").json() == []
    done = send("Tháng,Lượt truy cập\n06/2026,1250\n07/2026,1.300\n")
    assert (done.status_code, done.json()) == (201, {"months": 2})
    rows = as_("head").get("/api/v1/output/accesses/").json()
    assert [(row["month"], row["count"]) for row in rows] == [("2026-07-01", 1300), ("2026-06-01", 1250)]


def test_accesses_have_a_sheet_to_fill_in(world: World, as_: Any) -> None:
    sheet = as_("head").get("/api/v1/output/accesses/template/")
    assert (sheet.status_code, sheet.content[:2]) == (200, b"PK")
    assert as_("lan").get("/api/v1/output/accesses/template/").status_code == 403
    body = {"file": SimpleUploadedFile("luot.xlsx", sheet.content), "source": "bộ đếm"}
    assert as_("head").post("/api/v1/output/accesses/sheet/", body, format="multipart").json() == {"months": 1}


@pytest.mark.parametrize(
    "path", ["output/", "output/report/", "output/report/docx/", "below/", "below/pdf/", "thanks/"]
)
@pytest.mark.parametrize(
    ("query", "field"),
    [("from=0002-06-01&until=2026-08-01", "from"), ("from=2026-01-01&until=9999-12-31", "until")],
)
def test_years_of_which_no_office_has_figures_are_refused(
    world: World, as_: Any, path: str, query: str, field: str
) -> None:
    answer = as_("head").get(f"/api/v1/{path}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "period_years")
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_journal_of_the_year_one_is_refused(as_: Any) -> None:
    answer = as_("accountant").get("/api/v1/journal/?from=0001-01-01&until=0001-02-01")
    assert (answer.status_code, answer.json()["code"]) == (422, "period_years")
