"""Which pieces a person sees, how the list is narrowed, and what it costs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors.access import may_see
from contributors.actors import Actor
from contributors.finding import pieces_seen_by
from contributors.models import Piece
from contributors.scopes import portal_scope
from tests.api.conftest import EVERYBODY, many_pieces
from tests.factories.world import World


def ids(client: Any, query: str = "") -> list[str]:
    response = client.get(f"/api/v1/pieces/{query}")
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_contributor_sees_own_and_credited_pieces_only(world: World, as_: Any, create: Any) -> None:
    mine, theirs = create("lan"), create("hoa")
    declared = [
        {"contributor": str(world.people["hoa"].public_id), "role": "author", "share": "60"},
        {"contributor": str(world.people["lan"].public_id), "role": "author", "share": "40"},
    ]
    shared = create("hoa")
    as_("hoa").put(f"/api/v1/pieces/{shared['id']}/credits/", {"version": 1, "credits": declared})
    assert ids(as_("lan")) == [shared["id"], mine["id"]]
    response = as_("lan").get(f"/api/v1/pieces/{theirs['id']}/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    response = as_("lan").post(f"/api/v1/pieces/{theirs['id']}/withdraw/", {"version": 1})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_list_is_what_may_see_says_for_everybody(world: World, create: Any, as_: Any) -> None:
    create("lan")
    create("hoa")
    create("writer")
    body = {
        "client_key": str(uuid.uuid4()),
        "genre": "news_item",
        "title": "Nhập hộ",
        "contributor": str(world.people["lan"].public_id),
    }
    assert as_("focal_person").post("/api/v1/pieces/", body).status_code == 201
    actors: dict[str, Actor] = {name: world.actor(name) for name in EVERYBODY}
    with portal_scope(world.portal):
        pieces = list(Piece.objects.all())
        asked = {name: {piece.pk for piece in pieces if may_see(actor, piece)} for name, actor in actors.items()}
        listed = {name: set(pieces_seen_by(actor).values_list("pk", flat=True)) for name, actor in actors.items()}
    assert listed == asked
    assert [len(listed[name]) for name in ("head", "accountant", "lan", "hoa", "focal_person", "admin")] == [
        *(4, 4, 2, 1, 1, 0)
    ]


def test_piece_of_another_portal_is_404_for_everybody(world: World, elsewhere: World, as_: Any) -> None:
    [piece] = many_pieces(elsewhere, 1)
    statuses = {name: as_(name).get(f"/api/v1/pieces/{piece.public_id}/").status_code for name in EVERYBODY}
    assert set(statuses.values()) == {404}
    assert ids(as_("head")) == []


@pytest.fixture
def varied(world: World) -> dict[str, str]:
    """Public ids by title."""
    made = many_pieces(world, 4)
    words = ["Lúa chín sớm", "Hội nghị đại biểu", "Lua xuân", "Khác"]
    moments = [
        datetime(2026, 1, 31, 16, 59, 59, tzinfo=UTC),  # 31/1, 23:59:59 in the portal
        datetime(2026, 1, 31, 17, 0, tzinfo=UTC),  # 1/2, 0:00
        datetime(2026, 2, 28, 16, 59, 59, tzinfo=UTC),
        datetime(2026, 2, 28, 17, 0, tzinfo=UTC),  # 1/3, 0:00
    ]
    from contributors.names import search_key

    with portal_scope(world.portal):
        for piece, title, moment in zip(made, words, moments, strict=True):
            Piece.objects.filter(pk=piece.pk).update(
                title=title, search_key=search_key(title), published_at=moment, submitted_at=moment, state="published"
            )
        Piece.objects.filter(pk=made[3].pk).update(
            genre=world.genres["article"], topic=world.topic, unit=world.unit, leader_activity=True, state="retracted"
        )
    return {title: str(piece.public_id) for piece, title in zip(made, words, strict=True)}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?published_from=2026-02-01&published_until=2026-03-01", ["Lua xuân", "Hội nghị đại biểu"]),
        ("?submitted_until=2026-02-01", ["Lúa chín sớm"]),
        ("?submitted_from=2026-03-01", ["Khác"]),
        ("?q=LUA", ["Lua xuân", "Lúa chín sớm"]),
        ("?q=dai+bieu", ["Hội nghị đại biểu"]),
        ("?q=biểu+hoi", ["Hội nghị đại biểu"]),
        ("?q=%25", []),
        ("?state=published", ["Lua xuân", "Hội nghị đại biểu", "Lúa chín sớm"]),
        ("?state=retracted,draft", ["Khác"]),
        ("?genre=article", ["Khác"]),
        ("?genre=khong-co", []),
        ("?topic=nong-thon-moi", ["Khác"]),
        ("?leader_activity=true", ["Khác"]),
        ("?leader_activity=false&state=retracted", []),
    ],
)
def test_list_narrowed(varied: dict[str, str], as_: Any, query: str, titles: list[str]) -> None:
    assert ids(as_("head"), query) == [varied[title] for title in titles]


def test_list_narrowed_by_unit_and_contributor(world: World, varied: dict[str, str], as_: Any) -> None:
    assert ids(as_("head"), f"?unit={world.unit.public_id}") == [varied["Khác"]]
    assert len(ids(as_("head"), f"?contributor={world.people['lan'].public_id}")) == 4
    assert ids(as_("head"), f"?contributor={world.people['hoa'].public_id}") == []


@pytest.mark.parametrize(
    "query",
    [
        *("state=lạ", "state=draft,x", "unit=1", "contributor=abc", "published_from=1/2/2026", "published_from=x"),
        *("leader_activity=co", "q=%00"),
    ],
)
def test_filter_value_that_does_not_fit_is_422(world: World, as_: Any, query: str) -> None:
    response = as_("head").get(f"/api/v1/pieces/?{query}")
    assert response.status_code == 422
    assert [one["field"] for one in response.json()["errors"]] == [query.partition("=")[0]]


def count(client: Any, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["head", "lan"])
def test_list_costs_the_same_queries_for_one_and_for_thirty(world: World, as_: Any, name: str) -> None:
    many_pieces(world, 1, credited=3)
    one = count(as_(name), "/api/v1/pieces/")
    many_pieces(world, 29, credited=3)
    thirty = count(as_(name), "/api/v1/pieces/")
    assert (one, thirty) == (5, 5)  # portals, actor, ids, rows, credits


def test_detail_costs_the_same_queries_for_one_and_for_thirty(world: World, as_: Any) -> None:
    first, full = many_pieces(world, 1)[0], many_pieces(world, 1, credited=3)[0]
    from contributors.models import Photo

    with portal_scope(world.portal):
        Photo.objects.bulk_create(
            Photo(
                portal=world.portal,
                piece=full,
                position=position,
                sha256=f"{position:064d}",
                path="x",
                width=1,
                height=1,
                size=1,
                photographer=world.people["hoa"],
            )
            for position in range(30)
        )
    bare = count(as_("head"), f"/api/v1/pieces/{first.public_id}/")
    assert bare == count(as_("head"), f"/api/v1/pieces/{full.public_id}/")
    assert len(as_("head").get(f"/api/v1/pieces/{full.public_id}/").json()["photos"]) == 30
    assert bare == 9  # portals, actor, the piece, its row, credits, photos, attachments, uploads, readers
