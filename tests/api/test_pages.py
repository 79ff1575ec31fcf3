"""Lists by keyset: everything once, nothing missed, however equal the rows are."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from contributors.models import Piece
from contributors.models.tenancy import new_public_id
from contributors.scopes import portal_scope
from tests.api.conftest import many_pieces
from tests.factories.world import World


@pytest.fixture
def crowd(world: World) -> list[Piece]:
    """250 pieces of one moment: one written by the verb, the others like it."""
    [first] = many_pieces(world, 1)
    with portal_scope(world.portal):
        row = Piece.objects.values().get(pk=first.pk)
        del row["id"]
        others = [Piece(**row | {"public_id": new_public_id(), "client_key": uuid.uuid4()}) for _ in range(249)]
        return [first, *Piece.objects.bulk_create(others)]


def walk(client: Any, address: str) -> list[list[str]]:
    pages = []
    following: str | None = address
    while following:
        answer = client.get(following).json()
        pages.append([row["id"] for row in answer["results"]])
        following = answer["next"]
    return pages


def test_pages_over_250_equal_rows_repeat_and_miss_nothing(crowd: list[Piece], as_: Any) -> None:
    pages = walk(as_("head"), "/api/v1/pieces/?page_size=40")
    assert [len(page) for page in pages] == [40] * 6 + [10]
    assert [id_ for page in pages for id_ in page] == [str(piece.public_id) for piece in reversed(crowd)]


def test_pages_with_a_filter_keep_it(crowd: list[Piece], world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        Piece.objects.filter(pk__in=[piece.pk for piece in crowd[::2]]).update(leader_activity=True)
    pages = walk(as_("head"), "/api/v1/pieces/?leader_activity=true&page_size=50")
    assert [id_ for page in pages for id_ in page] == [str(piece.public_id) for piece in reversed(crowd[::2])]


def test_pages_do_not_shift_when_new_rows_come_in_between(crowd: list[Piece], world: World, as_: Any) -> None:
    client = as_("head")
    first = client.get("/api/v1/pieces/?page_size=200").json()
    many_pieces(world, 3)
    rest = client.get(first["next"]).json()
    ids = [row["id"] for row in first["results"] + rest["results"]]
    assert ids == [str(piece.public_id) for piece in reversed(crowd)]


def test_last_full_page_has_no_next(crowd: list[Piece], as_: Any) -> None:
    pages = walk(as_("head"), "/api/v1/pieces/?page_size=125")
    assert [len(page) for page in pages] == [125, 125]


@pytest.mark.parametrize("size", ["0", "201", "-1", "x", "", "1e2", "²"])
def test_page_size_out_of_bounds_is_422(world: World, as_: Any, size: str) -> None:
    response = as_("head").get("/api/v1/pieces/", {"page_size": size})
    assert response.status_code == 422
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [("page_size", "page_size_wrong")]


def test_cursor_is_opaque_and_fits_only_its_list(world: World, as_: Any) -> None:
    many_pieces(world, 3)
    client = as_("head")
    link = client.get("/api/v1/pieces/?page_size=1").json()["next"]
    cursor = link.split("cursor=")[1].partition("&")[0]
    assert client.get(f"/api/v1/pieces/?page_size=2&cursor={cursor}").status_code == 200
    for wrong in (
        f"/api/v1/pieces/?state=draft&cursor={cursor}",
        f"/api/v1/statements/?cursor={cursor}",
        f"/api/v1/pieces/?cursor={cursor[:-2]}",
        "/api/v1/pieces/?cursor=abc",
        "/api/v1/pieces/?cursor=%C3%A9",
        f"/api/v1/pieces/?cursor={'A' * 5000}",
    ):
        answer = as_("accountant").get(wrong)
        codes = [one["code"] for one in answer.json().get("errors", [])]
        assert (answer.status_code, codes) == (422, ["cursor_wrong"]), wrong


@pytest.mark.parametrize("query", ["trang_thai=draft", "page=2", "offset=10", "format=json", "State=draft"])
def test_unknown_parameter_is_422(world: World, as_: Any, query: str) -> None:
    response = as_("head").get(f"/api/v1/pieces/?{query}")
    assert response.status_code == 422
    assert [one["code"] for one in response.json()["errors"]] == ["unknown_parameter"]


def test_parameter_given_twice_is_422(world: World, as_: Any) -> None:
    response = as_("head").get("/api/v1/pieces/?state=draft&state=submitted")
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [("state", "parameter_twice")]
