"""Statements through HTTP: who sees which, and who gets the paper."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors.scopes import portal_scope
from payments import issuing, runs
from payments.models import Paper, Run, Statement
from tests.api.conftest import EVERYBODY, CheckedClient
from tests.factories.world import World


@pytest.fixture
def approved(world: World, work_jobs: Callable[[], int]) -> Run:
    """July, approved and not issued yet: Lan, Hoà, the head (approving) and the publisher."""
    with portal_scope(world.portal):
        world.published("lan", title="Đường mới", coefficient="1.5")
        world.published("hoa", title="Mùa gặt", coefficient="1", when="2026-07-20T08:00")
        run = runs.freeze_run(actor=world.actor("accountant"), run=world.run(), seen_version=1)
        runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        work_jobs()
        run = world.fresh(run)
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        return runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)


@pytest.fixture
def issued(world: World, approved: Run) -> Run:
    """Numbered; no worker has rendered anything yet."""
    with portal_scope(world.portal):
        return issuing.issue_run(actor=world.actor("accountant"), run=approved, seen_version=approved.version)


def listed(client: Any, query: str = "") -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/statements/{query}")
    assert response.status_code == 200, response.content
    return response.json()["results"]  # type: ignore[no-any-return]


def statement_of(world: World, name: str) -> Statement:
    with portal_scope(world.portal):
        return Statement.objects.get(contributor=world.people[name])


def test_statements_are_ones_own_or_all_for_the_money(world: World, issued: Run, as_: Any) -> None:
    counts = {name: len(listed(as_(name))) for name in EVERYBODY}
    assert counts == dict.fromkeys(EVERYBODY, 0) | {
        "accountant": 4,
        "holder": 4,
        "lan": 1,
        "hoa": 1,
        "head": 1,
        "publisher": 1,
    }
    [mine] = listed(as_("lan"))
    assert (mine["contributor"]["name"], mine["gross"], mine["tax"], mine["net"]) == (
        "Nguyễn Thị Lan",
        379_500,
        0,
        379_500,
    )
    assert (mine["year"], mine["state"]) == (2026, "issued")


def test_statement_before_issue_is_hidden_from_its_person(world: World, approved: Run, as_: Any) -> None:
    assert listed(as_("lan")) == []
    assert [row["number"] for row in listed(as_("accountant"))] == [None] * 4
    address = f"/api/v1/statements/{statement_of(world, 'lan').public_id}/"
    assert as_("lan").get(address).status_code == 404
    assert as_("accountant").get(address).status_code == 200


def test_statements_narrowed(world: World, issued: Run, as_: Any) -> None:
    person = world.people["hoa"].public_id
    assert [row["contributor"]["name"] for row in listed(as_("accountant"), f"?contributor={person}")] == ["Lê Hoà"]
    assert len(listed(as_("accountant"), f"?run={issued.public_id}")) == 4
    assert listed(as_("lan"), f"?contributor={person}") == []


def test_statement_shows_every_line_with_its_reason(world: World, issued: Run, as_: Any) -> None:
    answer = as_("lan").get(f"/api/v1/statements/{statement_of(world, 'lan').public_id}/").json()
    assert [(line["title"], line["amount"]) for line in answer["lines"]] == [("Đường mới", 379_500)]
    assert answer["lines"][0]["explanation"].startswith("1,5 × 253.000 đ = 379.500 đ")
    assert answer["paper_ready"] is False
    assert sum(line["amount"] for line in answer["lines"]) == answer["line_total"]


def test_statement_of_another_person_is_404_in_every_form(world: World, issued: Run, as_: Any) -> None:
    address = f"/api/v1/statements/{statement_of(world, 'hoa').public_id}/"
    for name in set(EVERYBODY) - {"hoa", "accountant", "holder"}:
        assert [as_(name).get(address + part).status_code for part in ("", "pdf/")] == [404, 404], name


def test_statement_of_another_portal_is_404(world: World, elsewhere: World, issued: Run, as_: Any) -> None:
    client = CheckedClient()
    client.force_authenticate(elsewhere.accounts["accountant"])
    assert client.get(f"/api/v1/statements/{statement_of(world, 'lan').public_id}/").status_code == 404
    assert listed(client) == []


def test_paper_that_is_not_rendered_yet_is_404_by_name(world: World, issued: Run, as_: Any) -> None:
    response = as_("lan").get(f"/api/v1/statements/{statement_of(world, 'lan').public_id}/pdf/")
    assert (response.status_code, response.json()["code"]) == (404, "paper_not_ready")


@pytest.mark.parametrize(
    ("name", "accept"), [("lan", "application/pdf"), ("lan", "*/*"), ("accountant", "*/*"), ("holder", "*/*")]
)
@pytest.mark.usefixtures("issued")
def test_paper_is_an_attachment_that_nobody_else_keeps(
    world: World, as_: Any, work_jobs: Any, name: str, accept: str
) -> None:
    work_jobs()
    statement = statement_of(world, "lan")
    address = f"/api/v1/statements/{statement.public_id}/pdf/"
    response = as_(name).get(address, HTTP_ACCEPT=accept)
    content = b"".join(response.streaming_content)
    with portal_scope(world.portal):
        paper = Paper.objects.get(statement=statement)
    assert hashlib.sha256(content).hexdigest() == paper.sha256
    assert content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (f'attachment; filename="phieu-thanh-toan-{statement.number}-2026.pdf"')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"
    again = as_(name).get(address, HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_paper_asked_for_as_pdf_still_refuses_in_json(world: World, issued: Run, as_: Any) -> None:
    response = as_("hoa").get(
        f"/api/v1/statements/{statement_of(world, 'lan').public_id}/pdf/", HTTP_ACCEPT="application/pdf"
    )
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_list_costs_the_same_queries_for_one_and_for_four(world: World, issued: Run, as_: Any) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_("accountant").get(address).status_code == 200
        return len(queries)

    one = count("/api/v1/statements/?page_size=1")
    assert (one, count("/api/v1/statements/?page_size=4")) == (3, 3)  # portals, actor, rows
