"""How often one may ask, whatever one writes into X-Forwarded-For."""

from __future__ import annotations

from typing import Any

import pytest

from api import rates
from tests.api.conftest import CheckedClient
from tests.factories.world import World

ME = "/api/v1/me/"


@pytest.fixture(autouse=True)
def _in_one_minute(monkeypatch: Any) -> None:
    monkeypatch.setattr(rates.time, "time", lambda: 1_000_000_030.0)


def statuses(client: Any, count: int, **headers: Any) -> list[int]:
    return [
        client.get(ME, **{name: value.format(n) for name, value in headers.items()}).status_code for n in range(count)
    ]


def test_more_than_the_rate_of_a_caller_is_429_until_the_minute_is_over(
    world: World, as_: Any, settings: Any, monkeypatch: Any
) -> None:
    settings.API_RATE_CALLER = 3
    assert statuses(as_("lan"), 3) == [200] * 3
    answer = as_("lan").get(ME)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "too_many_requests", "50")
    assert statuses(as_("hoa"), 1) == [200]
    monkeypatch.setattr(rates.time, "time", lambda: 1_000_000_081.0)
    assert statuses(as_("lan"), 1) == [200]


def test_rate_of_an_address_counts_before_anybody_is_asked_who_they_are(world: World, settings: Any) -> None:
    settings.API_RATE_ADDRESS = 3
    assert statuses(CheckedClient(), 4) == [401, 401, 401, 429]
    assert statuses(CheckedClient(), 1, HTTP_AUTHORIZATION="Bearer x{}") == [429]


def test_forged_forwarded_addresses_do_not_escape_the_rate(world: World, settings: Any) -> None:
    settings.API_RATE_ADDRESS = 2
    assert statuses(CheckedClient(), 3, HTTP_X_FORWARDED_FOR="203.0.113.{}") == [401, 401, 429]


def test_behind_a_proxy_of_ours_only_what_the_proxy_wrote_counts(world: World, settings: Any) -> None:
    settings.API_RATE_ADDRESS = 2
    settings.TRUSTED_PROXIES = 1
    assert statuses(CheckedClient(), 3, HTTP_X_FORWARDED_FOR="203.0.113.{}, 198.51.100.1") == [401, 401, 429]
    assert statuses(CheckedClient(), 3, HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.{}") == [401] * 3


def test_without_redis_everybody_is_let_in(world: World, as_: Any, settings: Any) -> None:
    settings.API_RATE_CALLER = settings.API_RATE_ADDRESS = 1
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert statuses(as_("lan"), 3) == [200] * 3
