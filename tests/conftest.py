"""Fixtures of the whole suite. Engines start in `config.engines.testing`; worlds are built by the product's verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from contributors.scopes import portal_scope
from tests.factories import standing
from tests.factories.standing import empty_database
from tests.factories.world import World, build_world


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one standing world after each other, those that want an empty database last; who may take long may."""
    items.sort(key=standing.place_of)
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.timeout(0))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture of a test that builds its own world: an empty database."""
    if standing.place_of(item) == standing.EMPTY:
        standing.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker) -> Iterator[None]:
    """The test database, also where the only tests that want it commit (pytest-django would make none for them)."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        leave_alone()
        teardown_databases(made, verbosity=0)


def leave_alone() -> None:
    """Nobody else in the test database, and nobody comes back: a server's thread may still answer a browser."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    connection.close_pool()
    with connection._nodb_cursor() as cursor:  # a database cannot be closed from inside
        cursor.execute(f"ALTER DATABASE {connection.ops.quote_name(name)} WITH ALLOW_CONNECTIONS false")
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@pytest.fixture(scope="session")
def celery_app():
    """The product's Celery app, with every task known."""
    from config.celery import app

    app.loader.import_default_modules()
    return app


@pytest.fixture
def standing_world(django_db_setup, django_db_blocker) -> World:
    """The small portal, committed before the test's own transaction begins; a copy, for tests change its rows."""
    return standing.world("small", build_world, django_db_blocker)


@pytest.fixture
def world(standing_world, db) -> Iterator[World]:
    """A small paying portal with its board, accountant, account holder and two contributors; scope open."""
    with portal_scope(standing_world.portal):
        yield standing_world


@pytest.fixture
def committed(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A database in which commits are real, for threads and workers; emptied afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            empty_database()


@pytest.fixture
def committed_world(committed) -> Iterator[World]:
    """`world`, committed for other connections to see."""
    made = build_world()
    with portal_scope(made.portal):
        yield made


@pytest.fixture
def work_jobs(celery_app) -> Callable[[], int]:
    """Do every promised job here and now, as a worker would; returns how many."""

    def work() -> int:
        from contributors.models import Job, JobState

        done = 0
        while job := Job.unscoped.filter(state=JobState.PENDING).order_by("pk").first():
            celery_app.tasks[job.task](job_id=job.pk)
            done += 1
        return done

    return work


@pytest.fixture(autouse=True)
def as_often_as_you_like(monkeypatch):
    """Tests ask more often in a minute than a program may; those of the rates set their own."""
    monkeypatch.setattr(django_settings, "API_RATE_CALLER", 0)
    monkeypatch.setattr(django_settings, "API_RATE_ADDRESS", 0)


@pytest.fixture(autouse=True)
def own_language():
    """A page asked for in English leaves its language behind in this thread: the next test begins in Vietnamese."""
    yield
    translation.deactivate()
