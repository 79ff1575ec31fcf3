"""A person says to which unit they belong now; somebody else moves them, or says no."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import portals
from contributors.correction import propose_unit
from contributors.models import Contributor, Grant, Unit
from contributors.models.tenancy import new_public_id
from contributors.scopes import portal_scope
from tests.api.conftest import EVERYBODY
from tests.factories.world import OPENED, World

API = "/api/v1"
LIST = f"{API}/unit-proposals/"


@pytest.fixture
def other(world: World) -> Unit:
    with portal_scope(world.portal):
        return portals.open_unit(actor=world.actor("head"), kind="hamlet", name="Ấp Hai", opened=OPENED, parent=None)


@pytest.fixture
def lan(world: World) -> str:
    return f"{API}/contributors/{world.people['lan'].public_id}"


def test_proposal_waits_and_is_accepted_as_it_was_seen(world: World, as_: Any, other: Unit, lan: str) -> None:
    assert as_("lan").get(f"{lan}/unit-proposal/").status_code == 404
    made = as_("lan").post(f"{lan}/unit-proposal/", {"unit": str(other.public_id)})
    assert (made.status_code, made.json()["unit"]["name"]) == (201, "Ấp Hai")
    assert as_("head").get(LIST).json()["results"] == [made.json()]
    version = as_("head").get(f"{lan}/").json()["version"]
    body = {"version": version, "unit": str(world.unit.public_id)}
    stale = as_("head").post(f"{lan}/unit-proposal/accept/", body)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    moved = as_("head").post(f"{lan}/unit-proposal/accept/", body | {"unit": str(other.public_id)})
    assert (moved.status_code, moved.json()["unit"]["name"]) == (200, "Ấp Hai")
    assert as_("head").get(LIST).json()["results"] == []
    assert as_("head").post(f"{lan}/unit-proposal/decline/").status_code == 404


def test_the_newest_proposal_counts_until_somebody_says_no(world: World, as_: Any, other: Unit, lan: str) -> None:
    with portal_scope(world.portal):
        third = portals.open_unit(actor=world.actor("head"), kind="hamlet", name="Ấp Ba", opened=OPENED, parent=None)
    for unit in (other, third):
        as_("lan").post(f"{lan}/unit-proposal/", {"unit": str(unit.public_id)})
    correct = {"version": as_("head").get(f"{lan}/").json()["version"], "birth_year": 1980}
    assert as_("head").post(f"{lan}/correct/", correct).status_code == 200  # answers no proposal
    rows = as_("head").get(LIST).json()["results"]
    assert [(row["contributor"]["name"], row["unit"]["name"]) for row in rows] == [("Nguyễn Thị Lan", "Ấp Ba")]
    assert as_("head").post(f"{lan}/unit-proposal/decline/").status_code == 204
    assert as_("head").get(LIST).json()["results"] == []


def test_own_unit_foreign_units_and_other_people_are_refused(
    world: World, elsewhere: World, as_: Any, other: Unit, lan: str
) -> None:
    address = f"{lan}/unit-proposal/"
    assert as_("lan").post(address, {"unit": str(world.unit.public_id)}).json()["code"] == "unit_same"
    strange = as_("lan").post(address, {"unit": str(elsewhere.unit.public_id)})
    assert (strange.status_code, strange.json()["errors"][0]["field"]) == (422, "unit")
    assert as_("lan").post(address, {}).json()["errors"][0]["field"] == "unit"
    assert as_("hoa").post(address, {"unit": str(other.public_id)}).json()["code"] == "not_allowed"
    as_("lan").post(address, {"unit": str(other.public_id)})
    assert as_("writer").get(address).json()["code"] == "not_allowed"
    for answer in ("accept", "decline"):
        body = {"version": 1, "unit": str(other.public_id)} if answer == "accept" else {}
        assert as_("lan").post(f"{address}{answer}/", body).status_code in {403, 422}
    assert len(as_("head").get(LIST).json()["results"]) == 1


def test_proposals_are_listed_for_who_answers_them(world: World, as_: Any, other: Unit, lan: str) -> None:
    as_("lan").post(f"{lan}/unit-proposal/", {"unit": str(other.public_id)})
    seen = {name: as_(name).get(LIST) for name in EVERYBODY}
    let_in = {name: answer.json()["results"] for name, answer in seen.items() if answer.status_code == 200}
    assert let_in.keys() == {"head", "deputy", "admin", "focal_person"}
    assert {len(rows) for rows in let_in.values()} == {1}
    Grant.unscoped.filter(capability="focal_person", portal=world.portal).update(unit=other)
    assert as_("focal_person").get(LIST).json()["results"] == []
    assert as_("focal_person").get(f"{lan}/unit-proposal/").status_code == 404
    Grant.unscoped.filter(capability="focal_person", portal=world.portal).update(unit=world.unit)
    assert len(as_("focal_person").get(LIST).json()["results"]) == 1


def test_list_asks_the_same_for_one_proposal_and_for_thirty(world: World, as_: Any, other: Unit) -> None:
    counts = []
    for more in (1, 29):
        with portal_scope(world.portal):
            for _ in range(more):
                person = Contributor.objects.get(pk=world.people["lan"].pk)
                person.pk, person.public_id, person.account_id = None, new_public_id(), None
                person.receipt_number = f"TB-{Contributor.objects.count():05}"
                person.client_key = new_public_id()
                person.save()
                actor = dataclasses.replace(world.actor("lan"), contributor_id=person.pk)
                propose_unit(actor=actor, contributor=person, unit=other)
        with CaptureQueriesContext(connection) as queries:
            rows = as_("head").get(LIST).json()["results"]
        counts.append((len(rows), len(queries)))
    assert [rows for rows, _ in counts] == [1, 30]
    assert counts[0][1] == counts[1][1]
