"""A spreadsheet of people, read row by row: what each row says, and what is to be thought of it.

Nothing is written here. The same file against the same directory gives the same verdicts, so that a preview can be
made again at any time and compared with what somebody saw.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from contributors import clock
from contributors.actors import in_force
from contributors.applications import LONGEST_PEN_NAME, OLDEST_AGE
from contributors.duplicates import NAME_AND_UNIT, NAME_AND_YEAR, PHONE_AND_NAME, Known, reason_of
from contributors.errors import DomainError
from contributors.models import Category, Contributor, ContributorState, Membership, Unit
from contributors.names import normal_phone, person_name, plain_text, search_key
from contributors.spreadsheets import Table, TableRow, write_table

COLUMNS: Mapping[str, Sequence[str]] = {
    "full_name": ("Họ và tên", "Họ tên", "Tên cộng tác viên", "Full name"),
    "phone": ("Điện thoại", "Số điện thoại", "SĐT", "ĐT", "Di động", "Phone"),
    "unit": ("Đơn vị", "Ấp", "Ấp, ngành", "Ấp, ngành, đơn vị", "Unit"),
    "birth_year": ("Năm sinh", "Year of birth"),
    "birth_day": ("Ngày sinh", "Ngày tháng năm sinh", "Date of birth"),
    "pen_name": ("Bút danh", "Pen name"),
    "category": ("Diện", "Đối tượng", "Category"),
    "consented_on": ("Ngày đồng ý", "Đồng ý ngày", "Đồng ý", "Day of consent"),
}
OK, WRONG, KNOWN, LIKELY, TWICE = "ok", "wrong", "known", "likely", "twice"
VERDICTS = (WRONG, LIKELY, KNOWN, TWICE, OK)  # in the order in which they want to be looked at
SKIP, CREATE, SAME = "skip", "create", "same"
CHOICES: Mapping[str, tuple[str, ...]] = {
    KNOWN: (SKIP, SAME, CREATE),
    LIKELY: (CREATE, SAME, SKIP),
    TWICE: (SKIP, CREATE),
}
SAME_NAME = "name"
DAY = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})")
ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:T00:00:00)?")
PLAIN_PHONE = re.compile(r"0?([35789]\d{8})")
LOST_ZERO = 9  # digits of a mobile number that a spreadsheet took for a number


@dataclass(frozen=True, slots=True)
class PersonToBe:
    """What a row says, in our words. `consented_on` None: nobody has a signed paper, so the person is recorded only."""

    full_name: str
    search_key: str
    phone: str = ""
    unit_id: int | None = None
    birth_year: int | None = None
    pen_name: str = ""
    category: str = Category.VOLUNTEER
    consented_on: date | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody of the directory whom a row may mean."""

    id: int
    public_id: UUID
    full_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """`problems` say what is wrong and where; `choice` is what was chosen, or what happens if nothing is."""

    number: int
    cells: Mapping[str, str]
    verdict: str
    problems: tuple[DomainError, ...] = ()
    hints: tuple[str, ...] = ()
    person: PersonToBe | None = None
    alike: Alike | None = None
    twin: int | None = None
    choice: str = ""

    @property
    def is_written(self) -> bool:
        return self.verdict == OK or self.choice == CREATE

    @property
    def offered(self) -> tuple[str, ...]:
        return CHOICES.get(self.verdict, ())


@dataclass(frozen=True, slots=True)
class Preview:
    """All rows with their verdicts. `seen` names exactly this preview: confirming names what was looked at."""

    rows: list[RowVerdict]
    counts: Mapping[str, int]
    seen: str
    unknown_columns: list[str] = field(default_factory=list)

    @property
    def to_write(self) -> int:
        return sum(row.is_written for row in self.rows)

    @property
    def without_consent(self) -> int:
        return sum(row.is_written and row.person is not None and row.person.consented_on is None for row in self.rows)


def template_file() -> bytes:
    """The sheet to fill in: our headings, one row as an example."""
    example = (
        "Nguyễn Thị Lan",
        "0912345678",
        "Ấp 1",
        "1968",
        "",
        "Lan Anh",
        str(Category.VOLUNTEER.label),
        "05/02/2026",
    )
    return write_table([names[0] for names in COLUMNS.values()], [example], gettext("Cộng tác viên"))


def preview_of(table: Table, *, sha256: str, choices: Mapping[str, str]) -> Preview:
    """Every row's verdict. Five queries, whatever the size."""
    units = OpenUnits()
    read = [_read_row(row, units) for row in table.rows]
    rows = _compared(read, choices)
    counts = Counter(row.verdict for row in rows)
    body = [[row.number, row.verdict, row.alike.id if row.alike else None, row.choice] for row in rows]
    seen = hashlib.sha256(f"{sha256} {json.dumps(body)}".encode()).hexdigest()
    return Preview(rows, {verdict: counts[verdict] for verdict in VERDICTS}, seen, table.unknown)


