"""Trying schedules on a list: lines with explanations, totals per person, and where the list reckons otherwise.

Nothing is stored and no database is asked: schedules and base salaries come as values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from payments.law import FOLDER, read_yaml
from payments.rate_words import dong, genre_name, role_name
from payments.royalty.columns import columns_of
from payments.royalty.engine import compute
from payments.royalty.explanation import explain, explain_notice, explain_reason
from payments.royalty.facts import BaseSalary, RunFacts
from payments.royalty.grounds import Ground, Grounds
from payments.royalty.money import plain
from payments.royalty.outcome import ComputedLine, Notice
from payments.royalty.plan import legal_range
from payments.royalty.reckoning import Product, reckon
from payments.royalty.schedule import Schedule
from payments.royalty.schedule_error import ScheduleError
from payments.royalty.tax import base_salaries_from_mapping
from payments.royalty_list import ListRow, ReadList, RowProblem, TotalRow, heading
from payments.royalty_list_works import Works, works_of

# Which column a piece that cannot be reckoned is wrong in.
COLUMN_OF_REASON = {
    "no_rate": "genre",
    "variant_without_rate": "variant",
    "no_schedule": "date",
    "no_base_salary": "date",
    "no_rates_day": "date",
    "no_score": "coefficient",
    "score_outside_range": "coefficient",
    "no_grade": "grade",
    "unknown_grade": "grade",
    "no_measure": "measure",
    "no_quantity": "quantity",
    "photo_scores_incomplete": "photos",
    "shares_incomplete": "share",
    "shares_not_100": "share",
    "unknown_factor": "factors",
    "factor_not_applicable": "factors",
    "no_factor_percent": "factors",
    "factor_outside_range": "factors",
}


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One row reckoned. `stated` is what the list itself says, None where it says nothing."""

    row: int
    person: str
    role: str
    title: str
    genre: str
    day: date | None
    amount: int
    stated: int | None
    explanation: str
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonTotal:
    person: str
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the list says one thing and reckoning gives another, in đồng."""

    row: int
    name: str
    stated: int
    found: int
    sentence: str


@dataclass(slots=True)
class Trial:
    """With any problem there are no lines: a list is reckoned whole or not at all."""

    lines: list[TrialLine] = field(default_factory=list)
    people: list[PersonTotal] = field(default_factory=list)
    total: int = 0
    differences: list[Difference] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def shipped_base_salaries() -> tuple[BaseSalary, ...]:
    """From the file, for who has no database."""
    return base_salaries_from_mapping(read_yaml(FOLDER / "base-salary.yaml"))


def always_in_force(schedule: Schedule) -> Schedule:
    """As if it had been in force all the time, so that a draft can be tried on a past list."""
    return replace(schedule, from_day=date(1900, 1, 1), until_day=None)


def try_list(
    read: ReadList, *, schedules: Sequence[Schedule], salaries: tuple[BaseSalary, ...], on: date | None = None
) -> Trial:
    """What a list comes to. `on` is the day of rows that name none."""
    trial = Trial(problems=list(read.problems), remarks=list(read.remarks))
    if trial.problems:
        return trial
    people = _People()
    rows = [row for row in read.rows if isinstance(row, ListRow)]
    works = works_of(rows, on=on, person=people.number)
    trial.problems += works.problems
    lines = {row.row: _simple_line(row, schedules) for row in rows if row.simple}
    if works.pieces and not trial.problems:
        lines |= _computed(works, schedules, salaries, trial)
    if trial.problems:
        trial.problems.sort(key=lambda problem: problem.row)
        return trial
    trial.lines = [lines[row.row] for row in rows]
    trial.total = sum(line.amount for line in trial.lines)
    trial.people = _totals(trial.lines)
    trial.differences += _differences(read.rows, lines)
    trial.differences.sort(key=lambda difference: difference.row)
    return trial


class _People:
    """Numbers for names: one person, however the letters of the name are cased or spaced."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name.casefold(), len(self._numbers) + 1)


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def _simple_line(row: ListRow, schedules: Sequence[Schedule]) -> TrialLine:
    price = row.unit_price or 0
    if row.no_fee:
        return _line(row, 0, explain_reason("waived", _language()), row.role)
    if row.coefficient is not None:
        product = Product(row.coefficient * price, "C", (plain(row.coefficient), str(price)))
    else:
        quantity = row.quantity or Fraction(0)
        product = Product(quantity * price, "I", (plain(quantity), str(price)))
    if row.share is not None:
        product = product.times("l", row.share / 100, plain(row.share))
    fee = reckon(product, max((schedule.rounding for schedule in schedules), default=1))
    return _line(row, fee.amount, explain(fee.template, fee.values, _language()), row.role)


def _line(row: ListRow, amount: int, explanation: str, role: str) -> TrialLine:
    genre = genre_name(row.genre) if row.genre else ""
    return TrialLine(row.row, row.person, role, row.title, genre, row.day, amount, row.amount, explanation)


