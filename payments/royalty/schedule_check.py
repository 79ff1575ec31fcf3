"""What a schedule must never be: every complaint names the entry."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from payments.royalty.money import plain
from payments.royalty.schedule import (
    CONDITIONS,
    GENRES,
    ROLES,
    SEATS,
    Cap,
    CapOnly,
    CapScope,
    CoefficientRange,
    DongPerItem,
    DongPerMeasure,
    DongPerPiece,
    Effect,
    Factor,
    FixedCoefficient,
    GenreBasis,
    GenreRate,
    Grades,
    PercentOf,
    PhotoRule,
    RoleBasis,
    RoleRate,
    Schedule,
    Unit,
    genre_rate,
)
from payments.royalty.schedule_error import ScheduleError

# Guards against typing errors (a missing comma, a zero too many), no law: twice the highest cap of any
# decree so far, and more than any single piece or month was ever paid.
ABSURD_COEFFICIENT = Fraction(100)
ABSURD_DONG = 1_000_000_000
ABSURD_PERCENT = Fraction(300)
ROUNDINGS = (1, 100, 1000)


def check_schedule(schedule: Schedule) -> None:
    """Raise ScheduleError for the first entry that cannot be right."""
    if not schedule.code:
        raise ScheduleError("code", "empty")
    if schedule.until_day is not None and schedule.until_day <= schedule.from_day:
        raise ScheduleError("until", "dates_upside_down")
    _check_unit(schedule.unit)
    _check_percent("level", schedule.level, ABSURD_PERCENT)
    if schedule.rounding not in ROUNDINGS:
        allowed = ", ".join(map(str, ROUNDINGS))
        raise ScheduleError("rounding", "not_one_of", found=schedule.rounding, allowed=allowed)
    if not schedule.genres:
        raise ScheduleError("genres", "empty")
    _once("genres", [entry.genre for entry in schedule.genres])
    for place, entry in enumerate(schedule.genres):
        _check_genre(f"genres[{place}]", entry, schedule)
    _check_roles(schedule)
    _check_factors(schedule.factors)
    if schedule.duty:
        _check_percent("duty.percent_within", schedule.duty.percent_within, Fraction(100), zero=True)
        _check_genres("duty.genres", schedule.duty.genres)
    _check_period_fees(schedule)
    for place, cap in enumerate(schedule.caps):
        _check_cap(f"caps[{place}]", cap)
    if schedule.author_not_below_helper is Effect.HARD:
        for path, helper, author in helpers_above_author(schedule):
            raise ScheduleError(path, "helper_above_author", helper=plain(helper), author=plain(author))


def check_periods(periods: Iterable[tuple[str, date, date | None]]) -> None:
    """Half-open periods of one kind must not overlap; raises ScheduleError at the later one's name."""
    before: tuple[str, date, date | None] | None = None
    for period in sorted(periods, key=lambda period: period[1]):
        if before and (before[2] is None or period[1] < before[2]):
            raise ScheduleError(period[0], "overlap", other=before[0])
        before = period


def helpers_above_author(schedule: Schedule) -> list[tuple[str, Fraction, Fraction]]:
    """Helpers whose rate passes the author's highest for the same genre (NĐ 18/2014 Đ4.1): path and both rates.

    Compares like with like (coefficients, or đồng per piece); what depends on the piece is checked on the piece.
    """
    found = []
    for place, role in enumerate(schedule.roles):
        if role.royalty:
            continue
        for entry in schedule.genres:
            if role.genres and entry.genre not in role.genres:
                continue
            highest = _highest(entry, role.basis)
            rate = _rate_of(role.basis)
            if highest is not None and rate is not None and rate > highest:
                found.append((f"roles[{place}]", rate, highest))
    return found


def above_caps(schedule: Schedule, caps: Schedule) -> list[tuple[str, Fraction, Fraction]]:
    """Coefficients of a schedule that pass the legal caps (a schedule of `cap_only` rates): path, found, cap."""
    found = []
    for place, entry in enumerate(schedule.genres):
        legal = genre_rate(caps, entry.genre)
        bounds = [rate.basis.high for rate in legal.rates if isinstance(rate.basis, CapOnly)] if legal else []
        for number, rate in enumerate(entry.rates):
            high = _highest_coefficient(rate.basis)
            if bounds and high is not None and high > max(bounds):
                found.append((f"genres[{place}].rates[{number}]", high, max(bounds)))
    return found


def _highest_coefficient(basis: GenreBasis) -> Fraction | None:
    match basis:
        case FixedCoefficient(coefficient):
            return coefficient
        case CoefficientRange(_, high) | CapOnly(high):
            return high
        case Grades(grades):
            return max((grade.coefficient for grade in grades if grade.coefficient is not None), default=None)
        case _:
            return None


def _highest(entry: GenreRate, helper: RoleBasis) -> Fraction | None:
    if isinstance(helper, FixedCoefficient):
        found = [_highest_coefficient(rate.basis) for rate in entry.rates]
    else:
        found = [Fraction(rate.basis.amount) if isinstance(rate.basis, DongPerPiece) else None for rate in entry.rates]
    known = [rate for rate in found if rate is not None]
    return max(known) if len(known) == len(entry.rates) else None


