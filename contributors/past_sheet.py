"""A list of works of past years, read row by row: month, person, unit, genre, quantity, what was paid.

Nothing is written here. The same file with the same choices against the same portal gives the same preview.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models.functions import TruncMonth

from contributors import clock
from contributors.accesses import month_of, number_of
from contributors.errors import DomainError
from contributors.models import Contributor, CountsAs, Genre, Membership, Piece, PieceState, Portal, Unit
from contributors.names import person_name, plain_text, search_key
from contributors.spreadsheets import Table, TableRow

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "month": ("Tháng", "Tháng, năm", "Ngày đăng", "Ngày", "Kỳ", "Month"),
    "person": ("Tác giả", "Họ và tên", "Họ tên", "Người viết", "Cộng tác viên", "Author"),
    "title": ("Tên tin, bài", "Tên bài", "Tiêu đề", "Tin, bài", "Nội dung", "Title"),
    "unit": ("Đơn vị", "Ấp", "Ấp, ngành", "Ấp, ngành, đơn vị", "Unit"),
    "genre": ("Thể loại", "Loại", "Genre"),
    "quantity": ("Số lượng", "SL", "Quantity"),
    "amount": ("Thành tiền", "Số tiền", "Nhuận bút", "Tiền nhuận bút", "Số tiền (đồng)", "Amount"),
}
T = TypeVar("T")
NEEDED = ("month", "person")
MOST_ROWS = 20_000
TITLE_LIMIT = 500
NEW, SKIP = "new", "skip"
TOTAL = re.compile(r"(?:(?:tổng|cộng)(?: cộng| số| tiền)?(?: tháng [\d/ -]+| năm \d+)?) ?[:.]?", re.IGNORECASE)
DAY = re.compile(r"\d{1,2}[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d\d)-\d\d.*")
CURRENCY = re.compile(r"\s*(?:đồng|đ|vnđ|vnd)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PastRow:
    """`problems`: (column, what) of what cannot be read; `person_key` names the person of the list."""

    number: int
    month: date | None
    title: str
    name: str
    unit_id: int | None
    unit: str
    genre_id: int | None
    quantity: int
    amount: int | None
    person_key: str
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who bears that name. `units`: where they belong or belonged."""

    pk: int
    public_id: str
    name: str
    units: str


@dataclass(frozen=True, slots=True)
class PastPerson:
    """A name of the list with its unit. `matched`: the one person of that very name in that unit.

    `choice`: "new", "skip", the public id of a candidate, or "" while it is open.
    """

    key: str
    name: str
    unit: str
    unit_id: int | None
    rows: int
    candidates: tuple[Candidate, ...]
    matched: int | None
    choice: str

    @property
    def open(self) -> bool:
        return self.matched is None and not self.choice

    @property
    def skipped(self) -> bool:
        return self.matched is None and self.choice == SKIP


@dataclass(frozen=True, slots=True)
class MonthSum:
    """Works and đồng of a month: as the source has them, and as they would stand here."""

    month: date
    works: int
    amount: int
    kept_works: int
    kept_amount: int

    @property
    def equal(self) -> bool:
        return (self.works, self.amount) == (self.kept_works, self.kept_amount)


@dataclass(frozen=True, slots=True)
class PastPreview:
    """`rows` without those that only sum up others; `seen` names the whole, so that no other is confirmed."""

    rows: tuple[PastRow, ...]
    people: tuple[PastPerson, ...]
    months: tuple[MonthSum, ...]
    seen: str = ""
    headings: tuple[str, ...] = field(default=())

    @property
    def wrong(self) -> tuple[PastRow, ...]:
        return tuple(row for row in self.rows if row.problems)

    @property
    def doubts(self) -> tuple[PastPerson, ...]:
        """Those about whom somebody has to say something, open ones first."""
        return tuple(sorted((one for one in self.people if one.matched is None), key=lambda one: not one.open))

    @property
    def open(self) -> int:
        return sum(one.open for one in self.people)

    @property
    def to_write(self) -> tuple[PastRow, ...]:
        skipped = {one.key for one in self.people if one.skipped}
        return tuple(row for row in self.rows if row.person_key not in skipped)

    @property
    def total(self) -> MonthSum:
        def added(name: str) -> int:
            return sum(getattr(month, name) for month in self.months)

        return MonthSum(date.min, added("works"), added("amount"), added("kept_works"), added("kept_amount"))


