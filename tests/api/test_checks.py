"""The check before payment and the exceptions of a run, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock
from contributors.models import Contributor
from contributors.scopes import portal_scope
from payments.models import CheckDelivery, DraftLine, LineCheck, Run
from tests.api.conftest import EVERYBODY
from tests.factories.world import World, at
from tests.payments.check_situations import start
from tests.payments.steps import computed_run

MONEY = {"accountant", "holder", "head", "deputy"}


@pytest.fixture
def review(world: World) -> str:
    """Two pieces of Lan's and one of Hoà's, open for three days; the run's id."""
    with portal_scope(world.portal):
        world.published("lan", title="Đường mới", coefficient="1.5")
        world.published("lan", title="Cầu mới", when="2026-07-12T08:00", coefficient="1")
        world.published("hoa", title="Mùa gặt", when="2026-07-20T08:00", coefficient="1")
        return str(start(world, computed_run(world)).public_id)


def lines(as_: Any, review: str, who: str = "lan") -> dict[str, Any]:
    response = as_(who).get(f"/api/v1/checks/{review}/")
    assert response.status_code == 200, response.content
    return response.json()  # type: ignore[no-any-return]


def test_check_from_starting_to_its_end(world: World, as_: Any) -> None:
    with portal_scope(world.portal):
        world.published("lan", title="Đường mới")
        run = computed_run(world)
    address = f"/api/v1/runs/{run.public_id}/"
    assert as_("lan").get("/api/v1/checks/").json() == {"checks": []}
    shown = as_("accountant").get(address).json()
    assert "start-review" in shown["allowed_actions"]
    started = as_("accountant").post(f"{address}start-review/", {"version": shown["version"], "days": 2}).json()
    assert (started["state"], started["review_days"], "end-review" in started["allowed_actions"]) == (
        "in_review",
        2,
        True,
    )
    [asked] = as_("lan").get("/api/v1/checks/").json()["checks"]
    assert (asked["run"]["id"], asked["lines"], asked["silent"], asked["deadline"]) == (str(run.public_id), 1, 1, None)
    mine = lines(as_, str(run.public_id))
    assert mine["deadline"].startswith("2026-08-06T00:00:00")
    [line] = mine["lines"]
    assert (line["title"], line["amount"], line["check"], line["held"]) == ("Đường mới", 379_500, None, "")

    said = {"answers": [{"subject_key": line["subject_key"], "answer": "missing", "reason": "Thiếu ảnh"}]}
    [answered] = as_("lan").post(f"/api/v1/checks/{run.public_id}/answers/", said).json()["lines"]
    assert (answered["check"]["answer"], answered["held"]) == ("missing", "đang xem lại")

    check = answered["check"]
    reply = {"version": check["version"], "outcome": "kept", "reply": "Ảnh đã tính trong bài"}
    stale = as_("accountant").post(f"/api/v1/line-checks/{check['id']}/reply/", reply | {"version": 9})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    replied = as_("accountant").post(f"/api/v1/line-checks/{check['id']}/reply/", reply)
    assert (replied.json()["outcome"], replied["ETag"]) == ("kept", '"2"')
    [line] = lines(as_, str(run.public_id))["lines"]
    assert (line["check"]["reply"], line["held"]) == ("Ảnh đã tính trong bài", "")

    version = as_("accountant").get(address).json()["version"]
    refused = as_("accountant").post(f"{address}end-review/", {"version": version})
    assert (refused.status_code, refused.json()["code"]) == (422, "review_end_reason")
    ended = as_("accountant").post(f"{address}end-review/", {"version": version, "reason": "Khoá sổ"}).json()
    assert ended["state"] == "computed"
    assert as_("lan").get(f"/api/v1/checks/{run.public_id}/").status_code == 404


def test_looking_at_ones_own_is_on_record_and_looking_at_others_is_not_allowed(
    world: World, as_: Any, review: str
) -> None:
    lines(as_, review)
    hoa = world.people["hoa"].public_id
    assert as_("lan").get(f"/api/v1/checks/{review}/?person={hoa}").status_code == 403
    with portal_scope(world.portal):
        assert list(CheckDelivery.objects.values_list("contributor__full_name", "way")) == [
            ("Nguyễn Thị Lan", "opened")
        ]


def test_rest_right_and_focal_person(world: World, as_: Any, review: str) -> None:
    hoa = world.people["hoa"].public_id
    focal = as_("focal_person")
    body = {"person": str(hoa), "rest_right": True}
    assert focal.post(f"/api/v1/checks/{review}/answers/", body).status_code == 403
    with portal_scope(world.portal):
        Contributor.objects.filter(public_id=hoa).update(account=None)
    answered = focal.post(f"/api/v1/checks/{review}/answers/", body).json()
    assert [line["check"]["answer"] for line in answered["lines"]] == ["right"]
    told = focal.post(f"/api/v1/runs/{review}/deliveries/", {"unit": str(world.unit.public_id), "way": "message"})
    assert told.json() == {"people": 3}
    rows = focal.get(f"/api/v1/runs/{review}/checks/").json()
    assert {row["amount"] for row in rows["people"]} == {None}
    assert rows["standing"]["agreed"] == 1


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ({"subject_key": "credit:0", "answer": "right"}, 404, "line_unknown"),
        ({"subject_key": "", "answer": "not_mine", "reason": "x"}, 422, "answer_unknown"),
        ({"subject_key": "", "answer": "missing"}, 422, "answer_reason_missing"),
        ({"subject_key": "", "answer": "maybe"}, 422, "invalid"),
        ({"subject_key": "", "answer": "missing", "reason": "x", "amount": 1}, 422, "invalid"),
    ],
)
def test_answer_that_cannot_be_taken(as_: Any, review: str, answer: dict[str, Any], status: int, code: str) -> None:
    response = as_("lan").post(f"/api/v1/checks/{review}/answers/", {"answers": [answer]})
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_answer_after_the_deadline_is_409(as_: Any, review: str) -> None:
    lines(as_, review)
    with clock.at(at("2026-08-07T00:00")):
        assert lines(as_, review)["open"] is False
        response = as_("lan").post(f"/api/v1/checks/{review}/answers/", {"rest_right": True})
    assert (response.status_code, response.json()["code"]) == (409, "check_over")


