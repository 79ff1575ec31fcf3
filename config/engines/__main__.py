"""`python -m config.engines start|stop|status` for humans, `migrate` for deployments, and the clients.

`start` leaves the engines running after it has ended; a later `make run` finds them and lets them be.
`migrate` applies Django's migrations as the owner (MIGRATION_DATABASE_URL) and then gives the
application's role (the user in DATABASE_URL) its rights.
`psql`, `pg_dump` and `pg_restore` are the bundled programs, led to the embedded database as its owner:
`python -m config.engines pg_dump --format=custom --file=backup.dump`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from config import engines
from config.engines.migration import migrate
from config.engines.postgres import CLIENTS
from config.environment import EnvironmentVariableError, read_environment


def main(arguments: list[str]) -> int:
    own = {"start": _start, "stop": _stop, "status": _status, "migrate": _migrate}
    verb, words = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb not in {*own, *CLIENTS} or (verb in own and words):
        sys.stdout.write(f"{__doc__}\n")
        return 0 if verb in {"-h", "--help"} else 2
    try:
        var: Path = read_environment(os.environ)["BUTLANG_VAR"]
        return own[verb](var) if verb in own else _run_client(var, verb, words)
    except (engines.EngineError, engines.RoleTooStrongError, EnvironmentVariableError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


def _start(var: Path) -> int:
    running = engines.start(var, leash=False)
    sys.stdout.write(f"database {running.database_url}\nredis    {running.redis_url}\n")
    return 0


def _stop(var: Path) -> int:
    stopped = engines.stop(var)
    sys.stdout.write(f"stopped: {', '.join(stopped) or 'nothing was running'}\n")
    return 0


def _status(var: Path) -> int:
    """0: both run, 3: not both (as systemd's and LSB's status commands say it)."""
    seen = engines.status(var)
    for name, pid in seen.items():
        sys.stdout.write(f"{name}: {'not running' if pid is None else f'running, process {pid}'}\n")
    return 0 if all(seen.values()) else 3


def _migrate(var: Path) -> int:
    with engines.start(var) as running:
        code = migrate(running.addresses)
    sys.stdout.write("migrated\n" if code == 0 else "not migrated\n")
    return code


def _run_client(var: Path, program: str, words: list[str]) -> int:
    """The engine is started for the length of the command where none runs."""
    with engines.start(var) as running:
        if running.postgres is None:
            raise engines.EngineError("DATABASE_URL names another server: use its own programs")
        command, address = running.postgres.client(program)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's own business
        done = subprocess.run(  # noqa: S603 - the operator's own words
            [command, *words], check=False, env={**os.environ, **address}
        )
        return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
