"""Which form a kind of paper follows on a day, and what is not certain about it; from a file that offices may edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("paper_forms.yaml")


@dataclass(frozen=True, slots=True)
class PaperForm:
    """`name` as printed at the upper right, `note` as printed at the foot; both "" where there is nothing to say."""

    name: str = ""
    note: str = ""
    legal_basis: str = ""


@lru_cache(maxsize=1)
def _forms() -> dict[str, list[dict[str, Any]]]:
    with FILE.open(encoding="utf-8") as source:
        found: dict[str, list[dict[str, Any]]] = yaml.safe_load(source)["forms"]
    return found


def form_on(kind: str, day: date) -> PaperForm:
    """The form of a kind of paper on a day; an empty one where none is known."""
    for entry in _forms().get(kind, []):
        if entry["from"] <= day and (entry["until"] is None or day < entry["until"]):
            return PaperForm(entry["form"], entry["note"] if entry["doubt"] else "", entry["legal_basis"])
    return PaperForm()
