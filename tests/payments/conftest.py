"""An issued run, and what the database's own roles may do."""

from __future__ import annotations

import pytest
from django.db import connection

from config.engines import APPLICATION_ROLE, grant_application_role
from contributors import clock
from tests.payments.steps import AUGUST, issued_run


@pytest.fixture
def issued(world):
    """One run over two pieces: lan writes with a photo of hoa's, the board's writer alone. Papers rendered."""
    world.published("lan", photos_by=("hoa",))
    world.published("writer", when="2026-07-12T09:00", coefficient="2")
    with clock.at(AUGUST):
        return issued_run(world)


@pytest.fixture
def as_application(db):
    """Rights of the application's role, as `make run` gives them."""
    with connection.cursor() as cursor:
        grant_application_role(cursor.connection, APPLICATION_ROLE)
    return APPLICATION_ROLE
