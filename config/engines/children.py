"""Child processes of the supervisor: started in a session of their own, counted when they die, ended whole."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.engines.programs import end_process, leashed, trim_log

QUICK_SECONDS = 30.0
DEATHS_ALLOWED = 3
FIRST_PAUSE = 0.5


class TooManyDeathsError(Exception):
    """A part died three times, each soon after its start; the message is its name."""

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(name)
        self.log = log


@dataclass(slots=True)
class Deaths:
    """Quick deaths in a row of one part. A part that lived for a while starts again from none."""

    name: str
    log: Path
    count: int = 0
    born: float = field(default_factory=time.monotonic)

    def add(self) -> float:
        """Count one; seconds to wait before the next start. Raises `TooManyDeathsError` at the third."""
        quick = time.monotonic() - self.born < QUICK_SECONDS
        self.count = self.count + 1 if quick else 1
        if self.count >= DEATHS_ALLOWED:
            raise TooManyDeathsError(self.name, self.log)
        return FIRST_PAUSE * 2.0 ** (self.count - 1)


class Child:
    """One program kept alive: `tend` it now and then, `stop` it once.

    `leash`: the signal it gets should this process die without stopping it.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        log: Path,
        environ: Mapping[str, str],
        inherited: Sequence[int] = (),
        leash: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self._leash = leash
        self.log = log
        self._command = command
        self._folder = folder
        self._environ = environ
        self._inherited = inherited
        self._deaths = Deaths(name, log)
        self._start_at: float | None = None
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._running is None else self._running.pid

    def start(self) -> None:
        trim_log(self.log)
        with self.log.open("ab") as output:
            self._running = subprocess.Popen(  # noqa: S603 - our own programs
                self._command,
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=self._inherited,
                start_new_session=True,
                preexec_fn=leashed(self._leash),  # noqa: PLW1509 - the supervisor has one thread
            )
        self._deaths.born = time.monotonic()
        self._start_at = None

    def tend(self) -> bool:
        """Notice a death and start again after a pause that grows. True when it has just died."""
        if self._start_at is not None and time.monotonic() >= self._start_at:
            self.start()
        if self._running is None or self._running.poll() is None:
            return False
        self._end_session()
        self._running = None
        self._start_at = time.monotonic() + self._deaths.add()
        return True

    def stop(self, patience: float) -> None:
        """SIGTERM, then after `patience` seconds SIGKILL; its own children go with it."""
        self._start_at = None
        child = self._running
        if child is None:
            return
        end_process(child.pid, lambda: child.poll() is not None, ((signal.SIGTERM, patience),))
        self._end_session()
        self._running = None

    def _end_session(self) -> None:
        """What the program left behind: a killed Celery leaves its timer, a killed web its workers."""
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._running.pid, signal.SIGKILL)
