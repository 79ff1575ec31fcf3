"""`make run`: engines, migrations, web and worker under one roof, until Ctrl-C or SIGTERM.

    python -m config.serve [--no-demo] [--host 127.0.0.1]

Everything it starts ends with it, also when it is killed. What died comes back; three quick deaths of
one part stop the whole with the end of that part's log. Exit code: 0 stopped on request or already
running elsewhere, 1 something failed, 2 a wrong setting.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config import engines
from config.engines.children import Child, Deaths, TooManyDeathsError
from config.engines.migration import grant, mark_migrated, migrated_before, owner_environment
from config.engines.problem import last_lines
from config.engines.programs import leashed, trim_log
from config.environment import ROOT, EnvironmentVariableError, read_environment

DEFAULT_PORT = 8000
PORTS_TRIED = 50
READY_SECONDS = 60
STOP_SECONDS = 15.0
TURN_SECONDS = 0.05
LOG_ROUND_SECONDS = 5.0
WORKER_PROCESSES = 2
WORKER_NAME = "embedded"


class StopRequested(Exception):  # noqa: N818 - no error: Ctrl-C or SIGTERM
    """Somebody asked us to stop."""


class StepFailedError(Exception):
    """A step of the start did not succeed; the message says which, in the user's language."""

    def __init__(self, text: str, log: Path | None = None) -> None:
        super().__init__(text)
        self.log = log


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def seconds(since: float) -> str:
    return f"{time.monotonic() - since:.1f} giây".replace(".", ",")


