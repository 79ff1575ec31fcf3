"""`make fuzz ARGS='--cases 20000 --seed 7 --only /runs/'`: the same test, longer, or of a part."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fuzz")
    group.addoption("--cases", type=int, default=USUAL_CASES, help="generated requests")
    group.addoption("--seed", type=int, default=1, help="the same number makes the same requests")
    group.addoption("--only", default="", help="operations with this in their address")


USUAL_CASES = 930  # three of each operation
