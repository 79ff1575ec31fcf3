"""A Schedule as readable data: the reverse of `schedule_from_mapping`, without loss.

What equals its default is left out, but for the few rules that a reader should always see.
"""

from datetime import date
from fractions import Fraction
from typing import Any

from payments.royalty.money import plain
from payments.royalty.schedule import (
    EARNERS,
    Allowance,
    Cap,
    CapOnly,
    CoefficientRange,
    Decision,
    DongPerItem,
    DongPerMeasure,
    DongPerPiece,
    Duty,
    Factor,
    FixedCoefficient,
    GenreBasis,
    GenreRate,
    Grade,
    Grades,
    MeasureRounding,
    PercentOf,
    PhotoRule,
    Pool,
    Rate,
    RoleBasis,
    RoleRate,
    Schedule,
    Source,
    Words,
)

Mapping = dict[str, Any]


def mapping_from_schedule(schedule: Schedule) -> Mapping:
    """Readable data with text, int, bool, None, lists and dicts only: fit for YAML, JSON and a snapshot."""
    unit = schedule.unit
    written = _filled(
        code=schedule.code,
        title=_words(schedule.title),
        decision=_decision(schedule.decision),
    )
    written |= {"from": schedule.from_day.isoformat(), "until": _day(schedule.until_day)}
    written["unit"] = _given(percent_of_base_salary=_optional(unit.percent_of_base_salary), vnd=unit.amount)
    written |= {
        "level": _number(schedule.level),
        "rates_on": str(schedule.rates_on),
        "rounding": schedule.rounding,
        "author_not_below_helper": str(schedule.author_not_below_helper),
    }
    return (
        written
        | _filled(
            commissioned_before_stays=schedule.commissioned_before_stays,
            genres=[_genre(entry) for entry in schedule.genres],
            roles=[_role(entry) for entry in schedule.roles],
            factors=[_factor(entry) for entry in schedule.factors],
            allowances=[_allowance(entry) for entry in schedule.allowances],
            pools=[_pool(entry) for entry in schedule.pools],
            caps=[_cap(entry) for entry in schedule.caps],
        )
        | _given(duty=_duty(schedule.duty) if schedule.duty else None)
        | _source(schedule.source)
    )


def _number(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else plain(value)


def _optional(value: Fraction | None) -> int | str | None:
    return None if value is None else _number(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _given(**entries: Any) -> Mapping:
    return {key: value for key, value in entries.items() if value is not None}


def _filled(**entries: Any) -> Mapping:
    return {key: value for key, value in entries.items() if value}


def _words(words: Words) -> Mapping:
    return _filled(vi=words.vi, en=words.en)


def _source(source: Source) -> Mapping:
    return _filled(legal_basis=source.legal_basis, doubt=source.doubt, note=source.note)


def _decision(decision: Decision) -> Mapping:
    return _filled(
        number=decision.number,
        issuer=decision.issuer,
        issued_on=_day(decision.issued_on),
        signer=decision.signer,
    )


def _genre(entry: GenreRate) -> Mapping:
    usual = EARNERS.get(entry.genre, ("author",))
    written = _filled(
        genre=entry.genre,
        label=_words(entry.label),
        photographer_share=_number(entry.photographer_share),
    )
    if entry.earners != usual:
        written["earners"] = list(entry.earners)
    if entry.photos is not PhotoRule.INCLUDED:
        written["photos"] = str(entry.photos)
    return written | {"rates": [_rate(rate) for rate in entry.rates]} | _source(entry.source)


def _rate(rate: Rate) -> Mapping:
    return _filled(variant=rate.variant, label=_words(rate.label)) | _genre_basis(rate.basis) | _source(rate.source)


def _genre_basis(basis: GenreBasis) -> Mapping:
    match basis:
        case FixedCoefficient(coefficient):
            return {"basis": "coefficient", "coefficient": _number(coefficient)}
        case CoefficientRange(low, high):
            return {"basis": "coefficient_range", "low": _number(low), "high": _number(high)}
        case CapOnly(high):
            return {"basis": "cap_only", "high": _number(high)}
        case DongPerPiece(amount):
            return {"basis": "vnd_per_piece", "vnd": amount}
        case Grades(grades):
            return {"basis": "grade", "grades": [_grade(grade) for grade in grades]}
        case DongPerMeasure(amount, measure, per, minimum, rounding):
            written: Mapping = {"basis": "vnd_per_measure", "vnd": amount, "measure": measure, "per": per}
            if minimum:
                written["minimum"] = _number(minimum)
            if rounding is not MeasureRounding.EXACT:
                written["measure_rounding"] = str(rounding)
            return written


def _grade(grade: Grade) -> Mapping:
    return _given(grade=grade.code, coefficient=_optional(grade.coefficient), vnd=grade.amount)


def _role(entry: RoleRate) -> Mapping:
    return (
        {"role": entry.role}
        | _filled(genres=list(entry.genres), royalty=entry.royalty, label=_words(entry.label))
        | _role_basis(entry.basis)
        | _source(entry.source)
    )


def _role_basis(basis: RoleBasis) -> Mapping:
    match basis:
        case PercentOf(percent, of):
            return {"basis": "percent_of", "percent": _number(percent), "of": of}
        case FixedCoefficient(coefficient):
            return {"basis": "coefficient", "coefficient": _number(coefficient)}
        case DongPerPiece(amount):
            return {"basis": "vnd_per_piece", "vnd": amount}
        case DongPerItem(amount):
            return {"basis": "vnd_per_item", "vnd": amount}


def _factor(factor: Factor) -> Mapping:
    written: Mapping = {"factor": factor.code, "kind": "add" if factor.adds else "multiply"}
    if factor.low == factor.high:
        written["percent"] = _number(factor.low)
    else:
        written |= {"low": _number(factor.low), "high": _number(factor.high)}
    conditions = {field: list(values) for field, values in factor.conditions}
    return (
        written
        | _filled(when=conditions, genres=list(factor.genres), label=_words(factor.label))
        | _source(factor.source)
    )


def _duty(duty: Duty) -> Mapping:
    return {"percent_within": _number(duty.percent_within)} | _filled(genres=list(duty.genres)) | _source(duty.source)


def _allowance(allowance: Allowance) -> Mapping:
    return (
        {"allowance": allowance.code, "seat": allowance.seat, "vnd": allowance.amount}
        | _filled(each_month=allowance.each_month, pro_rata=allowance.pro_rata, label=_words(allowance.label))
        | _source(allowance.source)
    )


def _pool(pool: Pool) -> Mapping:
    weights = {seat: _number(weight) for seat, weight in pool.weights}
    return (
        {"pool": pool.code, "percent": _number(pool.percent), "weights": weights}
        | _filled(label=_words(pool.label))
        | _source(pool.source)
    )


def _cap(cap: Cap) -> Mapping:
    return (
        {"scope": str(cap.scope), "effect": str(cap.effect)}
        | _given(vnd=cap.amount, coefficient=_optional(cap.coefficient), percent_of_royalties=_optional(cap.percent))
        | _filled(genres=list(cap.genres))
        | _source(cap.source)
    )