class Serving:
    """One run of the whole, from the engines up to the last child stopped."""

    def __init__(self, var: Path, *, host: str, port: int, demo: bool) -> None:
        self.var = var
        self.logs = var / "log"
        self.host = host
        self.wanted_port = port
        self.demo = demo
        self.children: list[Child] = []
        self._listener: socket.socket | None = None
        self._engines: engines.Engines | None = None
        self._engine_deaths: dict[Path, Deaths] = {}
        self._stops_asked = 0
        self._logs_seen = 0.0

    def run(self, lock: IO[str]) -> None:
        """Start everything, say where, and stay. Raises `StopRequested` when asked to stop."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._ask_to_stop)
        try:
            self._start(lock)
            while True:
                self._turn()
        finally:
            self._stop()

    def _start(self, lock: IO[str]) -> None:
        began = time.monotonic()
        self._listener = self._take_port()
        port = self._listener.getsockname()[1]
        url = f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{port}"  # noqa: S104 - compared
        lock.write(json.dumps({"pid": os.getpid(), "url": url}))
        lock.flush()
        self._engines = engines.start(self.var)
        for engine in self._engines.embedded:
            self._engine_deaths[engine.log] = Deaths(type(engine).__name__, engine.log)
        say(f"  ✓ PostgreSQL và Valkey ({seconds(began)})")

        step = time.monotonic()
        statics = self._begin_statics()
        addresses = self._engines.addresses
        if not migrated_before(addresses):
            self._command("migrate", "--noinput", "--verbosity=0", environ=owner_environment(addresses))
            grant(addresses)
            mark_migrated(addresses)
        if statics is not None:
            self._await_command(*statics)
            self._statics_stamp.write_text(self._statics_mark())
        say(f"  ✓ Cơ sở dữ liệu và tệp tĩnh ({seconds(step)})")

        step = time.monotonic()
        environ = {
            **os.environ,
            "BASE_URL": os.environ.get("BASE_URL") or url,
            "PYTHONUNBUFFERED": "1",
            # Celery finishes what it can within its soft shutdown, and hands the rest back to the queue.
            "REMAP_SIGTERM": "SIGQUIT",
        }
        self.children = [self._web(self._listener, environ), self._worker(environ)]
        for child in self.children:
            child.start()
        if self.demo:
            self._command("load_demo", environ=environ, shown=True)
        self._await("web", lambda: web_answers(self.host, port))
        redis_url = self._engines.redis_url
        self._await("worker", lambda: worker_answers(redis_url))
        say(f"  ✓ Trang web và tác vụ nền ({seconds(step)})")
        if self.demo:
            self._command("run_main_job", environ=environ, shown=True)
        else:
            self._command("open_portal", "--first", environ=environ, shown=True)
        say(f"\n  Bút Làng: {url}\n  Nhật ký ở {self.logs} · dừng bằng Ctrl-C")

    def _take_port(self) -> socket.socket:
        """The listening socket, ours for the whole run: a restarted web finds its callers still waiting."""
        for port in range(self.wanted_port, self.wanted_port + PORTS_TRIED):
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((self.host, port))
                listener.listen(512)
            except OSError as refused:
                listener.close()
                if not isinstance(refused, PermissionError) and port < self.wanted_port + PORTS_TRIED - 1:
                    continue
                raise StepFailedError(f"Không mở được cổng {self.host}:{port}: {refused.strerror}") from refused
            if port != self.wanted_port:
                say(f"  ! Cổng {self.wanted_port} đang có chương trình khác dùng, chuyển sang cổng {port}")
            break
        return listener

    def _web(self, listener: socket.socket, environ: Mapping[str, str]) -> Child:
        command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.conf.py")]
        command += ["--bind", f"fd://{listener.fileno()}", "config.wsgi"]
        return Child(
            "web",
            command,
            folder=ROOT,
            log=self.logs / "web.log",
            environ=environ,
            inherited=[listener.fileno()],
        )

    def _worker(self, environ: Mapping[str, str]) -> Child:
        """One worker with the timer inside (`-B`): right for one machine, wrong for several."""
        command = [sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--beat"]
        command += [f"--concurrency={WORKER_PROCESSES}", f"--hostname={WORKER_NAME}@%h", "--loglevel=INFO"]
        command += ["--without-gossip", "--without-mingle"]
        # Should we be killed, its broker goes at the same moment, and Celery would wait for that for ever.
        return Child(
            "worker",
            command,
            folder=ROOT,
            log=self.logs / "worker.log",
            environ=environ,
            leash=signal.SIGKILL,
        )

    @property
    def _statics_stamp(self) -> Path:
        return self.var / "static.stamp"

    def _statics_mark(self) -> str:
        """Changes when a static file or a pinned package does."""
        mark = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
        for file in sorted(ROOT.glob("*/static/**/*")):
            seen = file.stat()
            mark.update(f"{file.relative_to(ROOT)} {seen.st_size} {seen.st_mtime_ns}\n".encode())
        return mark.hexdigest()

    def _begin_statics(self) -> tuple[str, subprocess.Popen[bytes], Path] | None:
        """Start collectstatic beside the migrations, unless what it gathered last time still holds."""
        stamp = self._statics_stamp
        if (self.var / "static").is_dir() and stamp.exists() and stamp.read_text() == self._statics_mark():
            return None
        return self._begin_command(
            "collectstatic", "--noinput", "--clear", "--verbosity=0", environ=os.environ, shown=False
        )

    def _command(self, *words: str, environ: Mapping[str, str], shown: bool = False) -> None:
        self._await_command(*self._begin_command(*words, environ=environ, shown=shown))

    def _begin_command(
        self, *words: str, environ: Mapping[str, str], shown: bool
    ) -> tuple[str, subprocess.Popen[bytes], Path]:
        """A management command; `shown`: its own words go to the terminal. Its complaints go to a log."""
        log = self.logs / f"{words[0]}.log"
        trim_log(log)
        with log.open("ab") as output:
            running = subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, str(ROOT / "manage.py"), *words],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=None if shown else output,
                stderr=output,
                start_new_session=True,
                preexec_fn=leashed(signal.SIGTERM),  # noqa: PLW1509 - we have one thread
            )
        return words[0], running, log

    def _await_command(self, name: str, running: subprocess.Popen[bytes], log: Path) -> None:
        try:
            while running.poll() is None:
                self._turn()
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()
        if running.returncode != 0:
            raise StepFailedError(f"Lệnh {name} không xong (mã {running.returncode})", log)

    def _await(self, name: str, answers: Callable[[], bool]) -> None:
        end = time.monotonic() + READY_SECONDS
        while not answers():
            self._turn()
            if time.monotonic() > end:
                raise StepFailedError(f"Phần {name} không trả lời sau {READY_SECONDS} giây", self.logs / f"{name}.log")

    def _turn(self) -> None:
        """One round of watching: stop if asked, bring back what died, keep the logs short."""
        if self._stops_asked:
            raise StopRequested
        if self._engines is not None:
            for log in self._engines.revive():
                deaths = self._engine_deaths[log]
                deaths.add()
                deaths.born = time.monotonic()
                say(f"  ! {deaths.name} vừa dừng bất thường và đã được bật lại")
        for child in self.children:
            if child.tend():
                say(f"  ! Phần {child.name} vừa dừng bất thường, đang bật lại")
        if time.monotonic() - self._logs_seen > LOG_ROUND_SECONDS:
            self._logs_seen = time.monotonic()
            for log in self.logs.glob("*.log"):
                trim_log(log)
        time.sleep(TURN_SECONDS)

    def _ask_to_stop(self, _sign: int, _frame: FrameType | None) -> None:
        """The second request kills what has not ended yet."""
        self._stops_asked += 1

    def _stop(self) -> None:
        """Web first, so that nothing new comes in; then the worker; the engines when nobody needs them."""
        if self.children:
            say("\n  Đang dừng…")
        for child in self.children:
            child.stop(0 if self._stops_asked > 1 else STOP_SECONDS)
        if self._listener is not None:
            self._listener.close()
        if self._engines is not None:
            self._engines.stop()


def web_answers(host: str, port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=2)  # noqa: S104
    try:
        line.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        # A refusal of our Host header is an answer too: ALLOWED_HOSTS may name the public address only.
        return line.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def worker_answers(redis_url: str) -> bool:
    """Ask our own worker by name: a shared broker may have others on it."""
    queue = Celery(broker=engines.broker_url(redis_url), set_as_current=False)
    queue.conf.broker_transport_options = {"max_retries": 0, "socket_timeout": 2}
    name = f"{WORKER_NAME}@{socket.gethostname()}"
    try:
        with queue.connection_for_write() as connection:
            return bool(queue.control.ping(destination=[name], timeout=0.5, connection=connection))
    except (OperationalError, RedisError, OSError):
        return False


def claim_run(var: Path) -> IO[str] | None:
    """The lock of the one supervisor of this installation; None when another holds it."""
    var.mkdir(parents=True, exist_ok=True)
    lock = (var / "serve.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    lock.truncate(0)
    return lock


def describe_running(var: Path) -> str:
    try:
        there = json.loads((var / "serve.lock").read_text())
    except ValueError:
        return "Bút Làng đang được khởi động ở một cửa sổ khác."
    return f"Bút Làng đang chạy ở {there['url']} (tiến trình {there['pid']})."


def read_port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536 - PORTS_TRIED:
        raise EnvironmentVariableError(f"PORT must be a port number: {text!r}")
    return int(text)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.serve", description="Run Bút Làng on this machine.")
    parser.add_argument("--no-demo", action="store_true", help="neither load the demo nor run its royalty run")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    options = parser.parse_args(arguments)
    try:
        var: Path = read_environment(os.environ)["BUTLANG_VAR"].resolve()
        port = read_port()
    except EnvironmentVariableError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    lock = claim_run(var)
    if lock is None:
        say(describe_running(var))
        return 0
    say("Bút Làng đang khởi động…")
    log: Path | None = None
    with lock:
        try:
            Serving(var, host=options.host, port=port, demo=not options.no_demo).run(lock)
        except StopRequested:
            say("  Đã dừng.")
            return 0
        except TooManyDeathsError as problem:
            text, log = f"Phần {problem} dừng ba lần liền, không bật lại nữa.", problem.log
        except StepFailedError as problem:
            text, log = str(problem), problem.log
        except (engines.EngineError, engines.RoleTooStrongError) as problem:
            text = str(problem)
    sys.stderr.write(f"\n  ✗ {text}\n")
    if log is not None:
        sys.stderr.write(f"{last_lines(log, 20)}\n  Nhật ký đầy đủ: {log}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
