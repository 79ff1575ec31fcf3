"""The page of keys for programs: made after a proof, shown once, ended at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from contributors import clock
from contributors.models import AccessKey
from tests.contributors.logins import totp
from tests.payments.steps import AUGUST
from tests.web.conftest import summary_of, texts
from tests.web.test_second_factor import log_in, set_up

KEYS = "/security/keys/"


@pytest.fixture(autouse=True)
def _august(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with clock.at(AUGUST):
        yield


def wanted(**other):
    return {"name": "Cổng huyện", "last_day": (AUGUST.date() + timedelta(days=30)).isoformat()} | other


def test_key_is_shown_once_works_and_is_withdrawn(world):
    client = log_in(world, "lan")
    assert "Bạn chưa có khoá nào" in texts(client.get(KEYS))
    made = client.post(f"{KEYS}new/", wanted(write="on"))
    secret = re.search(r"[0-9a-f]{64}", texts(made))[0]
    assert made["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert program.get("/api/v1/me/").json()["name"] == "Nguyễn Thị Lan"
    page = texts(client.get(KEYS))
    assert secret not in page
    assert f"•••• {secret[-4:]}" in page
    assert AccessKey.unscoped.get().scopes == ["read", "write"]
    assert client.post(f"{KEYS}{AccessKey.unscoped.get().public_id}/withdraw/")["Location"] == KEYS
    assert program.get("/api/v1/me/").status_code == 401
    page = texts(client.get(KEYS))
    assert "Đã thu hồi" in page
    assert "withdraw/" not in page


def test_wrong_wishes_are_named_at_their_fields(world):
    client = log_in(world, "lan")
    assert summary_of(client.post(f"{KEYS}new/", {"name": ""})) == ["Hãy ghi tên phần mềm.", "Hãy chọn ngày hết hạn."]
    late = client.post(f"{KEYS}new/", wanted(last_day="2030-01-01"))
    assert summary_of(late) == ["Ngày hết hạn phải sau hôm nay và không quá 365 ngày nữa."]
    assert AccessKey.unscoped.count() == 0


def test_who_has_a_second_factor_gives_it_first(world):
    client = log_in(world, "holder")
    secret, _ = set_up(client)
    with clock.at(AUGUST + timedelta(minutes=20)):
        asked = client.post(f"{KEYS}new/", wanted())
        assert asked["Location"].startswith("/prove/")
        assert AccessKey.unscoped.count() == 0
        client.post("/prove/", {"code": totp(secret)})
        assert client.post(f"{KEYS}new/", wanted()).status_code == 200


def test_keys_of_others_are_not_found(world):
    log_in(world, "lan").post(f"{KEYS}new/", wanted())
    key = AccessKey.unscoped.get()
    head = log_in(world, "head")
    assert head.post(f"{KEYS}{key.public_id}/withdraw/").status_code == 404
    assert "Cổng huyện" not in texts(head.get(KEYS))
