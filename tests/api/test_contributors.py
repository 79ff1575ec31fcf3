"""People over HTTP: who sees whom, filters and cursors, duplicates, merging and undoing, imports."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from rest_framework.test import APIClient

from contributors import registration
from contributors.models import Contributor, Event, Merge
from contributors.people_sheet import COLUMNS
from contributors.scopes import portal_scope
from contributors.spreadsheets import write_table
from tests.api.conftest import EVERYBODY, SEATS

PEOPLE = "/api/v1/contributors/"
IMPORTS = "/api/v1/contributor-imports/"
HEADINGS = [names[0] for names in COLUMNS.values()]
SEERS = {*SEATS, "admin", "focal_person"}


@pytest.fixture
def as_(world):
    """A plain client: the document of the API is written again after these addresses are in."""

    def client(name: str) -> APIClient:
        made = APIClient()
        made.default_format = "json"
        made.force_authenticate(world.accounts[name])
        return made

    return client


def recorded(world, name="Nguyễn Thị Lan", **fields):
    with portal_scope(world.portal):
        return registration.record_person(actor=world.actor("head"), full_name=name, **fields)


def code(answer):
    return answer.status_code, answer.json()["code"]


def wrong_fields(answer):
    assert answer.status_code == 422, answer.content
    return [(problem["field"], problem["code"]) for problem in answer.json()["errors"]]


def upload(client, *rows, content=None, name="nguoi.xlsx"):
    padded = [[*row, *[""] * (len(HEADINGS) - len(row))] for row in rows]
    body = content if content is not None else write_table(HEADINGS, padded, "Người")
    return client.post(IMPORTS, {"file": SimpleUploadedFile(name, body)}, format="multipart")


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_sees_the_directory(world, as_, name):
    other = world.people["hoa" if name != "hoa" else "lan"]
    addresses = (PEOPLE, f"{PEOPLE}{other.public_id}/", f"{PEOPLE}units/", f"{PEOPLE}duplicates/")
    expected = 200 if name in SEERS else 403
    assert [as_(name).get(address).status_code for address in addresses] == [expected] * 4


def test_rows_in_vietnamese_order_with_what_they_say(world, as_):
    answer = as_("head").get(PEOPLE).json()
    assert answer["next"] is None
    names = [row["full_name"] for row in answer["results"]]
    assert names == sorted(names, key=lambda name: (name.split()[-1] != "Biên", names.index(name)))
    (row,) = (row for row in answer["results"] if row["full_name"] == "Nguyễn Thị Lan")
    lan = world.people["lan"]
    assert (row["id"], row["phone"], row["state"]) == (str(lan.public_id), lan.phone, "active")
    assert row["unit"] == {"id": str(world.unit.public_id), "name": "Ấp Mẫu"}
    masked = as_("writer").get(f"{PEOPLE}{lan.public_id}/").json()["phone"]
    assert masked == f"•••• {lan.phone[-3:]}"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=nguyen lan", ["Nguyễn Thị Lan"]),
        ("q=lan&state=active,left", ["Nguyễn Thị Lan"]),
        ("state=left", []),
        ("unit=none&q=lan", []),
        ("category=staff", []),
        ("silent_weeks=4&q=lan", ["Nguyễn Thị Lan"]),
        ("active_since=2020-01-01", []),
        ("missing_payee=true&q=lan", []),
        ("needs_introduction=true&q=lan", ["Nguyễn Thị Lan"]),
        ("needs_introduction=false&q=lan", ["Nguyễn Thị Lan"]),
    ],
)
def test_filters(world, as_, query, found):
    answer = as_("head").get(f"{PEOPLE}?{query}")
    assert [row["full_name"] for row in answer.json()["results"]] == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=xyz", "state"),
        ("unit=xyz", "unit"),
        ("category=xyz", "category"),
        ("silent_weeks=0", "silent_weeks"),
        ("silent_weeks=x", "silent_weeks"),
        ("active_since=1/2/2026", "active_since"),
        ("missing_payee=yes", "missing_payee"),
        ("page_size=0", "page_size"),
        ("cursor=xyz", "cursor"),
        ("nmae=lan", "nmae"),
        ("q=a&q=b", "q"),
    ],
)
def test_a_filter_that_cannot_be_read_is_an_error(world, as_, query, field):
    assert [name for name, _ in wrong_fields(as_("head").get(f"{PEOPLE}?{query}"))] == [field]


def test_a_unit_of_another_portal_is_not_found(world, elsewhere, as_):
    assert code(as_("head").get(f"{PEOPLE}?unit={elsewhere.unit.public_id}")) == (404, "not_found")
    person = elsewhere.people["lan"].public_id
    assert code(as_("head").get(f"{PEOPLE}{person}/")) == (404, "not_found")


def test_cursor_goes_through_all_without_gap(world, as_):
    for _ in range(7):
        recorded(world, "Trần Văn Tám")
    client, seen, address = as_("head"), [], f"{PEOPLE}?page_size=4"
    while address:
        answer = client.get(address).json()
        seen += [row["id"] for row in answer["results"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == 15


def test_a_person_with_history(world, as_):
    lan = world.people["lan"]
    answer = as_("head").get(f"{PEOPLE}{lan.public_id}/")
    detail = answer.json()
    assert answer["ETag"].startswith(f'"{lan.version}.')
    assert (detail["receipt_number"], detail["has_account"]) == (lan.receipt_number, True)
    assert [stay["unit"]["name"] for stay in detail["units"]] == ["Ấp Mẫu"]
    seats = as_("head").get(f"{PEOPLE}{world.people['deputy'].public_id}/").json()["seats"]
    assert [seat["seat"] for seat in seats] == ["deputy"]


def test_counts_by_unit(world, as_):
    (unit,) = as_("head").get(f"{PEOPLE}units/").json()
    assert (unit["unit"]["name"], unit["people"], unit["kind"]) == ("Ấp Mẫu", 8, "hamlet")


def test_export_is_a_post_and_on_record(world, as_):
    answer = as_("head").post(f"{PEOPLE}export/?q=lan")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["Nguyễn Thị Lan"]
    assert Event.unscoped.filter(kind="directory.exported").count() == 1
    assert code(as_("writer").post(f"{PEOPLE}export/")) == (403, "not_allowed")
    assert wrong_fields(as_("head").post(f"{PEOPLE}export/?nmae=lan")) == [("nmae", "unknown_parameter")]


def test_duplicates_merge_and_undo(world, as_):
    lan, again = world.people["lan"], recorded(world, unit=world.unit)
    head = as_("head")
    (pair,) = head.get(f"{PEOPLE}duplicates/").json()
    assert (pair["first"]["id"], pair["second"]["id"], pair["reason"]) == (
        str(lan.public_id),
        str(again.public_id),
        "name_and_unit",
    )
    made = head.post(f"{PEOPLE}{lan.public_id}/merge/", {"merged": str(again.public_id), "reason": "Một người"})
    assert made.status_code == 201, made.content
    assert made.json()["survivor"] == {"id": str(lan.public_id), "name": "Nguyễn Thị Lan"}
    assert code(head.get(f"{PEOPLE}{again.public_id}/")) == (404, "not_found")
    assert [merge["id"] for merge in head.get(f"{PEOPLE}{lan.public_id}/").json()["merges"]] == [made.json()["id"]]
    assert [merge["undone_at"] for merge in head.get("/api/v1/merges/").json()["results"]] == [None]
    undone = head.post(f"/api/v1/merges/{made.json()['id']}/undo/")
    assert (undone.status_code, undone.json()["undone_at"] is not None) == (200, True)
    assert code(head.post(f"/api/v1/merges/{made.json()['id']}/undo/")) == (409, "merge_undone")


def test_dismissed_pairs_are_gone(world, as_):
    lan, again = world.people["lan"], recorded(world, unit=world.unit)
    body = {"one": str(lan.public_id), "other": str(again.public_id)}
    assert code(as_("writer").post(f"{PEOPLE}duplicates/dismiss/", body)) == (403, "not_allowed")
    assert as_("head").post(f"{PEOPLE}duplicates/dismiss/", body).status_code == 204
    assert as_("head").get(f"{PEOPLE}duplicates/").json() == []


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_merge(world, as_, name):
    lan, again = world.people["hoa"], recorded(world)
    answer = as_(name).post(f"{PEOPLE}{lan.public_id}/merge/", {"merged": str(again.public_id)})
    assert answer.status_code == (201 if name in {"head", "admin"} else 403)
    assert Merge.unscoped.count() == (1 if name in {"head", "admin"} else 0)


def test_a_person_of_another_portal_is_never_merged(world, elsewhere, as_):
    lan, foreign = world.people["lan"], elsewhere.people["lan"]
    answer = as_("head").post(f"{PEOPLE}{lan.public_id}/merge/", {"merged": str(foreign.public_id)})
    assert wrong_fields(answer) == [("merged", "does_not_exist")]
    answer = as_("head").post(f"{PEOPLE}{lan.public_id}/merge/", {"merged": str(lan.public_id)})
    assert code(answer) == (422, "merge_itself")


def test_an_import_from_check_to_done(world, as_, work_jobs):
    head = as_("head")
    made = upload(head, ["Trần Thị Mới", "912345678", "Ấp Mẫu"], ["Nguyễn Thị Lan", "", "Ấp Mẫu"])
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["rows"], body["to_write"], body["counts"]["likely"], body["state"]) == (2, 2, 1, "checked")
    address = f"{IMPORTS}{body['id']}/"
    rows = head.get(f"{address}rows/").json()["results"]
    assert [(row["number"], row["verdict"], row["choice"]) for row in rows] == [(2, "ok", ""), (3, "likely", "create")]
    assert rows[1]["alike"]["id"] == str(world.people["lan"].public_id)
    assert len(rows[0]["hints"]) == 1
    chosen = head.put(f"{address}choices/", {"choices": [{"number": 3, "choice": "same"}]})
    assert (chosen.status_code, chosen.json()["to_write"]) == (200, 1)
    assert code(head.post(f"{address}confirm/", {"seen": body["seen"]})) == (409, "import_changed")
    confirmed = head.post(f"{address}confirm/", {"seen": chosen.json()["seen"]})
    assert (confirmed.status_code, confirmed.json()["state"], confirmed.json()["seen"]) == (202, "confirmed", None)
    work_jobs()
    done = head.get(address).json()
    assert (done["state"], done["written"], done["failed"]) == ("done", 1, False)
    assert Contributor.unscoped.filter(full_name="Trần Thị Mới").count() == 1
    assert code(head.get(f"{address}rows/")) == (409, "import_ended")


def test_rows_are_paged_and_narrowed_by_verdict(world, as_):
    head = as_("head")
    made = upload(head, *([f"Trần Văn {nth}", "1" if nth % 2 else ""] for nth in range(9))).json()
    address = f"{IMPORTS}{made['id']}/"
    first = head.get(f"{address}rows/?verdict=wrong&page_size=3").json()
    second = head.get(first["next"]).json()
    assert [row["number"] for row in first["results"] + second["results"]] == [3, 5, 7, 9]
    assert first["results"][0]["problems"][0]["code"] == "phone_malformed"
    assert second["next"] is None
    assert wrong_fields(head.get(f"{address}rows/?verdict=xyz")) == [("verdict", "invalid_choice")]
    assert code(head.post(f"{address}confirm/", {"seen": made["seen"]})) == (422, "import_has_errors")
    assert head.post(f"{address}discard/").json()["state"] == "discarded"
    assert [row["state"] for row in head.get(IMPORTS).json()["results"]] == ["discarded"]


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"%PDF-1.7", "not_a_spreadsheet"), (b"", "not_a_spreadsheet"), (b"PK\x03\x04x", "not_a_spreadsheet")],
)
def test_a_file_that_is_no_spreadsheet(world, as_, content, error):
    assert code(upload(as_("head"), content=content)) == (422, error)
    assert wrong_fields(as_("head").post(IMPORTS, {}, format="multipart")) == [("file", "required")]


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_import(world, as_, name):
    expected = 201 if name in {"head", "deputy", "admin"} else 403
    assert upload(as_(name), ["Trần Thị Mới"]).status_code == expected
    assert as_(name).get(IMPORTS).status_code == (200 if expected == 201 else 403)


def test_an_import_of_another_portal_is_not_found(world, elsewhere, as_):
    made = upload(as_("head"), ["Trần Thị Mới"]).json()
    stranger = APIClient()
    stranger.force_authenticate(elsewhere.accounts["head"])
    assert code(stranger.get(f"{IMPORTS}{made['id']}/")) == (404, "not_found")


def test_a_focal_person_sees_their_units_alone(world, as_, monkeypatch):
    outside = recorded(world, "Trần Văn Ngoài")
    from api import portal_view

    real = portal_view.actor_for

    def focal(*args, **kwargs):
        return replace(real(*args, **kwargs), focal_units=frozenset({world.unit.pk}))

    monkeypatch.setattr(portal_view, "actor_for", focal)
    client = as_("focal_person")
    names = [row["full_name"] for row in client.get(PEOPLE).json()["results"]]
    assert len(names) == 8
    assert "Trần Văn Ngoài" not in names
    assert code(client.get(f"{PEOPLE}{outside.public_id}/")) == (404, "not_found")


@pytest.mark.parametrize(
    "address", [f"{PEOPLE}?silent_weeks=8&missing_payee=true", f"{PEOPLE}units/", f"{PEOPLE}duplicates/"]
)
def test_questions_do_not_grow_with_rows(world, as_, address):
    client, counts = as_("head"), []
    for size in (2, 28):
        for _ in range(size):
            recorded(world, "Trần Văn Tám", unit=world.unit)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
