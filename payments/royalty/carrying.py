"""What one statement pays now, and what it leaves for the next one. All in whole đồng; no clock, no database."""

from dataclasses import dataclass
from fractions import Fraction

from payments.royalty.money import RoundingMode, round_dong


@dataclass(frozen=True, slots=True)
class Limits:
    """`floor`: less than this is held. Of what is owed back, one payment takes at most `percent` of what it could
    pay, and all payments of a month together at most `dong`; None: no such limit.
    """

    floor: int = 0
    percent: Fraction | None = None
    dong: int | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """gross = lines + carried_in − carried_out ≥ 0. A negative carried sum is owed back by the person.

    `recovered` is what this payment took off that debt; `held`: below the floor, so nothing is paid or taxed now.
    """

    carried_in: int
    carried_out: int
    gross: int
    recovered: int
    held: bool


def carry(
    *, due: int, owed: int, balance: int, limits: Limits, recovered_before: int = 0, release: bool = False
) -> Carried:
    """`due`: Σ of the lines that pay; `owed` ≥ 0: what corrections take back of what was paid; `balance`: so far.

    A line that was never paid is no debt: it lessens `due`, and with it a positive balance, without any limit.
    `recovered_before` is what other payments of the month took already. `release`: the floor does not hold now.
    """
    if owed < 0:
        raise ValueError("what is owed back is not negative")
    held_for = max(balance, 0)
    never_paid = min(max(-due, 0), held_for)
    debt = owed + max(-balance, 0) + max(-due, 0) - never_paid
    available = max(due, 0) + held_for - never_paid
    recovered = min(debt, available, _most(available, limits, recovered_before))
    payable = available - recovered
    held = debt == recovered and 0 < payable < limits.floor and not release
    gross = 0 if held else payable
    return Carried(
        carried_in=balance,
        carried_out=due - owed + balance - gross,
        gross=gross,
        recovered=recovered,
        held=held,
    )


def _most(available: int, limits: Limits, recovered_before: int) -> int:
    most = available
    if limits.percent is not None:
        most = min(most, round_dong(available * limits.percent / 100, 1, RoundingMode.DOWN))
    if limits.dong is not None:
        most = min(most, max(limits.dong - recovered_before, 0))
    return most
