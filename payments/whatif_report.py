"""What-if in full: a schedule over a past period or over a list, against another one. Reads only, writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contributors.actors import Actor
from contributors.models import Contributor, CountsAs, Genre, Photo, Portal
from contributors.output import published_between
from payments.access import holds_money, require_money
from payments.errors import PaymentError
from payments.facts import facts_from, frozen_facts
from payments.funds import fund_of
from payments.law import base_salaries
from payments.rate_words import genre_name
from payments.royalty.engine import compute
from payments.royalty.explanation import explain_reason
from payments.royalty.facts import BaseSalary, PieceFacts, RunFacts, ScorePolicy, SeatFacts
from payments.royalty.outcome import ComputedLine, Notice, OutsideRules
from payments.royalty_list import ListRow, ReadList, RowProblem, heading
from payments.royalty_list_works import works_of
from payments.seat_facts import seats_held
from payments.whatif_figures import (
    BOARD,
    MONTHS,
    Compared,
    Comparison,
    FundShare,
    GenreFigures,
    NotReckoned,
    PersonFigures,
    Span,
    year_cost,
)
from payments.whatif_sides import Side

MOST_DAYS = 731
MOST_NAMED = 20


@dataclass(slots=True)
class ListComparison:
    """A list is reckoned whole or not at all: with problems there is no comparison."""

    comparison: Comparison | None = None
    problems: list[RowProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def whole(self) -> Comparison:
        """Raises `list_wrong` with the first problems where there is no comparison."""
        if self.comparison is None:
            named = " ".join(map(str, self.problems[:MOST_NAMED]))
            raise PaymentError("list_wrong", field="file", count=len(self.problems), problem=named)
        return self.comparison


@dataclass(frozen=True, slots=True)
class _Work:
    """What is reckoned, and in which circumstances."""

    period_from: date
    period_until: date
    pieces: Sequence[PieceFacts]
    seats: tuple[SeatFacts, ...]
    salaries: tuple[BaseSalary, ...]


@dataclass(slots=True)
class _Sums:
    people: Counter[int] = field(default_factory=Counter)
    genres: Counter[str] = field(default_factory=Counter)
    pieces: Counter[str] = field(default_factory=Counter)
    lines: Counter[int] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    remuneration: int = 0
    notices: int = 0


def compare_period(
    *, actor: Actor, portal: Portal, period_from: date, period_until: date, schedule: Side, against: Side
) -> Comparison:
    """What the pieces published in `[period_from, period_until)` would have cost by two sides, and who would notice.

    Five queries for each thousand pieces and eight beside them, none for each piece. Raises `not_allowed`,
    `period_wrong`, `whatif_period_long`.
    """
    require_money(actor, "whatif.see")
    check_period(period_from, period_until)
    published = published_between(portal, period_from, period_until).exclude(genre__counts_as=CountsAs.DOCUMENT)
    ids = list(published.order_by("published_at", "pk").values_list("pk", flat=True))
    pieces = [facts_from(facts) for _id, facts in frozen_facts(portal, ids)]
    work = _Work(period_from, period_until, pieces, seats_held(period_from, period_until), base_salaries())
    names = dict(Genre.objects.values_list("code", "name"))
    photos = Photo.objects.filter(piece__in=ids, removed_at__isnull=True).count()
    sides = _reckoned(work, schedule), _reckoned(work, against)
    people: list[PersonFigures] = []
    if holds_money(actor, "run.see"):
        known = Contributor.objects.in_bulk(_everybody(sides))
        people = [
            PersonFigures(known[number].public_id, known[number].full_name, lines, cost)
            for number, lines, cost in _by_person(sides)
        ]
    return _comparison(work, (schedule, against), sides, names, people, photos=photos, fund=_fund(portal, period_until))


def compare_list(
    *,
    actor: Actor,
    portal: Portal,
    read: ReadList,
    period_from: date,
    period_until: date,
    schedule: Side,
    against: Side,
) -> ListComparison:
    """The same over somebody's own list, whose names they know. Undated rows fall on the first day of the period."""
    require_money(actor, "whatif.see")
    check_period(period_from, period_until)
    found = ListComparison(problems=list(read.problems), remarks=list(read.remarks))
    rows = [row for row in read.rows if isinstance(row, ListRow)]
    names: dict[str, tuple[int, str]] = {}

    def numbered(name: str) -> int:
        return names.setdefault(name.casefold(), (len(names) + 1, name))[0]

    works = works_of(rows, on=period_from, person=numbered)
    found.problems += works.problems + _outside(rows, period_from, period_until)
    simple = sum(1 for row in rows if row.simple)
    if simple:
        found.remarks.append(
            _("%(count)d dòng ghi sẵn đơn giá, không theo quy định nào: không tính vào đây.") % {"count": simple}
        )
    if not found.problems and not works.pieces:
        found.problems.append(RowProblem(0, "", _("Bảng không có dòng nào theo quy định để tính.")))
    if found.problems:
        found.problems.sort(key=lambda problem: problem.row)
        return found
    work = _Work(period_from, period_until, works.pieces, (), base_salaries())
    sides = _reckoned(work, schedule), _reckoned(work, against)
    shown = dict(names.values())
    people = [PersonFigures(None, shown[number], lines, cost) for number, lines, cost in _by_person(sides)]
    photos = sum(
        len(credit.photos) or credit.quantity or 0
        for piece in works.pieces
        for credit in piece.credits
        if credit.role == "photographer"
    )
    fund = _fund(portal, period_until)
    found.comparison = _comparison(
        work, (schedule, against), sides, {}, people, photos=photos, fund=fund, from_list=True
    )
    return found


