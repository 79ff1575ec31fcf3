"""Worlds that stand in the database while many tests use them, each in a transaction that is rolled back.

Building one takes a hundred times as long as a savepoint. Only one stands at a time; tests that ask for none find an
empty database. `tests/conftest.py` puts the tests of one world after each other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from django.db import connection

from tests.factories.world import World

WORLDS = (
    "standing_world",
    "standing_full_world",
    "standing_scene",
)  # the fixtures, in the order in which their tests run
EMPTY = len(WORLDS)
TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
 WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY tablename
"""
_standing: dict[str, tuple[World, object]] = {}


def place_of(item: pytest.Item) -> int:
    """The number of the world that a test uses; `EMPTY` for none."""
    names = getattr(item, "fixturenames", ())
    return next((place for place, world in enumerate(WORLDS) if world in names), EMPTY)


def world(name: str, build: Callable[[], World], blocker: object) -> World:
    """A copy of the standing world of that name, which is built and committed if another one or none stands."""
    if name not in _standing:
        clear()
        with blocker.unblock():
            _standing[name] = (build(), blocker)
    return copy.deepcopy(_standing[name][0])


def clear() -> None:
    """Take down what stands."""
    for name in list(_standing):
        _, blocker = _standing.pop(name)
        with blocker.unblock():
            empty_database()


def empty_database() -> None:
    """The guards refuse TRUNCATE, so the owner of the tables takes them off for that one moment."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
