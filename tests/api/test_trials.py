"""Trying a schedule on one's own list over HTTP: lines, totals, differences; whole or not at all; nothing is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.v1 import trials
from contributors.models import Event
from contributors.scopes import portal_scope
from contributors.spreadsheets import MOST_BYTES
from payments import rates
from payments.law import FOLDER
from payments.models import RateSchedule
from tests.api.conftest import EVERYBODY
from tests.factories.world import World
from tests.payments.sheets import csv_of

TRIAL = "/api/v1/what-if/trial/"
READERS = {"head", "deputy", "rapporteur", "accountant", "holder", "admin"}
HEAD = ("Họ và tên", "Thể loại", "Tên tác phẩm", "Ngày đăng", "Hệ số", "Thành tiền")
LAN = ("Nguyễn Thị Lan", "Tin", "Dọn đường", "03/07/2026", "1,5", "379.500")
HOA = ("Lê Hoà", "Bài phản ánh", "Vụ lúa", "", "3", "700.000")
SUM = ("Tổng cộng", "", "", "", "", "1.079.500")


def tried(client: Any, *rows: tuple[str, ...], content: bytes | None = None, **fields: Any) -> Any:
    file = SimpleUploadedFile("danh-sach.csv", csv_of(HEAD, *rows) if content is None else content)
    asked = {"file": file, "schedule": "shipped:bac-giang-570-2013"} | fields
    sent = {name: value for name, value in asked.items() if value is not None}
    return client.post(TRIAL, sent, format="multipart")


def yaml_file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("quy-dinh.yaml", content)


def test_list_is_tried_and_nothing_is_stored(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        before = RateSchedule.objects.count(), Event.objects.count()
    answer = tried(as_("rapporteur"), LAN, HOA, SUM, on="2026-07-10")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["total"], found["left_off"], found["problems"], found["remarks"]) == (1_138_500, 0, [], [])
    grounds = found["lines"][0].pop("grounds")
    assert found["lines"][0] == {
        "row": 2,
        "person": "Nguyễn Thị Lan",
        "role": "tác giả",
        "title": "Dọn đường",
        "genre": "Tin",
        "day": "2026-07-03",
        "amount": 379_500,
        "stated": 379_500,
        "explanation": "1,5 × 253.000 đ = 379.500 đ; làm tròn đến đồng",
    }
    assert set(grounds[0]) == {"rule", "legal_basis", "doubt"}
    assert found["people"] == [
        {"person": "Nguyễn Thị Lan", "lines": 1, "amount": 379_500},
        {"person": "Lê Hoà", "lines": 1, "amount": 759_000},
    ]
    assert [(each["row"], each["name"], each["stated"], each["found"]) for each in found["differences"]] == [
        (3, "Thành tiền", 700_000, 759_000),
        (4, "Tổng cộng", 1_079_500, 1_138_500),
    ]
    assert found["differences"][0]["sentence"] == "Dòng 3: bảng ghi 700.000 đ, tính lại là 759.000 đ."
    with portal_scope(world.portal):
        assert (RateSchedule.objects.count(), Event.objects.count()) == before


def test_every_kind_of_schedule_is_tried_as_if_always_in_force(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        rules = dict(world.schedule.rules) | {"code": "moi", "from": "2030-01-01", "level": 50}
        draft = rates.draft_schedule(actor=world.actor("admin"), rules=rules)
    file = (FOLDER / "schedules" / "bac-giang-570-2013.yaml").read_bytes()
    accountant, past = as_("accountant"), (*LAN[:3], "03/07/2025", *LAN[4:])

    def total(row: tuple[str, ...] = LAN, **fields: Any) -> int | None:
        answer: int | None = tried(accountant, row, **fields).json()["total"]
        return answer

    assert total(schedule=str(draft.public_id)) == 189_750
    assert total(schedule="current") == total(past, schedule="current") + 1.5 * (253_000 - 234_000) == 379_500
    assert total(schedule=None, schedule_file=yaml_file(file)) == 379_500


def test_wrong_lists_and_schedules_are_named(world: World, elsewhere: World, as_: Any, monkeypatch: Any) -> None:
    client = as_("accountant")
    found = tried(client, LAN, ("Lan", "Thơ", "Dọn đường", "03/07/2026", "x", "")).json()
    assert (found["lines"], found["people"], found["total"]) == ([], [], None)
    assert [(each["row"], each["column"]) for each in found["problems"]] == [(3, "Thể loại"), (3, "Hệ số")]
    for fields, status, field in (
        ({"schedule": "shipped:none"}, 404, "schedule"),
        ({"schedule": "none"}, 404, "schedule"),
        ({"schedule": str(elsewhere.schedule.public_id)}, 404, "schedule"),
        ({"schedule": None}, 422, "schedule"),
        ({"schedule_file": yaml_file(b"a: 1")}, 422, "schedule"),
        ({"schedule": None, "schedule_file": yaml_file(b"a: &x 1")}, 422, "schedule_file"),
        ({"schedule": None, "schedule_file": yaml_file(b"#" * 2**21)}, 422, "schedule_file"),
        ({"content": b"\x00\x01"}, 422, "file"),
        ({"content": b"a" * (MOST_BYTES + 1)}, 422, "file"),
        ({"on": "10/07/2026"}, 422, "on"),
        ({"keep": "true"}, 422, "keep"),
    ):
        answer = tried(client, LAN, **fields)
        assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (status, [field]), fields


def test_lines_are_bounded_and_the_rest_is_asked_for(as_: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(trials, "MOST_LINES", 2)
    rows = [("Lan", "Tin", f"Tin {number}", "03/07/2026", "1", "") for number in range(5)]
    seen: list[int] = []
    left, after = 1, 0
    while left:
        found = tried(as_("head"), *rows, after_row=after).json()
        assert (found["total"], found["people"][0]["lines"]) == (5 * 253_000, 5)
        seen += [line["row"] for line in found["lines"]]
        left, after = found["left_off"], seen[-1]
    assert seen == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_try(as_: Any, name: str) -> None:
    assert tried(as_(name), LAN).status_code == (200 if name in READERS else 403)


def test_questions_do_not_grow_with_lines(as_: Any) -> None:
    client, counts = as_("accountant"), []
    for size in (1, 40):
        with CaptureQueriesContext(connection) as asked:
            assert tried(client, *[LAN] * size, schedule="current").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