def past_preview_of(table: Table, *, portal: Portal, choices: Mapping[str, str], sha256: str) -> PastPreview:
    """What would become of the rows. A constant number of queries."""
    known = _Known(portal)
    rows: list[PastRow] = []
    sums = _Sums()
    for row in table.rows:
        cells = {key: plain_text(row.cells.get(key, "")) for key in COLUMNS}
        if TOTAL.fullmatch(cells["person"] or cells["title"] or cells["month"]):
            found = sums.compared(row.number, cells)
            if found is not None:
                rows.append(found)
            continue
        read = _read_row(row, cells, known)
        sums.add(read)
        rows.append(read)
    people = _people(rows, known, choices)
    whole = PastPreview(tuple(rows), tuple(people), ())
    whole = replace(whole, months=tuple(_months(rows, whole.to_write)))
    facts = [sha256, [_plain(row) for row in rows], [(one.key, one.matched, one.choice) for one in people]]
    seen = hashlib.sha256(json.dumps(facts, default=str, ensure_ascii=False).encode()).hexdigest()
    return replace(whole, seen=seen)


def _plain(row: PastRow) -> list[Any]:
    return [row.number, row.month, row.unit_id, row.genre_id, row.quantity, row.amount, row.problems]


class _Sums:
    """Of the rows above a line that sums up: since the last such line, and of all."""

    def __init__(self) -> None:
        self.since = self.whole = 0

    def add(self, row: PastRow) -> None:
        self.since += row.amount or 0
        self.whole += row.amount or 0

    def compared(self, number: int, cells: Mapping[str, str]) -> PastRow | None:
        """None where the line says what the rows come to, or says no amount."""
        expected, self.since = {self.since, self.whole}, 0
        try:
            stated = dong_of(cells["amount"])
        except DomainError:
            stated = -1
        if stated is None or stated in expected:
            return None
        return PastRow(number, None, "", "", None, "", None, 0, None, "", (("amount", "total_differs"),))


class _Known:
    """What the portal knows: units by name, genres by name and code, people by name, months with pieces of its own."""

    def __init__(self, portal: Portal) -> None:
        self.this_month = clock.today(portal.time_zone).replace(day=1)
        self.units: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for pk, name in Unit.objects.order_by("-opened", "-pk").values_list("pk", "name"):
            self.units[search_key(name)].append((pk, name))
        self.genres: dict[str, int] = {}
        self.usual: int | None = None
        for genre in Genre.objects.order_by("position", "pk"):
            for said in (genre.name, genre.code):
                self.genres.setdefault(search_key(said), genre.pk)
            if self.usual is None and genre.counts_as == CountsAs.PIECE and genre.retired_on is None:
                self.usual = genre.pk
        zone = ZoneInfo(portal.time_zone)
        published = Piece.objects.filter(state=PieceState.PUBLISHED).order_by()
        months = published.values_list(TruncMonth("published_at", tzinfo=zone), flat=True).distinct()
        self.taken = {month.date() for month in months}
        self.people: dict[str, list[Contributor]] = defaultdict(list)
        self.places: dict[int, list[tuple[int, str]]] = defaultdict(list)

    def meet(self, keys: Iterable[str]) -> None:
        """Load everybody who bears one of these names. Two queries."""
        found = Contributor.objects.filter(search_key__in=set(keys), merged_into__isnull=True).order_by("pk")
        for person in found:
            self.people[person.search_key].append(person)
        ids = [person.pk for people in self.people.values() for person in people]
        rows = Membership.objects.filter(contributor__in=ids).order_by("effective_from")
        for person_id, unit_id, name in rows.values_list("contributor_id", "unit_id", "unit__name"):
            self.places[person_id].append((unit_id, name))


