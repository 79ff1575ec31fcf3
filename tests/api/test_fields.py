"""`?fields=`: some parts of each row, no others, and less work where parts cost work."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.v1.urls import urlpatterns
from tests.api.conftest import many_pieces
from tests.factories.world import World

API = "/api/v1"
WIDE = ("pieces", "contributors", "statements", "events")


def wide_lists() -> dict[str, tuple[str, str]]:
    """Address and action of every list whose rows can be asked for in part."""
    found = {}
    for pattern in urlpatterns:
        callback = getattr(pattern, "callback", None)
        for action in getattr(getattr(callback, "cls", None), "wide", {}):
            if (getattr(callback, "actions", None) or {}).get("get") == action:
                found[str(pattern.name)] = (str(pattern.pattern), action)
    return found


def test_wide_lists_are_those_that_the_document_names() -> None:
    assert set(wide_lists()) == {
        "piece-list",
        "contributor-list",
        "statement-list",
        "run-lines",
        "event-list",
        "payout-list",
    }


def test_rows_have_what_was_asked_and_nothing_else(world: World, as_: Any) -> None:
    many_pieces(world, 3)
    head = as_("head")
    whole = head.get(f"{API}/pieces/").json()["results"]
    some = head.get(f"{API}/pieces/?fields=title,id").json()["results"]
    assert some == [{"id": row["id"], "title": row["title"]} for row in whole]
    assert head.get(f"{API}/pieces/?fields=").json()["results"] == whole
    people = head.get(f"{API}/contributors/?fields=full_name").json()["results"]
    assert {tuple(row) for row in people} == {("full_name",)}
    events = head.get(f"{API}/events/?fields=kind,at").json()["results"]
    assert {frozenset(row) for row in events} == {frozenset({"kind", "at"})}


@pytest.mark.parametrize("path", WIDE)
@pytest.mark.parametrize("fields", ["id,secret", "pk", "id,,title", "contributor.name", "*"])
def test_unknown_names_are_refused_at_fields(as_: Any, path: str, fields: str) -> None:
    problem = as_("head").get(f"{API}/{path}/", {"fields": fields})
    assert problem.status_code == 422
    assert [(each["field"], each["code"]) for each in problem.json()["errors"]] == [("fields", "unknown_field")]


def test_lists_that_are_not_wide_know_no_fields(as_: Any) -> None:
    for path in ("units", "runs", "pieces/0198c1c0-0000-7000-8000-000000000000"):
        asked = as_("accountant").get(f"{API}/{path}/?fields=id")
        assert asked.json()["errors"][0]["code"] == "unknown_parameter", path


def test_pages_go_on_whatever_is_asked_of_their_rows(world: World, as_: Any) -> None:
    many_pieces(world, 5)
    lan = as_("lan")
    first = lan.get(f"{API}/pieces/?page_size=2&fields=id").json()
    second = lan.get(first["next"].replace("fields=id", "fields=id,title")).json()["results"]
    ids = [row["id"] for row in lan.get(f"{API}/pieces/").json()["results"]]
    assert [row["id"] for row in [*first["results"], *second]] == ids[:4]
    assert {tuple(row) for row in second} == {("id", "title")}


def test_who_does_not_ask_for_credits_does_not_pay_for_them(world: World, as_: Any) -> None:
    many_pieces(world, 5, credited=3)
    asked = {}
    for fields in ("", "?fields=id,title", "?fields=id,credits"):
        with CaptureQueriesContext(connection) as queries:
            rows = as_("head").get(f"{API}/pieces/{fields}").json()["results"]
        asked[fields] = (len(queries), sum("contributors_credit" in query["sql"] for query in queries))
        assert len(rows) == 5
    assert asked["?fields=id,title"] == (asked[""][0] - 1, asked[""][1] - 1)
    assert asked["?fields=id,credits"] == asked[""]
