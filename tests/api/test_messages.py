"""Messages to people over HTTP: what is to be told, told by hand, sent again."""

from __future__ import annotations

from typing import Any

import pytest

from contributors import clock
from contributors.models import Event, Message
from contributors.scopes import portal_scope
from tests.factories.world import World, at

ADDRESS = "/api/v1/messages/"


@pytest.fixture
def messages(world: World) -> dict[str, Message]:
    """Of money and of pieces, to two people, in several states."""
    made = {}
    with portal_scope(world.portal):
        for kind, state, name in (
            ("paid", "by_hand", "lan"),
            ("published", "by_hand", "lan"),
            ("returned", "failed", "hoa"),
            ("approved", "sent", "hoa"),
        ):
            made[kind] = Message.objects.create(
                portal=world.portal,
                contributor=world.people[name],
                kind=kind,
                key=kind,
                subject_type="piece",
                subject_id=1,
                state=state,
                fault="away" if state == "failed" else "",
                text="Chào chị.",
                created_at=at("2026-08-03T00:00") if kind == "published" else clock.now(),
            )
    return made


def kinds(answer: Any) -> list[str]:
    return [row["kind"] for row in answer.json()["results"]]


def test_each_sees_the_kinds_that_are_theirs_to_tell(world: World, as_: Any, messages: Any) -> None:
    assert kinds(as_("head").get(ADDRESS)) == ["approved", "returned", "published"]
    assert kinds(as_("accountant").get(ADDRESS)) == ["paid"]
    assert as_("lan").get(ADDRESS).json()["code"] == "not_allowed"
    row = as_("head").get(f"{ADDRESS}{messages['returned'].public_id}/").json()
    assert (row["state"], row["fault"], row["to_tell"], row["may_send"]) == ("failed", "away", True, False)
    assert row["contributor"]["name"] == world.people["hoa"].full_name
    assert as_("head").get(f"{ADDRESS}{messages['paid'].public_id}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=by_hand,failed", ["returned", "published"]),
        ("kind=approved", ["approved"]),
        ("kind=paid", []),
        ("fault=away", ["returned"]),
        ("created_from=2026-08-03", ["approved", "returned", "published"]),
        ("created_until=2026-08-03", []),
        ("fields=kind&page_size=2", None),
    ],
)
def test_list_is_narrowed_and_never_widened(as_: Any, messages: Any, query: str, found: list[str] | None) -> None:
    answer = as_("head").get(f"{ADDRESS}?{query}")
    if found is None:
        assert answer.json()["errors"][0]["code"] == "unknown_parameter"
    else:
        assert kinds(answer) == found


def test_list_knows_people_by_their_id(world: World, as_: Any, messages: Any) -> None:
    hoa = world.people["hoa"].public_id
    assert kinds(as_("head").get(f"{ADDRESS}?contributor={hoa}")) == ["approved", "returned"]
    for wrong in ("contributor=1", "state=gone", "created_from=1/2/2026", "whom=lan"):
        assert as_("head").get(f"{ADDRESS}?{wrong}").status_code == 422, wrong


def test_told_by_hand_counts_what_was_open(world: World, as_: Any, messages: Any) -> None:
    body = {"messages": [str(row.public_id) for row in messages.values()], "way": "spoken"}
    head = as_("head")
    assert head.post(f"{ADDRESS}told/", body).json() == {"told": 2}
    assert head.post(f"{ADDRESS}told/", body).json() == {"told": 0}
    row = head.get(f"{ADDRESS}{messages['published'].public_id}/").json()
    assert (row["state"], row["way"], row["told_by"]) == ("told", "spoken", world.accounts["head"].name)
    messages["paid"].refresh_from_db()
    assert messages["paid"].state == "by_hand"
    assert head.post(f"{ADDRESS}told/", body | {"way": "sms"}).json()["errors"][0]["field"] == "way"
    assert head.post(f"{ADDRESS}told/", {"messages": [], "way": "spoken"}).status_code == 422
    assert as_("lan").post(f"{ADDRESS}told/", body).json()["code"] == "not_allowed"
    assert Event.unscoped.filter(kind="message.told").count() == 2


def test_sent_again_where_a_gateway_could_carry_it(as_: Any, messages: Any, settings: Any) -> None:
    address = f"{ADDRESS}{messages['returned'].public_id}/retry/"
    assert as_("head").post(address).json()["code"] == "message_no_gateway"
    settings.MESSAGE_GATEWAY = "zalo_http"
    settings.MESSAGE_GATEWAY_URL = "http://127.0.0.1:9/send"
    settings.MESSAGE_GATEWAY_TOKEN = "khoa-nha-mang"
    settings.MESSAGE_GATEWAY_BODY = '{"to": "{digits}", "say": "{text}"}'
    row = as_("head").post(address).json()
    assert (row["state"], row["fault"], row["to_tell"]) == ("queued", None, False)
    assert as_("head").post(f"{ADDRESS}{messages['approved'].public_id}/retry/").json()["code"] == "message_done"
    assert as_("head").post(f"{ADDRESS}{messages['paid'].public_id}/retry/").status_code == 404
