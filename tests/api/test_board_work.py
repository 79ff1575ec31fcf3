"""The board's work over HTTP: every answer is held against the document by the client."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from contributors import clock
from contributors.models import Score
from contributors.reminding import remind_portal
from tests.api.conftest import NOW
from tests.factories.world import World, at, picture

RULES = {
    "effective_from": "2026-08-03",
    "review_hours": "4",
    "publish_hours": "4",
    "leader_same_day": True,
    "weekdays": "12345",
    "day_from": "07:30",
    "noon_from": "11:30",
    "noon_until": "13:30",
    "day_until": "17:00",
    "second_score_above": "1.4",
    "offer_units": 2,
    "offer_hours": 24,
}


def test_rules_and_own_days(world: World, as_: Any) -> None:
    usual = as_("writer").get("/api/v1/board-rules/").json()
    assert (usual["review_hours"], usual["second_score_above"]) == ("4", None)
    made = as_("head").post("/api/v1/board-rules/", RULES)
    assert (made.status_code, made.json()["second_score_above"]) == (201, "1.4")
    assert as_("deputy").post("/api/v1/board-rules/", RULES).json()["code"] == "not_allowed"
    wrong = as_("head").post("/api/v1/board-rules/", RULES | {"effective_from": "2026-08-02"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "day_past")
    assert as_("head").post("/api/v1/own-days/", {"on": "2026-08-08", "working": True}).status_code == 204
    assert as_("lan").get("/api/v1/own-days/").status_code == 403
    assert as_("head").get("/api/v1/own-days/").json() == [{"on": "2026-08-08", "working": True, "note": ""}]
    assert as_("head").post("/api/v1/own-days/", {"on": "2026-08-08", "working": None}).status_code == 204
    assert as_("head").post("/api/v1/own-days/", {"on": "2026-08-08", "working": None}).status_code == 404


def test_two_scorers(world: World, as_: Any, create: Any, step: Any) -> None:
    as_("head").post("/api/v1/board-rules/", RULES)
    piece = step("lan", create("lan"), "submit").json()
    first = step("head", piece, "approve", reason="Công phu").json()
    assert (first["state"], first["version"]) == ("submitted", piece["version"] + 1)
    review = as_("deputy").get(f"/api/v1/pieces/{piece['id']}/review/").json()
    assert (review["standing"], review["proposal"]["coefficient"], review["proposal"]["reason"]) == (
        "second",
        "1.500",
        "Công phu",
    )
    assert (review["due"]["why"], review["due"]["at"]) == ("review", "2026-08-03T15:00:00+07:00")
    again = step("head", first, "approve")
    assert (again.status_code, again.json()["code"]) == (409, "second_scorer_needed")
    assert step("deputy", first, "approve").json()["state"] == "approved"


def test_photos_have_scores_of_their_own(world: World, as_: Any, create: Any, step: Any, work_jobs: Any) -> None:
    piece = create("lan")
    for number in (1, 2):
        file = SimpleUploadedFile(f"{number}.jpg", picture(number), "image/jpeg")
        body = {"version": piece["version"], "file": file, "photographer": str(world.people["lan"].public_id)}
        assert as_("lan").post(f"/api/v1/pieces/{piece['id']}/photos/", body, format="multipart").status_code == 202
        work_jobs()
        piece = as_("lan").get(f"/api/v1/pieces/{piece['id']}/").json()
    piece = step("lan", piece, "submit").json()
    scores = [{"photo": piece["photos"][1]["id"], "coefficient": "0.7"}]
    moved = step("head", piece, "approve", photo_coefficient="0.5", photo_coefficients=scores)
    assert moved.status_code == 200, moved.content
    kept = Score.unscoped.filter(photo__isnull=False).order_by("photo__position").values_list("coefficient", flat=True)
    assert [str(value) for value in kept] == ["0.500", "0.700"]


def test_review_is_for_the_board(as_: Any, create: Any, step: Any) -> None:
    piece = step("lan", create("lan"), "submit").json()
    assert as_("lan").get(f"/api/v1/pieces/{piece['id']}/review/").status_code == 403
    assert as_("head").get(f"/api/v1/pieces/{piece['id']}/review/").json()["standing"] == "own"
    assert as_("editor").get(f"/api/v1/pieces/{piece['id']}/review/").json()["standing"] is None


def test_hand_over_gives_a_right_and_ends(world: World, as_: Any, create: Any, step: Any) -> None:
    body = {
        "receiver": str(world.people["editor"].public_id),
        "right": "piece.approve",
        "effective_from": "2026-08-03",
        "effective_until": "2026-08-06",
        "reason": "Nghỉ phép",
    }
    made = as_("head").post("/api/v1/delegations/", body)
    assert made.status_code == 201
    assert as_("head").post("/api/v1/delegations/", body).json()["code"] == "hand_twice"
    piece = step("lan", create("lan"), "submit").json()
    assert "approve" in as_("editor").get(f"/api/v1/pieces/{piece['id']}/").json()["allowed_actions"]
    assert step("editor", piece, "approve").json()["state"] == "approved"
    assert [row["id"] for row in as_("writer").get("/api/v1/delegations/").json()] == [made.json()["id"]]
    assert as_("head").post(f"/api/v1/delegations/{made.json()['id']}/end/").status_code == 200
    assert as_("writer").get("/api/v1/delegations/").json() == []
    assert as_("lan").get("/api/v1/delegations/").status_code == 403


def test_absences(as_: Any) -> None:
    found = as_("publisher").get("/api/v1/absences/").json()
    assert found["already"] == []
    head = next(row for row in found["people"] if row["name"] == "Võ Văn Trưởng")
    assert (head["roles"], head["waits"]) == (["seat:head"], ["approve"])
    assert as_("lan").get("/api/v1/absences/").status_code == 403


def test_named_co_author_answers_and_the_board_settles(world: World, as_: Any, create: Any, step: Any) -> None:
    piece = create("lan")
    people = {name: str(world.people[name].public_id) for name in ("lan", "hoa")}
    parts = [{"contributor": people[name], "role": "author", "share": "50"} for name in ("lan", "hoa")]
    answer = as_("lan").put(f"/api/v1/pieces/{piece['id']}/credits/", {"version": piece["version"], "credits": parts})
    piece = step("lan", answer.json(), "submit").json()
    assert [credit["state"] for credit in piece["credits"]] == ["confirmed", "proposed"]
    address = f"/api/v1/pieces/{piece['id']}/credit-answer/"
    empty = as_("hoa").post(address, {"role": "author", "agrees": False})
    assert (empty.status_code, empty.json()["code"]) == (422, "reason_missing")
    answer = as_("hoa").post(address, {"role": "author", "agrees": False, "reason": "Tôi viết cả"})
    assert answer.json()["state"] == "disputed"
    settle = {"contributor": people["hoa"], "role": "author", "stands": False, "reason": "Không đúng"}
    assert as_("hoa").post(f"/api/v1/pieces/{piece['id']}/credit-settlement/", settle).status_code == 403
    answer = as_("head").post(f"/api/v1/pieces/{piece['id']}/credit-settlement/", settle)
    assert answer.json()["state"] == "confirmed"
    assert as_("writer").post(address, {"role": "author", "agrees": True}).status_code == 404


def test_calls_from_the_week_are_made_once_taken_and_begun(world: World, as_: Any) -> None:
    text = "Ngày 04/8/2026\n8h00 Lễ ra quân, tại ấp Mẫu\nlinh tinh"
    read = as_("head").post("/api/v1/calls/read-week/", {"text": text}).json()
    assert read["activities"] == [
        {"line": 2, "day": "2026-08-04", "hour": "08:00:00", "title": "Lễ ra quân", "place": "ấp Mẫu"}
    ]
    assert read["skipped"] == [{"line": 3, "text": "linh tinh"}]
    body = {"text": text, "genre": "news_item", "client_key": str(uuid.uuid4())}
    made = [as_("head").post("/api/v1/calls/make-week/", body) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    ((call,), (same,)) = (answer.json() for answer in made)
    assert (call["id"], call["state"], call["leader_activity"]) == (same["id"], "open", True)
    assert 0 < call["fee_low"] < call["fee_high"]
    address = f"/api/v1/calls/{call['id']}/"
    assert as_("lan").post(f"{address}take/").json()["state"] == "taken"
    assert as_("hoa").post(f"{address}take/").status_code == 404
    begun = as_("lan").post(f"{address}begin/", {"client_key": str(uuid.uuid4())}).json()
    assert as_("lan").get(f"/api/v1/pieces/{begun['piece']}/").json()["title"] == "Lễ ra quân"
    assert as_("lan").post(f"{address}give-back/").json()["state"] == "open"
    assert as_("head").post(f"{address}cancel/", {"reason": "Hoãn"}).json()["state"] == "cancelled"
    assert as_("lan").post("/api/v1/calls/read-week/", {"text": text}).status_code == 403
    assert as_("holder").get("/api/v1/calls/").status_code == 403


def test_call_by_hand_names_its_units(world: World, as_: Any) -> None:
    body = {
        "client_key": str(uuid.uuid4()),
        "title": "Hội thi",
        "deadline": "2026-08-06T17:00:00+07:00",
        "units": [str(world.unit.public_id)],
    }
    made = as_("deputy").post("/api/v1/calls/", body)
    assert (made.status_code, made.json()["offered_until"]) == (201, "2026-08-04T02:00:00Z")
    assert as_("deputy").post("/api/v1/calls/", body).json()["id"] == made.json()["id"]
    assert [row["id"] for row in as_("hoa").get("/api/v1/calls/").json()["results"]] == [made.json()["id"]]
    unknown = as_("deputy").post("/api/v1/calls/", body | {"client_key": str(uuid.uuid4()), "genre": "thơ"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "genre_unknown")


def test_reminders_and_timeliness(world: World, as_: Any, create: Any, step: Any) -> None:
    piece = step("lan", create("lan"), "submit").json()
    with clock.at(at(NOW) + timedelta(hours=7)):
        remind_portal(world.portal)
        (notice,) = as_("head").get("/api/v1/notices/").json()
        assert (notice["kind"], notice["piece"]) == ("late_review", piece["id"])
        assert as_("head").post("/api/v1/notices/read/", {"notices": [notice["id"]]}).status_code == 204
        assert as_("head").get("/api/v1/notices/").json() == []
        step("head", piece, "approve")
        found = as_("head").get("/api/v1/timeliness/?from=2026-08-01&until=2026-09-01").json()
    assert found["review"] == {"kept": 0, "total": 1, "percent": 0}
    assert [(row["piece"], row["working_hours"]) for row in found["late"]] == [(piece["id"], "5")]
    assert as_("head").get("/api/v1/timeliness/?from=2026-08-01").status_code == 422
    assert as_("lan").get("/api/v1/timeliness/?from=2026-08-01&until=2026-09-01").status_code == 403
