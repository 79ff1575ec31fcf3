"""The mark that spares a start its migrations."""

from __future__ import annotations

import psycopg
import pytest

from config import engines
from config.engines import migration


@pytest.fixture
def addresses(tmp_path):
    with engines.start(tmp_path / "var", environ={"REDIS_URL": "redis://not/used"}, lasting=False) as up:
        yield up.addresses


@pytest.fixture
def owner(addresses):
    with psycopg.connect(addresses.owner_database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE django_migrations (id bigserial PRIMARY KEY, name text)")
        connection.execute("INSERT INTO django_migrations (name) VALUES ('0001'), ('0002')")
        yield connection


def test_empty_database_was_never_migrated(addresses):
    assert migration.migrated_before(addresses) is False


def test_mark_holds_until_a_step_is_taken_back(addresses, owner):
    assert migration.migrated_before(addresses) is False
    migration.mark_migrated(addresses)
    assert migration.migrated_before(addresses) is True
    owner.execute("DELETE FROM django_migrations WHERE name = '0002'")
    assert migration.migrated_before(addresses) is False


def test_mark_falls_when_a_migration_changes(addresses, owner, tmp_path, monkeypatch):
    step = tmp_path / "app" / "migrations" / "0001_initial.py"
    step.parent.mkdir(parents=True)
    step.write_text("one")
    (tmp_path / "requirements.txt").write_text("")
    monkeypatch.setattr(migration, "ROOT", tmp_path)
    migration.mark_migrated(addresses)
    assert migration.migrated_before(addresses) is True
    step.write_text("two")
    assert migration.migrated_before(addresses) is False


def test_owner_of_tables_only_migrates_each_time(addresses, owner):
    """An outside database may belong to somebody else: no error, only no mark."""
    application = engines.Addresses(addresses.database_url, addresses.database_url, addresses.redis_url)
    owner.execute("GRANT SELECT ON django_migrations TO butlang_app")
    migration.mark_migrated(application)
    assert migration.migrated_before(application) is False
