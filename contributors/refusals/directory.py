"""The directory, imports, duplicates and merges."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {}
