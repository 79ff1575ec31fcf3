"""A share of `make fuzz` in the usual run: every operation a few times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.contract.campaign import campaign
from tests.contract.conftest import USUAL_CASES
from tests.contract.scene import build_scene
from tests.factories.world import World


@pytest.fixture(autouse=True)
def _own_surroundings(settings: Any, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.ALLOWED_HOSTS = ["*"]
    cache.clear()


def test_no_generated_request_breaks_the_api_or_its_document(
    world: World, work_jobs: Any, request: pytest.FixtureRequest
) -> None:
    cases = request.config.getoption("--cases", default=USUAL_CASES)
    chance = request.config.getoption("--seed", default=1)
    scene = build_scene(world, work_jobs)
    report = campaign(scene, cases=cases, chance=chance, only=request.config.getoption("--only", default=""))
    said = f"seed {chance}: " + "\n".join(report.lines())
    print(said)
    assert not report.failures, said
