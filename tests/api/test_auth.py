"""Logging in, choosing a portal, and being kept out."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from contributors import identity, registration, seats
from contributors.actors import system_actor
from contributors.models import Account
from contributors.scopes import portal_scope
from tests.api.conftest import CheckedClient
from tests.factories.world import OPENED, World, new_phone

PASSWORD = "lúa chín đầu mùa 7"


def basic(phone: str, password: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{phone}:{password}".encode()).decode()}


@pytest.fixture
def an(world: World) -> Account:
    account = world.accounts["lan"]
    account.set_password(PASSWORD)
    account.save()
    return account


def test_basic_login_with_local_phone_is_let_in(world: World, an: Account) -> None:
    local = "0" + an.login_phone.removeprefix("+84")
    response = CheckedClient().get("/api/v1/me/", **basic(local, PASSWORD))
    assert response.status_code == 200
    assert response.json()["id"] == str(an.public_id)


def test_basic_login_with_wrong_password_is_401(world: World, an: Account) -> None:
    response = CheckedClient().get("/api/v1/me/", **basic(an.login_phone, "sai"))
    assert (response.status_code, response.json()["code"]) == (401, "login_wrong")
    assert response["WWW-Authenticate"] == 'Basic realm="But Lang"'


def test_basic_login_with_closed_account_is_401(world: World, an: Account) -> None:
    Account.objects.filter(pk=an.pk).update(is_active=False)
    response = CheckedClient().get("/api/v1/me/", **basic(an.login_phone, PASSWORD))
    assert (response.status_code, response.json()["code"]) == (401, "login_wrong")


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic YQ=="])
def test_basic_header_malformed_is_401(world: World, header: str) -> None:
    response = CheckedClient().get("/api/v1/me/", HTTP_AUTHORIZATION=header)
    assert (response.status_code, response.json()["code"]) == (401, "login_wrong")


def test_request_without_login_is_401(world: World) -> None:
    response = CheckedClient().get("/api/v1/pieces/")
    assert (response.status_code, response.json()["code"]) == (401, "login_needed")


def test_failed_logins_beyond_the_limit_are_429_even_with_the_right_password(world: World, an: Account) -> None:
    limit = identity.MOST_OF_PHONE_AND_ADDRESS[0]
    statuses = [CheckedClient().get("/api/v1/me/", **basic(an.login_phone, "sai")).status_code for _ in range(limit)]
    assert statuses == [401] * limit
    response = CheckedClient().get("/api/v1/me/", **basic(an.login_phone, PASSWORD))
    assert (response.status_code, response.json()["code"]) == (429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 3600


def test_failed_logins_of_one_address_at_many_phones_are_429(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(identity, "MOST_OF_ADDRESS", (3, timedelta(hours=1)))
    statuses = [CheckedClient().get("/api/v1/me/", **basic(f"09{n:08d}", "sai")).status_code for n in range(10, 14)]
    assert statuses == [401, 401, 401, 429]


def test_forwarded_header_does_not_escape_the_throttle(world: World, an: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(identity, "MOST_OF_PHONE_AND_ADDRESS", (2, timedelta(hours=1)))
    statuses = [
        CheckedClient()
        .get("/api/v1/me/", **basic(an.login_phone, "sai"), HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
        .status_code
        for n in range(3)
    ]
    assert statuses == [401, 401, 429]


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 401)])
def test_caller_behind_a_proxy_of_ours_is_whom_the_proxy_saw(
    world: World, an: Account, monkeypatch: Any, settings: Any, proxies: int, last: int
) -> None:
    settings.TRUSTED_PROXIES = proxies
    monkeypatch.setattr(identity, "MOST_OF_PHONE_AND_ADDRESS", (2, timedelta(hours=1)))
    statuses = [
        CheckedClient()
        .get("/api/v1/me/", **basic(an.login_phone, "sai"), HTTP_X_FORWARDED_FOR=f"198.51.100.1, 203.0.113.{n}")
        .status_code
        for n in range(3)
    ]
    assert statuses == [401, 401, last]


def test_successful_logins_are_not_counted(world: World, an: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(identity, "MOST_OF_PHONE_AND_ADDRESS", (2, timedelta(hours=1)))
    statuses = [CheckedClient().get("/api/v1/me/", **basic(an.login_phone, PASSWORD)).status_code for _ in range(5)]
    assert statuses == [200] * 5


def test_login_without_the_cache_is_let_in(world: World, an: Account, settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert CheckedClient().get("/api/v1/me/", **basic(an.login_phone, PASSWORD)).status_code == 200
    assert CheckedClient().get("/api/v1/me/", **basic(an.login_phone, "sai")).status_code == 401


def test_session_reading_needs_no_csrf_token_and_writing_does(world: World, an: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(an)
    assert client.get("/api/v1/me/").status_code == 200
    response = client.post("/api/v1/pieces/", {}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


def test_portal_of_a_single_membership_is_chosen_by_itself(world: World, as_: Any) -> None:
    here = as_("lan").get("/api/v1/me/").json()["here"]
    assert here == {
        "portal": {"slug": "xa-mau", "name": "Trang thông tin điện tử xã Mẫu"},
        "contributor": {"id": str(world.people["lan"].public_id), "name": "Nguyễn Thị Lan"},
        "seats": [],
        "capabilities": [],
    }


@pytest.mark.parametrize("slug", ["xa-khac", "khong-co", ""])
def test_portal_foreign_or_unknown_is_404(world: World, elsewhere: World, as_: Any, slug: str) -> None:
    response = as_("head").get("/api/v1/pieces/", HTTP_X_PORTAL=slug)
    assert (response.status_code, response.json()["code"]) == (404, "portal_unknown")


def test_portal_of_nobody_is_404(world: World) -> None:
    client = CheckedClient()
    client.force_authenticate(registration.open_account(login_phone=new_phone(), name="Người Qua Đường", password=None))
    response = client.get("/api/v1/pieces/")
    assert (response.status_code, response.json()["code"]) == (404, "portal_unknown")


def test_portal_is_asked_for_when_there_are_several(world: World, elsewhere: World, as_: Any) -> None:
    with portal_scope(elsewhere.portal):
        seats.propose_grant(
            actor=system_actor(elsewhere.portal),
            account=world.accounts["lan"],
            capability="accountant",
            effective_from=OPENED,
            decision_number="05/QĐ",
        )
    client = as_("lan")
    response = client.get("/api/v1/pieces/")
    assert (response.status_code, response.json()["code"]) == (422, "portal_needed")
    me = client.get("/api/v1/me/").json()
    assert (me["here"], [portal["slug"] for portal in me["portals"]]) == (None, ["xa-mau", "xa-khac"])
    chosen = client.get("/api/v1/me/", HTTP_X_PORTAL="xa-khac").json()["here"]
    assert (chosen["portal"]["slug"], chosen["contributor"], chosen["capabilities"]) == (
        "xa-khac",
        None,
        ["accountant"],
    )


def test_me_of_the_head_names_the_seat(as_: Any) -> None:
    here = as_("head").get("/api/v1/me/").json()["here"]
    assert (here["seats"], here["capabilities"]) == (["head"], [])


def test_request_number_is_kept_if_it_is_plain_and_made_otherwise(as_: Any) -> None:
    assert as_("lan").get("/api/v1/me/", HTTP_X_REQUEST_ID="abc-1.2_3")["X-Request-ID"] == "abc-1.2_3"
    made = as_("lan").get("/api/v1/me/", HTTP_X_REQUEST_ID="x\ty")["X-Request-ID"]
    assert len(made) == 36


def test_scope_is_closed_after_the_answer(world: World, as_: Any) -> None:
    from django_scopes import get_scope

    as_("lan").get("/api/v1/pieces/")
    assert get_scope().get("portal") is None


def test_plain_client_sees_the_same(world: World, an: Account) -> None:
    client = APIClient()
    client.credentials(**basic(an.login_phone, PASSWORD))
    assert client.get("/api/v1/me/").json()["login_phone"] == an.login_phone
