"""The machine that faults happen on: engines and a worker of its own, brought back whenever something of it died."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from config import engines
from config.engines.layout import SUPERUSER, Layout
from tests.chaos import points

DATABASE = "chaos"
LEASE_SECONDS = 3
NO_LIMIT = resource.RLIM_INFINITY
STARTS_IN = 60.0


class Scene:
    """Start, strike and mend. All from the main thread: the engines are on a leash that ends with their thread."""

    def __init__(self, folder: Path, running: engines.Engines, *, control: bool = False) -> None:
        self.folder = folder
        self.engines = running
        self.control = control
        self.worker: subprocess.Popen[bytes] | None = None
        self.log = folder / "worker.log"

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        address = Layout.of(self.folder / "var").database_url(SUPERUSER, database)
        return psycopg.connect(address, autocommit=True, connect_timeout=5)

    def queue(self) -> redis.Redis:
        return redis.Redis.from_url(self.engines.redis_url)

    def tend(self) -> None:
        """What a supervisor does: start again what has died."""
        self.engines.revive()
        if self.worker is None or self.worker.poll() is not None:
            self.start_worker()

    def start_worker(self) -> None:
        for mark in (self.folder / "children").glob("*"):
            mark.unlink()
        environ = {
            **os.environ,
            points.FOLDER: str(self.folder),
            points.PACE: "0.01",
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            **({"CHAOS_CONTROL": "1"} if self.control else {}),
        }
        command = [sys.executable, "-m", "celery", "--app", "tests.chaos.worker", "worker", "--concurrency=2"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
        if not self.control:
            command += ["--beat", "--schedule", str(self.folder / "beat")]
        with self.log.open("ab") as out:
            self.worker = subprocess.Popen(
                command, env=environ, start_new_session=True, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )

    def stop_worker(self) -> None:
        if self.worker is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def children(self) -> list[int]:
        """The processes of the worker that do jobs."""
        found = []
        for mark in (self.folder / "children").glob("*"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(mark.name), 0)
                found.append(int(mark.name))
        return found

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time go by and mend; True as soon as `until` is."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until():
                return True
            self.tend()
            time.sleep(0.02)
        return until()

    def wait_for_worker(self) -> None:
        self.wait(STARTS_IN, lambda: bool(self.children()))

    # The faults. Each returns whether it struck.

    def die_at(self, point: str, whom: str, over: Callable[[], bool]) -> bool:
        armed = points.ticket(self.folder)
        draft = armed.with_suffix(".draft")
        draft.write_text(json.dumps({"point": point, "whom": whom}))
        draft.rename(armed)
        self.wait(8.0, lambda: over() or not armed.exists())
        try:
            armed.unlink()
        except FileNotFoundError:
            return True
        return False

    def kill_child(self, dice: random.Random) -> bool:
        children = self.children()
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(sorted(children)), signal.SIGKILL)
        return bool(children)

    def kill_worker(self) -> bool:
        if self.worker is None or self.worker.poll() is not None:
            return False
        os.kill(self.worker.pid, signal.SIGKILL)
        return True

    def kill_valkey(self) -> bool:
        assert self.engines.valkey is not None
        pid = self.engines.valkey.pid
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        return self._gone(self.engines.valkey.died)

    def flush_valkey(self) -> bool:
        with contextlib.suppress(redis.RedisError):
            self.queue().flushall()
            return True
        return False

    def restart_postgres(self) -> bool:
        """Immediate shutdown: no checkpoint, every connection cut; the next start recovers from the log."""
        assert self.engines.postgres is not None
        pid = self.engines.postgres.pid
        if pid is None:
            return False
        os.kill(pid, signal.SIGQUIT)
        return self._gone(self.engines.postgres.died)

    @staticmethod
    def _gone(died: Callable[[], bool]) -> bool:
        end = time.monotonic() + 10
        while time.monotonic() < end and not died():
            time.sleep(0.01)
        return died()

    def fill_disk(self, over: Callable[[], bool]) -> bool:
        """For a second no child may write more than 6 kB into a file: the kernel refuses in the middle of a paper."""
        struck = False
        for limit in (6_000, NO_LIMIT):
            for child in self.children():
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(child, resource.RLIMIT_FSIZE, (limit, NO_LIMIT))
                    struck = True
            if limit != NO_LIMIT:
                self.wait(1.0, over)
        return struck

    def move_clock(self, years: int) -> bool:
        """As if every clock had been a year off when the open jobs were claimed and rung; and the bells are lost too,
        or a job would not need its times to be right.
        """
        self.flush_valkey()
        with contextlib.suppress(psycopg.OperationalError), self.admin(DATABASE) as admin:
            moved = admin.execute(
                "UPDATE contributors_job SET rung_at = rung_at + %(by)s, claimed_until = claimed_until + %(by)s"
                " WHERE state IN ('pending', 'claimed')",
                {"by": f"{years} years"},
            )
            return moved.rowcount > 0
        return False
