"""Pages of the small world, asked by its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from tests.factories.world import World

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(autouse=True)
def _own_surroundings(settings, tmp_path):
    """No manifest is collected for tests; files go to a folder of the test. Tests that run at the same time
    share one cache server and empty it, so counts of tries stay in the process.
    """
    settings.STORAGES = {**django_settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    cache.clear()


@pytest.fixture
def as_(world: World) -> Callable[[str], Client]:
    """`as_("head")`: a browser in which that person is logged in."""

    def logged_in(name: str) -> Client:
        client = Client()
        client.force_login(world.accounts[name])
        return client

    return logged_in


def texts(response) -> str:
    return response.content.decode()


def summary_of(response) -> list[str]:
    """The sentences of the error summary."""
    summary = response.context["summary"]
    return [line.text for line in summary.lines] if summary else []