class OpenUnits:
    """The open units of the portal, by what people write for them."""

    def __init__(self) -> None:
        today = clock.today()
        self._named: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        rows = Unit.objects.filter(Q(closed__isnull=True) | Q(closed__gt=today), opened__lte=today)
        for pk, name, above in rows.order_by("pk").values_list("pk", "name", "parent__name"):
            self._named[search_key(name)].append((pk, name, above or ""))

    def find(self, text: str) -> int:
        """By name; by “Ấp 1 (xã cũ)”, “Ấp 1 / xã cũ” or “xã cũ / Ấp 1” where several have it.

        Raises `unit_unknown`, `unit_ambiguous`.
        """
        found = self._named.get(search_key(text), [])
        if not found:
            found = self._with_parent(text)
        exact = [each for each in found if each[1].casefold() == text.casefold()]
        found = exact if len(exact) == 1 else found
        if not found:
            raise DomainError("unit_unknown", field="unit", name=text[:100])
        if len(found) > 1:
            _, name, above = found[0]
            raise DomainError("unit_ambiguous", field="unit", name=text[:100], example=f"{name} ({above})")
        return found[0][0]

    def _with_parent(self, text: str) -> list[tuple[int, str, str]]:
        parts = [part.strip() for part in re.split(r"[/(),]| - ", text) if part.strip()]
        if len(parts) != 2:  # noqa: PLR2004 - a unit and the one above it
            return []
        return [
            each
            for name, above in (parts, reversed(parts))
            for each in self._named.get(search_key(name), [])
            if search_key(each[2]) == search_key(above)
        ]


def _read_row(row: TableRow, units: OpenUnits) -> RowVerdict:
    """What the row says on its own, with everything that is wrong in it."""
    problems: list[DomainError] = []
    hints: list[str] = []
    cells = {key: plain_text(text) for key, text in row.cells.items()}
    values: dict[str, object] = {}
    readers: Mapping[str, Callable[[], object]] = {
        "full_name": lambda: person_name(cells["full_name"]),
        "phone": lambda: _phone(cells["phone"], hints),
        "unit_id": lambda: units.find(cells["unit"]) if cells["unit"] else None,
        "birth_year": lambda: _birth_year(cells["birth_year"], cells["birth_day"]),
        "pen_name": lambda: _pen_name(cells["pen_name"]),
        "category": lambda: _category(cells["category"]),
        "consented_on": lambda: _consent_day(cells["consented_on"]),
    }
    for name, read in readers.items():
        try:
            values[name] = read()
        except DomainError as wrong:
            problems.append(wrong)
    if problems:
        return RowVerdict(row.number, row.cells, WRONG, tuple(problems), tuple(hints))
    person = PersonToBe(search_key=search_key(str(values["full_name"])), **values)  # type: ignore[arg-type]
    return RowVerdict(row.number, row.cells, OK, hints=tuple(hints), person=person)


def _phone(text: str, hints: list[str]) -> str:
    if not text:
        return ""
    plain = PLAIN_PHONE.fullmatch(text)  # as nearly every cell is, and a hundred times quicker than the library
    phone = f"+84{plain[1]}" if plain else normal_phone(text)
    if sum(char.isdigit() for char in text) == LOST_ZERO:
        hints.append(gettext("Số điện thoại mất số 0 đầu, đã đọc là 0%(digits)s.") % {"digits": phone[3:]})
    return phone


def _birth_year(year: str, day: str) -> int | None:
    today = clock.today()
    found = set()
    for text, column in ((year, "birth_year"), (day, "birth_day")):
        if not text:
            continue
        born = _day(text)
        if born is None and not re.fullmatch(r"\d{4}", text):
            raise DomainError("birth_malformed", field=column)
        if born is not None and born > today:
            raise DomainError("birth_ahead", field=column)
        number = born.year if born else int(text)
        if number > today.year:
            raise DomainError("birth_ahead", field=column)
        if not today.year - OLDEST_AGE <= number < today.year:
            raise DomainError("birth_year_wrong", field=column)
        found.add(number)
    if len(found) > 1:
        raise DomainError("birth_differs", field="birth_day")
    return found.pop() if found else None


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text) or ISO_DAY.fullmatch(text)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None


def _pen_name(text: str) -> str:
    if len(text) > LONGEST_PEN_NAME:
        raise DomainError("pen_name_wrong", field="pen_name", most=LONGEST_PEN_NAME)
    return text


