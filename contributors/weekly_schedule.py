"""The leaders' weekly schedule, as pasted or from a spreadsheet, read into activities. Pure: no database, no clock.

One activity a line. A line that names a day ("Thứ Hai, 16/11/2026", "16/11") sets the day of those below it; an hour
("8h00", "08:30", "14 giờ", "Sáng", "Chiều") begins an activity; "tại …" or "địa điểm: …" is its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from contributors.names import plain_text, search_key
from contributors.spreadsheets import read_table

MOST_LINES = 200
COLUMNS: Mapping[str, Sequence[str]] = {
    "day": ("Ngày", "Thứ, ngày", "Thứ ngày", "Thời gian ngày"),
    "hour": ("Giờ", "Thời gian", "Buổi"),
    "what": ("Nội dung", "Nội dung công việc", "Công việc", "Nội dung làm việc"),
    "who": ("Lãnh đạo", "Chủ trì", "Thành phần", "Người dự", "Lãnh đạo dự"),
    "place": ("Địa điểm", "Nơi", "Địa điểm họp"),
}
DAY = re.compile(
    r"^(?:(?:thứ\s*(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s*nhật)\s*[,:.\-–(]*\s*)?(?:ngày\s*)?"
    r"(?P<day>\d{1,2})\s*[/.\-]\s*(?P<month>\d{1,2})(?:\s*[/.\-]\s*(?P<year>\d{4}))?\s*\)?\s*[:,;.\-–|]*\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
HOUR = re.compile(
    r"^[\-–+*•]?\s*(?:lúc\s*)?(?:(?P<hour>\d{1,2})\s*(?:h|giờ|g|:)\s*(?P<minute>[0-5]\d)?(?:\s*phút)?|"
    r"(?P<part>(?:buổi\s*)?(?:sáng|chiều|tối)))(?!\w)\s*[:,;.\-–|]*\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
PLACE = re.compile(r"[,;.|]?\s*(?:địa điểm\s*:?|tại)\s+(?P<place>[^,;|]+)", re.IGNORECASE)
PARTS = {"sang": time(7, 30), "chieu": time(13, 30), "toi": time(19, 0)}


@dataclass(frozen=True, slots=True)
class Activity:
    """One line that was understood. `hour` None: the schedule says no hour."""

    number: int
    day: date
    hour: time | None
    title: str
    place: str

    def at(self, zone: ZoneInfo) -> datetime:
        """Its beginning; without an hour, the beginning of a working day."""
        return datetime.combine(self.day, self.hour or PARTS["sang"], zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What was read, and the lines that nobody understood, by number."""

    activities: list[Activity]
    skipped: list[tuple[int, str]]


def read_schedule(text: str, *, today: date) -> Schedule:
    """Activities in the order of the text. A day without a year is the one nearest to `today`."""
    found: list[Activity] = []
    skipped: list[tuple[int, str]] = []
    day: date | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        rest = plain_text(line)
        if not rest:
            continue
        dated = DAY.match(rest)
        if dated is not None:
            day = _day(dated, today)
            rest = dated["rest"]
            if day is not None and not rest:
                continue
        timed = HOUR.match(rest)
        hour = _hour(timed) if timed else None
        what = timed["rest"] if timed else rest
        if day is None or not any(char.isalpha() for char in what) or not (timed or dated):
            skipped.append((number, plain_text(line)))
            continue
        found.append(_activity(number, day, hour, what))
    return Schedule(found, skipped)


def _day(dated: re.Match[str], today: date) -> date | None:
    day, month = int(dated["day"]), int(dated["month"])
    years = [int(dated["year"])] if dated["year"] else [today.year - 1, today.year, today.year + 1]
    days = []
    for year in years:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return min(days, key=lambda each: abs((each - today).days)) if days else None


def _hour(timed: re.Match[str]) -> time | None:
    if timed["part"]:
        return PARTS[search_key(timed["part"]).removeprefix("buoi ")]
    hour = int(timed["hour"])
    return time(hour, int(timed["minute"] or 0)) if hour <= 23 else None  # noqa: PLR2004 - a day's last hour


def _activity(number: int, day: date, hour: time | None, what: str) -> Activity:
    placed = PLACE.search(what)
    place = plain_text(placed["place"]).rstrip(".") if placed else ""
    title = PLACE.sub("", what, count=1) if placed else what
    return Activity(number, day, hour, plain_text(title.replace("|", ", ")).strip(" ,;.-–"), place)


def text_of_sheet(*, content: bytes, file_name: str) -> str:
    """A spreadsheet as lines that `read_schedule` reads and that people can still correct.

    Raises what `spreadsheets.read_table` does, `headings_missing` without a column of what is done.
    """
    table = read_table(content=content, file_name=file_name, columns=COLUMNS, most_rows=MOST_LINES)
    table.require("day", "what")
    lines = []
    for row in table.rows:
        cells = row.cells
        if cells["day"]:
            lines.append(_written_day(cells["day"]))
        if cells["what"]:
            hour = cells.get("hour", "") or "Sáng"
            who = f"{cells['who']}: " if cells.get("who") else ""
            place = f", tại {cells['place']}" if cells.get("place") else ""
            lines.append(f"{hour} - {who}{cells['what']}{place}")
    return "\n".join(lines)


def _written_day(cell: str) -> str:
    try:
        return f"{date.fromisoformat(cell[:10]):%d/%m/%Y}"
    except ValueError:
        return cell
