"""What a named error says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """HTTP status by which the API answers, and the sentence in both languages."""

    status: int
    vi: str
    en: str