def _rate_of(helper: RoleBasis) -> Fraction | None:
    match helper:
        case FixedCoefficient(coefficient):
            return coefficient
        case DongPerPiece(amount):
            return Fraction(amount)
        case _:
            return None


def _check_bounds(path: str, value: Fraction | int, low: Fraction | int, high: Fraction | int) -> None:
    if not low <= value <= high:
        raise ScheduleError(path, "out_of_bounds", found=plain(value), low=plain(low), high=plain(high))


def _check_percent(path: str, value: Fraction, high: Fraction, *, zero: bool = False) -> None:
    _check_bounds(path, value, 0, high)
    if value == 0 and not zero:
        raise ScheduleError(path, "out_of_bounds", found="0", low="0", high=plain(high))


def _check_one_of(path: str, found: str, allowed: Sequence[str]) -> None:
    if found not in allowed:
        raise ScheduleError(path, "not_one_of", found=found, allowed=", ".join(allowed))


def _check_genres(path: str, genres: Sequence[str]) -> None:
    for genre in genres:
        _check_one_of(path, genre, GENRES)


def _once(path: str, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ScheduleError(f"{path}[{place}]", "twice", found=name)


def _check_unit(unit: Unit) -> None:
    if (unit.percent_of_base_salary is None) == (unit.amount is None):
        raise ScheduleError("unit", "not_one_or_other", allowed="percent_of_base_salary, vnd")
    if unit.percent_of_base_salary is not None:
        _check_percent("unit.percent_of_base_salary", unit.percent_of_base_salary, Fraction(100))
    if unit.amount is not None:
        _check_bounds("unit.vnd", unit.amount, 1, ABSURD_DONG)


def _check_genre(path: str, entry: GenreRate, schedule: Schedule) -> None:
    _check_one_of(f"{path}.genre", entry.genre, GENRES)
    if not entry.rates:
        raise ScheduleError(f"{path}.rates", "empty")
    if not entry.earners:
        raise ScheduleError(f"{path}.earners", "empty")
    for role in entry.earners:
        _check_one_of(f"{path}.earners", role, ROLES)
    _once(f"{path}.rates", [rate.variant for rate in entry.rates])
    for place, rate in enumerate(entry.rates):
        _check_genre_basis(f"{path}.rates[{place}]", rate.basis)
    _check_percent(f"{path}.photographer_share", entry.photographer_share, Fraction(100), zero=True)
    if entry.photos is PhotoRule.PAID_EACH:
        if entry.photographer_share:
            raise ScheduleError(f"{path}.photographer_share", "share_of_paid_photos")
        if genre_rate(schedule, "photo") is None:
            raise ScheduleError(f"{path}.photos", "no_photo_rate")


def _check_genre_basis(path: str, basis: GenreBasis) -> None:
    match basis:
        case FixedCoefficient(coefficient):
            _check_bounds(f"{path}.coefficient", coefficient, 0, ABSURD_COEFFICIENT)
        case CoefficientRange(low, high):
            _check_bounds(f"{path}.low", low, 0, ABSURD_COEFFICIENT)
            _check_bounds(f"{path}.high", high, 0, ABSURD_COEFFICIENT)
            if low > high:
                raise ScheduleError(path, "upside_down", low=plain(low), high=plain(high))
        case CapOnly(high):
            _check_bounds(f"{path}.high", high, 0, ABSURD_COEFFICIENT)
        case DongPerPiece(amount):
            _check_bounds(f"{path}.vnd", amount, 0, ABSURD_DONG)
        case DongPerMeasure(amount, measure, per, minimum, _):
            _check_bounds(f"{path}.vnd", amount, 0, ABSURD_DONG)
            _check_one_of(f"{path}.measure", measure, ("a4_page", "word", "minute", "item"))
            _check_bounds(f"{path}.per", per, 1, ABSURD_DONG)
            _check_bounds(f"{path}.minimum", minimum, 0, ABSURD_DONG)
        case Grades(grades):
            _check_grades(path, basis)
            _once(f"{path}.grades", [grade.code for grade in grades])


def _check_grades(path: str, basis: Grades) -> None:
    if not basis.grades:
        raise ScheduleError(f"{path}.grades", "empty")
    for place, grade in enumerate(basis.grades):
        at = f"{path}.grades[{place}]"
        if not grade.code:
            raise ScheduleError(f"{at}.grade", "empty")
        if (grade.coefficient is None) == (grade.amount is None):
            raise ScheduleError(at, "not_one_or_other", allowed="coefficient, vnd")
        if grade.coefficient is not None:
            _check_bounds(f"{at}.coefficient", grade.coefficient, 0, ABSURD_COEFFICIENT)
        if grade.amount is not None:
            _check_bounds(f"{at}.vnd", grade.amount, 0, ABSURD_DONG)


def _check_roles(schedule: Schedule) -> None:
    seen: set[tuple[str, str]] = set()
    for place, entry in enumerate(schedule.roles):
        path = f"roles[{place}]"
        _check_one_of(f"{path}.role", entry.role, ROLES)
        _check_genres(f"{path}.genres", entry.genres)
        for genre in entry.genres or ("",):
            if (entry.role, genre) in seen:
                raise ScheduleError(path, "twice", found=f"{entry.role} {genre}".strip())
            seen.add((entry.role, genre))
        match entry.basis:
            case PercentOf(percent, _):
                _check_percent(f"{path}.percent", percent, Fraction(100), zero=True)
            case FixedCoefficient(coefficient):
                _check_bounds(f"{path}.coefficient", coefficient, 0, ABSURD_COEFFICIENT)
            case DongPerPiece(amount) | DongPerItem(amount):
                _check_bounds(f"{path}.vnd", amount, 0, ABSURD_DONG)
    for genre in GENRES:
        _check_percent_chain({entry.role: (place, entry) for place, entry in role_rates(schedule, genre)})


def role_rates(schedule: Schedule, genre: str) -> list[tuple[int, RoleRate]]:
    """The role rates that serve a genre, with their places; one naming the genre comes last and overrides.

    Rates for all genres serve only those that have a rate of their own.
    """
    rated = genre_rate(schedule, genre) is not None
    numbered = list(enumerate(schedule.roles))
    return [(place, entry) for place, entry in numbered if rated and not entry.genres] + [
        (place, entry) for place, entry in numbered if genre in entry.genres
    ]


def _check_percent_chain(rates: dict[str, tuple[int, RoleRate]]) -> None:
    for role, (place, _) in rates.items():
        walked = [role]
        while isinstance(basis := rates[walked[-1]][1].basis, PercentOf) and basis.of != "author":
            of = basis.of
            if of in walked:
                raise ScheduleError(f"roles[{place}]", "cycle", found=" → ".join([*walked, of]))
            if of not in rates or isinstance(rates[of][1].basis, DongPerItem):
                raise ScheduleError(f"roles[{rates[walked[-1]][0]}].of", "percent_of_nothing", found=of)
            walked.append(of)


def _check_factors(factors: tuple[Factor, ...]) -> None:
    _once("factors", [factor.code for factor in factors])
    for place, factor in enumerate(factors):
        path = f"factors[{place}]"
        if not factor.code:
            raise ScheduleError(f"{path}.factor", "empty")
        _check_percent(f"{path}.low", factor.low, ABSURD_PERCENT, zero=True)
        _check_percent(f"{path}.high", factor.high, ABSURD_PERCENT)
        if factor.low > factor.high:
            raise ScheduleError(path, "upside_down", low=plain(factor.low), high=plain(factor.high))
        _check_genres(f"{path}.genres", factor.genres)
        for field, values in factor.conditions:
            _check_one_of(f"{path}.when", field, CONDITIONS)
            if not values:
                raise ScheduleError(f"{path}.when.{field}", "empty")


def _check_period_fees(schedule: Schedule) -> None:
    _once("allowances", [allowance.code for allowance in schedule.allowances])
    for place, allowance in enumerate(schedule.allowances):
        if not allowance.code:
            raise ScheduleError(f"allowances[{place}].allowance", "empty")
        _check_one_of(f"allowances[{place}].seat", allowance.seat, SEATS)
        _check_bounds(f"allowances[{place}].vnd", allowance.amount, 0, ABSURD_DONG)
    _once("pools", [pool.code for pool in schedule.pools])
    for place, pool in enumerate(schedule.pools):
        if not pool.code:
            raise ScheduleError(f"pools[{place}].pool", "empty")
        _check_percent(f"pools[{place}].percent", pool.percent, Fraction(100))
        for seat, weight in pool.weights:
            _check_one_of(f"pools[{place}].weights", seat, SEATS)
            _check_bounds(f"pools[{place}].weights.{seat}", weight, 0, ABSURD_DONG)
        if not any(weight for _, weight in pool.weights):
            raise ScheduleError(f"pools[{place}].weights", "empty")


def _check_cap(path: str, cap: Cap) -> None:
    _check_genres(f"{path}.genres", cap.genres)
    wanted = {
        CapScope.PIECE: ("vnd", "coefficient"),
        CapScope.PERSON_DAY: ("vnd",),
        CapScope.PERSON_PERIOD: ("vnd",),
        CapScope.REMUNERATION: ("percent_of_royalties",),
        CapScope.FUND: (),
    }[cap.scope]
    bounds = {"vnd": cap.amount, "coefficient": cap.coefficient, "percent_of_royalties": cap.percent}
    given = [name for name, bound in bounds.items() if bound is not None]
    if len(given) != min(len(wanted), 1) or not set(given) <= set(wanted):
        raise ScheduleError(path, "not_one_or_other", allowed=", ".join(wanted) or "-")
    if cap.amount is not None:
        _check_bounds(f"{path}.vnd", cap.amount, 0, ABSURD_DONG)
    if cap.coefficient is not None:
        _check_bounds(f"{path}.coefficient", cap.coefficient, 0, ABSURD_COEFFICIENT)
    if cap.percent is not None:
        _check_percent(f"{path}.percent_of_royalties", cap.percent, ABSURD_PERCENT, zero=True)
