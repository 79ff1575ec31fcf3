"""One person over HTTP: registered for them, their states, correction, consents, data, erasing; training; the log."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from contributors.consents import current_consents
from contributors.models import Contributor, Event
from contributors.scopes import portal_scope
from tests.api.conftest import CheckedClient
from tests.factories.world import World

As = Callable[[str], CheckedClient]
PEOPLE = "/api/v1/contributors/"


def newcomer(**fields: Any) -> dict[str, Any]:
    consents = [{"purpose": text.purpose, "version": text.version} for text in current_consents() if text.required]
    return {"client_key": str(uuid.uuid4()), "full_name": "Trần Thị Mới", "consents": consents} | fields


def test_a_person_registered_for_them_goes_through_every_state(world: World, as_: As) -> None:
    body = newcomer(unit=str(world.unit.public_id), phone="0912 345 678", birth_year=1970)
    made = as_("focal_person").post(PEOPLE, body)
    assert (made.status_code, made.json()["state"]) == (201, "applied")
    assert made.json()["registered_by"] == "Cao Văn Mối"
    again = as_("focal_person").post(PEOPLE, body)
    assert again.json()["id"] == made.json()["id"]
    address = f"{PEOPLE}{made.json()['id']}/"
    decide = {"version": 1, "accept": True}
    assert as_("head").post(f"/api/v1/applications/{made.json()['id']}/decide/", decide).status_code == 200
    for who, step, version, reason, state in (
        ("head", "suspend", 2, "Đi xa", "suspended"),
        ("head", "resume", 3, "Đã về", "active"),
        ("head", "leave", 4, "Chuyển đi", "left"),
        ("deputy", "resume", 5, "Trở lại", "active"),
    ):
        answer = as_(who).post(f"{address}{step}/", {"version": version, "reason": reason})
        assert (answer.status_code, answer.json()["state"], answer.json()["version"]) == (200, state, version + 1)
    stale = as_("head").post(f"{address}suspend/", {"version": 2, "reason": "Muộn"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert as_("head").post(f"{address}suspend/", {"version": 6}).json()["code"] == "reason_missing"
    assert as_("writer").post(f"{address}suspend/", {"version": 6, "reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["lan", "hoa", "accountant", "observer"])
def test_only_the_network_registers_others(world: World, as_: As, name: str) -> None:
    assert as_(name).post(PEOPLE, newcomer()).status_code == 403
    with portal_scope(world.portal):
        assert Contributor.objects.filter(full_name="Trần Thị Mới").count() == 0


def test_oneself_corrects_consents_takes_data_and_leaves(world: World, as_: As) -> None:
    lan, mine = as_("lan"), f"{PEOPLE}{world.people['lan'].public_id}/"
    assert lan.get(mine).json()["full_name"] == "Nguyễn Thị Lan"
    assert lan.get(f"{PEOPLE}{world.people['hoa'].public_id}/").status_code == 403
    corrected = lan.post(f"{mine}correct/", {"version": 1, "birth_year": 1980, "pen_names": ["Lan Ấp Mẫu"]})
    assert (corrected.json()["birth_year"], corrected.json()["pen_names"]) == (1980, ["Lan Ấp Mẫu"])
    refused = lan.post(f"{mine}correct/", {"version": 2, "birth_year": 2031})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "birth_year")
    before = {row["purpose"]: row for row in lan.get(f"{mine}consents/").json()}
    body = {"purpose": "publication", "version": before["publication"]["version"]}
    given = {row["purpose"]: row["given"] for row in lan.post(f"{mine}consents/give/", body).json()}
    back = {
        row["purpose"]: row["given"] for row in lan.post(f"{mine}consents/withdraw/", {"purpose": "publication"}).json()
    }
    assert (given["publication"], back["publication"]) == (True, False)
    taken = lan.post(f"{mine}take-data/", {})
    assert "du-lieu.json" in zipfile.ZipFile(io.BytesIO(taken.getvalue())).namelist()
    assert lan.post(f"{mine}erase/", {"version": 2, "confirmation": "Nguyễn Thị Lan"}).status_code == 409
    assert lan.post(f"{mine}leave/", {"version": 2}).json()["state"] == "left"


def test_an_administrator_erases_who_has_left(world: World, as_: As) -> None:
    address = f"{PEOPLE}{world.people['hoa'].public_id}/"
    assert as_("head").post(f"{address}leave/", {"version": 1, "reason": "Chuyển đi"}).status_code == 200
    plan = as_("admin").get(f"{address}erasure/").json()
    assert (plan["blocked"], "contact_details" in plan["erased"]) == (None, True)
    assert as_("head").get(f"{address}erasure/").status_code == 403
    done = as_("admin").post(f"{address}erase/", {"version": 2, "confirmation": "Lê Hoà"})
    assert (done.status_code, "contact_details" in done.json()["erased"]) == (200, True)
    with portal_scope(world.portal):
        assert Contributor.objects.get(pk=world.people["hoa"].pk).full_name != "Lê Hoà"


def test_training_from_plan_to_attendance(world: World, as_: As) -> None:
    head, sessions = as_("head"), "/api/v1/training-sessions/"
    made = head.post(sessions, {"title": "Buổi giới thiệu", "held_on": "2026-08-02", "place": "Nhà văn hoá"})
    assert made.status_code == 201
    address = f"{sessions}{made.json()['id']}/"
    corrected = head.post(f"{address}correct/", {"version": 1, "place": "Trụ sở ấp"})
    assert (corrected.json()["place"], corrected.json()["version"]) == ("Trụ sở ấp", 2)
    needed = head.get(f"{sessions}needed/").json()
    came = head.post(f"{address}attendance/", {"came": [str(world.people["lan"].public_id)]}).json()
    assert (came["came"], came["by_unit"][0]["came"]) == (1, 1)
    assert head.get(f"{sessions}needed/").json()[0]["needing"] == needed[0]["needing"] - 1
    assert [row["came"] for row in head.get(f"{sessions}?since=2026-08-01&until=2026-09-01").json()["results"]] == [1]
    assert head.get(f"{sessions}?since=2026-09-01").json()["results"] == []
    assert as_("lan").get(sessions).status_code == 403
    cancelled = head.post(f"{address}cancel/", {"version": came["version"], "reason": "Mưa"}).json()
    assert cancelled["cancelled_at"] is not None
    assert head.get(f"{sessions}needed/").json() == needed


def test_the_log_is_paged_and_hides_people_from_an_observer(world: World, as_: As) -> None:
    with portal_scope(world.portal):
        many = Event.objects.filter(kind__startswith="contributor.").count()
    seen: list[dict[str, Any]] = []
    address = "/api/v1/events/?kind=contributor&page_size=3"
    while address:
        page = as_("head").get(address).json()
        seen, address = [*seen, *page["results"]], page["next"]
    assert len(seen) == many
    assert "Nguyễn Thị Lan" in {row["subject"] for row in seen}
    watched = as_("observer").get("/api/v1/events/").json()["results"]
    assert {(row["by"] or "", str(row["values"])) for row in watched} == {("", "{}")}
    assert as_("lan").get("/api/v1/events/").status_code == 403
    assert as_("head").get("/api/v1/events/?kind=A-1").status_code == 422
