"""A wire between the browser and the server that breaks after so many bytes, as a weak network does."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from urllib.parse import urlsplit

PART = 16 * 1024
RESET = struct.pack("ii", 1, 0)  # close with a reset, not with an orderly end


class Wire:
    """`cut_after(n)`: so many bytes more, in both directions together; then nothing until `mend()`."""

    def __init__(self, url: str) -> None:
        self.behind = (urlsplit(url).hostname, urlsplit(url).port)
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.ear.getsockname()[1]}"
        self.left: int | None = None
        self.was_cut = False
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def cut_after(self, number: int) -> None:
        with self.lock:
            self.left, self.was_cut = number, False

    def mend(self) -> None:
        with self.lock:
            self.left = None

    def close(self) -> None:
        self.ear.close()
        self._cut()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self.ear.accept()
            except OSError:
                return
            if self.left == 0:
                self._reset(near)
                continue
            try:
                far = socket.create_connection(self.behind)
            except OSError:
                self._reset(near)
                continue
            self.open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(PART):
                allowed = self._allowed(len(part))
                target.sendall(part[:allowed])
                if allowed < len(part):
                    self._cut()
                    return
            target.shutdown(socket.SHUT_WR)

    def _allowed(self, wanted: int) -> int:
        with self.lock:
            if self.left is None:
                return wanted
            allowed = min(wanted, self.left)
            self.left -= allowed
            self.was_cut = self.was_cut or allowed < wanted
            return allowed

    def _cut(self) -> None:
        for each in list(self.open):
            self._reset(each)
        self.open.clear()

    @staticmethod
    def _reset(each: socket.socket) -> None:
        with contextlib.suppress(OSError):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            each.shutdown(socket.SHUT_RDWR)
        each.close()
