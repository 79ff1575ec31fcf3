"""Writing draft lines while the next ones are being computed.

The server takes about as long to store a line as the engine to compute it. One thread writes a chunk by COPY on the
transaction's own connection; the reader of the next items waits for it, since a connection does one thing at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from django.db import connection

CHUNK = 5000


class LineWriter:
    """A context: `add` rows, `settle` before anything else asks the database. Errors of the writing come out there."""

    def __init__(self, statement: str) -> None:
        self.statement = statement
        self._rows: list[Sequence[Any]] = []
        self._running: Future[None] | None = None
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lines")

    def __enter__(self) -> Self:
        connection.ensure_connection()
        # Django's wrapper belongs to this thread; the driver's connection may be used by any, one at a time.
        self._driver: Any = connection.connection
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._start()
                self.settle()
            elif self._running is not None:
                self._running.exception()  # what went wrong first is what is told
        finally:
            self._hand.shutdown()

    def add(self, row: Sequence[Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= CHUNK:
            self._start()

    def settle(self) -> None:
        """Wait until the connection is free."""
        running, self._running = self._running, None
        if running is not None:
            running.result()

    def _start(self) -> None:
        self.settle()
        rows, self._rows = self._rows, []
        if rows:
            self._running = self._hand.submit(self._write, rows)

    def _write(self, rows: list[Sequence[Any]]) -> None:
        write: Callable[[Sequence[Any]], None]
        with self._driver.cursor() as cursor, cursor.copy(self.statement) as copy:
            write = copy.write_row
            for row in rows:
                write(row)
