"""Which schedule and which unit value serve a piece."""

from datetime import date
from fractions import Fraction

from payments.royalty.facts import PieceFacts, RunFacts
from payments.royalty.plan import Plan
from payments.royalty.reckoning import Hold
from payments.royalty.schedule import RatesOn, Schedule
from payments.royalty.schedule_check import check_periods
from payments.royalty.units import unit_value


class Desk:
    """The rules of a run laid open: plans by day, genre and variant. Raises Hold where no rule is in force."""

    def __init__(self, rules: RunFacts) -> None:
        check_periods((schedule.code, schedule.from_day, schedule.until_day) for schedule in rules.schedules)
        check_periods((salary.legal_basis, salary.from_day, salary.until_day) for salary in rules.base_salaries)
        self.rules = rules
        self._by_publication = all(
            schedule.rates_on is RatesOn.PUBLICATION and not schedule.commissioned_before_stays
            for schedule in rules.schedules
        )
        self._days: dict[date, tuple[Schedule, Fraction]] = {}
        self._plans: dict[tuple[date, str, str], Plan] = {}
        self._photo_plans: dict[tuple[date, str], Plan] = {}
        self._made: dict[tuple[date, Fraction, str, str, bool], Plan] = {}

    def plan(self, piece: PieceFacts) -> Plan:
        """The rates for this piece's genre and variant."""
        day = piece.published_on if self._by_publication else self.rates_day(piece)
        key = (day, piece.genre, piece.variant)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._plan(day, piece.genre, piece.variant, inside=False)
        return plan

    def photo_plan(self, piece: PieceFacts) -> Plan:
        """The rates for photos inside a piece: the region's variant where the photo genre has one."""
        day = piece.published_on if self._by_publication else self.rates_day(piece)
        plan = self._photo_plans.get((day, piece.region))
        if plan is None:
            plan = self._photo_plans[day, piece.region] = self._plan(day, "photo", piece.region, inside=True)
        return plan

    def schedule_on(self, day: date) -> Schedule | None:
        return next(
            (
                schedule
                for schedule in self.rules.schedules
                if schedule.from_day <= day and (schedule.until_day is None or day < schedule.until_day)
            ),
            None,
        )

    def _plan(self, day: date, genre: str, variant: str, *, inside: bool) -> Plan:
        schedule, unit = self._table(day)
        # By its first day, which no two schedules of a run share: a copy may keep the code of what it was copied from.
        key = (schedule.from_day, unit, genre, variant, inside)
        if key not in self._made:
            policy = self.rules.score_policy
            self._made[key] = Plan(schedule, unit, genre, variant, policy, inside=inside)
        return self._made[key]

    def _table(self, day: date) -> tuple[Schedule, Fraction]:
        known = self._days.get(day)
        if known is None:
            schedule = self.schedule_on(day)
            if schedule is None:
                raise Hold("no_schedule")
            known = self._days[day] = (schedule, unit_value(schedule, self.rules.base_salaries, day))
        return known

    def rates_day(self, piece: PieceFacts) -> date:
        """The day whose rates count: as the schedule of the publication day says, or its transition rule."""
        schedule = self.schedule_on(piece.published_on)
        if schedule is None:
            raise Hold("no_schedule")
        commissioned = piece.commissioned_on
        if schedule.commissioned_before_stays and commissioned and commissioned < schedule.from_day:
            return commissioned
        match schedule.rates_on:
            case RatesOn.PUBLICATION:
                return piece.published_on
            case RatesOn.COMMISSION:
                return commissioned or piece.published_on
            case RatesOn.APPROVAL:
                day = piece.approved_on
            case RatesOn.PAYMENT:
                day = self.rules.payment_date
        if day is None:
            raise Hold("no_rates_day")
        return day
