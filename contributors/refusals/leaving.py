"""Leaving, data rights, training."""

from __future__ import annotations

from contributors.refusals.message import Message

MESSAGES: dict[str, Message] = {}
