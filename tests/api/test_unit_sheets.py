"""Units from a spreadsheet over HTTP: verdicts first, all rows or none, for head and admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors.models import Event, Unit
from contributors.scopes import portal_scope
from contributors.spreadsheets import MOST_BYTES, write_table
from contributors.unit_sheets import COLUMNS
from tests.api.conftest import EVERYBODY, CheckedClient
from tests.factories.world import World

SHEETS = "/api/v1/unit-sheets/"
As = Callable[[str], CheckedClient]


def upload(client: CheckedClient, *rows: list[str], content: bytes | None = None) -> Any:
    made = content if content is not None else write_table([names[0] for names in COLUMNS.values()], rows, "Đơn vị")
    return client.post(SHEETS, {"file": SimpleUploadedFile("don-vi.xlsx", made)}, format="multipart")


def names_of(world: World) -> set[str]:
    with portal_scope(world.portal):
        return set(Unit.objects.values_list("name", flat=True))


def test_sheet_from_check_to_done(world: World, as_: As) -> None:
    head, before = as_("head"), names_of(world)
    made = upload(head, ["Xã Cũ", "", "", "01/07/2025", "12/NQ"], ["Ấp 1", "", "Xã Cũ", "", ""], ["Ấp Mẫu", "ấp"])
    assert (made.status_code, made.json()["counts"]) == (201, {"new": 2, "there": 1, "wrong": 0})
    address = f"{SHEETS}{made.json()['id']}/"
    assert (head.get(address).json(), names_of(world)) == (made.json(), before)
    first = head.get(f"{address}rows/?page_size=2").json()
    second = head.get(first["next"]).json()
    assert first["results"] == [
        {
            "number": 2,
            "name": "Xã Cũ",
            "kind": "commune",
            "parent": "",
            "opened": "2025-07-01",
            "legal_basis": "12/NQ",
            "verdict": "new",
            "problems": [],
        },
        {
            "number": 3,
            "name": "Ấp 1",
            "kind": "hamlet",
            "parent": "Xã Cũ",
            "opened": None,
            "legal_basis": "",
            "verdict": "new",
            "problems": [],
        },
    ]
    assert [(row["number"], row["verdict"]) for row in second["results"]] == [(4, "there")]
    assert second["next"] is None
    done = head.post(f"{address}confirm/").json()
    assert (done["state"], done["written"], done["counts"]) == ("done", 2, None)
    assert names_of(world) == before | {"Xã Cũ", "Ấp 1"}
    for answer in (head.post(f"{address}confirm/"), head.post(f"{address}discard/"), head.get(f"{address}rows/")):
        assert (answer.status_code, answer.json()["code"]) == (409, "sheet_answered")
    assert head.get(address).json() == done
    with portal_scope(world.portal):
        assert list(Event.objects.filter(kind__startswith="units_sheet").order_by("pk").values_list("kind")) == [
            ("units_sheet.checked",),
            ("units_sheet.done",),
        ]


def test_wrong_row_refuses_the_sheet_and_it_is_discarded(world: World, as_: As) -> None:
    admin, before = as_("admin"), names_of(world)
    made = upload(admin, ["Ấp Hai", "ấp"], ["Cái Gì Đó"], ["Ấp Ba", "ấp", "Xã Không Có", "31/02/2026"]).json()
    assert (made["rows"], made["wrong_rows"], made["counts"]) == (3, 2, {"new": 1, "there": 0, "wrong": 2})
    address = f"{SHEETS}{made['id']}/"
    wrong = admin.get(f"{address}rows/?verdict=wrong").json()["results"]
    assert [(row["number"], row["problems"]) for row in wrong] == [(3, ["kind"]), (4, ["parent", "opened"])]
    refused = admin.post(f"{address}confirm/")
    assert (refused.status_code, refused.json()["code"]) == (409, "sheet_has_wrong_rows")
    assert admin.post(f"{address}discard/").json()["state"] == "discarded"
    assert [row["state"] for row in admin.get(SHEETS).json()["results"]] == ["discarded"]
    assert names_of(world) == before
    for query in ("verdict=xyz", "verdikt=wrong"):
        assert admin.get(f"{address}rows/?{query}").status_code == 422


def test_file_that_is_no_sheet_of_units(as_: As) -> None:
    head = as_("head")
    for content, code in (
        (b"%PDF-1.7", "not_a_spreadsheet"),
        (bytes(MOST_BYTES + 1), "spreadsheet_too_large"),
        (write_table(["Loại"], [["ấp"]], "x"), "headings_missing"),
    ):
        answer = upload(head, content=content)
        assert (answer.status_code, answer.json()["errors"][0]["field"], answer.json()["code"]) == (422, "file", code)
    assert upload(head).json()["code"] == "sheet_empty"
    missing = head.post(SHEETS, {}, format="multipart")
    assert [(each["field"], each["code"]) for each in missing.json()["errors"]] == [("file", "required")]
    assert head.get(SHEETS).json()["results"] == []


def test_sheets_are_for_who_writes_units_and_for_one_portal(world: World, elsewhere: World, as_: As) -> None:
    made = upload(as_("head"), ["Ấp Hai", "ấp"]).json()
    address = f"{SHEETS}{made['id']}/"
    for name in EVERYBODY:
        client = as_(name)
        expected = {200} if name in {"head", "admin"} else {403}
        assert {client.get(SHEETS).status_code, client.get(address).status_code} == expected, name
        if expected == {403}:
            refused = [upload(client, ["Ấp Ba", "ấp"]), client.get(f"{address}rows/")]
            refused += [client.post(f"{address}{step}/") for step in ("confirm", "discard")]
            assert {answer.json()["code"] for answer in refused} == {"not_allowed"}, name
    stranger = CheckedClient()
    stranger.force_authenticate(elsewhere.accounts["head"])
    for answer in (stranger.get(address), stranger.get(f"{address}rows/"), stranger.post(f"{address}confirm/")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "Ấp Hai" not in names_of(world)
    people = "/api/v1/contributor-imports/"
    file = {"file": SimpleUploadedFile("nguoi.csv", "Họ và tên\nTrần Thị Mới\n".encode())}
    other = as_("head").post(people, file, format="multipart").json()
    assert as_("head").get(f"{SHEETS}{other['id']}/").status_code == 404


@pytest.mark.parametrize("part", ["", "rows/"])
def test_questions_do_not_grow_with_sheets_or_rows(as_: As, part: str) -> None:
    head, counts = as_("head"), []
    for size in (2, 20):
        for _ in range(size if not part else 1):
            made = upload(head, *(["Ấp Số " + str(number), "ấp"] for number in range(size))).json()
        with CaptureQueriesContext(connection) as asked:
            answer = head.get(f"{SHEETS}{made['id']}/{part}" if part else SHEETS)
        assert len(answer.json()["results"]) >= size
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
