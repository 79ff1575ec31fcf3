"""Monthly accesses of the website: entered by hand or from a sheet, each with its source, and read for a period."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import MonthlyAccess
from contributors.names import plain_text
from contributors.spreadsheets import read_table, write_table

RIGHT = "access.write"
EARLIEST = 1997  # no website of a Vietnamese office is older
MOST = 10**12
MOST_ROWS = 600
MOST_NAMED = 10  # wrong rows that a refusal names
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "month": ("Tháng", "Tháng năm", "Kỳ", "Month"),
    "count": ("Lượt truy cập", "Số lượt truy cập", "Lượt xem", "Truy cập", "Accesses"),
}
# 01/2026, 1-2026, "Tháng 1/2026", 2026-01, and a day that a spreadsheet made of it: 2026-01-01, 01/01/2026.
_MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*[/\-.]\s*(\d{4})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-01)?")
_DAY = re.compile(r"0?1[/\-.](\d{1,2})[/\-.](\d{4})")
_COUNT = re.compile(r"\d{1,3}(?:[.,\s\u00a0]\d{3})+|\d{1,13}")


@dataclass(frozen=True, slots=True)
class Accesses:
    """Of a period: `total` over the `known` of its `months`; None where nobody entered any."""

    total: int | None
    known: int
    months: int
    sources: tuple[str, ...]


def record_accesses(*, actor: Actor, month: date, count: int, source: str) -> MonthlyAccess:
    """What was counted in the month that `month` lies in; again: replaces it, and the event keeps both.

    Raises `month_wrong`, `count_wrong`, `source_missing`.
    """
    require(actor, RIGHT)
    said = _source(source)
    first = _checked(month, count)
    with transaction.atomic():
        return _write(actor, first, count, said)


def load_accesses(*, actor: Actor, content: bytes, file_name: str, source: str) -> int:
    """Every month of a sheet, or none; returns how many.

    Raises what `read_table` does, `sheet_empty`, `source_missing`, `accesses_rows_wrong` with the rows' numbers.
    """
    require(actor, RIGHT)
    said = _source(source)
    table = read_table(content=content, file_name=file_name, columns=COLUMNS, most_rows=MOST_ROWS)
    table.require("month", "count")
    if not table.rows:
        raise DomainError("sheet_empty", field="file")
    found: dict[date, int] = {}
    wrong = []
    for row in table.rows:
        try:
            count = number_of(row.cells["count"])
            month = _checked(month_of(row.cells["month"]), count)
        except DomainError:
            wrong.append(row.number)
            continue
        if month in found:
            wrong.append(row.number)
        found[month] = count
    if wrong:
        named = ", ".join(map(str, wrong[:MOST_NAMED])) + (", …" if len(wrong) > MOST_NAMED else "")
        raise DomainError("accesses_rows_wrong", field="file", rows=named)
    with transaction.atomic():
        for month, count in sorted(found.items()):
            _write(actor, month, count, said)
    return len(found)


def accesses_template() -> bytes:
    """An empty sheet with our headings and a row to overwrite."""
    return write_table([names[0] for names in COLUMNS.values()], [["01/2026", "1250"]], "Lượt truy cập")


def accesses_between(period_from: date, period_until: date) -> Accesses:
    """Months that begin in `[period_from, period_until)`. One query."""
    rows = list(
        MonthlyAccess.objects.filter(month__gte=period_from, month__lt=period_until)
        .order_by("month")
        .values_list("count", "source")
    )
    months = sum(1 for _ in _firsts(period_from, period_until))
    return Accesses(
        total=sum(count for count, _ in rows) if rows else None,
        known=len(rows),
        months=months,
        sources=tuple(dict.fromkeys(source for _, source in rows)),
    )


def month_of(text: str) -> date:
    """The first day of a month as people write it. Raises `month_wrong`."""
    said = text.strip()
    if found := _ISO.fullmatch(said):
        year, month = int(found[1]), int(found[2])
    elif found := _DAY.fullmatch(said) or _MONTH.fullmatch(said):
        month, year = int(found[1]), int(found[2])
    else:
        raise DomainError("month_wrong", field="month")
    try:
        return date(year, month, 1)
    except ValueError:
        raise DomainError("month_wrong", field="month") from None


def number_of(text: str) -> int:
    """A whole number, with or without separators of thousands. Raises `count_wrong`."""
    said = text.strip().removesuffix(".0")  # how a spreadsheet gives a whole number
    if not _COUNT.fullmatch(said):
        raise DomainError("count_wrong", field="count")
    return int(re.sub(r"\D", "", said))


def _firsts(period_from: date, period_until: date) -> list[date]:
    months = []
    month = period_from.replace(day=1)
    while month < period_until:
        if month >= period_from:
            months.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return months


def _checked(month: date, count: int) -> date:
    first = month.replace(day=1)
    if first.year < EARLIEST or first > clock.today():
        raise DomainError("month_wrong", field="month")
    if not 0 <= count <= MOST:
        raise DomainError("count_wrong", field="count")
    return first


def _source(source: str) -> str:
    said = plain_text(source)[:200]
    if not said:
        raise DomainError("source_missing", field="source")
    return said


def _write(actor: Actor, month: date, count: int, source: str) -> MonthlyAccess:
    before = MonthlyAccess.objects.select_for_update().filter(month=month).first()
    row, _ = MonthlyAccess.objects.update_or_create(
        portal_id=actor.portal_id,
        month=month,
        defaults={"count": count, "source": source, "entered_by_id": actor.account_pk, "entered_at": clock.now()},
    )
    facts = {"month": f"{month:%Y-%m}", "count": count, "source": source}
    if before is not None:
        facts |= {"count_before": before.count, "source_before": before.source}
    record_event(actor=actor, kind="accesses.recorded", subject=row, facts=facts)
    return row
