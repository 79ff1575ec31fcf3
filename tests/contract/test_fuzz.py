"""A share of `make fuzz` in the usual run: every operation a few times."""

from __future__ import annotations

import pytest

from tests.contract.campaign import campaign
from tests.contract.conftest import USUAL_CASES
from tests.contract.scene import Scene


def test_no_generated_request_breaks_the_api_or_its_document(scene: Scene, request: pytest.FixtureRequest) -> None:
    cases = request.config.getoption("--cases", default=USUAL_CASES)
    chance = request.config.getoption("--seed", default=1)
    report = campaign(scene, cases=cases, chance=chance, only=request.config.getoption("--only", default=""))
    said = f"seed {chance}: " + "\n".join(report.lines())
    print(said)
    assert not report.failures, said
