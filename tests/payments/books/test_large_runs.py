"""The check around the issue of a large run: its rows are matched by hashing, and the connection is as before."""

from __future__ import annotations

import pytest
from django.db import connection

from contributors import clock
from payments.books import checking
from tests.factories.world import World
from tests.payments.steps import AUGUST, approved_run


def nested_loops() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(("items", "during"), [(1, "off"), (1000, "on")])
def test_only_a_large_run_is_matched_by_hashing(world: World, monkeypatch, items: int, during: str) -> None:
    world.published("lan")
    with clock.at(AUGUST):
        run = approved_run(world)
    monkeypatch.setattr(checking, "LARGE", items)
    monkeypatch.setattr(checking, "HUGE", items)
    seen: set[str] = set()
    ask = checking.ask

    def noting(*given, **named):
        seen.add(nested_loops())
        return ask(*given, **named)

    monkeypatch.setattr(checking, "ask", noting)
    assert all(finding.ok for finding in checking.check_run(run))
    assert seen == {during}
    assert nested_loops() == "on"
