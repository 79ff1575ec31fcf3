"""Throw-away engines for a test run: a pytest plugin, named in pyproject.toml by `-p config.engines.testing`.

They start once, in the process that the developer started, before Django reads its settings; the
workers of pytest-xdist inherit the addresses, each with a numbered database of its own in Valkey as in
PostgreSQL: a bell rung in one must not be answered in the other. Addresses given from outside (DATABASE_URL, REDIS_URL)
win, each for its own kind. The tests connect as the owner of the tables, which may create databases
and `SET ROLE butlang_app`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO

import pytest

from config import engines

_PREFIX = "butlang-test-"


@contextlib.contextmanager
def session_engines() -> Iterator[engines.Addresses]:
    """Engines in a temporary folder for the length of the context, and `os.environ` pointing at them.

    Sets BUTLANG_VAR, DATABASE_URL, REDIS_URL and, where absent, throw-away secrets. Both engines and
    the folder go at the end; should this process be killed, the engines end by themselves and the
    next session sweeps the folder.
    """
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    claim = _claim(folder)
    before = dict(os.environ)
    try:
        with engines.start(folder / "var", lasting=False) as running:
            os.environ["BUTLANG_VAR"] = str(folder / "var")
            os.environ["DATABASE_URL"] = running.owner_database_url
            os.environ["REDIS_URL"] = running.redis_url
            os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
            os.environ.setdefault("BUTLANG_KEYS", f"test:{secrets.token_hex(32)}")
            yield engines.Addresses(running.owner_database_url, running.owner_database_url, running.redis_url)
    finally:
        os.environ.clear()
        os.environ.update(before)
        claim.close()
        shutil.rmtree(folder, ignore_errors=True)


def _claim(folder: Path) -> IO[str]:
    """An open lock that says: a living session uses this folder. Named only once it is locked."""
    draft = folder / "claim.draft"
    claim = draft.open("w")
    fcntl.flock(claim, fcntl.LOCK_EX)
    draft.rename(folder / "claim")
    return claim


def _sweep() -> None:
    """Remove the folders of sessions that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            with (folder / "claim").open("r+") as claim:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # in use, just being made, or another user's
            continue


def redis_url_of_worker(redis_url: str, worker: str) -> str:
    """The address with the database number of that worker of pytest-xdist: gw0 has 1, gw1 has 2, and so on.

    Valkey has 16 databases as it comes; more workers than 15 are refused by it with a clear error.
    """
    number = int(worker.removeprefix("gw")) + 1
    if redis_url.startswith("unix://"):
        return f"{redis_url.partition('?')[0]}?db={number}"
    return f"{re.sub(r'/[0-9]*$', '', redis_url)}/{number}"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None, object, object]:
    """Before pytest-django, which reads the settings in the same hook without being a wrapper."""
    runs_nothing = {"--version", "-V", "--help", "-h"} & set(args)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = redis_url_of_worker(os.environ["REDIS_URL"], worker)
    elif not runs_nothing:
        running = contextlib.ExitStack()
        running.enter_context(session_engines())
        early_config.add_cleanup(running.close)
    return (yield)