def test_checks_and_exceptions_are_for_those_of_the_table(world: World, as_: Any, review: str) -> None:
    person = world.people["lan"].public_id
    seen = {
        part: {name for name in EVERYBODY if as_(name).get(f"/api/v1/runs/{review}/{part}").status_code == 200}
        for part in ("exceptions/", "exceptions/file/", "checks/", f"checks/{person}/")
    }
    assert seen == {
        "exceptions/": MONEY,
        "exceptions/file/": MONEY,
        "checks/": {*MONEY, "focal_person"},
        f"checks/{person}/": MONEY,
    }
    for name in set(EVERYBODY) - {"accountant"}:
        assert as_(name).post(f"/api/v1/runs/{review}/end-review/", {"version": 1}).status_code == 403, name


def test_exceptions_balance_and_name_what_to_look_at(world: World, as_: Any, review: str) -> None:
    [line, _] = lines(as_, review)["lines"]
    said = {"answers": [{"subject_key": line["subject_key"], "answer": "not_mine", "reason": "Bài của anh Ba"}]}
    as_("lan").post(f"/api/v1/checks/{review}/answers/", said)
    found = as_("head").get(f"/api/v1/runs/{review}/exceptions/").json()
    balance = found["balance"]
    assert (balance["published"], balance["accounted"], balance["difference"], balance["closes"]) == (9, 9, 0, True)
    assert {row["bucket"]: row["parts"] for row in balance["buckets"] if row["parts"]} == {"paid": 8, "held": 1}
    [dispute] = found["disputes"]
    assert (dispute["name"], dispute["check"]["reason"]) == ("Nguyễn Thị Lan", "Bài của anh Ba")
    assert [run["here"] for run in found["fund"]["runs"]] == [True]
    assert found["late"] == found["held_people"] == found["bounds"] == found["changed"] == []


def test_exceptions_file_by_kind(as_: Any, review: str) -> None:
    address = f"/api/v1/runs/{review}/exceptions/file/"
    assert as_("head").get(address).content.startswith(b"PK")
    plain = as_("head").get(f"{address}?kind=csv").content.decode("utf-8-sig")
    assert plain.splitlines()[0].startswith("Nhóm,")
    assert as_("head").get(f"{address}?kind=pdf").status_code == 404
    assert as_("head").get(f"{address}?loai=csv").status_code == 422


def test_check_of_another_portal_does_not_exist(elsewhere: World, as_: Any, review: str) -> None:
    with portal_scope(elsewhere.portal):
        elsewhere.published("lan")
        foreign = start(elsewhere, computed_run(elsewhere))
    assert as_("lan").get(f"/api/v1/checks/{foreign.public_id}/").status_code == 404
    assert as_("accountant").get(f"/api/v1/runs/{foreign.public_id}/exceptions/").status_code == 404


def test_answers_cost_the_same_queries_for_many_lines(world: World, as_: Any, review: str) -> None:
    def count(address: str, who: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_(who).get(address).status_code == 200
        return len(queries)

    pages = [
        (f"/api/v1/checks/{review}/", "lan"),
        (f"/api/v1/runs/{review}/checks/", "accountant"),
        (f"/api/v1/runs/{review}/exceptions/", "accountant"),
    ]
    [line, _] = lines(as_, review)["lines"]
    said = {"answers": [{"subject_key": line["subject_key"], "answer": "missing", "reason": "Thiếu"}]}
    as_("lan").post(f"/api/v1/checks/{review}/answers/", said)
    few = [count(*page) for page in pages]
    with portal_scope(world.portal):
        run = Run.objects.get(public_id=review)
        model = DraftLine.objects.filter(run=run, contributor=world.people["lan"]).first()
        assert model is not None
        for number in range(30):
            model.pk = None
            model.subject_key = f"zz:{number:03d}"
            model.save(force_insert=True)
        LineCheck.objects.bulk_create(
            LineCheck(
                portal=world.portal,
                run=run,
                contributor=world.people["lan"],
                subject_key=f"zz:{number:03d}",
                answer="missing",
                reason="Thiếu",
                answered_at=clock.now(),
            )
            for number in range(20)
        )
    assert [count(*page) for page in pages] == few


def test_a_person_who_is_no_id_is_nobody(as_: Any, review: str) -> None:
    answer = as_("lan").get(f"/api/v1/checks/{review}/?person=¿")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