def _read_row(row: TableRow, cells: Mapping[str, str], known: _Known) -> PastRow:
    problems: list[tuple[str, str]] = []

    def read(column: str, reader: Callable[[str], T], usual: T, problem: str) -> T:
        try:
            return reader(cells[column])
        except DomainError:
            problems.append((column, problem))
            return usual

    month = read("month", month_in, None, "month")
    if month is not None and month > known.this_month:
        problems.append(("month", "ahead"))
    elif month in known.taken:
        problems.append(("month", "in_system"))
    name = read("person", person_name, "", "person")
    unit_id, unit = None, cells["unit"]
    if unit:
        found = known.units.get(search_key(unit), [])
        unit_id = found[0][0] if found else None
        if unit_id is None:
            problems.append(("unit", "unit"))
    genre_id = known.genres.get(search_key(cells["genre"])) if cells["genre"] else known.usual
    if genre_id is None:
        problems.append(("genre", "genre"))
    quantity = read("quantity", number_of, 0, "quantity") if cells["quantity"] else 1
    if quantity == 0 and ("quantity", "quantity") not in problems:
        problems.append(("quantity", "quantity"))
    amount = read("amount", dong_of, None, "amount")
    if len(cells["title"]) > TITLE_LIMIT:
        problems.append(("title", "title"))
    return PastRow(
        number=row.number,
        month=month,
        title=cells["title"],
        name=name,
        unit_id=unit_id,
        unit=unit,
        genre_id=genre_id,
        quantity=quantity,
        amount=amount,
        person_key=f"{search_key(name)}|{unit_id or ''}" if name else "",
        problems=tuple(problems),
    )


def month_in(text: str) -> date | None:
    """The first day of a month as people write it, or of the month of a day. Raises `month_wrong`."""
    if found := DAY.fullmatch(text.strip()):
        month, year = found[1] or found[4], found[2] or found[3]
        return month_of(f"{month}/{year}")
    return month_of(text)


def dong_of(text: str) -> int | None:
    """Whole đồng, None for an empty cell. Raises `count_wrong`."""
    bare = CURRENCY.sub("", text.strip())
    return number_of(bare) if bare else None


def _people(rows: Sequence[PastRow], known: _Known, choices: Mapping[str, str]) -> list[PastPerson]:
    said: dict[str, list[PastRow]] = defaultdict(list)
    for row in rows:
        if row.person_key:
            said[row.person_key].append(row)
    known.meet(key.partition("|")[0] for key in said)
    return [_person(key, of, known, choices.get(key, "")) for key, of in said.items()]


def _person(key: str, rows: Sequence[PastRow], known: _Known, choice: str) -> PastPerson:
    first = rows[0]
    bearing = known.people.get(key.partition("|")[0], [])
    there = [
        person
        for person in bearing
        if person.full_name.casefold() == first.name.casefold()
        and first.unit_id is not None
        and first.unit_id in {unit_id for unit_id, _ in known.places[person.pk]}
    ]
    candidates = tuple(
        Candidate(
            person.pk, str(person.public_id), person.full_name, ", ".join(name for _, name in known.places[person.pk])
        )
        for person in bearing
    )
    offered = {NEW, SKIP, *(one.public_id for one in candidates)}
    return PastPerson(
        key=key,
        name=first.name,
        unit=first.unit,
        unit_id=first.unit_id,
        rows=len(rows),
        candidates=candidates,
        matched=there[0].pk if len(there) == 1 else None,
        choice=choice if choice in offered else "",
    )


def _months(rows: Sequence[PastRow], kept: Sequence[PastRow]) -> Iterable[MonthSum]:
    source, here = _by_month(rows), _by_month(kept)
    for month in sorted(source):
        yield MonthSum(month, *source[month], *here.get(month, (0, 0)))


def _by_month(rows: Sequence[PastRow]) -> dict[date, tuple[int, int]]:
    found: dict[date, tuple[int, int]] = {}
    for row in rows:
        if row.month is not None:
            works, amount = found.get(row.month, (0, 0))
            found[row.month] = (works + row.quantity, amount + (row.amount or 0))
    return found
