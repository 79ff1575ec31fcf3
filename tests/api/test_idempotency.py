"""Idempotency-Key: the same request again has the same answer, and one effect."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from api import idempotency
from api.idempotency import HEADER, KEPT_FOR, Once, sweep_kept_answers
from contributors import clock
from contributors.models import AttemptCount, Event, KeptAnswer, Piece
from payments.models import Run
from tests.api.test_payee_details import ACCOUNT, NEW
from tests.factories.world import World

PIECES = "/api/v1/pieces/"
NAMED = {f"HTTP_{HEADER.upper().replace('-', '_')}": "k-1"}


def kept() -> list[KeptAnswer]:
    return list(KeptAnswer.unscoped.order_by("pk"))


def new(title: str = "Ấp Mẫu làm đường") -> dict[str, str]:
    return {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": title, "body": "Dài."}


def test_the_same_again_is_answered_the_same_and_done_once(world: World, as_: Any) -> None:
    sent = new()
    first = as_("lan").post(PIECES, sent, **NAMED)
    events = Event.unscoped.count()
    again = as_("lan").post(PIECES, sent, **NAMED)
    assert (first.status_code, again.status_code) == (201, 201)  # without the name: 200, found by client_key
    assert again.content == first.content
    assert (again["Content-Type"], again[idempotency.REPLAYED]) == ("application/json", "true")
    assert idempotency.REPLAYED not in first
    assert (Piece.unscoped.count(), Event.unscoped.count()) == (1, events)


def test_a_step_sent_twice_is_told_its_success_not_that_it_is_late(create: Any, as_: Any) -> None:
    piece = create("lan")
    address = f"{PIECES}{piece['id']}/withdraw/"
    first, again, bare = (
        as_("lan").post(address, {"version": piece["version"]}, **named) for named in (NAMED, NAMED, {})
    )
    assert (first.status_code, again.status_code, bare.status_code) == (200, 200, 409)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"] == '"2"'


@pytest.mark.parametrize("other", [{"title": "Khác"}, {"client_key": str(uuid.uuid4())}])
def test_the_key_for_another_body_is_422_and_nothing_happens(as_: Any, other: dict[str, str]) -> None:
    sent = new()
    as_("lan").post(PIECES, sent, **NAMED)
    answer = as_("lan").post(PIECES, sent | other, **NAMED)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Piece.unscoped.count() == 1


def test_the_key_for_another_address_is_422(create: Any, as_: Any) -> None:
    first, second = create("lan"), create("lan")
    assert as_("lan").post(f"{PIECES}{first['id']}/withdraw/", {"version": 1}, **NAMED).status_code == 200
    answer = as_("lan").post(f"{PIECES}{second['id']}/withdraw/", {"version": 1}, **NAMED)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_the_order_of_fields_is_no_other_body_and_a_key_is_of_one_caller(as_: Any) -> None:
    sent = new()
    first = as_("lan").post(PIECES, sent, **NAMED)
    assert as_("lan").post(PIECES, dict(reversed(sent.items())), **NAMED).content == first.content
    assert as_("hoa").post(PIECES, new("Của Hoà"), **NAMED).status_code == 201
    assert len(kept()) == 2


def test_a_refusal_is_not_kept_so_the_key_can_be_sent_again_mended(as_: Any) -> None:
    refused = as_("lan").post(PIECES, new() | {"genre": "khong-co"}, **NAMED)
    assert (refused.status_code, kept()) == (422, [])
    assert as_("lan").post(PIECES, new(), **NAMED).status_code == 201


@pytest.mark.parametrize("key", ["", "có dấu", "hai từ", "x" * 201, '""'])
def test_key_malformed_is_422(as_: Any, key: str) -> None:
    answer = as_("lan").post(PIECES, new(), HTTP_IDEMPOTENCY_KEY=key.encode().decode("latin-1"))
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(HEADER, "idempotency_key_wrong")]
    assert Piece.unscoped.count() == 0


def test_quotes_around_the_key_say_nothing(as_: Any) -> None:
    sent = new()
    first = as_("lan").post(PIECES, sent, HTTP_IDEMPOTENCY_KEY='"k-1"')
    assert as_("lan").post(PIECES, sent, **NAMED).content == first.content


def test_key_is_of_posts_only(as_: Any) -> None:
    assert as_("lan").get(PIECES, **NAMED).status_code == 200
    assert kept() == []


def test_running_is_409_with_retry_after(world: World, as_: Any) -> None:
    other = connection.copy()
    once = Once(world.portal, world.accounts["lan"], "k-1", "", b"", for_good=False)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [once.lock_number()])
        answer = as_("lan").post(PIECES, new(), **NAMED)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "request_running", "1")
        assert (Piece.unscoped.count(), kept()) == (0, [])
    finally:
        with other.cursor() as cursor:  # closing only gives the connection back to its pool
            cursor.execute("SELECT pg_advisory_unlock_all()")
        other.close()
    assert as_("lan").post(PIECES, new(), **NAMED).status_code == 201


def test_files_count_by_their_content(world: World, as_: Any) -> None:
    def post(content: bytes) -> Any:
        file = SimpleUploadedFile("don-vi.csv", content)
        return as_("admin").post("/api/v1/unit-sheets/", {"file": file}, format="multipart", **NAMED)

    first = post(b"Ten,Loai\nAp Moi,hamlet\n")
    assert first.status_code in {200, 201, 202}, first.content
    assert post(b"Ten,Loai\nAp Moi,hamlet\n").content == first.content
    assert post(b"Ten,Loai\nAp Khac,hamlet\n").json()["code"] == "key_reused"


def test_what_must_be_kept_nowhere_is_not_kept_and_not_done_again(world: World, as_: Any) -> None:
    address = f"/api/v1/contributors/{world.people['lan'].public_id}/hand-over-code/"
    first = as_("head").post(address, {"way": "digits"}, **NAMED)
    assert first.status_code == 201, first.content
    [row] = kept()
    assert row.body is None
    again = as_("head").post(address, {"way": "digits"}, **NAMED)
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert Event.unscoped.filter(kind="code.handed_over").count() == 1


def test_an_answer_too_large_is_not_kept_but_done_once(as_: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(idempotency, "LARGEST_BODY", 100)
    sent = new()
    assert as_("lan").post(PIECES, sent, **NAMED).status_code == 201
    assert as_("lan").post(PIECES, sent, **NAMED).json()["code"] == "answer_not_kept"


def test_answers_expire_but_those_of_money_never(world: World, as_: Any) -> None:
    run = {
        "label": "Tháng 7",
        "period_from": "2026-07-01",
        "period_until": "2026-08-01",
        "payment_date": "2026-08-05",
        "fund": str(world.fund.public_id),
    }
    opened = as_("accountant").post("/api/v1/runs/", run, **NAMED)
    assert opened.status_code == 201, opened.content
    sent = new()
    piece = as_("lan").post(PIECES, sent, **NAMED).json()
    assert [row.expires_at for row in kept()] == [None, clock.now() + KEPT_FOR]
    with clock.at(clock.now() + KEPT_FOR + timedelta(seconds=1)):
        assert as_("lan").post(PIECES, sent, **NAMED).status_code == 200  # done anew: found by its client_key
        assert as_("accountant").post("/api/v1/runs/", run, **NAMED).content == opened.content
        assert sweep_kept_answers() == 0  # that one is new again
    with clock.at(clock.now() + 3 * KEPT_FOR):
        assert sweep_kept_answers() == 1
        again = as_("accountant").post("/api/v1/runs/", run, **NAMED)  # done for good, told no more
        assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert [(row.path, row.body) for row in kept()] == [("/api/v1/runs/", None)]
    assert (Run.unscoped.count(), piece["title"]) == (1, sent["title"])


def test_a_counted_try_stays_counted_when_the_answer_is_no(world: World, as_: Any) -> None:
    """Else whoever names each guess could guess for ever."""
    address = f"/api/v1/payee-details/{world.people['lan'].public_id}/"
    entered = as_("accountant").post(f"{address}enter/", NEW)
    assert entered.status_code == 200, entered.content
    sheet = {"version": 2, "sheet_signed_on": "2026-08-01", "personal_id": "089188900778", "bank_account": ACCOUNT}
    counts = []
    for number in range(3):
        refused = as_("holder").post(f"{address}confirm/", sheet, HTTP_IDEMPOTENCY_KEY=f"k-{number}")
        assert (refused.status_code, refused.json()["code"]) == (422, "sheet_differs")
        counts.append(sum(AttemptCount.objects.values_list("count", flat=True)))
    assert counts == [1, 2, 3]


def test_what_breaks_leaves_nothing_behind(world: World, as_: Any, monkeypatch: Any) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(idempotency, "_body", broken)  # after the effect, before the end
    client = as_("lan")
    client.raise_request_exception = False
    assert client.post(PIECES, new(), **NAMED).status_code == 500
    assert (Piece.unscoped.count(), kept()) == (0, [])
