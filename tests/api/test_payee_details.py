"""Payee details over HTTP: masked, versioned, two people, and one number in full on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from contributors.models import Consent, Event
from contributors.scopes import portal_scope
from payments.models import PayeeDetails
from tests.api.conftest import EVERYBODY
from tests.factories.world import World

NUMBER, ACCOUNT = "089188900777", "0071000777888"
NEW = {
    "version": 1,
    "legal_name": "Nguyễn Thị Lan",
    "personal_id": NUMBER,
    "bank_bin": "970436",
    "bank_account": ACCOUNT,
    "account_name": "NGUYEN THI LAN",
}


@pytest.fixture
def ask(world: World) -> Callable[..., Any]:
    """`ask("lan", "lan", "enter", {…})` posts, without a step it reads; `whose` "" is the list."""

    def asked(name: str, whose: str = "lan", step: str = "", body: dict[str, Any] | None = None) -> Any:
        client = APIClient()
        client.force_authenticate(world.accounts[name])
        address = f"/api/v1/payee-details/{world.people[whose].public_id}/" if whose else "/api/v1/payee-details/"
        if body is None:
            return client.get(address + step)
        return client.post(f"{address}{step}/", body, format="json")

    return asked


def test_details_are_masked_for_oneself_and_accounting_and_closed_to_others(world, ask):
    seen = {name: ask(name).status_code for name in EVERYBODY}
    assert {name for name, status in seen.items() if status == 200} == {"lan", "accountant", "holder"}
    assert set(seen.values()) == {200, 403}
    shown = ask("lan").json()
    assert shown["personal_id"].startswith("•••••••• ")
    assert shown["bank_account"].startswith("•••••••• ")
    assert (shown["version"], shown["needs"], shown["tax_status"]["status"]) == (1, [], "resident_no_contract")
    assert ask("lan").headers["Cache-Control"] == "private, no-store"


def test_payee_enters_and_a_stale_version_is_refused(world, ask):
    answer = ask("lan", "lan", "enter", NEW | {"agreed": "2026-01"})
    assert (answer.status_code, answer.json()["version"], answer.json()["hold_until"]) == (200, 2, "2026-08-10")
    assert answer.json()["confirmed_by_payee"] is True
    assert NUMBER not in answer.content.decode()
    stale = ask("lan", "lan", "enter", NEW | {"bank_account": "123456"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    with portal_scope(world.portal):
        assert Consent.objects.filter(contributor=world.people["lan"], purpose="payment").count() == 1


def test_second_person_confirms_what_the_accountant_entered(ask):
    ask("accountant", "lan", "enter", NEW)
    sheet = {"version": 2, "sheet_signed_on": "2026-08-01", "personal_id": NUMBER, "bank_account": ACCOUNT}
    assert ask("accountant", "lan", "confirm", sheet).status_code == 403
    assert ask("holder", "lan", "confirm", sheet | {"version": 1}).json()["code"] == "stale_version"
    wrong = ask("holder", "lan", "confirm", sheet | {"personal_id": "089188900778"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "sheet_differs")
    right = ask("holder", "lan", "confirm", sheet)
    assert (right.status_code, right.json()["needs"]) == (200, ["on_hold"])


def test_number_is_revealed_once_by_post_with_a_reason_on_record(world, ask):
    ask("lan", "lan", "enter", NEW)
    wish = {"which": "bank_account", "reason": "Ngân hàng hỏi lại"}
    answer = ask("accountant", "lan", "reveal", wish)
    assert (answer.json(), answer.headers["Cache-Control"]) == ({"number": ACCOUNT}, "private, no-store")
    assert ask("accountant", "lan", "reveal", wish | {"reason": " "}).status_code == 422
    assert ask("accountant", "lan", "reveal/").status_code == 405
    assert ask("holder", "lan", "reveal", wish).status_code == 403
    assert ask("hoa", "lan", "reveal", wish).status_code == 403
    with portal_scope(world.portal):
        assert Event.objects.filter(kind="payee.revealed").count() == 1


def test_tax_status_is_set_and_ended_by_accounting(ask):
    body = {"status": "hamlet_officer", "effective_from": "2026-08-01"}
    assert ask("lan", "lan", "tax-status", body).status_code == 403
    assert ask("accountant", "lan", "tax-status", body).json()["tax_status"]["status"] == "hamlet_officer"
    committed = ask("accountant", "lan", "tax-status", body | {"committed_year": 2026})
    assert committed.json()["code"] == "commitment_not_for_status"
    ended = ask("accountant", "lan", "end-tax-status", {"effective_until": "2026-08-03"}).json()
    assert (ended["tax_status"], ended["needs"]) == (None, ["tax_missing"])


def test_malformed_values_and_unknown_fields_are_named(ask):
    for body, code in (
        (NEW | {"personal_id": "12"}, "personal_id_malformed"),
        (NEW | {"bank_bin": "970999"}, "bank_unknown"),
        (NEW | {"bank_account": "12"}, "bank_account_malformed"),
        (NEW | {"photo_of_card": "…"}, "invalid"),
    ):
        answer = ask("lan", "lan", "enter", body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_person_of_another_portal_is_not_found(world, elsewhere, ask):
    world.people["foreign"] = elsewhere.people["lan"]
    for step, body in (("", None), ("enter", NEW), ("reveal", {"which": "personal_id", "reason": "Xem"})):
        assert ask("accountant", "foreign", step, body).status_code == 404


def test_list_asks_the_same_number_of_questions_for_one_and_for_thirty(world, ask):
    from tests.factories.world import _join

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = ask("accountant", "")
        assert answer.status_code == 200
        return len(asked)

    before = queries()
    with portal_scope(world.portal):
        for number in range(30):
            _join(world, f"p{number}", f"Người Thứ {number}")
    assert queries() == before
    assert ask("lan", "").status_code == 403


def test_list_is_narrowed_by_need_and_name(world, ask):
    with portal_scope(world.portal):
        PayeeDetails.objects.filter(contributor=world.people["hoa"]).update(current=False)
    client = APIClient()
    client.force_authenticate(world.accounts["accountant"])

    def names(query: str) -> list[str]:
        return [row["name"] for row in client.get(f"/api/v1/payee-details/?{query}").json()["results"]]

    assert names("need=missing") == ["Lê Hoà"]
    assert names("q=nguyen thi") == ["Nguyễn Thị Lan"]
    assert client.get("/api/v1/payee-details/?need=money").status_code == 422
    assert client.get("/api/v1/payee-details/?nead=missing").status_code == 422


def test_banks_are_listed_for_everybody(world):
    client = APIClient()
    client.force_authenticate(world.accounts["lan"])
    rows = client.get("/api/v1/banks/").json()
    assert rows[0] == {
        "bin": "970405",
        "short_name": "Agribank",
        "name": "Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam",
    }


def test_hold_policy_is_read_and_set_by_those_who_decide(world, as_):
    policy, shipped = "/api/v1/payee-policy/", {"shipped_hold_days": 7, "most_hold_days": 90}
    body = {"hold_days": 3, "effective_from": "2026-09-01", "decision_number": "05/QĐ"}
    for name in EVERYBODY:
        allowed = name in {"holder", "admin"}
        assert as_(name).get(policy).status_code == (200 if allowed else 403), name
        if not allowed:
            assert as_(name).post(policy, body).json()["code"] == "not_allowed", name
    holder = as_("holder")
    before = {"hold_days": 7, "own": False, "since": None, "decision_number": ""} | shipped
    assert holder.get(policy).json() == before
    own = {"hold_days": 3, "own": True, "since": "2026-09-01", "decision_number": "05/QĐ"} | shipped
    made = holder.post(policy, body)
    assert (made.status_code, made.json()) == (201, own)
    assert [holder.get(f"{policy}?on={day}").json() for day in ("2026-08-31", "2026-09-01")] == [before, own]
    for wrong, field, code in (
        (body | {"hold_days": 91}, "hold_days", "hold_days_wrong"),
        (body | {"hold_days": -1}, "hold_days", "hold_days_wrong"),
        (body | {"effective_from": "2026-08-02"}, "effective_from", "policy_day_past"),
        (body | {"days": 1}, "days", "unknown_field"),
    ):
        answer = holder.post(policy, wrong)
        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]
        assert answer.status_code == 422
    assert holder.get(f"{policy}?on=1/9/2026").status_code == 422
    with portal_scope(world.portal):
        assert [event.facts["hold_days"] for event in Event.objects.filter(kind="payee.policy_set")] == [3]


def test_hold_policy_wants_the_second_factor_of_who_has_one(world, as_, monkeypatch):
    from dataclasses import replace

    from api import portal_view

    real = portal_view.actor_for
    monkeypatch.setattr(
        portal_view, "actor_for", lambda *args, **kwargs: replace(real(*args, **kwargs), proof="needed")
    )
    answer = as_("holder").post("/api/v1/payee-policy/", {"hold_days": 3, "effective_from": "2026-09-01"})
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
    assert as_("holder").get("/api/v1/payee-policy/").json()["own"] is False
