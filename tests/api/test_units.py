"""Units, seats and grants through HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from contributors import portals
from contributors.models import Grant, Seat, Unit
from contributors.scopes import portal_scope
from tests.api.conftest import EVERYBODY
from tests.factories.world import OPENED, World, new_phone

BASIS = "12/NQ-HĐND"


@pytest.fixture
def call(world: World) -> Any:
    """`call("head", "post", "units/", {…})`; answers of new addresses are in no document yet."""

    def asked(name: str, method: str, path: str, body: Any = None) -> Any:
        client = APIClient()
        client.force_authenticate(world.accounts[name])
        return getattr(client, method)(f"/api/v1/{path}", body, **({"format": "json"} if method == "post" else {}))

    return asked


def opened(world: World, name: str, parent: Unit | None = None) -> Unit:
    with portal_scope(world.portal):
        return portals.open_unit(actor=world.actor("head"), kind="hamlet", name=name, opened=OPENED, parent=parent)


def test_unit_from_opening_to_closing(world: World, call: Any) -> None:
    made = call("head", "post", "units/", {"kind": "hamlet", "name": "Ấp Hai", "opened": "2026-02-01"})
    assert made.status_code == 201, made.content
    rename = {"name": "Ấp Hai Mới", "on": "2026-07-01", "legal_basis": BASIS, "seen_name": "Ấp Hai"}
    renamed = call("head", "post", f"units/{made.json()['id']}/rename/", rename).json()
    assert (renamed["name"], renamed["opened"], renamed["legal_basis"]) == ("Ấp Hai Mới", "2026-07-01", BASIS)
    assert [(past["name"], past["kind"], past["on"]) for past in renamed["past"]] == [
        ("Ấp Hai", "renamed", "2026-07-01")
    ]
    old = call("lan", "get", f"units/{made.json()['id']}/").json()
    assert (old["closed"], old["heir"]) == ("2026-07-01", renamed["id"])
    body = {
        "units": [renamed["id"], str(world.unit.public_id)],
        "name": "Ấp Chung",
        "on": "2026-08-01",
        "legal_basis": BASIS,
    }
    merged = call("head", "post", "units/merge/", body).json()
    assert {past["name"] for past in merged["past"]} == {"Ấp Hai", "Ấp Hai Mới", "Ấp Mẫu"}
    corrected = call("head", "post", f"units/{merged['id']}/correct/", {"name": "Ấp  Chung Nhau"}).json()
    assert corrected["name"] == "Ấp Chung Nhau"
    part = opened(world, "Tổ 1")
    moved = call("admin", "post", f"units/{part.public_id}/move/", {"parent": merged["id"]}).json()
    assert moved["parent"] == merged["id"]
    closed = call("head", "post", f"units/{part.public_id}/close/", {"on": "2026-08-02", "legal_basis": BASIS}).json()
    assert closed["closed"] == "2026-08-02"


def test_list_of_a_day(world: World, call: Any) -> None:
    second = opened(world, "Ấp Hai")
    call("head", "post", f"units/{second.public_id}/close/", {"on": "2026-06-01", "legal_basis": BASIS})

    def names(query: str) -> list[str]:
        return [row["name"] for row in call("lan", "get", f"units/{query}").json()]

    assert names("") == ["Ấp Hai", "Ấp Mẫu"]
    assert names("?open_on=2026-05-31") == ["Ấp Hai", "Ấp Mẫu"]
    assert names("?open_on=2026-06-01") == ["Ấp Mẫu"]
    assert names("?open_on=2026-01-01") == []
    assert names("?kind=school") == []
    for wrong in ("?open_on=1/2/2026", "?kind=village", "?opened=2026-01-01"):
        assert call("lan", "get", f"units/{wrong}").status_code == 422, wrong


def test_wrong_bodies_are_named(world: World, call: Any) -> None:
    address = f"units/{world.unit.public_id}/rename/"
    wrong = call("head", "post", address, {"name": "Ấp Mới", "on": "2020-01-01", "legal_basis": BASIS})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "date_before_opening")
    stale = {"name": "Ấp Mới", "on": "2026-07-01", "legal_basis": BASIS, "seen_name": "Ấp Khác"}
    assert call("head", "post", address, stale).json()["code"] == "stale_version"
    taken = call("head", "post", "units/", {"kind": "hamlet", "name": "Ấp Mẫu", "opened": "2026-07-01"})
    assert (taken.status_code, taken.json()["code"]) == (409, "unit_name_taken")
    assert call("head", "post", "units/", {"kind": "hamlet", "name": "X", "open": "2026-07-01"}).status_code == 422


def test_unit_verbs_are_for_head_and_admin(world: World, call: Any) -> None:
    body = {"name": "Ấp Mới", "on": "2026-07-01", "legal_basis": BASIS, "seen_name": "Không Phải"}
    codes = {
        name: call(name, "post", f"units/{world.unit.public_id}/rename/", body).json()["code"] for name in EVERYBODY
    }
    assert {name for name, code in codes.items() if code == "stale_version"} == {"head", "admin"}
    assert set(codes.values()) == {"stale_version", "not_allowed"}


def test_unit_of_another_portal_is_not_found(world: World, elsewhere: World, call: Any) -> None:
    there = elsewhere.unit.public_id
    assert call("head", "get", f"units/{there}/").status_code == 404
    assert call("head", "post", f"units/{there}/close/", {"on": "2026-07-01", "legal_basis": BASIS}).status_code == 404
    body = {"units": [str(world.unit.public_id), str(there)], "name": "X", "on": "2026-07-01", "legal_basis": BASIS}
    assert call("head", "post", "units/merge/", body).status_code == 422


def test_seats(world: World, call: Any) -> None:
    body = {
        "contributor": str(world.people["lan"].public_id),
        "seat": "editor",
        "effective_from": "2026-02-01",
        "decision_number": "08/QĐ",
    }
    made = call("head", "post", "seats/", body)
    assert made.status_code == 201, made.content
    assert made.json()["contributor"]["name"] == "Nguyễn Thị Lan"
    ended = call("admin", "post", f"seats/{made.json()['id']}/end/", {"on": "2026-03-01", "decision_number": "09/QĐ"})
    assert ended.status_code == 204
    held = call("deputy", "get", "seats/?seat=editor&on=2026-02-28").json()["results"]
    assert [row["effective_until"] for row in held] == ["2026-03-01", None]
    assert len(call("deputy", "get", "seats/?seat=editor&on=2026-03-01").json()["results"]) == 1
    assert call("lan", "get", "seats/").status_code == 403
    assert call("deputy", "post", "seats/", body).status_code == 403
    assert (
        call("head", "post", f"seats/{uuid.uuid4()}/end/", {"on": "2026-03-01", "decision_number": "9"}).status_code
        == 404
    )


def test_grants(world: World, call: Any) -> None:
    body = {
        "phone": new_phone(),
        "full_name": "Tạ Thị Kế",
        "capability": "accountant",
        "effective_from": "2026-02-01",
        "decision_number": "07/QĐ",
    }
    made = call("head", "post", "grants/", body).json()
    assert (made["state"], made["granted_by"], made["confirmed_by"]) == ("waiting", "Võ Văn Trưởng", None)
    assert call("head", "post", f"grants/{made['id']}/confirm/", {}).json()["code"] == "grant_same_person"
    confirmed = call("admin", "post", f"grants/{made['id']}/confirm/", {}).json()
    assert (confirmed["state"], confirmed["confirmed_by"]) == ("confirmed", "Lưu Thị Quản")
    second = call("head", "post", "grants/", body | {"phone": new_phone()}).json()
    waiting = call("admin", "get", "grants/?state=waiting").json()["results"]
    assert [row["id"] for row in waiting] == [second["id"]]
    declined = call("admin", "post", f"grants/{second['id']}/decline/", {"reason": "Chưa có quyết định"}).json()
    assert declined["state"] == "declined"
    ended = call("admin", "post", f"grants/{made['id']}/end/", {"on": "2026-07-01", "decision_number": "10/QĐ"}).json()
    assert ended["effective_until"] == "2026-07-01"
    assert call("deputy", "get", "grants/").status_code == 403
    assert call("deputy", "post", f"grants/{made['id']}/confirm/", {}).status_code == 403


def test_foreign_seats_and_grants_are_not_found(world: World, elsewhere: World, call: Any) -> None:
    seat = Seat.unscoped.filter(portal=elsewhere.portal).first()
    grant = Grant.unscoped.filter(portal=elsewhere.portal).first()
    end = {"on": "2026-07-01", "decision_number": "9"}
    assert call("head", "post", f"seats/{seat.public_id}/end/", end).status_code == 404
    assert call("head", "post", f"grants/{grant.public_id}/end/", end).status_code == 404
    assert call("head", "post", f"grants/{grant.public_id}/confirm/", {}).status_code == 404


def test_lists_take_as_many_queries_for_many_as_for_few(
    world: World, call: Any, django_assert_max_num_queries: Any
) -> None:
    def count(path: str) -> int:
        with django_assert_max_num_queries(20) as seen:
            assert call("head", "get", path).status_code == 200
        return len(seen)

    few = {path: count(path) for path in ("units/", "seats/", "grants/")}
    for nth in range(30):
        opened(world, f"Ấp số {nth}", world.unit)
        with portal_scope(world.portal):
            Seat.objects.create(
                portal=world.portal,
                contributor=world.people["lan"],
                seat="editor",
                effective_from=f"2025-01-{nth + 1:02d}",
                effective_until=f"2025-01-{nth + 2:02d}",
                decision_number="1",
            )
            Grant.objects.create(
                portal=world.portal,
                account=world.accounts["lan"],
                capability="focal_person",
                unit=world.unit,
                effective_from="2026-01-01",
                decision_number="1",
            )
    assert {path: count(path) for path in few} == few
