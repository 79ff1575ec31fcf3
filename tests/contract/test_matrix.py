"""Who gets in where: every operation of the router for everybody, and what holds for all of them."""

from __future__ import annotations

import os
from typing import Any

import yaml
from rest_framework.test import APIClient

from contributors import clock
from tests.contract.matrix import (
    ABSENT,
    API,
    FIELDS,
    MATRIX,
    Asking,
    document,
    kept_matrix,
    operations,
    routed,
    who_gets_in,
)
from tests.contract.scene import FORMER, LEFT, NOW, OUTSIDER, Scene
from tests.payments.steps import database_rows

COUNTED = "contributors_attemptcount"


def test_every_method_of_the_router_is_an_operation_of_the_document() -> None:
    named = {operation.label for operation in operations(document())}
    assert sorted(set(routed()) - named) == []
    assert sorted(named - set(routed())) == []


def test_who_gets_in_is_what_the_matrix_says_and_refusals_leave_no_trace(scene: Scene) -> None:
    asking = Asking(scene)
    before = database_rows()
    with clock.at(NOW):
        observed = {operation: asking.observed(operation) for operation in operations(asking.read)}
    after = database_rows()
    found = {operation.label: seen.statuses for operation, seen in observed.items()}
    fields = {
        operation.label: seen.fields
        for operation, seen in observed.items()
        if "{public_id}" in operation.path and seen.fields
    }
    if os.environ.get("MATRIX") == "write":
        MATRIX.write_text(yaml.safe_dump(found, allow_unicode=True, width=120), encoding="utf-8")
        FIELDS.write_text(yaml.safe_dump(fields, allow_unicode=True, width=120), encoding="utf-8")
        kept_matrix.cache_clear()
    # A refusal is counted where guessing is limited: that count is meant to stay.
    assert [table for table in before if before[table] != after[table] and table != COUNTED] == []
    kept = kept_matrix()
    assert {label: asked for label, asked in found.items() if kept.get(label) != asked} == {}
    assert sorted(kept) == sorted(found)
    assert fields == yaml.safe_load(FIELDS.read_text(encoding="utf-8"))


def test_a_visitor_is_asked_to_log_in_everywhere_but_where_all_are_let_in(scene: Scene) -> None:
    asking = Asking(scene)
    open_to_all = set()
    for operation in operations(asking.read):
        address = asking.address(operation)
        answer = getattr(APIClient(), operation.method)(address)
        if operation.open_to_all:
            open_to_all.add(operation.path)
            assert answer.status_code != 401, operation.label
        else:
            assert (answer.status_code, answer.json()["code"]) == (401, "login_needed"), operation.label
            assert answer["WWW-Authenticate"].startswith("Basic"), operation.label
    assert open_to_all == {f"{API}errors/", f"{API}errors/{{code}}/", f"{API}join/", f"{API}join/{{token}}/"}


def test_what_lies_in_another_portal_or_nowhere_is_not_there_for_anybody(scene: Scene) -> None:
    """The same refusal for both, so that nobody learns what exists elsewhere."""
    asking = Asking(scene)
    wrong = []
    with clock.at(NOW):
        for operation in operations(asking.read):
            if "{public_id}" not in operation.path:
                continue
            strange = asking.address(operation, scene.foreign)
            nowhere = asking.address(operation, absent=True)
            for caller in ("head", "accountant", "holder", "admin", "lan"):
                there = asking.ask(operation, caller, strange)
                not_there = asking.ask(operation, caller, nowhere)
                codes = [_code(there), _code(not_there)]
                if (
                    there.status_code < 400
                    or not_there.status_code < 400
                    or (codes[0] != codes[1] and ABSENT not in strange)
                ):
                    wrong.append((operation.label, caller, there.status_code, not_there.status_code, codes))
            outside = asking.ask(operation, OUTSIDER, asking.address(operation))
            if outside.status_code < 400:
                wrong.append((operation.label, OUTSIDER, outside.status_code, _code(outside)))
    assert wrong == []


def _code(answer: Any) -> str:
    is_problem = answer.headers.get("Content-Type", "").startswith("application/problem")
    return str(answer.json()["code"]) if is_problem else str(answer.status_code)


def test_whose_seat_ended_has_what_any_contributor_has_and_who_left_no_more() -> None:
    more = []
    for label in kept_matrix():
        let_in = set(who_gets_in(label))
        plain = {"editor", "rapporteur", "writer", "publisher", "lan", "hoa"}
        if FORMER in let_in and not plain & let_in:
            more.append((label, FORMER))
        if LEFT in let_in and FORMER not in let_in:
            more.append((label, LEFT))
    assert more == []


def test_a_field_that_is_not_declared_is_refused_by_everything_that_takes_a_body(scene: Scene) -> None:
    asking = Asking(scene)
    wrong, asked = [], 0
    with clock.at(NOW):
        for operation in operations(asking.read):
            if "application/json" not in operation.described.get("requestBody", {}).get("content", {}):
                continue
            let_in = who_gets_in(operation.label)
            if not let_in:
                continue
            asked += 1
            answer = asking.ask(operation, let_in[0], asking.address(operation), extra={"khong_khai": 1})
            codes = {each["code"] for each in answer.json().get("errors", [])} if answer.status_code == 422 else set()
            if "unknown_field" not in codes:
                wrong.append((operation.label, let_in[0], answer.status_code, _code(answer)))
    assert wrong == []
    assert asked > 80


def test_a_parameter_that_nobody_reads_is_refused_everywhere(scene: Scene) -> None:
    """Before anything is done: a misspelt filter is never a longer list, nor a step on more than was meant."""
    asking = Asking(scene)
    client = APIClient()
    client.force_authenticate(scene.accounts["head"])
    before = database_rows()
    wrong = []
    with clock.at(NOW):
        for operation in operations(asking.read):
            address = asking.address(operation) + "?khong_khai=1"
            answer = getattr(client, operation.method)(address)
            codes = [each["code"] for each in answer.json()["errors"]] if answer.status_code == 422 else []
            if codes != ["unknown_parameter"]:
                wrong.append((operation.label, answer.status_code, _code(answer)))
    assert wrong == []
    assert database_rows() == before
