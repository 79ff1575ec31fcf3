"""What is missing before a portal can pay, over HTTP."""

from __future__ import annotations

from typing import Any

from contributors.scopes import portal_scope
from payments.models import Fund
from payments.readiness import what_is_missing
from tests.api.conftest import EVERYBODY
from tests.factories.world import World

ADDRESS = "/api/v1/readiness/"


def test_readiness_says_what_the_page_says(world: World, as_: Any) -> None:
    told = as_("accountant").get(ADDRESS).json()
    with portal_scope(world.portal):
        found = what_is_missing(actor=world.actor("accountant"))
    assert told["ready"] is found.ready
    assert (told["account_holder"], told["head"]) == (found.account_holder, found.head)
    assert told["fund"] == {"id": str(world.fund.public_id), "name": f"{world.fund.source} {world.fund.year}"}
    assert told["fund_left"] == found.fund_left == world.fund.amount
    assert [(row["unit"] and row["unit"]["name"], row["people"], row["missing"]) for row in told["units"]] == [
        (unit.name or None, unit.people, unit.missing) for unit in found.units
    ]
    Fund.unscoped.update(amount=0)
    without = as_("accountant").get(ADDRESS).json()
    assert (without["ready"], without["fund"], without["fund_left"]) == (False, None, 0)


def test_readiness_is_for_who_sees_payee_details(world: World, as_: Any) -> None:
    seen = {name: as_(name).get(ADDRESS) for name in EVERYBODY}
    assert {name for name, answer in seen.items() if answer.status_code == 200} == {"accountant", "holder"}
    assert {answer.status_code for answer in seen.values()} == {200, 403}
    assert as_("accountant").get(f"{ADDRESS}?unit=1").json()["errors"][0]["code"] == "unknown_parameter"
