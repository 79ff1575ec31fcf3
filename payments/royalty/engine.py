"""The royalty engine: frozen facts of a run in, lines with their explanations out.

Pure: no clock, no database, no float. The same input gives the same đồng on any machine.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from payments.royalty.desk import Desk
from payments.royalty.facts import FactsError, PieceFacts, RunFacts, ScorePolicy
from payments.royalty.money import RoundingMode, round_dong
from payments.royalty.outcome import ComputedLine, Notice, Outcome
from payments.royalty.period import allowance_lines, pool_lines
from payments.royalty.piece import Rated, WithinDuty, rate_piece
from payments.royalty.schedule import Cap, CapScope, Effect
from payments.royalty.windows import DutyOrder, PersonCaps, Spread


def compute(rules: RunFacts, pieces: Iterable[PieceFacts]) -> Iterator[Outcome]:
    """Lines of every piece in the order given, then those of the period; and what could not be reckoned.

    `pieces` must be readable again and again (a list, or an object whose `__iter__` asks the database
    anew): a rule that needs a sum first (duty, caps over lines, pools) reads them all before any line
    is written. With rules by the piece only, they are read once. Give pieces in canonical order: a cap over all
    lines rounds along it. Raises FactsError or ScheduleError where the input contradicts itself.
    """
    if iter(pieces) is pieces:
        raise FactsError("pieces can be read only once; give a list or something readable again")
    if rules.period_until <= rules.period_from:
        raise FactsError("the period ends before it begins")
    return _Run(rules, pieces).outcomes()


class _Run:
    def __init__(self, rules: RunFacts, pieces: Iterable[PieceFacts]) -> None:
        self.rules = rules
        self.pieces = pieces
        self.desk = Desk(rules)
        self.period_schedule = self.desk.schedule_on(rules.period_until - timedelta(days=1))
        self.within_duty = self._duty()

    def outcomes(self) -> Iterator[Outcome]:
        caps = self._person_caps()
        period_lines, remuneration, fund, notices = self._period(caps)
        spreads = [spread for spread in (remuneration, fund) if spread]
        for piece in self.pieces:
            rated = rate_piece(self.desk, piece, self.within_duty)
            if not isinstance(rated, Rated):
                yield rated
                continue
            if caps is None and not spreads and not rated.limits:
                yield from rated.lines
            else:
                for line in rated.lines:
                    yield _spread(_bounded(line, rated, caps), remuneration, fund)
            yield from rated.notices
        for line in period_lines:
            yield _spread(line, remuneration, fund)
        yield from caps.notices if caps else ()
        yield from notices

    def _rated_pieces(self) -> Iterator[tuple[PieceFacts, Rated]]:
        for piece in self.pieces:
            rated = rate_piece(self.desk, piece, self.within_duty)
            if isinstance(rated, Rated):
                yield piece, rated

    def _duty(self) -> WithinDuty | None:
        """The first reading, if staff have a duty: which pieces fall within it."""
        self.within_duty = None
        if not self.rules.duties or not any(schedule.duty for schedule in self.rules.schedules):
            return None
        order = DutyOrder(self.rules.duties)
        for piece, rated in self._rated_pieces():
            order.count(piece, rated)
        return order.within

    def _person_caps(self) -> PersonCaps | None:
        scopes = {CapScope.PERSON_DAY, CapScope.PERSON_PERIOD}
        if not any(cap.scope in scopes for schedule in self.rules.schedules for cap in schedule.caps):
            return None
        return PersonCaps(self.rules, self._rated_pieces)

    def _period(self, caps: PersonCaps | None) -> tuple[list[ComputedLine], Spread | None, Spread | None, list[Notice]]:
        """Pools, allowances and the caps over all lines, by the schedule in force on the last day."""
        schedule = self.period_schedule
        if schedule is None:
            return [], None, None, []
        overall = [
            cap
            for cap in schedule.caps
            if cap.effect is not Effect.OFF and cap.scope in {CapScope.REMUNERATION, CapScope.FUND}
        ]
        allowances = list(allowance_lines(self.rules, schedule))
        if not schedule.pools and not overall:
            return allowances, None, None, []
        royalties = helpers = 0
        for _, rated in self._rated_pieces():
            for line in rated.lines:
                amount = _bounded(line, rated, caps).amount
                if line.royalty:
                    royalties += amount
                else:
                    helpers += amount
        lines = [*pool_lines(self.rules, schedule, royalties), *allowances]
        # Allowances are thù lao like pools and fees: the bound is over them all (NĐ 18/2014 Đ8.2).
        helpers += sum(line.amount for line in lines)
        notices: list[Notice] = []
        bounds = [
            (cap, round_dong(royalties * cap.percent / 100, 1, RoundingMode.DOWN))
            for cap in overall
            if cap.scope is CapScope.REMUNERATION and cap.percent is not None
        ]
        remuneration = self._overall(bounds, helpers, notices)
        helpers = remuneration.allowed if remuneration else helpers
        left = self.rules.fund_left
        bounds = [(cap, left) for cap in overall if cap.scope is CapScope.FUND and left is not None]
        fund = self._overall(bounds, royalties + helpers, notices)
        return lines, remuneration, fund, notices

    def _overall(self, bounds: list[tuple[Cap, int]], total: int, notices: list[Notice]) -> Spread | None:
        """A notice for each bound passed; the lines are cut to the lowest of those that are hard."""
        passed = [(bound, cap) for cap, bound in bounds if total > bound]
        notices += [Notice("run", f"above_{cap.scope}_cap", (str(bound), str(total))) for bound, cap in passed]
        hard = [bound for bound, cap in passed if cap.effect is Effect.HARD]
        if not hard:
            return None
        step = min(schedule.rounding for schedule in self.rules.schedules)
        return Spread(passed[0][1].scope, total, max(min(hard), 0), step)


def _bounded(line: ComputedLine, rated: Rated, caps: PersonCaps | None) -> ComputedLine:
    """Step 7 (caps per person), then step 8 (not above the author)."""
    if caps is not None:
        line = caps.apply(line)
    limit = rated.limits.get(line.subject_key)
    return limit if limit is not None and limit.amount < line.amount else line


def _spread(line: ComputedLine, remuneration: Spread | None, fund: Spread | None) -> ComputedLine:
    if remuneration is not None and not line.royalty:
        line = remuneration.cut(line)
    return fund.cut(line) if fund is not None else line


def would_cost(rules: RunFacts, pieces: Iterable[PieceFacts]) -> tuple[int, int]:
    """Between which two totals, in đồng, these pieces would have cost where nobody scored them (what-if)."""
    low, high = (
        sum(
            outcome.amount
            for outcome in compute(replace(rules, score_policy=policy), pieces)
            if isinstance(outcome, ComputedLine)
        )
        for policy in (ScorePolicy.LOW, ScorePolicy.HIGH)
    )
    return low, high
