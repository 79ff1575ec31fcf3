"""A period's run through HTTP: from opening to closing, with workers, checks and figures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from api.v1.runs.allowed import allowed_actions
from contributors import clock, genres, newsroom, seats
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.models import Job, JobState
from contributors.scopes import portal_scope
from payments import checking, issuing, payouts, runs
from payments.approvals import approve_piece
from payments.models import DraftLine, Run
from tests.api.conftest import EVERYBODY
from tests.factories.world import OPENED, World, at

JULY = {
    "label": "Tháng 7 năm 2026",
    "period_from": "2026-07-01",
    "period_until": "2026-08-01",
    "payment_date": "2026-08-05",
}


@pytest.fixture
def july(world: World, as_: Any) -> dict[str, Any]:
    """An open run over three pieces: two by Lan, one by Hoà."""
    with portal_scope(world.portal):
        world.published("lan", title="Đường mới", coefficient="1.5")
        world.published("lan", title="Cầu mới", coefficient="2", when="2026-07-12T08:00")
        world.published("hoa", title="Mùa gặt", coefficient="1", when="2026-07-20T08:00")
    body = JULY | {"fund": str(world.fund.public_id)}
    response = as_("accountant").post("/api/v1/runs/", body)
    assert response.status_code == 201, response.content
    return response.json()  # type: ignore[no-any-return]


@pytest.fixture
def press(as_: Any) -> Callable[..., Any]:
    """`press("accountant", run, "freeze")` takes one step with the version that `run` shows."""

    def pressed(name: str, run: dict[str, Any], action: str, **body: Any) -> Any:
        return as_(name).post(f"/api/v1/runs/{run['id']}/{action}/", {"version": run["version"], **body})

    return pressed


@pytest.fixture
def computed(july: dict[str, Any], press: Any, as_: Any, work_jobs: Any) -> dict[str, Any]:
    run = press("accountant", july, "freeze").json()
    assert press("accountant", run, "compute").status_code == 202
    work_jobs()
    return as_("accountant").get(f"/api/v1/runs/{july['id']}/").json()  # type: ignore[no-any-return]


@pytest.fixture
def issued(computed: dict[str, Any], press: Any, as_: Any, work_jobs: Any) -> dict[str, Any]:
    run = press("head", computed, "confirm").json()
    run = press("holder", run, "approve").json()
    assert press("accountant", run, "issue").status_code == 202
    work_jobs()
    return as_("accountant").get(f"/api/v1/runs/{computed['id']}/").json()  # type: ignore[no-any-return]


def test_run_from_opening_to_closing(world: World, july: dict[str, Any], press: Any, as_: Any, work_jobs: Any) -> None:
    assert (july["state"], july["version"], july["allowed_actions"]) == ("open", 1, ["freeze", "cancel"])

    frozen = press("accountant", july, "freeze").json()
    assert (frozen["state"], frozen["summary"]["pieces"], len(frozen["fingerprint"])) == ("frozen", 3, 64)

    work_jobs()  # what the sending of the pieces promised
    promised = press("accountant", frozen, "compute")
    assert promised.status_code == 202
    assert promised["Location"] == promised.json()["progress_address"]
    following = promised["Location"].removeprefix("http://testserver")
    assert as_("accountant").get(following).json() == {
        "state": "frozen",
        "label": "đang tính nhuận bút",
        "done": 0,
        "total": 3,
        "working": True,
        "failed_jobs": 0,
        "paused_jobs": 0,
    }
    assert work_jobs() == 1
    computed = as_("head").get(f"/api/v1/runs/{july['id']}/").json()
    assert (computed["state"], computed["progress"]["working"]) == ("computed", False)
    # 3 × (author, approver 20.000, publisher 10.000); unit 253.000: 379.500 + 506.000 + 253.000
    assert computed["summary"]["lines"] == 9
    assert computed["summary"]["gross"] == 1_138_500 + 60_000 + 30_000
    assert computed["allowed_actions"] == ["confirm", "reopen"]

    confirmed = press("head", computed, "confirm").json()
    approved = press("holder", confirmed, "approve").json()
    assert (approved["state"], approved["gross"], approved["net"]) == ("approved", 1_228_500, 1_228_500)

    answer = press("accountant", approved, "issue")
    assert (answer.status_code, answer.json()["state"]) == (202, "issued")
    assert answer.json()["progress"]["done"] == 0
    work_jobs()
    progress = as_("accountant").get(f"/api/v1/runs/{july['id']}/progress/").json()
    assert (progress["done"], progress["total"], progress["working"]) == (13, 13, False)

    still = press("accountant", answer.json(), "close")
    assert (still.status_code, still.json()["code"]) == (409, "payouts_open")
    assert press("accountant", answer.json(), "pay").json() == {"payouts": 4, "amount": 1_228_500}
    assert press("accountant", answer.json(), "pay").json() == {"payouts": 0, "amount": 0}
    paid = as_("accountant").post(f"/api/v1/runs/{july['id']}/confirm-payouts/", {})
    assert paid.json() == {"payouts": 4}
    closed = press("accountant", answer.json(), "close").json()
    assert (closed["state"], closed["allowed_actions"]) == ("closed", [])


def test_lines_say_why_in_the_language_asked_for(computed: dict[str, Any], as_: Any) -> None:
    address = f"/api/v1/runs/{computed['id']}/lines/"
    rows = as_("head").get(address).json()["results"]
    mine = sorted(
        (row["title"], row["amount"], row["explanation"]) for row in rows if row["contributor"]["name"] == "Lê Hoà"
    )
    assert [(title, amount) for title, amount, _ in mine] == [("Mùa gặt", 253_000)]
    assert mine[0][2].startswith("1 × 253.000 đ = 253.000 đ")
    english = as_("head").get(address, HTTP_ACCEPT_LANGUAGE="en").json()["results"]
    assert [row["amount"] for row in english] == [row["amount"] for row in rows]
    approving = {row["explanation"] for row in rows if row["role"] == "approver"}
    assert approving != {row["explanation"] for row in english if row["role"] == "approver"}


def test_lines_by_pages_are_each_line_once(computed: dict[str, Any], as_: Any) -> None:
    keys, following = [], f"/api/v1/runs/{computed['id']}/lines/?page_size=2"
    while following:
        page = as_("accountant").get(following).json()
        keys += [row["subject_key"] for row in page["results"]]
        following = page["next"]
    assert (len(keys), keys) == (9, sorted(set(keys)))


def test_exclusions_name_the_piece_and_the_reason(
    world: World, july: dict[str, Any], press: Any, as_: Any, work_jobs: Any
) -> None:
    with portal_scope(world.portal):
        world.genres["poem"] = genres.offer_genre(
            actor=system_actor(world.portal), code="poem", name="Thơ", counts_as="piece"
        )
        poem = world.published("lan", genre="poem", title="Quê mình", coefficient=None)
    run = press("accountant", july, "freeze").json()
    press("accountant", run, "compute")
    work_jobs()
    address = f"/api/v1/runs/{run['id']}/exclusions/"
    [row] = as_("accountant").get(address).json()["results"]
    assert (row["piece"], row["bucket"]) == ({"id": str(poem.public_id), "name": "Quê mình"}, "outside_rules")
    [english] = as_("accountant").get(address, HTTP_ACCEPT_LANGUAGE="en").json()["results"]
    assert (row["reason"], len({row["explanation"], english["explanation"]})) == (english["reason"], 2)
    summary = as_("accountant").get(f"/api/v1/runs/{run['id']}/").json()["summary"]
    assert (summary["excluded"], summary["pieces"]) == ({"outside_rules": 1}, 4)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"period_until": "2026-07-01"}, "period_wrong", "period_until"),
        ({"payment_date": "2026-07-31"}, "payment_date_wrong", "payment_date"),
        ({"period_from": "2026-05-01", "period_until": "2026-06-01"}, "not_paying", "period_from"),
        ({"label": "   "}, "invalid", "label"),
        ({"period_from": "1/7/2026"}, "invalid", "period_from"),
        ({"gross": 1}, "invalid", "gross"),
    ],
)
def test_run_that_cannot_be_opened_is_422(world: World, as_: Any, body: dict[str, Any], code: str, field: str) -> None:
    response = as_("accountant").post("/api/v1/runs/", JULY | body)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert [one["field"] for one in response.json()["errors"]] == [field]


def test_run_over_days_of_another_is_409(july: dict[str, Any], as_: Any) -> None:
    response = as_("accountant").post("/api/v1/runs/", JULY)
    assert (response.status_code, response.json()["code"]) == (409, "period_overlaps")


def test_fund_of_another_portal_does_not_exist_here(world: World, elsewhere: World, as_: Any) -> None:
    response = as_("accountant").post("/api/v1/runs/", JULY | {"fund": str(elsewhere.fund.public_id)})
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [("fund", "does_not_exist")]


def test_wrong_step_is_409(july: dict[str, Any], press: Any) -> None:
    response = press("head", july, "confirm")
    assert (response.status_code, response.json()["code"]) == (409, "run_wrong_state")


def test_stale_version_is_409(july: dict[str, Any], press: Any) -> None:
    assert press("accountant", july, "freeze").status_code == 200
    response = press("accountant", july, "compute")
    assert (response.status_code, response.json()["code"]) == (409, "stale_version")


def test_computing_twice_is_409(july: dict[str, Any], press: Any) -> None:
    frozen = press("accountant", july, "freeze").json()
    assert press("accountant", frozen, "compute").json()["allowed_actions"] == ["cancel"]
    response = press("accountant", frozen, "compute")
    assert (response.status_code, response.json()["code"]) == (409, "still_computing")


def test_who_computed_neither_confirms_nor_approves(
    world: World, july: dict[str, Any], press: Any, as_: Any, work_jobs: Any
) -> None:
    with portal_scope(world.portal):
        for capability in ("accountant", "account_holder"):
            seats.propose_grant(
                actor=system_actor(world.portal),
                account=world.accounts["head"],
                capability=capability,
                effective_from=OPENED,
                decision_number="07/QĐ",
            )
    frozen = press("head", july, "freeze").json()
    press("head", frozen, "compute")
    work_jobs()
    run = as_("head").get(f"/api/v1/runs/{july['id']}/").json()
    assert run["allowed_actions"] == ["compute", "start-review", "reopen", "cancel"]
    response = press("head", run, "confirm")
    assert (response.status_code, response.json()["code"]) == (403, "maker_is_checker")


def test_cancel_needs_a_reason(july: dict[str, Any], press: Any) -> None:
    response = press("accountant", july, "cancel")
    assert (response.status_code, response.json()["code"]) == (422, "reason_missing")
    assert press("accountant", july, "cancel", reason="Mở nhầm tháng").json()["state"] == "cancelled"


def test_reopen_throws_the_computation_away(computed: dict[str, Any], press: Any) -> None:
    reopened = press("head", computed, "reopen").json()
    assert (reopened["state"], reopened["summary"]["lines"], reopened["fingerprint"]) == ("open", 0, "")


def test_runs_are_hidden_from_who_may_not_see_them(july: dict[str, Any], as_: Any) -> None:
    addresses = ["/api/v1/runs/", *(f"/api/v1/runs/{july['id']}/{part}" for part in ("", "lines/", "progress/"))]
    seen = {name for name in EVERYBODY if as_(name).get(addresses[0]).status_code == 200}
    assert seen == {"accountant", "holder", "head", "deputy"}
    for name in set(EVERYBODY) - seen:
        assert [as_(name).get(address).status_code for address in addresses] == [403] * 4
        assert as_(name).post(f"/api/v1/runs/{july['id']}/freeze/", {"version": 1}).status_code == 403


def test_run_of_another_portal_is_404(elsewhere: World, july: dict[str, Any], as_: Any) -> None:
    with portal_scope(elsewhere.portal):
        foreign = elsewhere.run()
    assert as_("accountant").get(f"/api/v1/runs/{foreign.public_id}/").status_code == 404
    assert [row["id"] for row in as_("accountant").get("/api/v1/runs/").json()["results"]] == [july["id"]]


def test_list_by_state(july: dict[str, Any], as_: Any) -> None:
    assert [row["id"] for row in as_("head").get("/api/v1/runs/?state=open").json()["results"]] == [july["id"]]
    assert as_("head").get("/api/v1/runs/?state=issued").json()["results"] == []
    assert as_("head").get("/api/v1/runs/?state=la").status_code == 422


def count(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_list_and_lines_cost_the_same_queries_for_one_and_for_thirty(
    world: World, computed: dict[str, Any], as_: Any
) -> None:
    client = as_("accountant")
    lines = f"/api/v1/runs/{computed['id']}/lines/"
    few = [count(client, f"{lines}?page_size=1"), count(client, "/api/v1/runs/"), count(client, lines[:-6])]
    with portal_scope(world.portal):
        run = Run.objects.get(public_id=computed["id"])
        model = DraftLine.objects.filter(run=run).first()
        assert model is not None
        for number in range(30):
            model.pk = None
            model.subject_key = f"zz:{number:03d}"
            model.save(force_insert=True)
        for month in range(1, 13):
            world.run(f"2027-{month:02d}-01", f"2027-{month:02d}-15", f"2027-{month:02d}-20")
    many = [count(client, f"{lines}?page_size=39"), count(client, "/api/v1/runs/"), count(client, lines[:-6])]
    assert len(client.get(f"{lines}?page_size=39").json()["results"]) == 39
    assert many == few


CALLS: dict[str, Any] = {
    "freeze": runs.freeze_run,
    "compute": runs.compute_run,
    "start-review": lambda **given: checking.start_review(**given, days=3),
    "end-review": lambda **given: checking.end_review(**given, reason="vì"),
    "confirm": runs.confirm_run,
    "approve": runs.approve_run,
    "issue": issuing.issue_run,
    "pay": payouts.prepare_payouts,
    "close": payouts.close_run,
    "reopen": runs.reopen_run,
    "cancel": lambda **given: runs.cancel_run(**given, reason="vì"),
}
FORBIDDEN = {"not_allowed", "run_wrong_state", "maker_is_checker", "own_line", "still_computing", "review_running"}


def goes(world: World, name: str, action: str, run: Run) -> bool:
    """Whether the verb lets this person do it; whatever it did is undone."""
    try:
        with transaction.atomic():
            CALLS[action](actor=world.actor(name), run=run, seen_version=run.version)
            transaction.set_rollback(True)
    except DomainError as refused:
        return refused.code not in FORBIDDEN
    return True


@pytest.mark.parametrize("authors", [("lan", "hoa"), ("head", "lan"), ("deputy", "head")])
def test_allowed_actions_are_those_that_the_verbs_let_through(
    world: World, press: Any, as_: Any, work_jobs: Any, authors: tuple[str, str]
) -> None:
    checker = "deputy" if "head" in authors else "head"
    with portal_scope(world.portal):
        for author in authors:
            piece = world.submitted(author)
            approver = "deputy" if author == "head" else "head"
            with clock.at(at("2026-07-10T09:00")):
                piece = approve_piece(
                    actor=world.actor(approver), piece=piece, seen_version=piece.version, coefficient=Decimal(1)
                )
                newsroom.publish_piece(
                    actor=world.actor("publisher"),
                    piece=piece,
                    seen_version=piece.version,
                    url=f"https://xa.example/{piece.pk}",
                )
    run = as_("accountant").post("/api/v1/runs/", JULY | {"fund": str(world.fund.public_id)}).json()
    differences: dict[str, Any] = {}

    def compare(stage: str) -> None:
        with portal_scope(world.portal):
            row = Run.objects.get(public_id=run["id"])
            for name in EVERYBODY:
                told = set(allowed_actions(world.actor(name), row)) - {"confirm-payouts"}
                done = {action for action in CALLS if goes(world, name, action, row)}
                if told != done:
                    differences[f"{stage} {name}"] = (told, done)

    def move(name: str, action: str, **body: Any) -> None:
        nonlocal run
        answer = press(name, run, action, **body)
        assert answer.status_code in {200, 202}, answer.content
        run = as_("accountant").get(f"/api/v1/runs/{run['id']}/").json()

    compare("open")
    move("accountant", "freeze")
    compare("frozen")
    move("accountant", "compute")
    compare("computing")
    work_jobs()
    run = as_("accountant").get(f"/api/v1/runs/{run['id']}/").json()
    compare("computed")
    move("accountant", "start-review", days=2)
    compare("in review")
    move("accountant", "end-review", reason="Cần chi sớm")
    compare("computed again")
    if "deputy" not in authors:
        move(checker, "confirm")
        compare("confirmed")
        move("holder", "approve")
        compare("approved")
        move("accountant", "issue")
        compare("issued")
    assert differences == {}


def test_jobs_of_a_run_that_fail_are_told(july: dict[str, Any], world: World, press: Any, as_: Any) -> None:
    frozen = press("accountant", july, "freeze").json()
    press("accountant", frozen, "compute")
    Job.unscoped.update(state=JobState.FAILED)
    progress = as_("head").get(f"/api/v1/runs/{july['id']}/progress/").json()
    assert (progress["failed_jobs"], progress["working"]) == (1, False)
