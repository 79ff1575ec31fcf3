"""Rules over several pieces: the duty of staff, and caps over lines. Their memory grows with people, not lines."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from heapq import heappush, heapreplace

from payments.royalty.facts import DutyFacts, PieceFacts, RunFacts
from payments.royalty.money import RoundingMode, round_dong, split
from payments.royalty.outcome import ComputedLine, Notice
from payments.royalty.piece import Rated
from payments.royalty.reckoning import Cut, cut_line
from payments.royalty.schedule import Cap, CapScope, Effect, Schedule, genre_rate

RatedPieces = Callable[[], Iterator[tuple[PieceFacts, Rated]]]
Window = tuple[int, date | None]


class _Later:
    """Turns the heap around: the latest piece of those that count stands on top."""

    __slots__ = ("key",)

    def __init__(self, key: tuple[date, str]) -> None:
        self.key = key

    def __lt__(self, other: "_Later") -> bool:
        return self.key > other.key


class DutyOrder:
    """Which pieces fall within each person's duty: the first ones by publication day, then by piece key."""

    def __init__(self, duties: Mapping[int, DutyFacts]) -> None:
        self._left = {person: max(duty.quota - duty.counted_before, 0) for person, duty in duties.items()}
        self._first: dict[int, list[_Later]] = {person: [] for person in duties}

    def count(self, piece: PieceFacts, rated: Rated) -> None:
        """Take note of a piece that will be paid; a held one counts in the run that takes it."""
        duty = rated.schedule.duty
        if duty is None or (duty.genres and piece.genre not in duty.genres):
            return
        entry = genre_rate(rated.schedule, piece.genre)
        earners = entry.earners if entry else ()
        earned = {line.person for line in rated.lines if line.role in earners and line.reason != "zero_share"}
        for person in earned & self._left.keys():
            key = _Later((piece.published_on, piece.subject))
            first = self._first[person]
            if len(first) < self._left[person]:
                heappush(first, key)
            elif first and first[0] < key:
                heapreplace(first, key)

    def within(self, person: int, piece: PieceFacts) -> bool:
        first = self._first.get(person)
        return first is not None and first != [] and (piece.published_on, piece.subject) <= first[0].key


class PersonCaps:
    """Caps per person and day, then per person and period: what is above goes off all its lines alike."""

    def __init__(self, rules: RunFacts, rated_pieces: RatedPieces) -> None:
        self._rules = rules
        self._issued = rules.issued_before or {}
        self._cuts: dict[str, list[Cut]] = {}
        self.notices: list[Notice] = []
        for scope in (CapScope.PERSON_DAY, CapScope.PERSON_PERIOD):
            for schedule in rules.schedules:
                for cap in schedule.caps:
                    if cap.scope is scope and cap.effect is not Effect.OFF:
                        self._lay(schedule, cap, rated_pieces)

    def apply(self, line: ComputedLine) -> ComputedLine:
        for cut in self._cuts.get(line.subject_key, ()):
            line = cut_line(line, cut)
        return line

    def _lay(self, schedule: Schedule, cap: Cap, rated_pieces: RatedPieces) -> None:
        sums: dict[Window, int] = defaultdict(int)
        for window, line in self._lines(schedule, cap, rated_pieces):
            sums[window] += line.amount
        over = {}
        for window, total in sums.items():
            left = max((cap.amount or 0) - self._issued.get(window, 0), 0)
            if total > left:
                over[window] = round_dong(left, schedule.rounding, RoundingMode.DOWN)
                values = (str(window[1] or ""), str(left), str(total))
                self.notices.append(Notice(f"person:{window[0]}", f"above_{cap.scope}_cap", values))
        if cap.effect is Effect.HARD and over:
            self._cut(schedule, cap, over, sums, rated_pieces)

    def _cut(
        self,
        schedule: Schedule,
        cap: Cap,
        over: dict[Window, int],
        sums: dict[Window, int],
        rated_pieces: RatedPieces,
    ) -> None:
        """Only the lines of people above the cap are held in memory."""
        amounts: dict[Window, dict[str, int]] = {window: {} for window in over}
        for window, line in self._lines(schedule, cap, rated_pieces):
            if window in amounts and line.amount:
                amounts[window][line.subject_key] = line.amount
        for window, allowed in over.items():
            keys = list(amounts[window])
            parts = split(allowed, list(amounts[window].values()), schedule.rounding, keys, self._rules.rotation)
            for key, part in zip(keys, parts, strict=True):
                cut = Cut(cap.scope, allowed, sums[window], part, schedule.rounding)
                self._cuts.setdefault(key, []).append(cut)

    def _lines(self, schedule: Schedule, cap: Cap, rated_pieces: RatedPieces) -> Iterator[tuple[Window, ComputedLine]]:
        """A piece from before the period falls into the window of its run: a closed day is never reopened."""
        by_day = cap.scope is CapScope.PERSON_DAY
        for piece, rated in rated_pieces():
            if rated.schedule is not schedule or (cap.genres and piece.genre not in cap.genres):
                continue
            day = max(piece.published_on, self._rules.period_from) if by_day else None
            for line in rated.lines:
                yield (line.person, day), self.apply(line)


class Spread:
    """A cap over very many lines: rounded cumulatively in the order of the lines, so that the sum is exact."""

    def __init__(self, scope: str, total: int, bound: int, step: int) -> None:
        self.scope = scope
        self.total = total
        self.allowed = min(total, round_dong(bound, step, RoundingMode.DOWN))
        self.step = step
        self._before = 0

    def cut(self, line: ComputedLine) -> ComputedLine:
        if self.allowed == self.total or not line.amount:
            return line
        after = self._upto(self._before + line.amount) - self._upto(self._before)
        self._before += line.amount
        return cut_line(line, Cut(self.scope, self.allowed, self.total, after, self.step))

    def _upto(self, amount: int) -> int:
        return round_dong(Fraction(amount * self.allowed, self.total), self.step, RoundingMode.DOWN)
