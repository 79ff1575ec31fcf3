"""Rate schedules over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from contributors.scopes import portal_scope
from payments import rates
from payments.models import RateSchedule
from payments.rate_files import read_schedule_file
from tests.api.conftest import EVERYBODY
from tests.factories.world import World
from tests.payments.royalty.building import RATES

ADDRESS = "/api/v1/rate-schedules/"
NINH_THUAN = (RATES / "schedules" / "ninh-thuan-23-2020.yaml").read_text(encoding="utf-8")
READERS = {"head", "deputy", "rapporteur", "accountant", "holder", "admin"}
WRITERS = {"holder", "admin"}


@pytest.fixture
def by(world: World) -> Any:
    """`by("admin")`: a plain client; docs/openapi.yaml is regenerated elsewhere."""

    def client(name: str) -> APIClient:
        made = APIClient()
        made.default_format = "json"
        made.force_authenticate(world.accounts[name])
        return made

    return client


def post(client: APIClient, address: str, **body: Any) -> Any:
    return client.post(address, body, format="json")


@pytest.fixture
def draft(by: Any) -> dict[str, Any]:
    answer = post(by("admin"), ADDRESS, file=NINH_THUAN)
    assert answer.status_code == 201, answer.content
    return answer.json()  # type: ignore[no-any-return]


def test_schedules_are_read_by_those_who_may_ask_what_if(world: World, by: Any, draft: dict[str, Any]) -> None:
    for address in (
        ADDRESS,
        f"{ADDRESS}{draft['id']}/",
        f"{ADDRESS}{draft['id']}/diff/",
        f"{ADDRESS}{draft['id']}/file/",
    ):
        allowed = {name for name in EVERYBODY if by(name).get(address).status_code == 200}
        assert allowed == READERS, address


def test_schedules_are_written_by_those_of_the_rights_table(world: World, by: Any, draft: dict[str, Any]) -> None:
    attempts = [(ADDRESS, {}), (f"{ADDRESS}{draft['id']}/put-in-force/", {}), (f"{ADDRESS}{draft['id']}/close/", {})]
    for address, body in attempts:
        allowed = {name for name in EVERYBODY if post(by(name), address, **body).status_code != 403}
        assert allowed == WRITERS, address


def test_list_is_newest_first_and_filtered_by_state(world: World, by: Any, draft: dict[str, Any]) -> None:
    rows = by("accountant").get(ADDRESS).json()["results"]
    assert [(row["id"], row["state"]) for row in rows] == [
        (draft["id"], "draft"),
        (str(world.schedule.public_id), "in_force"),
    ]
    assert rows[1] == {
        "id": str(world.schedule.public_id),
        "title": "Biểu minh hoạ năm 2024 (số liệu giả định)",
        "decision_number": "01/QĐ-UBND",
        "decided_on": "2026-06-20",
        "signer": "",
        "state": "in_force",
        "effective_from": "2026-07-01",
        "effective_until": None,
    }
    assert [row["id"] for row in by("accountant").get(f"{ADDRESS}?state=draft").json()["results"]] == [draft["id"]]
    assert by("accountant").get(f"{ADDRESS}?with=1").status_code == 422


def test_list_asks_the_same_for_one_and_thirty(world: World, by: Any) -> None:
    counts = []
    for more in (1, 29):
        with portal_scope(world.portal):
            for _ in range(more):
                rates.draft_schedule(actor=world.actor("admin"), rules=world.schedule.rules)
        client = by("admin")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ADDRESS).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_draft_shows_its_rules_and_its_gaps(draft: dict[str, Any]) -> None:
    assert draft["rules"] == read_schedule_file(NINH_THUAN.encode())
    assert [(gap["code"], gap["subject"]) for gap in draft["gaps"]] == [
        ("genre_only_variants", "news_item"),
        ("genre_only_variants", "photo"),
        ("role_without_rule", "editor"),
        ("role_without_rule", "approver"),
        ("role_without_rule", "publisher"),
    ]


def test_draft_comes_back_as_the_file_that_it_was(by: Any, draft: dict[str, Any]) -> None:
    answer = by("accountant").get(f"{ADDRESS}{draft['id']}/file/")
    assert answer["Content-Type"] == "application/yaml"
    again = post(by("admin"), ADDRESS, file=answer.content.decode())
    assert (again.status_code, again.json()["rules"]) == (201, draft["rules"])


@pytest.mark.parametrize("source", ["shipped", "copy_of"])
def test_draft_of_a_table_or_a_copy_waits_for_our_decision(world: World, by: Any, source: str) -> None:
    given = {"shipped": "bac-giang-570-2013", "copy_of": str(world.schedule.public_id)}[source]
    answer = post(by("admin"), ADDRESS, effective_from="2026-10-01", **{source: given})
    shown = answer.json()
    assert (answer.status_code, shown["effective_from"], shown["decision_number"]) == (201, "2026-10-01", "")
    assert shown["gaps"][0]["code"] == "no_decision"


@pytest.mark.parametrize(
    ("body", "status", "field", "code"),
    [
        ({"file": "a: &x 1"}, 422, "file", "schedule_file_wrong"),
        ({"file": NINH_THUAN.replace("level: 100", "level: -1")}, 422, "file", "schedule_file_wrong"),
        ({}, 422, "file", "choose_one"),
        ({"file": "a: 1", "shipped": "bac-giang-570-2013"}, 422, "file", "choose_one"),
        ({"shipped": "bac-giang-570-2013"}, 422, "effective_from", "needed_here"),
        ({"shipped": "khong-co", "effective_from": "2026-10-01"}, 404, None, "not_found"),
        ({"copy_of": "0198c1c0-0000-7000-8000-000000000000", "effective_from": "2026-10-01"}, 404, None, "not_found"),
        ({"rules": {}}, 422, "rules", "unknown_field"),
    ],
)
def test_draft_that_cannot_be_is_refused(
    world: World, by: Any, body: dict[str, Any], status: int, field: str | None, code: str
) -> None:
    before = RateSchedule.unscoped.count()
    answer = post(by("admin"), ADDRESS, **body)
    problem = answer.json()
    assert (answer.status_code, RateSchedule.unscoped.count()) == (status, before)
    assert [(one["field"], one["code"]) for one in problem["errors"]] == ([(field, code)] if field else [])
    assert field or problem["code"] == code


def test_mistake_of_a_file_names_line_and_column(by: Any) -> None:
    problem = post(by("admin"), ADDRESS, file=NINH_THUAN.replace("level: 100", "level: -1")).json()
    assert "dòng 15, cột 8 (level): -1 nằm ngoài khoảng 0 đến 300" in problem["detail"]


def test_draft_is_put_in_force_once_its_gaps_are_accepted(world: World, by: Any, draft: dict[str, Any]) -> None:
    with portal_scope(world.portal):
        rates.edit_draft(
            actor=world.actor("admin"),
            schedule=RateSchedule.objects.get(public_id=draft["id"]),
            rules=draft["rules"] | {"from": "2026-10-01"},
            seen=draft["fingerprint"],
        )
    address = f"{ADDRESS}{draft['id']}/put-in-force/"
    client = by("holder")
    assert post(client, address, seen=draft["fingerprint"]).json()["code"] == "stale_version"
    seen = client.get(f"{ADDRESS}{draft['id']}/").json()["fingerprint"]
    refused = post(client, address, seen=seen)
    assert (refused.status_code, refused.json()["code"]) == (422, "schedule_has_gaps")
    shown = post(client, address, seen=seen, gaps_reason="Theo tỉnh").json()
    assert (shown["state"], shown["gaps"]) == ("in_force", [])
    before = client.get(f"{ADDRESS}{world.schedule.public_id}/").json()
    assert (before["state"], before["effective_until"]) == ("replaced", "2026-10-01")


def test_schedule_is_closed_once(world: World, by: Any) -> None:
    address = f"{ADDRESS}{world.schedule.public_id}/close/"
    client = by("holder")
    assert post(client, address, until="2026-12-01").status_code == 422
    assert post(client, address, until="2026-12-01", reason="Hết hiệu lực").json()["effective_until"] == "2026-12-01"
    assert post(client, address, until="2027-12-01", reason="Hết hiệu lực").json()["code"] == "schedule_not_open"


def test_difference_speaks_the_callers_language(world: World, by: Any, draft: dict[str, Any]) -> None:
    with portal_scope(world.portal):
        rules = dict(world.schedule.rules) | {"code": "moi", "from": "2026-10-01", "level": 20}
        other = rates.draft_schedule(actor=world.actor("admin"), rules=rules)
    answer = by("head").get(f"{ADDRESS}{other.public_id}/diff/").json()
    assert (answer["compared_with"], answer["title"]) == (str(world.schedule.public_id), world.schedule.title)
    assert answer["changes"][-1] == {
        "part": "rules",
        "name": "Trang này hưởng",
        "before": "100 % của biểu",
        "after": "20 % của biểu",
        "sentence": "Trang này hưởng: 100 % của biểu → 20 % của biểu",
        "aside": False,
    }
    with_draft = by("head").get(f"{ADDRESS}{other.public_id}/diff/?with={draft['id']}").json()
    assert with_draft["compared_with"] == draft["id"]
    assert by("head").get(f"{ADDRESS}{other.public_id}/diff/?with=x").status_code == 422
    assert by("head").get(f"{ADDRESS}{draft['id']}/diff/").json() == {"compared_with": None, "title": "", "changes": []}


def test_schedule_of_another_portal_is_not_there(world: World, elsewhere: World, by: Any) -> None:
    for address in ("", "diff/", "file/"):
        assert by("holder").get(f"{ADDRESS}{elsewhere.schedule.public_id}/{address}").status_code == 404
    assert (
        post(
            by("holder"), f"{ADDRESS}{elsewhere.schedule.public_id}/close/", until="2027-01-01", reason="x"
        ).status_code
        == 404
    )
    body = {"copy_of": str(elsewhere.schedule.public_id), "effective_from": "2026-10-01"}
    assert post(by("holder"), ADDRESS, **body).status_code == 404


def test_draft_is_edited_as_it_was_seen_and_dropped(world: World, by: Any, draft: dict[str, Any]) -> None:
    admin, address = by("admin"), f"{ADDRESS}{draft['id']}/"
    changed = admin.put(address, {"seen": draft["fingerprint"], "rules": draft["rules"] | {"level": 80}})
    shown = changed.json()
    assert (changed.status_code, shown["rules"]["level"]) == (200, 80)
    stale = admin.put(address, {"seen": draft["fingerprint"], "rules": draft["rules"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    from_file = admin.put(address, {"seen": shown["fingerprint"], "file": NINH_THUAN}).json()
    assert (from_file["rules"], from_file["fingerprint"]) == (draft["rules"], draft["fingerprint"])
    assert post(admin, f"{address}discard/", seen=shown["fingerprint"]).json()["code"] == "stale_version"
    assert post(admin, f"{address}discard/", seen=draft["fingerprint"]).status_code == 204
    assert admin.get(address).status_code == 404


def test_what_is_in_force_is_neither_edited_nor_dropped(world: World, by: Any) -> None:
    admin, address = by("admin"), f"{ADDRESS}{world.schedule.public_id}/"
    seen = admin.get(address).json()["fingerprint"]
    edited = admin.put(address, {"seen": seen, "rules": world.schedule.rules})
    assert edited.json()["code"] == post(admin, f"{address}discard/", seen=seen).json()["code"] == "schedule_not_draft"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rules"),
        ({"rules": {}, "file": "a: 1"}, "rules"),
        ({"file": "a: &x 1"}, "file"),
        ({"rules": {"code": "x"}}, None),
        ({"rules": "x"}, "rules"),
    ],
)
def test_edit_that_makes_no_schedule_changes_nothing(
    world: World, by: Any, draft: dict[str, Any], body: dict[str, Any], field: str | None
) -> None:
    address = f"{ADDRESS}{draft['id']}/"
    answer = by("admin").put(address, {"seen": draft["fingerprint"], **body})
    assert answer.status_code == 422, answer.content
    assert field is None or [each["field"] for each in answer.json()["errors"]] == [field]
    assert by("admin").get(address).json()["fingerprint"] == draft["fingerprint"]


def test_drafts_are_edited_by_those_of_the_rights_table(world: World, by: Any, draft: dict[str, Any]) -> None:
    address = f"{ADDRESS}{draft['id']}/"
    assert {name for name in EVERYBODY if by(name).put(address, {}).status_code != 403} == WRITERS
    assert {name for name in EVERYBODY if post(by(name), f"{address}discard/").status_code != 403} == WRITERS
