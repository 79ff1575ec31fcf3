"""Named crash points, put around the product's own functions inside the chaos worker and nowhere else.

The product has no hook for this: nothing in it could be switched on by mistake. A function that was renamed is
an error at the start of the worker, not a point that is silently never reached.
docs/adr/0021-crash-points-live-in-the-tests.md says why.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = "CHAOS_FOLDER"
PACE = "CHAOS_PACE"

# Where a worker may die, in the order in which a run comes by.
COMPUTING = ("claim committed", "lines half copied", "lines copied, run not moved")
PRINTING = (
    "claim committed",
    "file written, not flushed",
    "file flushed, not renamed",
    "file renamed, no row yet",
    "row written, job not done",
    "before the batch is closed",
    "after the batch is closed",
    "work done, job not marked",
)


def ticket(folder: Path) -> Path:
    """The file that arms a point: `{"point": …, "whom": "child" or "worker"}`. Whoever dies by it takes it along."""
    return folder / "ticket"


def reach(point: str) -> None:
    """Die here if this point is armed. Otherwise take a little time: a run that is over at once is hit nowhere."""
    folder = Path(os.environ[FOLDER])
    time.sleep(float(os.environ.get(PACE, "0")))
    try:
        wanted = json.loads(ticket(folder).read_text())
        if wanted["point"] != point:
            return
        ticket(folder).rename(folder / f"struck-{os.getpid()}")
    except (FileNotFoundError, ValueError):
        return
    victim = os.getppid() if wanted["whom"] == "worker" else os.getpid()
    os.kill(victim, signal.SIGKILL)
    time.sleep(5)  # until the kernel tells us that our worker is gone


def install() -> None:
    """Put every point into this process."""
    from contributors import files, jobs
    from payments import computing, line_writer, rendering

    _around(jobs, "claim", after=lambda result: result is not None and reach("claim committed"))
    flush = os.fsync

    def flushing(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            reach("file written, not flushed")
        flush(handle)

    os.fsync = flushing
    _around(files, "_sync_folder", before="file renamed, no row yet")
    _around(rendering, "_record", after=lambda _: reach("row written, job not done"))
    _around(rendering, "close_batch", before="before the batch is closed", after=_closed)
    _around(computing, "record_event", before="lines copied, run not moved")
    for work in ("render_statements", "render_list"):
        _around(rendering, work, after=lambda _: reach("work done, job not marked"))

    rename = Path.rename

    def renaming(self: Path, target: Any) -> Path:
        if self.suffix and self.name.startswith("."):
            reach("file flushed, not renamed")
        return rename(self, target)

    Path.rename = renaming  # type: ignore[method-assign]
    write = line_writer.LineWriter._write

    def writing(self: Any, rows: list[Sequence[Any]]) -> None:
        write(self, _dying_half_way(rows))  # type: ignore[arg-type]

    line_writer.LineWriter._write = writing  # type: ignore[method-assign]


def _dying_half_way(rows: list[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for place, row in enumerate(rows):
        if place == len(rows) // 2:
            reach("lines half copied")
        yield row


def _closed(closed: object) -> None:
    if closed:
        reach("after the batch is closed")


def _around(owner: Any, name: str, *, before: str | None = None, after: Callable[[Any], object] | None = None) -> None:
    inner = getattr(owner, name)

    def outer(*arguments: Any, **named: Any) -> Any:
        if before is not None:
            reach(before)
        result = inner(*arguments, **named)
        if after is not None:
            after(result)
        return result

    setattr(owner, name, outer)
