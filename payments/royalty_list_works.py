"""From the rows of a list to works and credits, as the engine is told of them: rows naming one work are one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from payments.royalty.facts import ChosenFactor, CreditFacts, PieceFacts
from payments.royalty_list import ListRow, RowProblem, heading

# What all rows of one work say alike, or only one of them says: our field of a row, and the column that it is in.
SHARED = {
    "genre": "genre",
    "variant": "variant",
    "day": "date",
    "coefficient": "coefficient",
    "grade": "grade",
    "measure": "measure",
    "factors": "factors",
    "commissioned_on": "commissioned_on",
    "approved_on": "approved_on",
}
HUNDRED = Fraction(100)


@dataclass(slots=True)
class Work:
    """Rows that belong together, and what they say of the work."""

    rows: list[ListRow] = field(default_factory=list)
    says: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Works:
    """Pieces for the engine; `rows` tells which row a credit's key is, `of_piece` the rows of a piece."""

    pieces: list[PieceFacts] = field(default_factory=list)
    rows: dict[str, ListRow] = field(default_factory=dict)
    of_piece: dict[str, list[ListRow]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


def works_of(rows: Sequence[ListRow], *, on: date | None, person: Callable[[str], int]) -> Works:
    """Works in the order of their first rows. `on` is the day of those that have none; `person` numbers people."""
    found = Works()
    open_works: dict[str, list[Work]] = {}
    works: list[Work] = []
    for row in rows:
        if row.simple:
            continue
        name = row.work or row.title.casefold()
        work = next((each for each in open_works.get(name, ()) if name and _fits(each, row)), None)
        if work is None:
            work = Work()
            works.append(work)
            open_works.setdefault(name, []).append(work)
        _join(work, row, found.problems)
    for number, work in enumerate(works, start=1):
        _finish(work, f"work:{number:06d}", on, person, found)
    return found


def _fits(work: Work, row: ListRow) -> bool:
    """The same title on another day or in another genre is another work."""
    own = {"genre": row.genre, "day": row.day}
    return all(not value or not work.says.get(key) or work.says[key] == value for key, value in own.items())


def _join(work: Work, row: ListRow, problems: list[RowProblem]) -> None:
    for key, column in SHARED.items():
        value = getattr(row, key)
        if value is None or value in ("", ()):
            continue
        known = work.says.setdefault(key, value)
        if known != value:
            sentence = _("khác với dòng %(other)s của cùng tác phẩm.") % {"other": work.rows[0].row}
            problems.append(RowProblem(row.row, heading(column), sentence))
    for key, value in row.conditions:
        if work.conditions.setdefault(key, value) != value:
            sentence = _("khác với dòng %(other)s của cùng tác phẩm.") % {"other": work.rows[0].row}
            problems.append(RowProblem(row.row, heading(key), sentence))
    for other in work.rows:
        if (other.person.casefold(), other.role) == (row.person.casefold(), row.role):
            sentence = _("trùng dòng %(other)s: cùng người, cùng việc, cùng tác phẩm. Nếu là hai tác phẩm, hãy ghi mã.")
            problems.append(RowProblem(row.row, heading("person"), sentence % {"other": other.row}))
            break
    work.rows.append(row)


def _finish(work: Work, subject: str, on: date | None, person: Callable[[str], int], found: Works) -> None:
    first = work.rows[0]
    genre, day = work.says.get("genre", ""), work.says.get("day") or on
    if not genre:
        found.problems.append(RowProblem(first.row, heading("genre"), _("thiếu thể loại (hoặc đơn giá).")))
    if day is None:
        found.problems.append(RowProblem(first.row, heading("date"), _("thiếu ngày đăng.")))
    shares = _shares(work)
    credited = []
    for row in work.rows:
        key = f"row:{row.row:06d}"
        if row.quantity is not None and row.quantity.denominator != 1:
            found.problems.append(RowProblem(row.row, heading("quantity"), _("số lượng phải là số nguyên.")))
            continue
        found.rows[key] = row
        credited.append(
            CreditFacts(
                subject_key=key,
                person=person(row.person),
                role=row.role,
                share=shares[row.row],
                quantity=int(row.quantity) if row.quantity is not None else None,
                photos=row.photos,
                no_fee="waived" if row.no_fee else "",
            )
        )
    if genre and day:
        plainly = ("variant", "coefficient", "grade", "measure", "commissioned_on", "approved_on")
        said: dict[str, Any] = {key: work.says[key] for key in plainly if key in work.says}
        factors = tuple(ChosenFactor(code, percent) for code, percent in work.says.get("factors", ()))
        found.of_piece[subject] = work.rows
        found.pieces.append(
            PieceFacts(
                subject=subject,
                genre=genre,
                published_on=day,
                credits=tuple(credited),
                factors=factors,
                **(said | work.conditions),
            )
        )


def _shares(work: Work) -> dict[int, Fraction | None]:
    """Percents; where a role's shares add up to one, they came from percent cells of the sheet (0.6 for 60 %)."""
    sums: dict[str, Fraction] = {}
    for row in work.rows:
        if row.share is not None:
            sums[row.role] = sums.get(row.role, Fraction(0)) + row.share
    return {
        row.row: row.share * HUNDRED if row.share is not None and sums[row.role] == 1 else row.share
        for row in work.rows
    }
