"""A practice piece over HTTP: begun as one by either address, told apart, never offered for approval."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.factories.world import World

PIECES = "/api/v1/pieces/"


def test_practice_piece_is_begun_sent_and_never_approved(world: World, as_: Any, create: Any, step: Any) -> None:
    made, real = create("lan", practice=True), create("lan")
    assert (made["practice"], real["practice"]) == (True, False)
    sent = step("lan", made, "submit").json()
    seen = as_("head").get(f"{PIECES}{made['id']}/").json()
    assert (sent["state"], seen["practice"]) == ("submitted", True)
    assert ("approve" in seen["allowed_actions"], "return" in seen["allowed_actions"]) == (False, True)
    assert as_("head").get(f"{PIECES}{made['id']}/review/").json()["standing"] is None
    refused = step("head", sent, "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "practice_piece")
    for wanted, found in (("true", [made["id"]]), ("false", [real["id"]])):
        rows = as_("lan").get(f"{PIECES}?practice={wanted}").json()["results"]
        assert [row["id"] for row in rows] == found
    assert step("head", sent, "return", reason="Thêm ngày giờ").json()["practice"] is True


def test_practice_is_fixed_at_the_start(as_: Any, create: Any) -> None:
    lan = as_("lan")
    piece = create("lan")
    answer = lan.patch(f"{PIECES}{piece['id']}/", {"version": piece["version"], "practice": True})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "practice")
    again = {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "Tập viết"}
    first = lan.post(PIECES, again | {"practice": True})
    assert lan.post(PIECES, again).json()["practice"] is first.json()["practice"] is True


@pytest.mark.parametrize("practice", [True, False])
def test_draft_that_is_kept_says_the_same(as_: Any, *, practice: bool) -> None:
    body = {"genre": "news_item", "title": "Tập viết", "practice": practice}
    kept = as_("lan").put(f"/api/v1/drafts/{uuid.uuid4()}/", body).json()
    assert as_("lan").get(f"{PIECES}{kept['id']}/").json()["practice"] is practice


def test_practice_document_is_not_offered_for_posting(as_: Any, create: Any) -> None:
    for practice in (True, False):
        made = create("deputy", genre="document", practice=practice)
        assert ("publish-document" in made["allowed_actions"]) is not practice
