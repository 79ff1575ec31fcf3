"""Migrations as the owner of the tables, then the application role's rights."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from config.engines.roles import grant_application_role
from config.environment import ROOT, read_environment

if TYPE_CHECKING:
    from config.engines import Addresses


def migrate(addresses: Addresses) -> int:
    """`manage.py migrate` as the owner, then the grants; the exit code of the first that fails.

    An installation with one role for both (owner and application the same) gets no grants: it works,
    but its database cannot defend itself against the application.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter and command
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--noinput", "--verbosity=0"],
        check=False,
        cwd=ROOT,
        env=owner_environment(addresses),
    )
    if done.returncode == 0:
        grant(addresses)
    return done.returncode


def owner_environment(addresses: Addresses) -> dict[str, str]:
    """The environment of a command that changes the schema: the owner's address in place of the application's.

    The secrets of the embedded size are handed on, since an address from outside asks for them.
    """
    known = read_environment(os.environ)
    return {
        **os.environ,
        "DATABASE_URL": addresses.owner_database_url,
        "REDIS_URL": addresses.redis_url,
        "SECRET_KEY": known["SECRET_KEY"],
        "BUTLANG_KEYS": ",".join(known["BUTLANG_KEYS"]),
    }


def schema_mark() -> str:
    """Changes when a migration or a pinned package does."""
    mark = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        mark.update(f"{file.relative_to(ROOT)}\n".encode())
        mark.update(file.read_bytes())
    return f"migrated {mark.hexdigest()}"


def migrated_before(addresses: Addresses) -> bool:
    """Did this database get exactly these migrations? Asking it spares a start several seconds.

    The mark is a comment on the database itself, so it goes where the tables go; a dump leaves it behind.
    It counts the rows of django_migrations too: somebody may have gone a step back by hand.
    """
    with psycopg.connect(addresses.owner_database_url, autocommit=True) as connection:
        seen = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        return seen is not None and seen[0] is not None and seen[0] == _mark(connection)


def mark_migrated(addresses: Addresses) -> None:
    """Remember it. An owner of the tables who does not own the database cannot, and migrates each time."""
    with (
        psycopg.connect(addresses.owner_database_url, autocommit=True) as connection,
        contextlib.suppress(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(connection.info.dbname), sql.Literal(_mark(connection))
            )
        )


def _mark(connection: psycopg.Connection) -> str:
    try:
        applied = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    except psycopg.errors.UndefinedTable:
        applied = None
    return f"{schema_mark()}, {applied[0] if applied else 0} steps"


def grant(addresses: Addresses) -> None:
    role = unquote(urlsplit(addresses.database_url).username or "")
    if addresses.owner_database_url == addresses.database_url:
        return
    with psycopg.connect(addresses.owner_database_url, autocommit=True) as connection:
        grant_application_role(connection, role)