def _outside(rows: Sequence[ListRow], period_from: date, period_until: date) -> list[RowProblem]:
    """A row of other days would make the cost of a year wrong."""
    sentence = _("ngày này nằm ngoài kỳ đã chọn.")
    return [
        RowProblem(row.row, heading("date"), sentence)
        for row in rows
        if row.day is not None and not period_from <= row.day < period_until
    ]


def check_period(period_from: date, period_until: date) -> None:
    """Raises `period_wrong`, `whatif_period_long`."""
    if period_until <= period_from:
        raise PaymentError("period_wrong", field="until")
    if (period_until - period_from).days > MOST_DAYS:
        raise PaymentError("whatif_period_long", field="until")


_Sides = tuple[dict[ScorePolicy, _Sums], dict[ScorePolicy, _Sums]]


def _reckoned(work: _Work, side: Side) -> dict[ScorePolicy, _Sums]:
    return {policy: _sums(work, side, policy) for policy in (ScorePolicy.LOW, ScorePolicy.HIGH)}


def _sums(work: _Work, side: Side, policy: ScorePolicy) -> _Sums:
    sums = _Sums()
    if not side.schedules:
        return sums
    genres = {piece.subject: piece.genre for piece in work.pieces}
    rules = RunFacts(
        period_from=work.period_from,
        period_until=work.period_until,
        rotation=work.period_from.year * MONTHS + work.period_from.month,
        schedules=side.schedules,
        base_salaries=work.salaries,
        payment_date=work.period_until,
        score_policy=policy,
        seats=work.seats,
    )
    for outcome in compute(rules, work.pieces):
        if isinstance(outcome, ComputedLine):
            sums.people[outcome.person] += outcome.amount
            sums.lines[outcome.person] += 1
            sums.genres[genres.get(outcome.piece, BOARD)] += outcome.amount
            sums.pieces[outcome.piece] += outcome.amount
            if not outcome.royalty:
                sums.remuneration += outcome.amount
        elif isinstance(outcome, Notice):
            sums.notices += 1
        else:
            sums.reasons["no_rate" if isinstance(outcome, OutsideRules) else outcome.reason] += 1
    return sums


def _compared(sides: _Sides, amount: str, key: object) -> Compared:
    by, against = (
        Span(getattr(side[ScorePolicy.LOW], amount)[key], getattr(side[ScorePolicy.HIGH], amount)[key])
        for side in sides
    )
    return Compared(by, against)


def _everybody(sides: _Sides) -> set[int]:
    return {person for side in sides for sums in side.values() for person in sums.people}


def _by_person(sides: _Sides) -> list[tuple[int, int, Compared]]:
    """Person, lines and figures: the largest change first."""
    found = []
    for person in sorted(_everybody(sides)):
        lines = max(sums.lines[person] for side in sides for sums in side.values())
        found.append((person, lines, _compared(sides, "people", person)))
    return sorted(found, key=lambda each: (-max(abs(each[2].change.low), abs(each[2].change.high)), each[0]))


def _comparison(
    work: _Work,
    chosen: tuple[Side, Side],
    sides: _Sides,
    names: Mapping[str, str],
    people: list[PersonFigures],
    *,
    photos: int,
    fund: tuple[int, int] | None,
    from_list: bool = False,
) -> Comparison:
    counts: dict[str, int] = defaultdict(int)
    for piece in work.pieces:
        counts[piece.genre] += 1
    codes = sorted(counts, key=lambda code: (-counts[code], code))
    if any(sums.genres[BOARD] for side in sides for sums in side.values()):
        codes.append(BOARD)
    genres = [
        GenreFigures(code, _name(code, names), counts.get(code, 0), _compared(sides, "genres", code)) for code in codes
    ]
    total = Compared(sum((row.cost.by for row in genres), Span()), sum((row.cost.against for row in genres), Span()))
    lowest, highest = (sides[0][policy] for policy in (ScorePolicy.LOW, ScorePolicy.HIGH))
    year = year_cost(total, work.period_from, work.period_until)
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    return Comparison(
        period_from=work.period_from,
        period_until=work.period_until,
        schedule=chosen[0],
        against=chosen[1],
        pieces=len(work.pieces),
        photos=photos,
        open_pieces=sum(1 for piece in highest.pieces if piece and lowest.pieces[piece] != highest.pieces[piece]),
        total=total,
        remuneration=Compared(
            *(Span(side[ScorePolicy.LOW].remuneration, side[ScorePolicy.HIGH].remuneration) for side in sides)
        ),
        genres=genres,
        people=people,
        names_shown=bool(people) or from_list,
        verdicts=Counter(cost.verdict.value for _person, _lines, cost in _by_person(sides)),
        not_reckoned=[
            NotReckoned(explain_reason(reason, language), count) for reason, count in lowest.reasons.most_common()
        ],
        remarks=highest.notices,
        year=year,
        fund=_share(year.cost.by, fund),
        from_list=from_list,
    )


def _name(code: str, names: Mapping[str, str]) -> str:
    if code == BOARD:
        return _("Ban biên tập (khoán tháng, chia quỹ)")
    return names.get(code) or genre_name(code)


def _fund(portal: Portal, period_until: date) -> tuple[int, int] | None:
    """Year and đồng of the fund in the year of the period's last day."""
    year = date.fromordinal(period_until.toordinal() - 1).year
    fund = fund_of(portal.pk, year)
    return (year, fund.amount) if fund is not None else None


def _share(cost: Span, fund: tuple[int, int] | None) -> FundShare | None:
    if fund is None or not fund[1]:
        return None
    low, high = (amount * 100 // fund[1] for amount in (cost.low, cost.high))
    return FundShare(fund[0], fund[1], Span(low, high))
