"""Papers over HTTP: the shelf, files, proof, drafts, account numbers on record, the archive, the year of tax."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from contributors.scopes import portal_scope
from payments import issuing, runs
from payments.models import Paper, Run
from tests.factories.world import World

ALL = 9  # kinds about the whole run


@pytest.fixture
def computed(world: World, work_jobs: Any) -> Run:
    with portal_scope(world.portal):
        world.published("lan", photos_by=("hoa",))
        run = runs.freeze_run(actor=world.actor("accountant"), run=world.run(), seen_version=1)
        runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        work_jobs()
        return world.fresh(run)


@pytest.fixture
def issued(world: World, computed: Run, work_jobs: Any) -> Run:
    with portal_scope(world.portal):
        run = runs.confirm_run(actor=world.actor("head"), run=computed, seen_version=computed.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        run = issuing.issue_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        work_jobs()
        return world.fresh(run)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_shelf_of_a_computed_run_offers_drafts(computed: Run, as_: Any) -> None:
    address = f"/api/v1/runs/{computed.public_id}/"
    rows = as_("head").get(f"{address}papers/").json()
    assert len(rows) == ALL
    assert {(row["number"], row["file"]) for row in rows} == {("", None)}
    private = {"withholding", "notices", "dossier", "beneficiaries"}
    assert {row["kind"] for row in rows if not row["previewed"]} == private
    assert all(row["previewed"] for row in as_("accountant").get(f"{address}papers/").json())
    assert as_("head").get(f"{address}preview/?kind=withholding").status_code == 403
    answer = as_("head").get(f"{address}preview/?kind=summary")
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert as_("head").get(f"{address}preview/?kind=nothing").status_code == 404
    assert as_("lan").get(f"{address}papers/").status_code == 403
    assert as_("accountant").get(f"{address}decision/").content[:2] == b"PK"
    checked = as_("accountant").get(f"{address}preflight/").json()
    assert checked["transfer_sum"] + checked["cash_sum"] == checked["net"]
    assert as_("accountant").get(f"{address}archive/file/").json()["code"] == "papers_not_complete"


def test_files_are_taken_and_proven(world: World, issued: Run, as_: Any) -> None:
    client = as_("accountant")
    rows = client.get(f"/api/v1/runs/{issued.public_id}/papers/").json()
    assert len(rows) == ALL
    for row in rows:
        address = f"/api/v1/papers/{row['file']['id']}/"
        proven = client.post(f"{address}again/", {}).json()
        assert (proven["same"], proven["sha256"]) == (True, row["file"]["sha256"])
        answer = client.get(f"{address}file/")
        if row["with_accounts"]:
            assert answer.json()["code"] == "paper_not_kept"
        else:
            assert hashlib.sha256(body(answer)).hexdigest() == row["file"]["sha256"]
    named = client.get("/api/v1/statements/?q=nguyen thi lan").json()["results"]
    assert [row["contributor"]["name"] for row in named] == ["Nguyễn Thị Lan"]
    private = next(row for row in rows if row["kind"] == "withholding")["file"]["id"]
    assert as_("head").get(f"/api/v1/papers/{private}/file/").status_code == 404


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_accounts_are_shown_to_the_books_alone(issued: Run, as_: Any, form: str) -> None:
    address = f"/api/v1/runs/{issued.public_id}/beneficiaries/"
    assert as_("holder").post(address, {"form": form}).status_code == 200
    for name in ("head", "lan", "admin", "observer"):
        assert as_(name).post(address, {"form": form}).status_code == 403


def test_archive_and_workbooks(issued: Run, as_: Any, work_jobs: Any, world: World) -> None:
    client, address = as_("accountant"), f"/api/v1/runs/{issued.public_id}/"
    assert client.get(f"{address}archive/").json()["small"] is True
    assert body(client.get(f"{address}archive/file/"))[:2] == b"PK"
    assert client.post(f"{address}archive/", {}).status_code == 202
    with portal_scope(world.portal):
        work_jobs()
    state = client.get(f"{address}archive/").json()
    assert state["done"] == state["total"] > 0
    assert state["built_at"]
    for kind in ("payment_list", "summary", "withholding"):
        assert client.get(f"{address}workbook/?kind={kind}").content[:2] == b"PK"
    assert client.get(f"{address}workbook/?kind=beneficiaries").status_code == 404
    assert as_("head").get(f"{address}workbook/?kind=withholding").status_code == 403
    assert as_("head").get(f"{address}archive/").status_code == 403


def test_budget_code_and_rules(issued: Run, as_: Any) -> None:
    address = f"/api/v1/runs/{issued.public_id}/budget-code/"
    assert as_("accountant").put(address, {"budget_code": "1234567"}).json()["budget_code"] == "1234567"
    assert as_("accountant").put(address, {"budget_code": "<b>"}).json()["code"] == "budget_code_wrong"
    assert as_("head").put(address, {"budget_code": "1"}).status_code == 403
    assert as_("holder").get("/api/v1/internal-rules/").content[:2] == b"PK"


def test_year_of_tax(world: World, issued: Run, as_: Any) -> None:
    client, year = as_("accountant"), issued.payment_date.year
    people = client.get(f"/api/v1/withholding/?year={year}").json()
    with portal_scope(world.portal):
        assert sum(one["net"] for one in people) == issued.net
        assert Paper.objects.count() > ALL
    assert body(client.get(f"/api/v1/withholding/pdf/?year={year}"))[:5] == b"%PDF-"
    assert client.get("/api/v1/withholding/?year=x").status_code == 422
    assert client.get("/api/v1/withholding/?year=2019").json()["code"] == "withholding_year_empty"
    assert client.post("/api/v1/withholding/certificates/", {"year": year}).status_code == 200
    assert as_("holder").post("/api/v1/withholding/certificates/", {"year": year}).status_code == 403
    assert as_("head").get(f"/api/v1/withholding/?year={year}").status_code == 403
