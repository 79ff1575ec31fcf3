"""Where the embedded engines keep their files and sockets."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# The kernel's limit for a socket path is 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_BYTES = 103
# Not TMPDIR and not XDG_RUNTIME_DIR: a login shell, cron and a systemd unit see different ones,
# and all of them must find the same server.
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - the folder in it is private and its owner is checked
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"

SUPERUSER = "postgres"
OWNER_ROLE = "butlang_owner"
APPLICATION_ROLE = "butlang_app"
DATABASE = "butlang"


@dataclass(frozen=True, slots=True)
class Layout:
    """Every path of one installation, made from its `var` folder (absolute, links resolved)."""

    var: Path

    @classmethod
    def of(cls, var: Path) -> Layout:
        return cls(Path(var).resolve())

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def valkey(self) -> Path:
        return self.var / "valkey"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def lock(self) -> Path:
        return self.var / "engines.lock"

    @property
    def postgres_sockets(self) -> Path:
        return self._socket_folder(self.postgres, POSTGRES_SOCKET)

    @property
    def valkey_sockets(self) -> Path:
        return self._socket_folder(self.valkey, VALKEY_SOCKET)

    def _socket_folder(self, home: Path, socket_name: str) -> Path:
        """The engine's own folder; a short private one named by a hash where that path is too long."""
        if len(os.fsencode(home / socket_name)) <= SOCKET_PATH_BYTES:
            return home
        mark = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]
        return SHORT_FOLDER / f"butlang-{mark}-{home.name}"

    def remove_short_folder(self, sockets: Path) -> None:
        """Take away an engine's folder outside `var` once its server has stopped."""
        if sockets.parent == SHORT_FOLDER:
            with contextlib.suppress(OSError):
                sockets.rmdir()

    def database_url(self, role: str, database: str = DATABASE) -> str:
        """postgresql:// address through the socket: the folder stands percent-encoded as the host.

        The port is spelled out so that a PGPORT in somebody's shell changes nothing.
        """
        return f"postgresql://{role}@{quote(str(self.postgres_sockets), safe='')}:5432/{database}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(self.valkey_sockets / VALKEY_SOCKET))}?db=0"
