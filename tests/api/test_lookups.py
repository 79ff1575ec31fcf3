"""Genres, topics, units, and what paying would cost."""

from __future__ import annotations

from typing import Any

import pytest

from contributors.scopes import portal_scope
from tests.api.conftest import EVERYBODY
from tests.factories.world import World


@pytest.mark.parametrize("name", ["genres", "topics", "units"])
def test_lookup_is_open_to_everybody_of_the_portal(world: World, elsewhere: World, as_: Any, name: str) -> None:
    answers = [as_(person).get(f"/api/v1/{name}/") for person in EVERYBODY]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_lookups_name_what_the_portal_has(world: World, as_: Any) -> None:
    assert as_("lan").get("/api/v1/topics/").json() == [
        {
            "code": "nong-thon-moi",
            "name": "Nông thôn mới",
            "leader_activity": False,
            "retired_on": None,
            "version": 1,
        }
    ]
    assert as_("lan").get("/api/v1/units/").json() == [
        {
            "id": str(world.unit.public_id),
            "kind": "hamlet",
            "name": "Ấp Mẫu",
            "parent": None,
            "opened": "2026-01-05",
            "closed": None,
        }
    ]
    genres = {row["code"]: row["counts_as"] for row in as_("lan").get("/api/v1/genres/").json()}
    assert genres == {
        "news_item": "piece",
        "article": "piece",
        "photo": "photo",
        "video": "video",
        "document": "document",
    }


def test_what_if_of_a_scored_month(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        world.published("lan", coefficient="1.5")
    answer = as_("rapporteur").get("/api/v1/what-if/?from=2026-07-01&until=2026-08-01").json()
    assert (answer["pieces"], answer["low"], answer["high"]) == (1, 409_500, 409_500)
    assert answer["rows"] == [{"genre": "Tin", "pieces": 1, "low": 409_500, "high": 409_500}]
    assert answer["decision_number"] == "01/QĐ-UBND"


def test_what_if_is_for_the_board_and_the_money(world: World, as_: Any) -> None:
    allowed = {
        name
        for name in EVERYBODY
        if as_(name).get("/api/v1/what-if/?from=2026-07-01&until=2026-08-01").status_code == 200
    }
    assert allowed == {"head", "deputy", "rapporteur", "accountant", "holder", "admin"}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "from", "required"),
        ("?from=2026-07-01", "until", "required"),
        ("?from=x&until=2026-08-01", "from", "invalid"),
        ("?from=2026-08-01&until=2026-08-01", "until", "period_wrong"),
        ("?from=2026-07-01&until=2026-08-01&portal=1", "portal", "unknown_parameter"),
    ],
)
def test_what_if_asked_wrongly_is_422(world: World, as_: Any, query: str, field: str, code: str) -> None:
    response = as_("head").get(f"/api/v1/what-if/{query}")
    assert response.status_code == 422
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [(field, code)]
