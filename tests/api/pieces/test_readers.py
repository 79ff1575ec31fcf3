"""How often a piece was opened, over HTTP."""

from __future__ import annotations

from typing import Any


def test_who_publishes_writes_down_how_often_a_piece_was_opened(as_: Any, published: Any) -> None:
    piece = published("lan")
    address = f"/api/v1/pieces/{piece['id']}/readers/"
    said = {"count": 120, "as_of": "2026-08-01", "source": "Thống kê của trang"}
    made = as_("publisher").post(address, said)
    assert (made.status_code, made.json()) == (201, said)
    assert as_("publisher").post(address, said | {"count": 150}).json()["count"] == 150
    assert as_("head").get(f"/api/v1/pieces/{piece['id']}/").json()["readers"] == said | {"count": 150}
    for name in ("lan", "accountant"):
        assert as_(name).post(address, said).json()["code"] == "not_allowed"


def test_a_day_before_the_publication_is_refused(as_: Any, published: Any, create: Any) -> None:
    address = f"/api/v1/pieces/{published('lan')['id']}/readers/"
    answer = as_("publisher").post(address, {"count": 1, "as_of": "2026-07-09"})
    assert answer.json()["code"] == "readers_day_wrong"
    draft = create("lan")
    answer = as_("head").post(f"/api/v1/pieces/{draft['id']}/readers/", {"count": 1, "as_of": "2026-08-01"})
    assert answer.json()["code"] == "readers_unpublished"
