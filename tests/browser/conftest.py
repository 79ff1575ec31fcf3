"""The small world behind a real server, visited by a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.chromium import DESK, Visitor, chromium_path, started
from tests.browser.stack import Stack, standing
from tests.browser.walking import Walker
from tests.factories.world import World

PASSWORD = "con-trau-di-truoc"
DEMO_PASSWORD = "butlang2024"
PHONES = {
    "head": "0900000001",
    "deputy": "0900000002",
    "writer": "0900000003",
    "publisher": "0900000004",
    "holder": "0900000006",
    "accountant": "0900000007",
    "contributor": "0900000101",
}
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium_path() is None:
        pytest.skip("no Chromium: set CHROMIUM to its path")
    # The browser's event loop runs in the thread of the tests, which ask the database between the steps.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with started() as running:
        yield running


@pytest.fixture
def site(committed_world: World, settings, tmp_path) -> Iterator[str]:
    """The address of a server that shows the committed world; everybody in it has the same password."""
    settings.STORAGES = {**django_settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    for account in committed_world.accounts.values():
        account.set_password(PASSWORD)
        account.save()
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()
    with connection.cursor() as cursor:  # a thread of the server that still answers keeps its connection
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    # What the server's threads gave back stays open in the pool and would keep the database from being dropped.
    connection.close()
    connection.close_pool()


@pytest.fixture
def visitor(browser, site, committed_world) -> Iterator[Callable[..., Visitor]]:
    """`visitor("lan", width=360)`: a browser in which that person has logged in by phone and password."""
    opened: list[Visitor] = []
    kept = os.environ.get("SCREENSHOTS")

    def open_for(name: str | None = None, *, width: int = DESK, scripts: bool = True, dark: bool = False) -> Visitor:
        made = Visitor(browser, site, width, scripts, dark, Path(kept) if kept else None)
        opened.append(made)
        if name is not None:
            made.log_in(committed_world.accounts[name].login_phone, PASSWORD)
        return made

    yield open_for
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The running product with its demo; journeys share it and bring their own pieces and people."""
    with standing() as running:
        yield running


@pytest.fixture(scope="session")
def known(stack) -> dict[str, Any]:
    """Cookies of people of the demo who have logged in: once is enough for all journeys."""
    return {}


@pytest.fixture
def walk(browser, stack, known) -> Iterator[Callable[..., Walker]]:
    """`walk("head", 360, how="keys")`: a person of the demo who is logged in, or a visitor; `how` is mouse, keys or plain."""
    opened: list[Walker] = []
    kept = os.environ.get("SCREENSHOTS")

    def open_for(name: str | None = None, width: int = DESK, how: str = "mouse") -> Walker:
        made = Walker(
            browser, stack.url, width, how != "plain", pictures=Path(kept) if kept else None, keys=how == "keys"
        )
        opened.append(made)
        if name is not None and name not in known:
            made.enter(PHONES[name], DEMO_PASSWORD)
            known[name] = made.context.cookies()
        elif name is not None:
            made.context.add_cookies(known[name])
        return made

    yield open_for
    for each in opened:
        each.close()
