"""What one coefficient is worth on a day."""

from datetime import date
from fractions import Fraction

from payments.royalty.facts import BaseSalary
from payments.royalty.reckoning import Hold
from payments.royalty.schedule import Schedule


def base_salary_on(salaries: tuple[BaseSalary, ...], day: date) -> BaseSalary | None:
    """Lương cơ sở in force on a day."""
    return next(
        (
            salary
            for salary in salaries
            if salary.from_day <= day and (salary.until_day is None or day < salary.until_day)
        ),
        None,
    )


def unit_value(schedule: Schedule, salaries: tuple[BaseSalary, ...], day: date) -> Fraction:
    """What one coefficient is worth on a day, in đồng (10 % of the base salary, as a rule: NĐ 18/2014 Đ7.2).

    Raises Hold("no_base_salary") where none is known for the day.
    """
    if schedule.unit.amount is not None:
        return Fraction(schedule.unit.amount)
    salary = base_salary_on(salaries, day)
    if salary is None or schedule.unit.percent_of_base_salary is None:
        raise Hold("no_base_salary")
    return salary.amount * schedule.unit.percent_of_base_salary / 100
