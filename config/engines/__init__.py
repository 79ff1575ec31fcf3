"""PostgreSQL and Valkey from wheels, started and stopped by us, on unix sockets below `var/`.

    with engines.start(var) as running:
        running.database_url, running.redis_url

`DATABASE_URL` and `REDIS_URL` in the environment name servers from outside: the embedded engine of
that kind then stays where it is. docs/adr/0001-embedded-engines.md says why it is built this way.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from config.engines.layout import APPLICATION_ROLE, DATABASE, OWNER_ROLE, Layout
from config.engines.postgres import Postgres
from config.engines.problem import EngineError
from config.engines.roles import RoleTooStrongError, grant_application_role
from config.engines.valkey import Valkey

__all__ = [
    "APPLICATION_ROLE",
    "DATABASE",
    "OWNER_ROLE",
    "Addresses",
    "EngineError",
    "Engines",
    "RoleTooStrongError",
    "broker_url",
    "grant_application_role",
    "start",
    "status",
    "stop",
    "urls",
]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the engines are: `database_url` for the application, `owner_database_url` for migrations,
    `redis_url` for redis-py (unix:// or redis://).
    """

    database_url: str
    owner_database_url: str
    redis_url: str

    @property
    def broker_url(self) -> str:
        return broker_url(self.redis_url)


def broker_url(redis_url: str) -> str:
    """The same server as Celery writes it: redis+socket:// for a unix socket, anything else unchanged."""
    scheme, _, rest = redis_url.partition("://")
    if scheme != "unix":
        return redis_url
    path, _, query = rest.partition("?")
    database = dict(part.partition("=")[::2] for part in query.split("&")).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"


def urls(var: Path) -> Addresses:
    """Addresses of the embedded engines of this installation, running or not."""
    layout = Layout.of(var)
    return Addresses(
        database_url=layout.database_url(APPLICATION_ROLE),
        owner_database_url=layout.database_url(OWNER_ROLE),
        redis_url=layout.redis_url,
    )


class Engines:
    """The engines of one installation as this process sees them. Made by `start`.

    An engine is None when an address from outside stands in for it. `stop` ends only what was
    started here; a server that somebody else had running stays theirs.
    """

    def __init__(self, layout: Layout, addresses: Addresses, postgres: Postgres | None, valkey: Valkey | None) -> None:
        self._layout = layout
        self.addresses = addresses
        self.postgres = postgres
        self.valkey = valkey

    @property
    def database_url(self) -> str:
        return self.addresses.database_url

    @property
    def owner_database_url(self) -> str:
        return self.addresses.owner_database_url

    @property
    def redis_url(self) -> str:
        return self.addresses.redis_url

    @property
    def embedded(self) -> list[Postgres | Valkey]:
        return [engine for engine in (self.postgres, self.valkey) if engine is not None]

    def revive(self) -> list[Path]:
        """Start again whatever we started and has died since; the logs of those that had."""
        dead = [engine for engine in self.embedded if engine.died()]
        if dead:
            with _locked(self._layout):
                for engine in dead:
                    engine.start()
        return [engine.log for engine in dead]

    def stop(self) -> None:
        ours = [engine for engine in self.embedded if engine.started_here]
        if ours:
            with _locked(self._layout):
                for engine in ours:
                    engine.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@contextlib.contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    """One process at a time starts or stops the engines of an installation. Freed by the kernel on death."""
    try:
        layout.var.mkdir(parents=True, exist_ok=True)
        lock = layout.lock.open("a")
    except PermissionError as refused:
        raise EngineError(f"{layout.var} belongs to another user: act as that user or as root") from refused
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(var: Path, *, environ: Mapping[str, str] = os.environ, lasting: bool = True, leash: bool = True) -> Engines:
    """Start what is not running and not given by `environ`, and wait until it answers.

    `lasting=False`: throw-away engines for tests, nothing is flushed to disk.
    `leash=False`: the servers outlive this process (`python -m config.engines start`).
    Raises `EngineError` with what to do and the end of the log; nothing is left running then.
    """
    layout = Layout.of(var)
    own = urls(var)
    outside_database, outside_redis = environ.get("DATABASE_URL", ""), environ.get("REDIS_URL", "")
    addresses = Addresses(
        database_url=outside_database or own.database_url,
        owner_database_url=environ.get("MIGRATION_DATABASE_URL", "") or outside_database or own.owner_database_url,
        redis_url=outside_redis or own.redis_url,
    )
    engines = Engines(
        layout,
        addresses,
        None if outside_database else Postgres(layout, lasting=lasting, leash=leash),
        None if outside_redis else Valkey(layout, lasting=lasting, leash=leash),
    )
    if engines.embedded:
        try:
            with _locked(layout):
                for engine in engines.embedded:
                    engine.start()
        except BaseException:
            engines.stop()
            raise
    return engines


def stop(var: Path) -> list[str]:
    """Stop the embedded engines of this installation, whoever started them; names of those that ran."""
    layout = Layout.of(var)
    stopped = []
    with _locked(layout):
        for engine in (Postgres(layout), Valkey(layout)):
            if engine.pid is not None:
                engine.stop()
                stopped.append(type(engine).__name__)
    return stopped


def status(var: Path) -> dict[str, int | None]:
    """Process number of each embedded engine that runs and answers, None for the others."""
    layout = Layout.of(var)
    return {
        type(engine).__name__: engine.pid if engine.pid is not None and engine.answers() else None
        for engine in (Postgres(layout), Valkey(layout))
    }
