"""Fees that belong to a period and a seat, not to a piece: allowances and shares of a pool."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from payments.royalty.facts import RunFacts, SeatFacts
from payments.royalty.money import plain
from payments.royalty.outcome import ComputedLine
from payments.royalty.reckoning import Product, Reckoned, reckon, split_parts
from payments.royalty.schedule import Allowance, Pool, Schedule


def allowance_lines(rules: RunFacts, schedule: Schedule) -> Iterator[ComputedLine]:
    """One line for each seat held in the period and each allowance of that seat."""
    for allowance in schedule.allowances:
        for seat in rules.seats:
            held = held_part(rules, seat, allowance) if seat.seat == allowance.seat else Fraction(0)
            if held:
                product = Product(allowance.amount * held, "A", (str(allowance.amount), plain(held)))
                fee = reckon(product, schedule.rounding)
                yield _seat_line(seat, f"allowance:{allowance.code}", "allowance", fee)


def pool_lines(rules: RunFacts, schedule: Schedule, royalties: int) -> Iterator[ComputedLine]:
    """The pools of the period, made of Σ royalties and shared by the weights of the seats held."""
    for pool in schedule.pools:
        seats = _sharing(rules, pool)
        weights = dict(pool.weights)
        if not seats:
            continue
        product = Product(royalties * pool.percent / 100, "L", (plain(pool.percent), str(royalties)))
        whole = reckon(product, schedule.rounding)
        keys = [seat.subject_key for seat in seats]
        shares = [weights[seat.seat] for seat in seats]
        parts = split_parts(whole, shares, schedule.rounding, keys, rules.rotation)
        for seat, part in zip(seats, parts, strict=True):
            yield _seat_line(seat, f"pool:{pool.code}", "fee", part)


def held_part(rules: RunFacts, seat: SeatFacts, allowance: Allowance) -> Fraction:
    """How many times the allowance is due: once a period or a month held, or by days where pro rata."""
    whole = Fraction(0)
    for first, last in _windows(rules, each_month=allowance.each_month):
        begin = max(first, seat.held_from, rules.period_from)
        end = min(last, seat.held_until or last, rules.period_until)
        if begin < end:
            whole += Fraction((end - begin).days, (last - first).days) if allowance.pro_rata else 1
    return whole


def _windows(rules: RunFacts, *, each_month: bool) -> Iterator[tuple[date, date]]:
    if not each_month:
        yield rules.period_from, rules.period_until
        return
    first = rules.period_from.replace(day=1)
    while first < rules.period_until:
        following = (first + timedelta(days=31)).replace(day=1)
        yield first, following
        first = following


def _sharing(rules: RunFacts, pool: Pool) -> list[SeatFacts]:
    weighted = {seat for seat, weight in pool.weights if weight}
    return [
        seat
        for seat in rules.seats
        if seat.seat in weighted
        and seat.held_from < rules.period_until
        and (seat.held_until is None or rules.period_from < seat.held_until)
    ]


def _seat_line(seat: SeatFacts, suffix: str, kind: str, fee: Reckoned) -> ComputedLine:
    return ComputedLine(
        f"{seat.subject_key}:{suffix}",
        seat.person,
        "",
        seat.seat,
        kind,
        fee.amount,
        fee.numerator,
        fee.denominator,
        fee.template,
        fee.values,
        fee.reason,
        royalty=False,
    )
