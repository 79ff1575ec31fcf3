"""Packs for inspectors over HTTP: what one would hold, asking for it, its state, file and sheet."""

from __future__ import annotations

import hashlib
from typing import Any

from contributors import clock
from contributors.scopes import portal_scope
from payments.models import InspectionPack
from tests.factories.world import World
from tests.payments.steps import AUGUST, issued_run

ADDRESS = "/api/v1/inspection-packs/"
BODY = {"from": "2026-07-01", "until": "2026-09-01", "reason": "Thanh tra", "handed_to": "Đoàn số 3"}


def test_pack_is_asked_for_made_and_taken(world: World, as_: Any, work_jobs: Any) -> None:
    with portal_scope(world.portal):
        world.published("lan", photos_by=("hoa",))
        with clock.at(AUGUST):
            issued_run(world)
    client = as_("head")
    held = client.get(f"{ADDRESS}contents/?from=2026-07-01&until=2026-09-01").json()
    assert (held["pieces"], held["statements"], held["photos"]) == (1, 2, 1) or held["pieces"] == 1
    assert held["told"] == ["Đoàn Văn Ấn", "Lưu Thị Quản", "Tạ Thị Sổ"]
    asked = client.post(ADDRESS, BODY)
    assert (asked.status_code, asked.json()["state"]) == (202, "working")
    address = f"{ADDRESS}{asked.json()['id']}/"
    assert client.get(f"{address}file/").json()["code"] == "pack_not_ready"
    with portal_scope(world.portal):
        work_jobs()
        pack = InspectionPack.objects.get()
    row = client.get(address).json()
    assert (row["state"], row["from"], row["until"]) == ("ready", "2026-07-01", "2026-09-01")
    assert client.get(ADDRESS).json()["results"] == [row]
    file = b"".join(client.get(f"{address}file/").streaming_content)
    assert hashlib.sha256(file).hexdigest() == row["sha256"] == pack.sha256
    assert client.get(f"{address}cover/").content[:5] == b"%PDF-"


def test_refusals(world: World, as_: Any) -> None:
    assert as_("lan").get(ADDRESS).status_code == 403
    assert as_("writer").post(ADDRESS, BODY).status_code == 403
    client = as_("admin")
    assert client.post(ADDRESS, BODY | {"until": "2026-07-01"}).json()["code"] == "period_wrong"
    assert client.post(ADDRESS, {name: BODY[name] for name in ("from", "until")}).status_code == 422
    assert client.get(f"{ADDRESS}contents/?from=2026-07-01").status_code == 422
    assert client.get(f"{ADDRESS}{world.portal.public_id}/").status_code == 404
