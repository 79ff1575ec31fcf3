"""What a sender vouches for: dated texts in files that never change (a new wording is a new version)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contributors import clock
from contributors.consents import Wording
from contributors.errors import DomainError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PledgeText:
    """`own` is said by who made the piece, `on_behalf` by who enters it for its author."""

    version: str
    effective_from: date
    own: tuple[Wording, ...]
    on_behalf: tuple[Wording, ...]
    legal_basis: Wording

    def points(self, *, on_behalf: bool) -> tuple[Wording, ...]:
        return self.on_behalf if on_behalf else self.own


def current_pledge(on: date | None = None) -> PledgeText:
    """The text in force on a day (today)."""
    day = on or clock.today()
    texts = _versions()
    return next((text for text in reversed(texts) if text.effective_from <= day), texts[0])


def pledge_text(version: str) -> PledgeText:
    """A text as it was vouched for. Raises `pledge_unknown`."""
    for text in _versions():
        if text.version == version:
            return text
    raise DomainError("pledge_unknown", field="pledge")


def check_pledge(version: str | None) -> PledgeText:
    """The text in force, if it is the one that was shown. Raises `pledge_missing`, `pledge_unknown`, `pledge_old`."""
    if not version:
        raise DomainError("pledge_missing", field="pledge")
    if pledge_text(version) != current_pledge():
        raise DomainError("pledge_old", field="pledge")
    return current_pledge()


@cache
def _versions() -> tuple[PledgeText, ...]:
    read = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml"))
    return tuple(sorted((_text(file) for file in read), key=lambda text: text.effective_from))


def _text(file: dict[str, Any]) -> PledgeText:
    return PledgeText(
        version=file["version"],
        effective_from=file["effective_from"],
        own=tuple(Wording(**point) for point in file["own"]),
        on_behalf=tuple(Wording(**point) for point in file["on_behalf"]),
        legal_basis=Wording(**file["legal_basis"]),
    )
