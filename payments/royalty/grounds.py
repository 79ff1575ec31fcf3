"""Which rule each step of an amount follows, and the legal basis of that rule. Reads the line's own template."""

from collections.abc import Iterator
from typing import NamedTuple

from payments.royalty.columns import TAKES
from payments.royalty.desk import Desk
from payments.royalty.explanation import LANGUAGES, ExplanationError, written_number
from payments.royalty.facts import PieceFacts, RunFacts
from payments.royalty.money import exact
from payments.royalty.phrases import RULES, WORDS
from payments.royalty.plan import BY_ROLE, EARNS, PHOTO_EACH, Plan
from payments.royalty.reckoning import Hold
from payments.royalty.schedule import Cap, CapScope, Schedule, Source, Words
from payments.royalty.units import base_salary_on

UNIT_LETTERS = "CP"
Letters = list[tuple[str, tuple[str, ...]]]


class Ground(NamedTuple):
    """One rule in plain words. `doubt`: nobody has yet read it in the original."""

    rule: str
    legal_basis: str
    doubt: bool


class Grounds:
    """The rules of a run, asked for the grounds of one line after the other."""

    def __init__(self, rules: RunFacts, language: str = "vi") -> None:
        if language not in LANGUAGES:
            raise ExplanationError(f"no words in {language!r}")
        self._rules = rules
        self._desk = Desk(rules)
        self._language = language

    def of_piece(self, template: str, values: tuple[str, ...], role: str, piece: PieceFacts) -> list[Ground]:
        """In the order of the steps. A line of 0 đồng without a sum has the rate's own ground, if any."""
        try:
            plan = self._desk.plan(piece)
            way = plan.way(role)
            photos = self._desk.photo_plan(piece) if way == PHOTO_EACH else None
        except Hold:
            return []
        return list(self._steps(_letters(template, values), role, piece, plan, photos))

    def of_seat(self, template: str, values: tuple[str, ...], subject_key: str) -> list[Ground]:
        """Of an allowance or a share in a pool, which the key of the line names."""
        kind, _, code = subject_key.rpartition(":")
        kind = kind.rpartition(":")[2]
        for schedule in self._rules.schedules:
            entries = schedule.allowances if kind == "allowance" else schedule.pools
            entry = next((each for each in entries if each.code == code), None)
            if entry is not None:
                first = self._ground(schedule, entry.source, kind, self._words(entry.label) or code)
                return [first, *self._common(_letters(template, values), schedule)]
        return []

    def _steps(
        self, letters: Letters, role: str, piece: PieceFacts, plan: Plan, photos: Plan | None
    ) -> Iterator[Ground]:
        schedule = plan.schedule
        if photos is not None and photos.entry is not None:
            yield self._rate(photos, "photo")
        elif plan.way(role) == BY_ROLE:
            yield self._ground(schedule, plan.roles[role].source, "role", self._word(role))
        elif plan.entry is not None:
            yield self._rate(plan, piece.genre, for_whole=plan.way(role) == EARNS)
        if any(letter in UNIT_LETTERS for letter, _ in letters):
            yield self._unit(schedule, plan, piece)
        for letter, own in letters:
            if letter in "ax":
                yield from self._factors(photos or plan, piece, letter == "a", own[0])
        yield from self._common(letters, schedule, piece.genre)

    def _rate(self, plan: Plan, genre: str, *, for_whole: bool = True) -> Ground:
        entry, rate = plan.entry, plan.rate
        label = (self._words(rate.label) if rate else "") or (self._words(entry.label) if entry else "") or genre
        source = Source()
        for each in (rate, entry):
            if each is not None and source == Source():
                source = each.source
        return self._ground(plan.schedule, source, "genre" if for_whole else "photos_inside", label)

    def _unit(self, schedule: Schedule, plan: Plan, piece: PieceFacts) -> Ground:
        percent = schedule.unit.percent_of_base_salary
        salary = base_salary_on(self._rules.base_salaries, self._desk.rates_day(piece))
        if percent is None or salary is None:
            return self._ground(schedule, Source(), "unit", written_number(plan.unit))
        bases = "; ".join(text for text in (_basis(schedule, Source()), salary.legal_basis) if text)
        rule = RULES["unit_percent"][LANGUAGES.index(self._language)]
        doubt = salary.doubt or schedule.source.doubt
        return Ground(rule.format(written_number(percent), written_number(salary.amount)), bases, doubt)

    def _factors(self, plan: Plan, piece: PieceFacts, adds: bool, text: str) -> Iterator[Ground]:  # noqa: FBT001
        percents = [exact(each) for each in text.split("+" if adds else "*")]
        for factor in plan.applying(piece):
            if factor.adds == adds and any(factor.low <= percent <= factor.high for percent in percents):
                yield self._ground(plan.schedule, factor.source, "factor", self._words(factor.label) or factor.code)

    def _common(self, letters: Letters, schedule: Schedule, genre: str = "") -> Iterator[Ground]:
        """What follows the product: level, duty, caps, rounding, the split."""
        for letter, own in letters:
            match letter:
                case "l":
                    yield self._ground(schedule, Source(), "level", written_number(exact(own[0])))
                case "d":
                    yield self._ground(schedule, schedule.duty.source if schedule.duty else Source(), "counted")
                case "k":
                    yield self._ground(schedule, _cap_source(schedule, CapScope.PIECE, genre), "cap_piece")
                case "8":
                    yield self._ground(schedule, Source(), "not_above_author")
                case "r":
                    yield self._ground(schedule, Source(), "rounding", written_number(exact(own[0])))
                case "s":
                    yield self._ground(schedule, Source(), "split")
                case "w":
                    source = _cap_source(schedule, CapScope(own[0]), genre)
                    yield self._ground(schedule, source, f"cap_{own[0]}")
                case _:
                    pass

    def _ground(self, schedule: Schedule, source: Source, rule: str, *values: str) -> Ground:
        words = RULES[rule][LANGUAGES.index(self._language)].format(*values)
        return Ground(words, _basis(schedule, source), source.doubt or schedule.source.doubt)

    def _word(self, name: str) -> str:
        return WORDS[name][LANGUAGES.index(self._language)]

    def _words(self, words: Words) -> str:
        return (words.en or words.vi) if self._language == "en" else words.vi


def _letters(template: str, values: tuple[str, ...]) -> Letters:
    """Each letter with the values it takes; none for a line that has only a reason."""
    rest, found = values, []
    for letter in template:
        if letter not in TAKES:
            return []
        found.append((letter, rest[: TAKES[letter]]))
        rest = rest[TAKES[letter] :]
    return found


def _basis(schedule: Schedule, source: Source) -> str:
    """The decision, and where in it or in law the entry stands."""
    texts = (schedule.decision.number, source.legal_basis or schedule.source.legal_basis)
    return "; ".join(dict.fromkeys(text for text in texts if text))


def _cap_source(schedule: Schedule, scope: CapScope, genre: str) -> Source:
    def fits(cap: Cap) -> bool:
        return cap.scope is scope and (not cap.genres or not genre or genre in cap.genres)

    return next((cap.source for cap in schedule.caps if fits(cap)), Source())
