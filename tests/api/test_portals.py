"""Portals over HTTP."""

from __future__ import annotations

from typing import Any

from contributors.models import Event
from contributors.scopes import portal_scope
from tests.factories.world import World

API = "/api/v1"


def test_one_sees_the_portals_that_one_belongs_to_and_no_other(world: World, elsewhere: World, as_: Any) -> None:
    mine = {"slug": "xa-mau", "name": world.portal.name}
    assert as_("lan").get(f"{API}/portals/").json() == [mine]
    found = as_("lan").get(f"{API}/portal/").json()
    assert mine.items() <= found.items()
    assert (found["mode"], found["letterhead"]["issuing_body"]) == ("paying", "Uỷ ban nhân dân xã Mẫu")
    assert as_("lan").get(f"{API}/portal/", HTTP_X_PORTAL="xa-khac").status_code == 404


def test_an_administrator_sets_it_up_and_nobody_else(world: World, as_: Any) -> None:
    admin = as_("admin")
    asked = {
        "name": ("put", {"name": "Trang xã Mẫu", "time_zone": "Asia/Ho_Chi_Minh"}),
        "letterhead": (
            "post",
            {"effective_from": "2026-08-03", "issuing_body": "UBND xã Mẫu", "place": "Mẫu", "grounds": ["Căn cứ"]},
        ),
        "mode": ("post", {"mode": "trial", "effective_from": "2026-09-01"}),
    }
    for step, (method, body) in asked.items():
        for name in ("head", "lan", "accountant"):
            assert getattr(as_(name), method)(f"{API}/portal/{step}/", body).json()["code"] == "not_allowed", (
                step,
                name,
            )
        assert getattr(admin, method)(f"{API}/portal/{step}/", body).status_code in {200, 201}, step
    found = admin.get(f"{API}/portal/").json()
    assert (found["name"], found["letterhead"]["grounds"], found["mode"]) == ("Trang xã Mẫu", ["Căn cứ"], "paying")
    with portal_scope(world.portal):
        kinds = set(Event.objects.order_by("-pk").values_list("kind", flat=True)[:3])
    assert kinds == {"portal.named", "letterhead.set", "payment_mode.set"}


def test_rules_of_the_portal_are_told_by_the_same_codes_as_on_its_pages(world: World, as_: Any) -> None:
    admin = as_("admin")

    def code(method: str, step: str, **body: Any) -> str:
        return str(getattr(admin, method)(f"{API}/portal/{step}/", body).json()["code"])

    assert code("post", "mode", mode="paying", effective_from="2026-09-01") == "decision_missing"
    assert code("post", "mode", mode="unpaid", effective_from="2026-01-01") == "day_past"
    assert code("put", "name", name="Trang", time_zone="Mars/Olympus") == "time_zone_unknown"
    assert code("put", "place", commune_code="00000") == "place_unknown"
