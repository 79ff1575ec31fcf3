"""A second calculator of a run, written from the rules in words. It knows no line of the engine.

Everything is plain: a schedule is the mapping of its file, a work is a dict, money is whole đồng, and what is not
whole is a Fraction. It takes a run as one list in memory and works it off rule by rule, which the engine, that
streams, cannot. Speed does not matter here, being readable does.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.payments.royalty.second.one_work import Work
from tests.payments.royalty.second.plain import Entry, NotNowError, down, half_up, number, share_out


def in_force(entries: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    for entry in entries:
        begins, ends = entry["from"], entry.get("until")
        if date.fromisoformat(begins) <= day and (not ends or day < date.fromisoformat(ends)):
            return entry
    return None


class Reckoner:
    """One run. `works`, `seats` and `circumstances` are plain dicts, see `invention.py`."""

    def __init__(self, schedules: list[dict[str, Any]], salaries: list[dict[str, Any]], run: dict[str, Any]) -> None:
        self.schedules = schedules
        self.salaries = salaries
        self.run = run
        self.turn: int = run["rotation"]
        self.policy: str = run.get("policy", "required")
        self.strict = self.policy == "required"
        self.entries: list[Entry] = []
        self.not_now: dict[str, str] = {}
        self.on_duty: dict[tuple[int, str], bool] = {}
        self.last = schedules[-1]

    def reckon(self, works: list[dict[str, Any]]) -> list[Entry]:
        self.count_duties(works)
        for work in works:
            try:
                self.entries += self.of_work(work)
            except NotNowError as reason:
                self.not_now[work["subject"]] = str(reason)
        self.cap_people("person_day")
        self.cap_people("person_period")
        for entry in self.entries:
            if entry.bounded is not None:
                entry.amount = min(entry.amount, entry.bounded)
        self.add_seats()
        self.cap_remuneration()
        self.cap_fund()
        return self.entries

    # What holds for a work

    def rules_of(self, work: dict[str, Any]) -> tuple[dict[str, Any], date]:
        day = work["published_on"]
        schedule = in_force(self.schedules, day)
        if schedule is None:
            raise NotNowError("no_schedule")
        goes_by = schedule.get("rates_on", "publication")
        ordered = work.get("commissioned_on")
        if schedule.get("commissioned_before_stays") and ordered and ordered < date.fromisoformat(schedule["from"]):
            day = ordered
        elif goes_by == "commission":
            day = ordered or day
        elif goes_by == "approval":
            day = work.get("approved_on")
        elif goes_by == "payment":
            day = self.run.get("payment_date")
        if day is None:
            raise NotNowError("no_rates_day")
        schedule = in_force(self.schedules, day)
        if schedule is None:
            raise NotNowError("no_schedule")
        return schedule, day

    def unit(self, schedule: dict[str, Any], day: date) -> Fraction:
        said = schedule["unit"]
        if "vnd" in said:
            return Fraction(said["vnd"])
        salary = in_force(self.salaries, day)
        if salary is None:
            raise NotNowError("no_base_salary")
        return salary["vnd"] * number(said["percent_of_base_salary"]) / 100

    @staticmethod
    def genre(schedule: dict[str, Any], code: str) -> dict[str, Any] | None:
        return next((entry for entry in schedule["genres"] if entry["genre"] == code), None)

    @staticmethod
    def rate(entry: dict[str, Any], variant: str) -> dict[str, Any]:
        for wanted in (variant, ""):
            for rate in entry["rates"]:
                if rate.get("variant", "") == wanted:
                    return rate  # type: ignore[no-any-return]
        raise NotNowError("variant_without_rate")

    def in_range(self, given: Fraction | None, low: Fraction, high: Fraction) -> Fraction:
        if self.strict:
            if given is None:
                raise NotNowError("no_score")
            if not low <= given <= high:
                raise NotNowError("score_outside_range")
            return given
        if given is None:
            return low if self.policy == "low" else high
        return min(max(given, low), high)

    def worth(self, rate: dict[str, Any], given: Fraction | None, work: dict[str, Any], unit: Fraction) -> Fraction:
        """The first step before level and factors."""
        match rate["basis"]:
            case "coefficient":
                return number(rate["coefficient"]) * unit
            case "coefficient_range":
                return self.in_range(given, number(rate["low"]), number(rate["high"])) * unit
            case "cap_only":
                return self.in_range(given, Fraction(0), number(rate["high"])) * unit
            case "vnd_per_piece":
                return Fraction(rate["vnd"])
            case "vnd_per_measure":
                return self.lots(rate, work.get("measure")) * rate["vnd"]
        return self.graded(rate["grades"], work.get("grade", ""), unit)

    def graded(self, grades: list[dict[str, Any]], grade: str, unit: Fraction) -> Fraction:
        values = {
            entry["grade"]: number(entry["coefficient"]) * unit if "coefficient" in entry else Fraction(entry["vnd"])
            for entry in grades
        }
        if grade in values:
            return values[grade]
        if self.strict:
            raise NotNowError("unknown_grade" if grade else "no_grade")
        return min(values.values()) if self.policy == "low" else max(values.values())

    def lots(self, rate: dict[str, Any], measure: Fraction | None) -> Fraction:
        if measure is None:
            raise NotNowError("no_measure")
        lots = measure / rate.get("per", 1)
        match rate.get("measure_rounding", "exact"):
            case "up":
                lots = Fraction(-(-lots // 1))
            case "down":
                lots = Fraction(lots // 1)
            case "half_up":
                lots = Fraction(half_up(lots, 1))
        return max(lots, number(rate.get("minimum", 0)))

    def factors(self, schedule: dict[str, Any], work: dict[str, Any], genre: str, *, inside: bool = False) -> Fraction:
        """(1 + Σ additive) × Π multipliers. `inside`: of a photo in a piece, which a factor must name."""
        added, times = Fraction(100), Fraction(1)
        mine = []
        for factor in schedule.get("factors", []):
            named = factor.get("genres", [])
            if genre in named or not (named or inside):
                mine.append(factor)
        chosen = dict(work.get("factors", []))
        if not inside and self.strict and set(chosen) - {factor["factor"] for factor in mine}:
            raise NotNowError("unknown_factor")
        for factor in mine:
            if factor.get("when"):
                if not all(work.get(about, "") in wanted for about, wanted in factor["when"].items()):
                    continue
                percent = number(factor["percent"])
            elif factor["factor"] not in chosen:
                continue
            else:
                percent = self.chosen_percent(factor, chosen[factor["factor"]])
            if factor["kind"] == "add":
                added += percent
            else:
                times *= percent / 100
        return added / 100 * times

    def chosen_percent(self, factor: dict[str, Any], percent: Fraction | None) -> Fraction:
        if "percent" in factor:
            return number(factor["percent"])
        low, high = number(factor["low"]), number(factor["high"])
        if not self.strict:
            missing = low if self.policy == "low" else high
            return missing if percent is None else min(max(percent, low), high)
        if percent is None:
            raise NotNowError("no_factor_percent")
        if not low <= percent <= high:
            raise NotNowError("factor_outside_range")
        return percent

    # One work

    def of_work(self, work: dict[str, Any]) -> list[Entry]:
        schedule, day = self.rules_of(work)
        return Work(self, work, schedule, self.unit(schedule, day)).entries()

    # Over several works

    def count_duties(self, works: list[dict[str, Any]]) -> None:
        """In the order of publication; a work that cannot be reckoned now counts in its own run."""
        counted = {person: owed["counted_before"] for person, owed in self.run.get("duties", {}).items()}
        for work in sorted(works, key=lambda one: (one["published_on"], one["subject"])):
            try:
                schedule, _ = self.rules_of(work)
                entries = self.of_work(work)
            except NotNowError:
                continue
            duty = schedule.get("duty")
            if duty is None or work["genre"] not in (duty.get("genres") or [work["genre"]]):
                continue
            for person in sorted({one.person for one in entries if one.earns}):
                if person in counted:
                    self.on_duty[person, work["subject"]] = counted[person] < self.run["duties"][person]["quota"]
                    counted[person] += 1

    def caps(self, scope: str) -> list[dict[str, Any]]:
        return [cap for cap in self.last.get("caps", []) if cap["scope"] == scope and cap["effect"] == "hard"]

    def cap_people(self, scope: str) -> None:
        """Each table caps what is paid by it."""
        for schedule in self.schedules:
            step = schedule.get("rounding", 1)
            for cap in schedule.get("caps", []):
                if cap["scope"] != scope or cap["effect"] != "hard":
                    continue
                windows: dict[tuple[int, date | None], list[Entry]] = defaultdict(list)
                for entry in self.entries:
                    if entry.table == schedule["from"] and entry.genre in (cap.get("genres") or [entry.genre]):
                        windows[entry.person, entry.day if scope == "person_day" else None].append(entry)
                for window, entries in windows.items():
                    left = max(0, cap["vnd"] - self.run.get("issued_before", {}).get(window, 0))
                    if sum(entry.amount for entry in entries) > left:
                        self.cut(entries, left, step)

    def cut(self, entries: list[Entry], bound: Fraction | int, step: int) -> None:
        parts = share_out(down(bound, step), {one.key: Fraction(one.amount) for one in entries}, step, self.turn)
        for entry in entries:
            entry.amount = parts[entry.key]

    def add_seats(self) -> None:
        step = self.last.get("rounding", 1)
        begins, ends = self.run["period_from"], self.run["period_until"]
        held = []
        for seat in self.run.get("seats", []):
            since = max(begins, seat["held_from"])
            until = min(ends, seat["held_until"] or ends)
            if since < until:
                held.append((seat, since, until))
        royalties = sum(entry.amount for entry in self.entries if entry.royalty)
        found = []
        for pool in self.last.get("pools", []):
            weights = {
                f"{seat['key']}:pool:{pool['pool']}": number(pool["weights"][seat["seat"]])
                for seat, _, _ in held
                if seat["seat"] in pool["weights"]
            }
            if not sum(weights.values()):
                continue
            total = half_up(royalties * number(pool["percent"]) / 100, step)
            parts = share_out(total, weights, step, self.turn)
            for seat, _, _ in held:
                key = f"{seat['key']}:pool:{pool['pool']}"
                if key in parts:
                    found.append(Entry(key, seat["person"], "", seat["seat"], begins, parts[key], royalty=False))
        for allowance in self.last.get("allowances", []):
            for seat, since, until in held:
                if seat["seat"] == allowance["seat"]:
                    value = allowance["vnd"] * self.times(allowance, since, until)
                    key = f"{seat['key']}:allowance:{allowance['allowance']}"
                    found.append(
                        Entry(key, seat["person"], "", seat["seat"], begins, half_up(value, step), royalty=False)
                    )
        self.entries += found

    def times(self, allowance: dict[str, Any], since: date, until: date) -> Fraction:
        begins, ends = self.run["period_from"], self.run["period_until"]
        if not allowance.get("each_month"):
            return Fraction((until - since).days, (ends - begins).days) if allowance.get("pro_rata") else Fraction(1)
        days: dict[tuple[int, int], int] = defaultdict(int)
        day = since
        while day < until:
            days[day.year, day.month] += 1
            day += timedelta(days=1)
        if not allowance.get("pro_rata"):
            return Fraction(len(days))
        return sum((Fraction(count, calendar.monthrange(*month)[1]) for month, count in days.items()), Fraction(0))

    def spread(self, entries: list[Entry], bound: Fraction | int) -> None:
        """Cut a great many lines to a bound: each ends where the running sum, cut likewise, is rounded down."""
        step = self.last.get("rounding", 1)
        total, bound = sum(entry.amount for entry in entries), down(bound, step)
        if total <= bound:
            return
        passed = given = 0
        for entry in entries:
            passed += entry.amount
            upto = down(Fraction(passed * bound, total), step)
            entry.amount, given = upto - given, upto

    def cap_remuneration(self) -> None:
        royalties = sum(entry.amount for entry in self.entries if entry.royalty)
        bounds = [royalties * number(cap["percent_of_royalties"]) / 100 for cap in self.caps("remuneration")]
        if bounds:
            self.spread([entry for entry in self.entries if not entry.royalty], min(bounds))

    def cap_fund(self) -> None:
        if self.caps("fund") and self.run.get("fund_left") is not None:
            self.spread(self.entries, self.run["fund_left"])
