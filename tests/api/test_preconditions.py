"""Reading again what one has already: 304, as long as nothing at all differs."""

from __future__ import annotations

from typing import Any

from tests.factories.world import World

PIECES = "/api/v1/pieces/"


def test_reading_again_is_304_without_a_body_until_something_differs(create: Any, step: Any, as_: Any) -> None:
    piece = create("lan")
    address = f"{PIECES}{piece['id']}/"
    for asked in (address, PIECES):
        first = as_("lan").get(asked)
        again = as_("lan").get(asked, HTTP_IF_NONE_MATCH=f'"x", W/{first["ETag"]}')
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert "Content-Type" not in again
        assert again["Cache-Control"] == "private, no-cache"
    before = {asked: as_("lan").get(asked)["ETag"] for asked in (address, PIECES)}
    step("lan", piece, "submit")
    for asked, etag in before.items():
        later = as_("lan").get(asked, HTTP_IF_NONE_MATCH=etag)
        assert (later.status_code, later["ETag"] == etag) == (200, False)


def test_what_another_may_do_or_read_is_another_reading(create: Any, as_: Any) -> None:
    """The version is the same; a 304 by version alone would leave the other's buttons on the screen."""
    address = f"{PIECES}{create('lan')['id']}/"
    mine = as_("lan").get(address)
    head = as_("head").get(address, HTTP_IF_NONE_MATCH=mine["ETag"])
    assert (head.status_code, head.json()["version"]) == (200, mine.json()["version"])
    assert head.json()["allowed_actions"] != mine.json()["allowed_actions"]


def test_what_is_kept_nowhere_has_no_etag(world: World, as_: Any) -> None:
    answer = as_("lan").get(f"/api/v1/payee-details/{world.people['lan'].public_id}/", HTTP_IF_NONE_MATCH="*")
    assert (answer.status_code, answer["Cache-Control"], "ETag" in answer) == (200, "private, no-store", False)


def test_a_refusal_has_no_etag_and_is_never_304(as_: Any) -> None:
    answer = as_("lan").get("/api/v1/runs/", HTTP_IF_NONE_MATCH="*")
    assert (answer.status_code, "ETag" in answer) == (403, False)
