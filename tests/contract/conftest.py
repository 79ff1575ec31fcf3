"""One scene for all tests of the contract; `make fuzz ARGS='--cases 20000 --seed 7 --only /runs/'`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.contract.scene import Scene, build_scene
from tests.factories import standing

USUAL_CASES = 1080  # three of each operation


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fuzz")
    group.addoption("--cases", type=int, default=USUAL_CASES, help="generated requests")
    group.addoption("--seed", type=int, default=1, help="the same number makes the same requests")
    group.addoption("--only", default="", help="operations with this in their address")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the standing scene's rows name."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def surroundings(settings: Any, files: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = str(files)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(files)}}
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.ALLOWED_HOSTS = ["*"]
    settings.API_RATE_CALLER = settings.API_RATE_ADDRESS = 0
    cache.clear()


@pytest.fixture
def standing_scene(surroundings: None, django_db_setup: None, django_db_blocker: Any, work_jobs: Any) -> Scene:
    return standing.world("scene", lambda: build_scene(work_jobs), django_db_blocker)


@pytest.fixture
def scene(standing_scene: Scene, db: None) -> Scene:
    """Two portals full of things, and everybody who may call. No scope is open: the API opens its own."""
    return standing_scene
