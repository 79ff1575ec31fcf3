"""What comes after issue, through HTTP: corrections, balances, waivers, unclaimed sums, tax of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors.scopes import portal_scope
from payments import corrections, funds, payouts
from payments.models import Line, Run, Statement
from payments.royalty.explanation import explain
from tests.api.conftest import EVERYBODY
from tests.factories.world import World
from tests.payments.steps import computed_run, issued_run


@pytest.fixture
def issued(world: World) -> Run:
    with portal_scope(world.portal):
        for number in range(3):
            world.published("lan", title=f"Tin {number}", when=f"2026-07-1{number}T09:00")
        world.published("hoa", when="2026-07-20T09:00")
        return issued_run(world)


@pytest.fixture
def paid(world: World, issued: Run) -> Run:
    with portal_scope(world.portal):
        accountant = world.actor("accountant")
        payouts.prepare_payouts(actor=accountant, run=issued, seen_version=issued.version)
        payouts.confirm_payouts(actor=accountant, run=issued)
    return issued


def statement_of(world: World, run: Run, name: str = "lan") -> Statement:
    with portal_scope(world.portal):
        return Statement.objects.get(run=run, contributor=world.people[name])


def propose(as_: Any, world: World, run: Run, amount: int = -79_500, ordinal: int = 1, who: str = "accountant") -> Any:
    body = {"statement": str(statement_of(world, run).public_id), "ordinal": ordinal, "amount": amount}
    return as_(who).post("/api/v1/corrections/", body | {"reason": "Chấm nhầm"})


def test_correction_is_proposed_by_one_and_confirmed_by_another(world: World, paid: Run, as_: Any) -> None:
    made = propose(as_, world, paid)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["amount"], row["line_amount"], row["replaces"]) == ("proposed", -79_500, 379_500, False)
    address = f"/api/v1/corrections/{row['id']}/"
    own = as_("accountant").post(f"{address}confirm/", {"version": row["version"]})
    assert (own.status_code, own.json()["code"]) == (403, "maker_is_checker")
    stale = as_("holder").post(f"{address}confirm/", {"version": row["version"] + 1})
    assert stale.status_code == 409
    confirmed = as_("holder").post(f"{address}confirm/", {"version": row["version"]})
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    late = as_("accountant").post(f"{address}cancel/", {"version": 2, "reason": "Đã xem lại"})
    assert (late.status_code, late.json()["state"], late.json()["cancel_reason"]) == (200, "cancelled", "Đã xem lại")
    assert as_("accountant").get(address).json() == late.json()


def test_correction_that_cannot_be_is_told_at_its_field(world: World, paid: Run, as_: Any) -> None:
    too_much = propose(as_, world, paid, amount=-379_501)
    assert too_much.status_code == 422
    assert [(each["field"], each["code"]) for each in too_much.json()["errors"]] == [("amount", "correction_too_much")]
    assert propose(as_, world, paid, ordinal=99).status_code == 404
    assert propose(as_, world, paid, who="lan").status_code == 403


def test_retracting_over_http_proposes_a_correction(world: World, paid: Run, as_: Any) -> None:
    with portal_scope(world.portal):
        piece = world.fresh(Line.objects.filter(statement=statement_of(world, paid)).first().piece)
    answer = as_("head").post(
        f"/api/v1/pieces/{piece.public_id}/retract/", {"version": piece.version, "reason": "Sai sự thật"}
    )
    assert answer.status_code == 200, answer.content
    rows = as_("accountant").get("/api/v1/corrections/").json()["results"]
    assert {row["source"] for row in rows} == {"retracted"}
    assert -379_500 in {row["amount"] for row in rows}


def test_lists_are_for_those_who_answer_for_the_money(world: World, paid: Run, as_: Any) -> None:
    seen = {
        "/api/v1/corrections/": {"head", "accountant", "holder"},
        "/api/v1/balances/": {"head", "accountant", "holder"},
        "/api/v1/unclaimed/": {"accountant", "holder"},
        "/api/v1/tax-year/": {"accountant", "holder"},
        "/api/v1/balance-policy/": {"head", "accountant", "holder"},
        "/api/v1/waivers/": set(EVERYBODY),
    }
    for address, allowed in seen.items():
        found = {name for name in EVERYBODY if as_(name).get(address).status_code == 200}
        assert found == allowed, address


def test_policy_is_set_and_a_balance_has_its_ledger(world: World, as_: Any) -> None:
    body = {
        "floor": 700_000,
        "recovery_percent": "30",
        "recovery_dong": None,
        "effective_from": "2026-08-03",
        "decision_number": "07/QĐ",
    }
    assert as_("accountant").post("/api/v1/balance-policy/", body).status_code == 403
    answer = as_("holder").post("/api/v1/balance-policy/", body)
    assert (answer.status_code, answer.json()["floor"], answer.json()["own"]) == (201, 700_000, True)
    wrong = as_("holder").post("/api/v1/balance-policy/", body | {"floor": -1})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "floor_wrong")
    with portal_scope(world.portal):
        world.published("lan")
        issued_run(world)
    rows = as_("accountant").get("/api/v1/balances/").json()
    mine = next(row for row in rows if row["contributor"]["name"] == "Nguyễn Thị Lan")
    assert mine["amount"] == 379_500
    ledger = as_("lan").get(f"/api/v1/balances/{mine['contributor']['id']}/").json()
    assert [(row["amount"], row["after"]) for row in ledger] == [(379_500, 379_500)]
    assert as_("hoa").get(f"/api/v1/balances/{mine['contributor']['id']}/").status_code == 403


def test_one_waives_for_oneself_and_takes_it_back(world: World, as_: Any) -> None:
    refused = as_("lan").post("/api/v1/waivers/", {"scope": "standing", "effective_from": "2026-08-04"})
    assert (refused.status_code, refused.json()["code"]) == (422, "waiver_no_consent")
    made = as_("lan").post("/api/v1/waivers/", {"scope": "standing", "effective_from": "2026-08-04", "agreed": True})
    assert (made.status_code, made.json()["way"]) == (201, "self")
    assert made.json()["confirmed_at"]
    address = f"/api/v1/waivers/{made.json()['id']}/withdraw/"
    assert as_("hoa").post(address, {"version": 1}).status_code == 404
    assert as_("lan").post(address, {"version": 1}).json()["effective_until"] == "2026-08-04"


def test_sheet_is_confirmed_by_a_second_person(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        world.published("lan")
        run = computed_run(world)
    body = {
        "contributor": str(world.people["lan"].public_id),
        "scope": "run",
        "run": str(run.public_id),
        "sheet_signed_on": "2026-08-01",
    }
    made = as_("accountant").post("/api/v1/waivers/", body)
    assert (made.status_code, made.json()["confirmed_at"]) == (201, None)
    address = f"/api/v1/waivers/{made.json()['id']}/confirm/"
    assert as_("accountant").post(address, {"version": 1}).json()["code"] == "maker_is_checker"
    assert as_("holder").post(address, {"version": 1}).status_code == 200


def test_unclaimed_sum_goes_to_the_next_fund_and_comes_back(world: World, issued: Run, as_: Any) -> None:
    with portal_scope(world.portal):
        fund = funds.enter_fund(
            actor=world.actor("accountant"), year=2027, source="Năm sau", amount=1, cut_off=date(2028, 1, 31)
        )
    row = statement_of(world, issued)
    client, address = as_("accountant"), f"/api/v1/unclaimed/{row.public_id}/"
    assert str(row.public_id) in {each["id"] for each in client.get("/api/v1/unclaimed/").json()["results"]}
    body = {"fund": str(fund.public_id), "decision_number": "12/QĐ", "reason": "Không ai nhận"}
    early = client.post(f"{address}transfer/", body)
    assert (early.status_code, early.json()["code"]) == (409, "unclaimed_notices_few")
    for _ in range(3):
        told = client.post(f"{address}notices/", {"on": "2026-08-03", "way": "phone"})
    assert (told.status_code, told.json()["unanswered"], told.json()["rule_binds"]) == (200, 3, True)
    assert client.post(f"{address}keep/", {"reason": "Sẽ về"}).json()["decision"]["state"] == "kept"
    moved = client.post(f"{address}transfer/", body).json()
    assert (moved["decision"]["state"], moved["decision"]["amount"]) == ("transferred", row.gross)
    back = client.post(f"{address}reverse/", {"version": moved["decision"]["version"], "reason": "Đã tới nhận"})
    assert back.json()["decision"]["state"] == "reversed"


def test_tax_of_the_year_and_warnings_of_a_run(world: World, issued: Run, as_: Any) -> None:
    found = as_("accountant").get("/api/v1/tax-year/?year=2026").json()
    lan = next(row for row in found["withholding"] if row["contributor"]["name"] == "Nguyễn Thị Lan")
    assert (lan["gross"], lan["payments"], lan["withheld"]) == (3 * 379_500, 1, 0)
    assert lan["personal_id"].startswith("•")
    assert found["gross"] == issued.gross
    assert as_("accountant").get("/api/v1/tax-year/?year=MMXX").status_code == 422
    assert as_("accountant").get(f"/api/v1/runs/{issued.public_id}/tax-warnings/").json() == []


@pytest.mark.parametrize("address", ["corrections", "unclaimed", "waivers"])
def test_list_asks_the_same_for_one_and_for_many(world: World, paid: Run, as_: Any, address: str) -> None:
    client = as_("accountant")
    counts = []
    with portal_scope(world.portal):
        lines = list(Line.objects.filter(run=paid, amount__gt=0, kind="fee"))
    for line in (lines[:1], lines[1:]):
        with portal_scope(world.portal):
            for each in line:
                corrections.propose_correction(actor=world.actor("accountant"), line=each, amount=-1, reason="Nhầm")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{address}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def test_words_of_corrections_stand_in_both_languages() -> None:
    values = ("379.500", "2/2026", "Chấm nhầm")
    assert explain("corrected", values, "en") == "Correction of the amount of 379.500 đ on statement 2/2026: Chấm nhầm"
    assert explain("waived", ("1.000", "05/08/2026"), "vi") == (
        "Từ chối nhận 1.000 đ, theo bản người nhận đồng ý ngày 05/08/2026"
    )
