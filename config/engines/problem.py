"""What goes wrong with an engine, in words an operator can act on."""

from __future__ import annotations

from pathlib import Path


class EngineError(Exception):
    """An embedded engine cannot be started, reached or stopped; the message says what to do."""


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, to stand below an error; empty when there is no log yet."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(f"    {line}" for line in lines[-count:])