def _category(text: str) -> str:
    if not text:
        return Category.VOLUNTEER
    wanted = search_key(text)
    for code in Category:
        if wanted in {search_key(str(code.label)), code.value}:
            return code
    known = ", ".join(str(code.label) for code in Category)
    raise DomainError("category_unknown", field="category", name=text[:100], known=known)


def _consent_day(text: str) -> date | None:
    if not text:
        return None
    day = _day(text)
    if day is None or day > clock.today():
        raise DomainError("consent_day_malformed", field="consented_on")
    return day


def _compared(rows: Sequence[RowVerdict], choices: Mapping[str, str]) -> list[RowVerdict]:
    """Each row held against the directory, and against the rows above it."""
    people = [row.person for row in rows if row.person is not None]
    there = Directory(people)
    above: dict[str, list[tuple[int, PersonToBe]]] = defaultdict(list)
    judged = []
    for row in rows:
        if row.person is None:
            judged.append(row)
            continue
        verdict, alike = there.verdict(row.person)
        twin = next((number for number, other in above[row.person.search_key] if _one(row.person, other)), None)
        if twin is not None:
            verdict, alike = TWICE, None
        above[row.person.search_key].append((row.number, row.person))
        offered = CHOICES.get(verdict, ())
        chosen = choices.get(str(row.number), "")
        judged.append(
            RowVerdict(
                row.number,
                row.cells,
                verdict,
                hints=row.hints,
                person=row.person,
                alike=alike,
                twin=twin,
                choice=chosen if chosen in offered else (offered[0] if offered else ""),
            )
        )
    return judged


def _one(person: PersonToBe, other: PersonToBe) -> bool:
    """Two rows of one file with one name: the same phone, or nothing that speaks against it in the same unit."""
    if person.phone and other.phone:
        return person.phone == other.phone
    years = {person.birth_year, other.birth_year} - {None}
    return person.unit_id == other.unit_id and len(years) < 2  # noqa: PLR2004 - two different years


class Directory:
    """Those of the directory who share a phone or a name with somebody of the sheet."""

    def __init__(self, people: Iterable[PersonToBe]) -> None:
        phones, keys = set(), set()
        for person in people:
            phones.add(person.phone)
            keys.add(person.search_key)
        near = Contributor.objects.filter(
            Q(phone__in=phones - {""}) | Q(search_key__in=keys), merged_into__isnull=True, erased_at__isnull=True
        ).order_by("pk")
        rows = list(near.values_list("pk", "public_id", "full_name", "search_key", "phone", "birth_year", "state"))
        units = dict(
            Membership.objects.filter(in_force(clock.today()), contributor_id__in=[row[0] for row in rows]).values_list(
                "contributor_id", "unit_id"
            )
        )
        self._by_phone: dict[str, list[Known]] = defaultdict(list)
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._shown = {row[0]: (row[1], row[2]) for row in rows}
        self._recorded = {row[0] for row in rows if row[6] == ContributorState.RECORDED}
        for pk, _, _, key, phone, year, _ in rows:
            known = Known(pk, key, phone, year, units.get(pk))
            self._by_phone[phone].append(known)
            self._by_name[key].append(known)

    def verdict(self, person: PersonToBe) -> tuple[str, Alike | None]:
        """`known`, `likely` or `ok`, with the one whom the row may mean."""
        me = Known(0, person.search_key, person.phone, person.birth_year, person.unit_id)
        near = [*(self._by_phone.get(person.phone, ()) if person.phone else ()), *self._by_name.get(me.search_key, ())]
        likely: Alike | None = None
        for other in near:
            reason = reason_of(me, other) or self._bare_name(me, other)
            if _certain(me, other, reason):
                return KNOWN, self._alike(other, reason)
            if likely is None and reason in {PHONE_AND_NAME, NAME_AND_UNIT, NAME_AND_YEAR, SAME_NAME}:
                likely = self._alike(other, reason)
        return (LIKELY, likely) if likely else (OK, None)

    def _bare_name(self, me: Known, other: Known) -> str:
        """Somebody named as an author by others has often no more than a name."""
        bare = other.id in self._recorded and not other.phone and other.unit_id in {None, me.unit_id}
        years = {me.birth_year, other.birth_year} - {None}
        return SAME_NAME if bare and me.search_key == other.search_key and len(years) < 2 else ""  # noqa: PLR2004

    def _alike(self, other: Known, reason: str) -> Alike:
        public_id, name = self._shown[other.id]
        return Alike(other.id, public_id, name, reason)


def _certain(me: Known, other: Known, reason: str) -> bool:
    if me.search_key != other.search_key:
        return False
    if reason == PHONE_AND_NAME:
        return True
    phones_differ = bool(me.phone and other.phone)
    return (
        reason == NAME_AND_UNIT
        and me.birth_year is not None
        and me.birth_year == other.birth_year
        and not phones_differ
    )
