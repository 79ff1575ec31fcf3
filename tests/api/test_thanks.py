"""Thanks and a person's own file over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from contributors.models import Event
from contributors.scopes import portal_scope
from tests.api.conftest import CheckedClient
from tests.factories.world import World

As = Callable[[str], CheckedClient]
PERIOD = "from=2026-07-01&until=2026-08-01"
PEOPLE = "/api/v1/contributors/"


@pytest.fixture(autouse=True)
def _july(world: World) -> None:
    with portal_scope(world.portal):
        world.published("lan", photos_by=("hoa",))


def test_who_is_thanked_and_for_what_with_the_formula(world: World, as_: As) -> None:
    found = as_("head").get(f"/api/v1/thanks/?{PERIOD}").json()
    assert (found["pieces"], found["months"], found["months_needed"]) == (1, 1, None)
    assert [(person["name"], [reason["kind"] for reason in person["reasons"]]) for person in found["people"]] == [
        ("Lê Hoà", ["first_piece", "coverage"]),
        ("Nguyễn Thị Lan", ["first_piece", "coverage"]),
    ]
    assert [ground["kind"] for ground in found["grounds"]] == ["regularity", "first_piece", "coverage"]
    assert as_("lan").get(f"/api/v1/thanks/?{PERIOD}").status_code == 403
    backwards = as_("head").get("/api/v1/thanks/?from=2026-08-01&until=2026-07-01")
    assert (backwards.status_code, backwards.json()["code"]) == (422, "period_wrong")


def test_own_thanks_name_nobody_else(world: World, as_: As) -> None:
    mine = as_("lan").get(f"/api/v1/thanks/mine/?{PERIOD}").json()
    assert [person["name"] for person in mine["people"]] == ["Nguyễn Thị Lan"]
    assert as_("accountant").get(f"/api/v1/thanks/mine/?{PERIOD}").status_code == 403


def test_papers_of_the_chosen(world: World, as_: As) -> None:
    lan = str(world.people["lan"].public_id)
    body = {"since": "2026-07-01", "until": "2026-08-01", "people": [lan], "dated": "2026-08-03"}
    answer = as_("head").post("/api/v1/thanks/papers/", body)
    assert (answer.status_code, len(PdfReader(BytesIO(answer.content)).pages)) == (200, 2)
    assert (
        len(PdfReader(BytesIO(as_("head").post("/api/v1/thanks/papers/", body | {"papers": ["letter"]}).content)).pages)
        == 1
    )
    nobody = as_("head").post("/api/v1/thanks/papers/", body | {"people": [str(world.people["writer"].public_id)]})
    assert (nobody.status_code, nobody.json()["code"]) == (422, "thanks_nobody")
    assert as_("lan").post("/api/v1/thanks/papers/", body).status_code == 403


def test_wish_is_written_by_oneself_or_who_corrects(world: World, as_: As) -> None:
    address = f"{PEOPLE}{world.people['lan'].public_id}/thanks/"
    assert as_("hoa").post(address, {"wanted": False}).status_code in {403, 404}
    assert as_("lan").post(address, {"wanted": False}).status_code == 200
    found = as_("head").get(f"/api/v1/thanks/?{PERIOD}").json()
    assert [person["name"] for person in found["people"]] == ["Lê Hoà"]
    assert as_("lan").get(f"/api/v1/thanks/mine/?{PERIOD}").json()["people"] == []
    assert as_("head").post(address, {"wanted": True}).status_code == 200
    assert len(as_("head").get(f"/api/v1/thanks/?{PERIOD}").json()["people"]) == 2


def test_own_file_is_taken_by_the_person(world: World, as_: As) -> None:
    address = f"{PEOPLE}{world.people['lan'].public_id}/own-file/"
    paper = as_("lan").post(address, {})
    assert paper["Content-Type"] == "application/pdf"
    assert "Nguyễn Thị Lan" in PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    book = as_("lan").post(address, {"form": "xlsx"})
    assert "Tin, bài" in CalamineWorkbook.from_filelike(BytesIO(book.content)).sheet_names
    assert as_("head").post(address, {}).status_code == 403
    with portal_scope(world.portal):
        assert Event.objects.filter(kind="person.data_taken").count() == 2
