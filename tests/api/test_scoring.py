"""While somebody scores: what it would pay, and asking urgently for who may approve."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from contributors import clock
from contributors.access_keys import make_access_key
from contributors.models import Event, Piece
from contributors.scopes import portal_scope
from payments.approvals import Preview, preview
from payments.errors import PaymentError
from payments.funds import FundPosition
from payments.score_amounts import Amounts
from tests.api.conftest import EVERYBODY, CheckedClient
from tests.factories.world import World

API = "/api/v1"


def sent(create: Any, step: Any, **fields: Any) -> str:
    return str(step("lan", create("lan", **fields), "submit").json()["id"])


def test_amounts_are_those_of_the_preview_with_what_the_fund_has_left(
    world: World, create: Any, step: Any, as_: Any
) -> None:
    piece = sent(create, step)
    before = Event.unscoped.count()
    found = as_("head").post(f"{API}/pieces/{piece}/amounts/", {"coefficient": "1.5"}).json()
    with portal_scope(world.portal):
        shown = preview(
            piece=Piece.objects.get(public_id=piece),
            coefficient=Decimal("1.5"),
            photo_coefficient=None,
            actor=world.actor("head"),
        )
    assert [(line["name"], line["amount"], line["explanation"]) for line in found["lines"]] == [
        (line.name, line.amount, line.explanation) for line in shown.lines
    ]
    assert found["total"] == shown.total == sum(line["amount"] for line in found["lines"]) > 0
    fund = found["fund"]
    assert fund["left_after"] == fund["left"] - fund["preparing"] - found["total"]
    assert fund["amount"] == world.fund.amount
    scale = found["scale"]
    assert (scale["needed"], scale["schedule"]) == (True, world.schedule.title)
    assert float(scale["low"]) < float(scale["high"])
    more = as_("head").post(f"{API}/pieces/{piece}/amounts/", {"coefficient": "2"}).json()
    assert more["total"] > found["total"]
    assert Event.unscoped.count() == before


def test_amounts_are_for_who_approves(world: World, create: Any, step: Any, as_: Any) -> None:
    piece = sent(create, step)
    asked = {name: as_(name).post(f"{API}/pieces/{piece}/amounts/", {}).status_code for name in EVERYBODY}
    assert {name for name, status in asked.items() if status == 200} == {"head", "deputy"}
    assert set(asked.values()) == {200, 403}


def test_program_needs_the_scope_of_money_for_amounts(world: World, create: Any, step: Any) -> None:
    piece, codes = sent(create, step), []
    for scopes in (["read", "write"], ["read", "write", "money"]):
        with portal_scope(world.portal):
            key = make_access_key(
                actor=world.actor("head"), name="Cổng", scopes=scopes, last_day=clock.today() + timedelta(days=9)
            )
        client = CheckedClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key.secret}")
        answer = client.post(f"{API}/pieces/{piece}/amounts/", {"coefficient": "1.5"})
        codes.append((answer.status_code, answer.json().get("code")))
    assert codes == [(403, "key_scope"), (200, None)]


def test_scores_that_cannot_be_read_and_foreign_photos_are_refused(
    world: World, create: Any, step: Any, as_: Any
) -> None:
    piece, head = sent(create, step), as_("head")
    strange = "0198c1c0-0000-7000-8000-000000000000"
    for body, field in (
        ({"coefficient": "một"}, "coefficient"),
        ({"score": "1"}, "score"),
        ({"photo_coefficients": [{"photo": strange, "coefficient": "1"}]}, "photo_coefficients.0.photo"),
    ):
        answer = head.post(f"{API}/pieces/{piece}/amounts/", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert head.post(f"{API}/pieces/{strange}/amounts/", {}).status_code == 404


def test_portal_that_does_not_pay_has_nothing_to_reckon(
    world: World, create: Any, step: Any, as_: Any, monkeypatch: Any
) -> None:
    piece = sent(create, step)
    monkeypatch.setattr("payments.approvals.payment_mode_on", lambda *_: "unpaid")
    found = as_("head").post(f"{API}/pieces/{piece}/amounts/", {"coefficient": "1.5"}).json()
    assert (found["lines"], found["total"], found["fund"]) == ([], 0, None)
    monkeypatch.undo()

    def none(*_: Any) -> None:
        raise PaymentError("no_schedule", day="03/08/2026")

    monkeypatch.setattr("payments.approvals._schedule_today", none)
    refused = as_("head").post(f"{API}/pieces/{piece}/amounts/", {"coefficient": "1.5"})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_schedule")


def test_urgent_link_is_told_once_with_who_may_approve(world: World, create: Any, step: Any, as_: Any) -> None:
    piece = sent(create, step)
    address = f"{API}/pieces/{piece}/urgent/"
    answer = as_("publisher").post(address, HTTP_IDEMPOTENCY_KEY="gap-1")
    told = answer.json()
    assert answer.status_code == 201
    assert "/u/" in told["text"]
    assert "Ấp Mẫu làm đường" in told["text"]
    assert [one["contributor"]["name"] for one in told["people"]] == [
        world.people["head"].full_name,
        world.people["deputy"].full_name,
    ]
    assert "no-store" in answer["Cache-Control"]
    again = as_("publisher").post(address, HTTP_IDEMPOTENCY_KEY="gap-1")
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert Event.unscoped.filter(kind="piece.asked_urgently").count() == 1


def test_urgent_link_is_for_the_board_and_a_piece_that_waits(world: World, create: Any, step: Any, as_: Any) -> None:
    draft = create("writer")["id"]
    refused = as_("writer").post(f"{API}/pieces/{draft}/urgent/")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    piece = sent(create, step)
    assert as_("lan").post(f"{API}/pieces/{piece}/urgent/").json()["code"] == "not_allowed"
    assert Event.unscoped.filter(kind="piece.asked_urgently").count() == 0


def test_left_after_a_piece_counts_what_is_prepared() -> None:
    fund = FundPosition(amount=1000, issued=200, committed=50, preparing=30)
    assert Amounts(Preview([], 100), fund).left_after == 1000 - 200 - 50 - 30 - 100
