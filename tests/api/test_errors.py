"""Every refusal is a problem (RFC 9457), in the language that was asked for."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIRequestFactory

from api.bodies import BoundedJson
from api.errors import ApiError, all_messages
from contributors import newsroom
from tests.api.conftest import CheckedClient
from tests.factories.world import World

SHAPE = {"type", "title", "status", "code", "detail", "errors"}


def test_problem_in_vietnamese(as_: Any) -> None:
    response = as_("lan").get(f"/api/v1/pieces/{uuid.uuid4()}/")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "http://127.0.0.1:8000/api/v1/errors/not_found/",
        "title": "Không tìm thấy",
        "status": 404,
        "code": "not_found",
        "detail": "Không tìm thấy.",
        "errors": [],
    }


def test_problem_in_english_with_its_fields(as_: Any) -> None:
    response = as_("lan").post("/api/v1/pieces/", {"genre": "news_item", "title": "x"}, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 422
    assert response["Content-Language"] == "en"
    assert response.json() == {
        "type": "http://127.0.0.1:8000/api/v1/errors/invalid/",
        "title": "Not valid",
        "status": 422,
        "code": "invalid",
        "detail": "1 values are not right.",
        "errors": [{"field": "client_key", "code": "required", "detail": "This field is required."}],
    }


def test_problem_of_the_domain_names_its_field_in_both_languages(as_: Any) -> None:
    body = {"client_key": str(uuid.uuid4()), "genre": "khong-co", "title": "x"}
    said = [
        as_("lan").post("/api/v1/pieces/", body, HTTP_ACCEPT_LANGUAGE=language).json()["errors"]
        for language in ("vi", "en")
    ]
    assert said == [
        [{"field": "genre", "code": "genre_unknown", "detail": "Không có thể loại “khong-co”."}],
        [{"field": "genre", "code": "genre_unknown", "detail": "There is no genre “khong-co”."}],
    ]


@pytest.mark.parametrize(
    ("method", "address", "options", "expected"),
    [
        ("get", "/api/v1/khong-co/", {}, (404, "address_unknown")),
        ("post", "/api/v1/pieces", {}, (404, "address_unknown")),
        ("get", "/api/v1/pieces/khong-phai-uuid/", {}, (404, "address_unknown")),
        ("delete", "/api/v1/pieces/", {}, (405, "method_not_allowed")),
        ("options", "/api/v1/pieces/", {}, (405, "method_not_allowed")),
        ("get", "/api/v1/pieces/", {"HTTP_ACCEPT": "text/html"}, (406, "not_acceptable")),
        ("get", "/api/v1/me/?lang=vi", {}, (422, "invalid")),
    ],
)
def test_refusal_at_the_door(
    as_: Any, method: str, address: str, options: dict[str, Any], expected: tuple[int, str]
) -> None:
    response = getattr(as_("lan"), method)(address, **options)
    assert (response.status_code, response.json()["code"]) == expected
    assert set(response.json()) == SHAPE
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "malformed"),
        ('{"title": NaN}', "application/json", 400, "malformed"),
        (b"\xff\xfe", "application/json", 400, "malformed"),
        ("a=1", "application/x-www-form-urlencoded", 415, "media_type_unsupported"),
        ("[]", "application/json", 422, "invalid"),
        ('"x"', "application/json", 422, "invalid"),
        ('{"title": "\\u0000", "genre": "news_item"}', "application/json", 422, "invalid"),
        ('{"title": "\\ud800", "genre": "news_item"}', "application/json", 422, "invalid"),
    ],
)
def test_body_that_cannot_be_taken(as_: Any, content: Any, content_type: str, status: int, code: str) -> None:
    response = as_("lan").generic("POST", "/api/v1/pieces/", content, content_type=content_type)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_body_too_large_is_413_and_not_read(as_: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    response = as_("lan").post("/api/v1/pieces/", {"title": "x" * 2**20})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_unknown_field_is_422_and_changes_nothing(world: World, as_: Any, create: Any) -> None:
    piece = create("lan")
    body = {"version": piece["version"], "title": "Khác", "state": "published"}
    response = as_("lan").patch(f"/api/v1/pieces/{piece['id']}/", body)
    assert response.status_code == 422
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [("state", "unknown_field")]
    assert as_("lan").get(f"/api/v1/pieces/{piece['id']}/").json() == piece


def test_unknown_field_inside_a_list_names_its_place(world: World, as_: Any, create: Any) -> None:
    piece = create("lan")
    credit = {"contributor": str(world.people["lan"].public_id), "role": "author", "share": "100", "paid": True}
    response = as_("lan").put(
        f"/api/v1/pieces/{piece['id']}/credits/", {"version": piece["version"], "credits": [credit]}
    )
    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [("credits.0.paid", "unknown_field")]


def test_unforeseen_error_is_500_without_a_word_of_its_cause(world: World, create: Any, monkeypatch: Any) -> None:
    piece = create("lan")

    def broken(**_: Any) -> None:
        message = "SELECT secret FROM somewhere"
        raise RuntimeError(message)

    monkeypatch.setattr(newsroom, "submit_piece", broken)
    client = CheckedClient(raise_request_exception=False)
    client.force_authenticate(world.accounts["lan"])
    response = client.post(
        f"/api/v1/pieces/{piece['id']}/submit/", {"version": 1}, format="json", HTTP_X_REQUEST_ID="r-500"
    )
    assert (response.status_code, response.json()["code"]) == (500, "broken")
    assert "r-500" in response.json()["detail"]
    assert b"secret" not in response.content
    assert b"Traceback" not in response.content


def test_type_leads_to_an_explanation_without_login(as_: Any) -> None:
    address = as_("lan").get(f"/api/v1/pieces/{uuid.uuid4()}/").json()["type"].removeprefix("http://127.0.0.1:8000")
    assert CheckedClient().get(address).json() == {
        "code": "not_found",
        "status": 404,
        "vi": "Không tìm thấy.",
        "en": "Not found.",
    }


def test_every_code_of_every_floor_is_listed_in_both_languages() -> None:
    listed = CheckedClient().get("/api/v1/errors/").json()
    codes = [entry["code"] for entry in listed]
    assert codes == sorted(all_messages())
    assert {"stale_version", "score_out_of_range", "throttled"} <= set(codes)
    assert [entry["code"] for entry in listed if not (entry["vi"] and entry["en"])] == []


def test_unknown_code_is_404() -> None:
    assert CheckedClient().get("/api/v1/errors/khong-co/").status_code == 404


def test_session_page_of_the_api_never_answers_in_html(world: World) -> None:
    response = Client().get("/api/v1/pieces/", HTTP_ACCEPT="text/html,*/*;q=0.1")
    assert response["Content-Type"] == "application/problem+json"


def test_body_too_large_is_refused_before_a_byte_is_read(settings: Any) -> None:
    class Unreadable:
        def read(self, *_: Any) -> bytes:
            pytest.fail("the body was read")

    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    request = APIRequestFactory().post("/", {}, format="json")
    request.META["CONTENT_LENGTH"] = str(2**20 + 1)
    with pytest.raises(ApiError) as refused:
        BoundedJson().parse(Unreadable(), "application/json", {"request": request})  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.status) == ("too_large", 413)
