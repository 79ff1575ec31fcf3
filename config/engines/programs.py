"""Starting, recognising and stopping the engines' processes."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from config.engines.account import Account
from config.engines.problem import EngineError

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LOG_BYTES = 5 * 1024 * 1024


def wheel_folder(package: str) -> Path:
    """Where a wheel lies, without importing it: its own start-up code writes lock files and warnings."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EngineError(f"the package {package} is not installed: run `make` or install requirements.txt")
    return Path(found.origin).resolve().parent


def leashed(on_owner_death: signal.Signals | None) -> Callable[[], None]:
    """What a child does before it becomes the program: private files, and a signal when its owner dies.

    The kernel sends the signal when the *thread* that started the child ends, so start from the main
    thread. macOS has no such signal: there a killed owner leaves its children.
    """
    owner = os.getpid()

    def before_exec() -> None:
        os.umask(0o077)
        if on_owner_death is not None:
            die_with_parent(on_owner_death)
            if os.getppid() != owner:
                os._exit(1)

    return before_exec


def die_with_parent(sign: signal.Signals) -> None:
    """Ask the kernel to send this process `sign` when its parent ends. Nothing on macOS."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def start_program(
    command: Sequence[str],
    *,
    folder: Path,
    log: Path,
    account: Account | None,
    on_owner_death: signal.Signals | None,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: a Ctrl-C in the terminal reaches only its owner.

    The environment is cut down to a few fixed words: PGPORT, PGDATA and the like must not reach it.
    """
    trim_log(log)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own program and paths
            command,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=leashed(on_owner_death),  # noqa: PLW1509 - our starters have one thread
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
        )


def trim_log(log: Path, limit: int = LOG_BYTES) -> None:
    """Keep a log and one older piece of it below `limit` bytes each.

    Copies and cuts instead of renaming: the programs write in append mode and never reopen the file.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        size = log.stat().st_size
    except FileNotFoundError:
        return
    if size > limit:
        with log.open("rb") as text:
            text.seek(size - limit)
            log.with_suffix(".log.1").write_bytes(text.read(limit))
        os.truncate(log, 0)


def command_line(pid: int) -> list[str]:
    """The words a process was started with (on macOS one text of all of them); empty when it is gone."""
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return []
        return [os.fsdecode(word) for word in words.split(b"\0") if word]
    asked = subprocess.run(  # noqa: S603 - a number
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 - part of macOS
        check=False,
        capture_output=True,
        text=True,
    )
    return [asked.stdout.strip()] if asked.stdout.strip() else []


def running(pid: int | None, *, program: str, folder: Path) -> bool:
    """Is this process our `program` on this data folder? A number that another process took over is not."""
    words = command_line(pid) if pid else []
    return bool(words) and program in words[0] and any(str(folder) in word for word in words)


def first_number(file: Path) -> int | None:
    """The process number on the first line of a pid file; None when there is none to read."""
    try:
        return int(file.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    except PermissionError as refused:
        raise EngineError(f"{file} belongs to another user: act as that user or as root") from refused


def alive(pid: int) -> bool:
    """Does any process have this number?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def moments(seconds: float, step: float = 0.02) -> Iterator[None]:
    """Turns of a waiting loop: at once, then every `step` seconds until `seconds` have passed."""
    end = time.monotonic() + seconds
    yield
    while time.monotonic() < end:
        time.sleep(step)
        yield


def end_process(pid: int, gone: Callable[[], bool], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn, giving the process its seconds to go; then end its whole session."""
    for sign, patience in steps:
        if gone():  # its number may be somebody else's by now
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        for _ in moments(patience):
            if gone():
                return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    for _ in moments(2):
        if gone():
            return
