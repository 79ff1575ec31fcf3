"""A piece's way through HTTP, from the first draft to the website, and every turn off it."""

from __future__ import annotations

import io
import uuid
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from contributors.models import Event, Piece
from contributors.scopes import portal_scope

PLEDGE = "2023-07"


def a_photo(colour: str = "green", size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    out.seek(0)
    out.name = "anh.jpg"
    return out


def test_piece_from_draft_to_website(world: Any, create: Any, step: Any, as_: Any) -> None:
    draft = create("lan", topic="nong-thon-moi", event_on="2026-07-05", leader_activity=True)
    assert (draft["state"], draft["version"], draft["revisions"]) == ("draft", 1, 1)
    assert draft["allowed_actions"] == ["edit", "submit", "withdraw"]
    assert draft["credits"] == [
        {
            "contributor": {"id": str(world.people["lan"].public_id), "name": "Nguyễn Thị Lan"},
            "role": "author",
            "share": "100",
            "quantity": None,
            "state": "confirmed",
            "source": "declared",
        }
    ]

    sent = step("lan", draft, "submit").json()
    assert (sent["state"], sent["version"]) == ("submitted", 2)
    assert sent["receipt_number"].startswith("TB-")

    approved = step("head", sent, "approve").json()
    assert (approved["state"], approved["approved_revision"]) == ("approved", 1)
    assert [credit["role"] for credit in approved["credits"]] == ["author", "approver"]

    up = step("publisher", approved, "publish", url="https://xa.example/1", at="2026-07-05T09:30:00").json()
    assert (up["state"], up["published_url"], up["allowed_actions"]) == ("published", "https://xa.example/1", [])
    assert up["published_at"] == "2026-07-05T02:30:00Z"
    assert [credit["role"] for credit in up["credits"]] == ["author", "approver", "publisher"]

    assert as_("lan").get(f"/api/v1/pieces/{draft['id']}/").json() == up
    with portal_scope(world.portal):
        kinds = list(Event.objects.filter(subject_type="piece").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["piece.started", "piece.submit", "piece.approve", "piece.publish"]


def test_event_names_the_request_that_did_it(world: Any, as_: Any, create: Any) -> None:
    piece = create("lan")
    as_("lan").post(
        f"/api/v1/pieces/{piece['id']}/submit/",
        {"version": piece["version"], "pledge": PLEDGE},
        HTTP_X_REQUEST_ID="may-ban-7",
    )
    with portal_scope(world.portal):
        event = Event.objects.get(kind="piece.submit")
    assert (event.request_id, event.actor_account_id) == ("may-ban-7", world.accounts["lan"].pk)


def test_same_client_key_twice_is_one_piece(world: Any, as_: Any) -> None:
    body = {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "Một lần"}
    answers = [as_("lan").post("/api/v1/pieces/", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    with portal_scope(world.portal):
        assert Piece.objects.count() == 1


def test_client_key_of_somebody_else_is_404(world: Any, as_: Any) -> None:
    body = {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "Một lần"}
    assert as_("lan").post("/api/v1/pieces/", body).status_code == 201
    assert as_("hoa").post("/api/v1/pieces/", body).status_code == 404


def test_piece_entered_for_its_author_by_the_focal_person(world: Any, as_: Any) -> None:
    body = {
        "client_key": str(uuid.uuid4()),
        "genre": "news_item",
        "title": "Nhập hộ",
        "contributor": str(world.people["hoa"].public_id),
    }
    piece = as_("focal_person").post("/api/v1/pieces/", body).json()
    assert piece["contributor"]["name"] == "Lê Hoà"
    assert as_("hoa").get(f"/api/v1/pieces/{piece['id']}/").status_code == 200
    assert as_("lan").post("/api/v1/pieces/", body | {"client_key": str(uuid.uuid4())}).status_code == 403


def test_contributor_of_another_portal_does_not_exist_here(elsewhere: Any, as_: Any) -> None:
    body = {
        "client_key": str(uuid.uuid4()),
        "genre": "news_item",
        "title": "Nhập hộ",
        "contributor": str(elsewhere.people["hoa"].public_id),
    }
    response = as_("head").post("/api/v1/pieces/", body)
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [("contributor", "does_not_exist")]


def test_return_with_a_reason_and_send_again(create: Any, step: Any, as_: Any) -> None:
    sent = step("lan", create("lan"), "submit").json()
    back = step("editor", sent, "return", reason="Ghi thêm ngày.").json()
    assert (back["state"], back["state_reason"]) == ("returned", "Ghi thêm ngày.")
    edited = as_("lan").patch(f"/api/v1/pieces/{back['id']}/", {"version": back["version"], "body": "Ngày 5/1."}).json()
    assert (edited["body"], edited["revisions"], edited["title"]) == ("Ngày 5/1.", 2, back["title"])
    assert step("lan", edited, "submit").json()["state"] == "submitted"


@pytest.mark.parametrize("action", ["return", "decline"])
def test_refusing_without_a_reason_is_422(create: Any, step: Any, action: str) -> None:
    sent = step("lan", create("lan"), "submit").json()
    response = step("head", sent, action)
    assert (response.status_code, response.json()["code"]) == (422, "reason_missing")


def test_decline_then_reopen(create: Any, step: Any) -> None:
    sent = step("lan", create("lan"), "submit").json()
    declined = step("deputy", sent, "decline", reason="Đã có tin này.").json()
    assert declined["allowed_actions"] == []
    assert step("lan", declined, "reopen").json()["state"] == "draft"


def test_withdraw_by_its_author_only(create: Any, step: Any) -> None:
    sent = step("lan", create("lan"), "submit").json()
    assert step("head", sent, "withdraw").status_code == 403
    assert step("lan", sent, "withdraw").json()["state"] == "withdrawn"


def test_schedule_then_publish(create: Any, step: Any) -> None:
    piece = step("head", step("lan", create("lan"), "submit").json(), "approve").json()
    planned = step("publisher", piece, "schedule", at="2030-01-01T08:00:00+07:00").json()
    assert (planned["state"], planned["scheduled_for"]) == ("scheduled", "2030-01-01T01:00:00Z")
    assert step("publisher", planned, "publish", url="https://xa.example/2").json()["state"] == "published"


def test_retract_keeps_the_address(published: Any, step: Any) -> None:
    up = published("lan")
    down = step("head", up, "retract", reason="Sai tên người.").json()
    assert (down["state"], down["published_url"]) == ("retracted", up["published_url"])


def test_edit_after_approval_takes_the_approval_back(create: Any, step: Any, as_: Any) -> None:
    piece = step("head", step("lan", create("lan"), "submit").json(), "approve").json()
    edited = as_("lan").patch(f"/api/v1/pieces/{piece['id']}/", {"version": piece["version"], "title": "Khác"}).json()
    assert (edited["state"], edited["approved_revision"]) == ("submitted", None)
    assert [credit["role"] for credit in edited["credits"]] == ["author"]


def test_document_posted_by_the_deputy_without_review(create: Any, step: Any) -> None:
    piece = create("deputy", genre="document", document_number="12/QĐ-UBND", body="")
    assert piece["allowed_actions"] == ["edit", "submit", "withdraw", "publish-document"]
    assert step("deputy", piece, "publish-document", url="https://xa.example/vb").json()["state"] == "published"


def test_credits_replaced_with_two_authors(world: Any, create: Any, as_: Any, step: Any) -> None:
    piece = create("lan")
    people = [str(world.people[key].public_id) for key in ("lan", "hoa")]
    shares = [
        {"contributor": person, "role": "author", "share": share}
        for person, share in zip(people, ["66.667", "33.333"], strict=True)
    ]
    answer = as_("lan").put(f"/api/v1/pieces/{piece['id']}/credits/", {"version": piece["version"], "credits": shares})
    assert [(credit["contributor"]["id"], credit["share"]) for credit in answer.json()["credits"]] == [
        (people[0], "66.667"),
        (people[1], "33.333"),
    ]
    wrong = [shares[0], shares[1] | {"share": "30"}]
    answer = as_("lan").put(f"/api/v1/pieces/{piece['id']}/credits/", {"version": 2, "credits": wrong})
    response = step("lan", answer.json(), "submit")
    assert (response.status_code, response.json()["code"]) == (422, "shares_not_hundred")


def test_photo_with_its_photographer(world: Any, create: Any, as_: Any, work_jobs: Any) -> None:
    piece = create("lan")
    person = str(world.people["hoa"].public_id)
    address = f"/api/v1/pieces/{piece['id']}/photos/"
    body = {"version": piece["version"], "file": a_photo(), "caption": "Đường mới", "photographer": person}
    response = as_("lan").post(address, body, format="multipart")
    assert response.status_code == 202
    assert [(one["state"], one["caption"]) for one in response.json()["uploads"]] == [("processing", "Đường mới")]
    assert work_jobs() == 1
    now = as_("lan").get(f"/api/v1/pieces/{piece['id']}/").json()
    assert now["uploads"] == []
    [photo] = now["photos"]
    assert (photo["caption"], photo["photographer"]) == ("Đường mới", {"id": person, "name": "Lê Hoà"})
    assert (photo["width"], photo["height"], photo["position"]) == (40, 30, 1)
    assert [(credit["role"], credit["quantity"]) for credit in now["credits"]] == [
        ("author", None),
        ("photographer", 1),
    ]
    again = as_("lan").post(address, {"version": now["version"], "file": a_photo()}, format="multipart")
    assert again.status_code == 202
    work_jobs()
    [useless] = as_("lan").get(f"/api/v1/pieces/{piece['id']}/").json()["uploads"]
    assert (useless["state"], useless["problem"], useless["detail"]) == (
        "failed",
        "photo_twice",
        "Ảnh này đã có trong bài.",
    )
    stale = as_("lan").post(address, {"version": 1, "file": a_photo("red")}, format="multipart")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


def test_photo_that_is_none_is_422(create: Any, as_: Any) -> None:
    piece = create("lan")
    fake = io.BytesIO(b"<svg/>")
    fake.name = "anh.jpg"
    response = as_("lan").post(
        f"/api/v1/pieces/{piece['id']}/photos/", {"version": 1, "file": fake}, format="multipart"
    )
    assert (response.status_code, response.json()["code"]) == (422, "photo_unreadable")


def test_photo_as_json_is_415(create: Any, as_: Any) -> None:
    response = as_("lan").post(f"/api/v1/pieces/{create('lan')['id']}/photos/", {"version": 1})
    assert (response.status_code, response.json()["code"]) == (415, "media_type_unsupported")


def test_wrong_transition_is_409(create: Any, step: Any) -> None:
    response = step("publisher", create("lan"), "publish", url="https://xa.example/3")
    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")


def test_stale_version_is_409_and_changes_nothing(create: Any, step: Any, as_: Any) -> None:
    old = create("lan")
    sent = step("lan", old, "submit").json()
    response = step("head", old, "approve")
    assert (response.status_code, response.json()["code"]) == (409, "stale_version")
    assert as_("lan").get(f"/api/v1/pieces/{old['id']}/").json() == sent


def test_version_missing_is_422(create: Any, as_: Any) -> None:
    response = as_("lan").post(f"/api/v1/pieces/{create('lan')['id']}/submit/", {"pledge": PLEDGE})
    assert (response.status_code, response.json()["code"]) == (422, "version_missing")


def test_version_by_if_match_is_the_etag(create: Any, as_: Any) -> None:
    address = f"/api/v1/pieces/{create('lan')['id']}/"
    etag = as_("lan").get(address)["ETag"]
    assert etag.startswith('"1.')
    stale = as_("lan").post(f"{address}submit/", {"pledge": PLEDGE}, HTTP_IF_MATCH='"7"')
    assert (stale.status_code, stale.json()["status"], stale.json()["code"]) == (412, 412, "stale_version")
    assert as_("lan").get(address)["ETag"] == etag
    for unreadable in ("*", 'W/"1"', "1", '"1", "2"', '"x"'):
        wrong = as_("lan").post(f"{address}submit/", {"pledge": PLEDGE}, HTTP_IF_MATCH=unreadable)
        assert [one["code"] for one in wrong.json()["errors"]] == ["if_match_wrong"]
    assert as_("lan").post(f"{address}submit/", {"pledge": PLEDGE}, HTTP_IF_MATCH=etag).json()["state"] == "submitted"


def test_version_in_body_and_if_match_that_differ_are_422(create: Any, as_: Any) -> None:
    address = f"/api/v1/pieces/{create('lan')['id']}/submit/"
    response = as_("lan").post(address, {"version": 1}, HTTP_IF_MATCH='"2"')
    assert [one["code"] for one in response.json()["errors"]] == ["version_differs"]


@pytest.mark.parametrize("missing", [{"coefficient": None}, {"coefficient": None, "photo_coefficient": "1"}])
def test_score_missing_is_422(create: Any, step: Any, missing: dict[str, Any]) -> None:
    response = step("head", step("lan", create("lan"), "submit").json(), "approve", **missing)
    assert (response.status_code, response.json()["code"]) == (422, "score_missing")
    assert response.json()["errors"][0]["field"] == "coefficient"
    assert response.json()["detail"] == "Hãy chấm hệ số trước khi duyệt (từ 0,5 đến 2)."


@pytest.mark.parametrize("score", ["0.499", "2.001", "-1", "0"])
def test_score_out_of_its_legal_range_is_422_and_changes_nothing(create: Any, step: Any, as_: Any, score: str) -> None:
    sent = step("lan", create("lan"), "submit").json()
    response = step("head", sent, "approve", coefficient=score)
    assert (response.status_code, response.json()["code"]) == (422, "score_out_of_range")
    assert as_("lan").get(f"/api/v1/pieces/{sent['id']}/").json()["version"] == sent["version"]


@pytest.mark.parametrize("score", ["0.5", "2", 1.5])
def test_score_inside_its_legal_range_is_taken(world: Any, create: Any, step: Any, score: Any) -> None:
    piece = step("head", step("lan", create("lan"), "submit").json(), "approve", coefficient=score).json()
    assert piece["state"] == "approved"
    with portal_scope(world.portal):
        kept = Piece.objects.get(public_id=piece["id"]).scores.get(accepted=True).coefficient
    assert kept == Decimal(str(score))


@pytest.mark.parametrize("score", ["1.2345", "một", "99999.5", "NaN", "Infinity", [1]])
def test_score_that_is_no_coefficient_is_422(create: Any, step: Any, score: Any) -> None:
    response = step("head", step("lan", create("lan"), "submit").json(), "approve", coefficient=score)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert [one["field"] for one in response.json()["errors"]] == ["coefficient"]


def test_own_piece_is_not_approved_by_its_maker(create: Any, step: Any) -> None:
    sent = step("head", create("head"), "submit").json()
    assert "approve" not in sent["allowed_actions"]
    response = step("head", sent, "approve")
    assert (response.status_code, response.json()["code"]) == (403, "own_piece")
    assert step("deputy", sent, "approve").json()["state"] == "approved"


def test_approval_by_a_contributor_is_403(create: Any, step: Any) -> None:
    sent = step("lan", create("lan"), "submit").json()
    response = step("lan", sent, "approve")
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_url_of_another_piece_is_409(published: Any, create: Any, step: Any) -> None:
    up = published("lan")
    piece = step("head", step("lan", create("lan"), "submit").json(), "approve").json()
    response = step("publisher", piece, "publish", url=up["published_url"])
    assert (response.status_code, response.json()["code"]) == (409, "url_used")


@pytest.mark.parametrize(
    ("url", "code"), [("", "url_missing"), ("xa.example/1", "url_malformed"), ("javascript:1", "url_malformed")]
)
def test_url_that_is_none_is_422(create: Any, step: Any, url: str, code: str) -> None:
    piece = step("head", step("lan", create("lan"), "submit").json(), "approve").json()
    response = step("publisher", piece, "publish", url=url)
    assert (response.status_code, response.json()["code"]) == (422, code)


def test_publication_ahead_of_time_is_422(create: Any, step: Any) -> None:
    piece = step("head", step("lan", create("lan"), "submit").json(), "approve").json()
    response = step("publisher", piece, "publish", url="https://xa.example/4", at="2100-01-01T00:00:00Z")
    assert (response.status_code, response.json()["code"]) == (422, "time_ahead")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("event_place", "x" * 301, "max_length"),
        ("event_on", "5/1/2026", "invalid"),
        ("event_on", "2026-02-30", "invalid"),
        ("leader_activity", "có", "invalid"),
        ("origin", "stolen", "invalid_choice"),
        ("language", "x" * 9, "max_length"),
    ],
)
def test_field_that_does_not_fit_is_422(as_: Any, field: str, value: str, code: str) -> None:
    body = {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "x", field: value}
    response = as_("lan").post("/api/v1/pieces/", body)
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [(field, code)]


def test_title_beyond_the_limit_is_the_domains_own_error(as_: Any) -> None:
    body = {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "x" * 501}
    response = as_("lan").post("/api/v1/pieces/", body)
    assert (response.status_code, response.json()["code"]) == (422, "title_long")
