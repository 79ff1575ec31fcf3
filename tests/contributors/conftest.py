"""A fixed hour for every test of the ground floor, and a world that a whole module shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from contributors import clock
from contributors.scopes import portal_scope
from tests.contributors.states import HOUR
from tests.factories.world import World, build_world


@pytest.fixture(autouse=True, scope="package")
def fixed_hour() -> Iterator[None]:
    """Seats, rates and phones of the tests do not depend on the day on which they run."""
    with clock.at(HOUR):
        yield


@pytest.fixture(scope="module")
def standing(fixed_hour, django_db_setup, django_db_blocker) -> Iterator[World]:
    """A world built once for a module, in a transaction that is rolled back. For tests that use `cell`."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        with portal_scope(made.portal):
            yield made
        transaction.set_rollback(True)


@pytest.fixture
def cell(standing) -> Iterator[World]:
    """`standing` as it was: whatever the test does is rolled back."""
    with transaction.atomic():
        yield standing
        transaction.set_rollback(True)