def _computed(
    works: Works, schedules: Sequence[Schedule], salaries: tuple[BaseSalary, ...], trial: Trial
) -> dict[int, TrialLine]:
    days = [piece.published_on for piece in works.pieces]
    first = min(days)
    rules = RunFacts(
        period_from=first,
        period_until=max(days) + timedelta(days=1),
        rotation=first.year * 12 + first.month,
        schedules=tuple(schedules),
        base_salaries=salaries,
    )
    pieces = {piece.subject: piece for piece in works.pieces}
    lines: dict[int, TrialLine] = {}
    grounds: Grounds | None = None
    try:
        for outcome in compute(rules, works.pieces):
            if isinstance(outcome, ComputedLine):
                row = works.rows[outcome.subject_key]
                grounds = grounds or Grounds(rules, _language())
                told = grounds.of_piece(outcome.template, outcome.values, outcome.role, pieces[outcome.piece])
                lines[row.row] = replace(_explained(row, outcome, trial), grounds=tuple(told))
            elif isinstance(outcome, Notice):
                trial.remarks.append(_notice(outcome, works))
            else:
                rows = works.of_piece[outcome.subject]
                trial.problems.append(_held(rows, outcome.reason, pieces[outcome.subject], schedules))
    except ScheduleError as wrong:  # two schedules on one day
        trial.problems.append(RowProblem(0, "", f"{wrong.path}: {wrong.message(_language())}"))
    return lines


def _explained(row: ListRow, line: ComputedLine, trial: Trial) -> TrialLine:
    words = explain(line.template, line.values, _language())
    if line.template != "0" and line.reason:
        words = f"{explain_reason(line.reason, _language())}. {words}"
    unit = columns_of(line.template, line.values).unit_value
    if row.unit_price is not None and unit is not None and row.unit_price != unit:
        sentence = _("Dòng %(row)s: bảng ghi đơn giá %(stated)s, theo quy định là %(found)s.") % {
            "row": row.row,
            "stated": dong(row.unit_price),
            "found": dong(unit),
        }
        trial.differences.append(Difference(row.row, heading("unit_price"), row.unit_price, unit, sentence))
    return _line(row, line.amount, words, role_name(line.role))


def _notice(notice: Notice, works: Works) -> str:
    words = explain_notice(notice.code, notice.values, _language())
    rows = works.of_piece.get(notice.subject)
    return _("Dòng %(row)s: %(sentence)s") % {"row": rows[0].row, "sentence": f"{words}."} if rows else f"{words}."


def _held(rows: Sequence[ListRow], reason: str, piece: Any, schedules: Sequence[Schedule]) -> RowProblem:
    sentence = f"{explain_reason(reason, _language())}."
    if reason in {"no_score", "score_outside_range"}:
        ranges = [legal_range(schedule, piece.genre, piece.variant) for schedule in schedules]
        bounds = next((each for each in ranges if each is not None), None)
        if bounds is not None:
            low, high = plain(bounds.low).replace(".", ","), plain(bounds.high).replace(".", ",")
            sentence = _("%(reason)s: từ %(low)s đến %(high)s.") % {
                "reason": explain_reason(reason, _language()),
                "low": low,
                "high": high,
            }
    column = COLUMN_OF_REASON.get(reason, "")
    field_of = {"coefficient": "coefficient", "share": "share", "photos": "photos", "quantity": "quantity"}.get(column)
    row = next((row for row in rows if field_of and getattr(row, field_of)), rows[0])
    return RowProblem(row.row, heading(column) if column else "", sentence)


def _totals(lines: Sequence[TrialLine]) -> list[PersonTotal]:
    """In the order in which people first appear, under the name as first written."""
    names: dict[str, str] = {}
    sums: dict[str, list[int]] = {}
    for line in lines:
        key = line.person.casefold()
        names.setdefault(key, line.person)
        sums.setdefault(key, []).append(line.amount)
    return [PersonTotal(names[key], len(amounts), sum(amounts)) for key, amounts in sums.items()]


def _differences(rows: Sequence[ListRow | TotalRow], lines: Mapping[int, TrialLine]) -> list[Difference]:
    """Rows against their reckoning; sums of the sheet against its own rows, and against the reckoning."""
    found: list[Difference] = []
    group: list[TrialLine] = []
    every: list[TrialLine] = []
    sums = [row for row in rows if isinstance(row, TotalRow)]
    for row in rows:
        if isinstance(row, TotalRow):
            whole = row.whole or len(sums) == 1
            found += _of_sum(row, every if whole else group)
            group = []
            continue
        line = lines[row.row]
        group.append(line)
        every.append(line)
        if line.stated is not None and line.stated != line.amount:
            name, sentence = heading("amount"), _("Dòng %(row)s: bảng ghi %(stated)s, tính lại là %(found)s.")
            found.append(_difference(row.row, name, sentence, line.stated, line.amount))
    return found


def _of_sum(total: TotalRow, lines: Sequence[TrialLine]) -> list[Difference]:
    found = []
    stated = [line.stated for line in lines]
    if lines and None not in stated:
        added = sum(amount or 0 for amount in stated)
        if added != total.amount:
            sentence = _("Dòng %(row)s, “%(name)s”: bảng ghi %(stated)s, cộng các dòng của bảng được %(found)s.")
            found.append(_difference(total.row, total.name, sentence, total.amount, added))
    reckoned = sum(line.amount for line in lines)
    if reckoned != total.amount:
        sentence = _("Dòng %(row)s, “%(name)s”: bảng ghi %(stated)s, tính lại là %(found)s.")
        found.append(_difference(total.row, total.name, sentence, total.amount, reckoned))
    return found


def _difference(row: int, name: str, sentence: str, stated: int, reckoned: int) -> Difference:
    words = sentence % {"row": row, "name": name, "stated": dong(stated), "found": dong(reckoned)}
    return Difference(row, name, stated, reckoned, words)
