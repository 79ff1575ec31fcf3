"""What people are asked to agree to: dated texts in files that never change (a new wording is a new version)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from contributors import clock
from contributors.errors import DomainError

FOLDER = Path(__file__).parent
JOINING = "joining"  # asked when somebody joins; "payment" when money is paid
THANKS = "thanks"  # offered on one's own page, never asked for


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence or more in both languages; `str()` gives that of the running request."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "vi")[:2] == "en" else self.vi


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One purpose as one version words it. `kept` says how long, `rights` what the person may do about it."""

    version: str
    purpose: str
    asked: str
    required: bool
    title: Wording
    text: Wording
    kept: Wording
    legal_basis: Wording
    rights: Wording


def current_consents(asked: str = JOINING, on: date | None = None) -> tuple[ConsentText, ...]:
    """The texts in force on a day (today), in the order in which they are asked; a file may word one occasion alone."""
    day = on or clock.today()
    worded = [
        (since, tuple(text for text in texts.values() if text.asked == asked))
        for since, texts in sorted(_versions(), key=itemgetter(0))
    ]
    in_order = [(since, texts) for since, texts in worded if texts]
    return next((texts for since, texts in reversed(in_order) if since <= day), in_order[0][1])


def consent_text(version: str, purpose: str) -> ConsentText:
    """A text as it was agreed to. Raises `consent_unknown`."""
    for _, texts in _versions():
        text = texts.get(purpose)
        if text is not None and text.version == version:
            return text
    raise DomainError("consent_unknown", field="consents")


def check_consents(given: Sequence[tuple[str, str]], asked: str = JOINING) -> None:
    """Raise `consent_unknown` for a text that never was, `consent_missing` where a required one is not given."""
    for purpose, version in given:
        consent_text(version, purpose)
    agreed = {purpose for purpose, _ in given}
    if not agreed >= {text.purpose for text in current_consents(asked) if text.required}:
        raise DomainError("consent_missing", field="consents")


@cache
def _versions() -> tuple[tuple[date, Mapping[str, ConsentText]], ...]:
    read = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml")))
    return tuple((file["effective_from"], _texts(file)) for file in read)


def _texts(file: Mapping[str, Any]) -> dict[str, ConsentText]:
    return {
        purpose: ConsentText(
            version=file["version"],
            purpose=purpose,
            asked=row["asked"],
            required=row["required"],
            title=Wording(**row["title"]),
            text=Wording(**row["text"]),
            kept=Wording(**row["kept"]),
            legal_basis=Wording(**file["legal_basis"]),
            rights=Wording(**file["rights"]),
        )
        for purpose, row in file["purposes"].items()
    }
