"""The demo's source files as rows: read, never changed."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

FOLDER = Path(__file__).resolve().parent / "data"
HALVES = ("first-half", "second-half")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Row = dict[str, str]


def portal_file() -> dict[str, Any]:
    """portal.yaml as plain values."""
    with (FOLDER / "portal.yaml").open(encoding="utf-8") as source:
        content: dict[str, Any] = yaml.safe_load(source)
    return content


def rows(half: str, name: str) -> list[Row]:
    """Rows of a CSV file; none where the half has no such file."""
    path = FOLDER / half / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def rows_by(half: str, name: str, column: str) -> dict[str, list[Row]]:
    """Rows of a CSV file grouped by a column, in the order of the file."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows(half, name):
        grouped[row[column]].append(row)
    return grouped


def moment(text: Any) -> datetime:
    """A local time of the files as an aware moment."""
    read = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    return read.replace(tzinfo=ZONE)
