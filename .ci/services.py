# ruff: noqa: INP001
"""Find this machine's PostgreSQL and Redis: `make` prints addresses of scratch databases, `drop` removes them.

Looks at PGHOST, the usual socket folder and 127.0.0.1, and at REDIS_PORT of 127.0.0.1; takes an empty
database number of Redis. Exit code 1: one of the two cannot be reached or gives no rights.
"""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from urllib.parse import quote, urlsplit

import psycopg
import redis
from psycopg import sql
from redis.exceptions import RedisError

DATABASE_NUMBERS = range(15, 0, -1)


def scratch_database() -> str | None:
    """Address of a new empty database, by the first host and role that may make one."""
    name = f"butlang_ci_{secrets.token_hex(4)}"
    port = os.environ.get("PGPORT", "5432")
    for host in dict.fromkeys((os.environ.get("PGHOST", ""), "/var/run/postgresql", "127.0.0.1")):
        for user in dict.fromkeys((os.environ.get("PGUSER", ""), "postgres", getpass.getuser())):
            if not host or not user:
                continue
            secret = os.environ.get("PGPASSWORD", "")
            login = f"{quote(user, safe='')}{':' + quote(secret, safe='') if secret else ''}"
            address = f"postgresql://{login}@{quote(host, safe='')}:{port}"
            try:
                with psycopg.connect(f"{address}/postgres", autocommit=True, connect_timeout=3) as connection:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except psycopg.Error:
                continue
            return f"{address}/{name}"
    return None


def empty_redis() -> str | None:
    """Address of a database of Redis in which nothing lies."""
    port = os.environ.get("REDIS_PORT", "6379")
    for number in DATABASE_NUMBERS:
        address = f"redis://127.0.0.1:{port}/{number}"
        try:
            if redis.Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2).dbsize() == 0:
                return address
        except (RedisError, OSError):
            return None
    return None


def make() -> int:
    """Redis first: a database that nobody will use is not made."""
    cache = empty_redis()
    database = scratch_database() if cache else None
    if database is None:
        return 1
    sys.stdout.write(f"{database}\n{cache}\n")
    return 0


def drop(database: str, cache: str) -> int:
    name = urlsplit(database).path.lstrip("/")
    with psycopg.connect(database.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        for leftover in (name, f"test_{name}"):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(leftover)))
    redis.Redis.from_url(cache).flushdb()
    return 0


if __name__ == "__main__":
    sys.exit(make() if sys.argv[1:] == ["make"] else drop(*sys.argv[2:]))
