"""Between readable data (what YAML or JSON gives) and a Schedule, both ways and without loss."""

from collections.abc import Mapping
from typing import Any

from payments.royalty.entry import Entry, read_number
from payments.royalty.schedule import (
    EARNERS,
    Allowance,
    Cap,
    CapOnly,
    CapScope,
    CoefficientRange,
    Decision,
    DongPerItem,
    DongPerMeasure,
    DongPerPiece,
    Duty,
    Effect,
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
    RatesOn,
    RoleBasis,
    RoleRate,
    Schedule,
    Source,
    Unit,
    Words,
)
from payments.royalty.schedule_check import check_schedule
from payments.royalty.schedule_error import ScheduleError


def schedule_from_mapping(mapping: Mapping[str, Any]) -> Schedule:
    """Read and check a schedule. Raises ScheduleError, which names the wrong entry."""
    entry = Entry(mapping, "")
    unit = entry.child("unit")
    duty = entry.child("duty")
    if unit is None:
        raise ScheduleError("unit", "missing")
    schedule = Schedule(
        code=entry.text("code"),
        title=_words(entry.child("title")),
        decision=_decision(entry.child("decision")),
        from_day=entry.first_day("from"),
        until_day=entry.day("until"),
        unit=_unit(unit),
        level=entry.number("level", 100),
        rates_on=entry.one_of("rates_on", RatesOn, RatesOn.PUBLICATION),
        commissioned_before_stays=entry.yes("commissioned_before_stays"),
        rounding=entry.dong("rounding", 1),
        author_not_below_helper=entry.one_of("author_not_below_helper", Effect, Effect.WARN),
        genres=entry.each("genres", _genre),
        roles=entry.each("roles", _role),
        factors=entry.each("factors", _factor),
        duty=_duty(duty) if duty else None,
        allowances=entry.each("allowances", _allowance),
        pools=entry.each("pools", _pool),
        caps=entry.each("caps", _cap),
        source=_source(entry),
    )
    entry.close()
    check_schedule(schedule)
    return schedule


def _words(entry: Entry | None) -> Words:
    if entry is None:
        return Words()
    words = Words(vi=entry.text("vi", ""), en=entry.text("en", ""))
    entry.close()
    return words


def _source(entry: Entry) -> Source:
    return Source(legal_basis=entry.text("legal_basis", ""), doubt=entry.yes("doubt"), note=entry.text("note", ""))


def _decision(entry: Entry | None) -> Decision:
    if entry is None:
        return Decision()
    decision = Decision(
        number=entry.text("number", ""),
        issuer=entry.text("issuer", ""),
        issued_on=entry.day("issued_on"),
        signer=entry.text("signer", ""),
    )
    entry.close()
    return decision


def _unit(entry: Entry) -> Unit:
    unit = Unit(
        percent_of_base_salary=entry.number("percent_of_base_salary") if entry.has("percent_of_base_salary") else None,
        amount=entry.dong("vnd") if entry.has("vnd") else None,
    )
    entry.close()
    return unit


def _genre(entry: Entry) -> GenreRate:
    genre = entry.text("genre")
    read = GenreRate(
        genre=genre,
        rates=entry.each("rates", _rate),
        earners=entry.texts("earners") if entry.has("earners") else EARNERS.get(genre, ("author",)),
        photos=entry.one_of("photos", PhotoRule, PhotoRule.INCLUDED),
        photographer_share=entry.number("photographer_share", 0),
        label=_words(entry.child("label")),
        source=_source(entry),
    )
    entry.seen.add("earners")
    entry.close()
    return read


def _rate(entry: Entry) -> Rate:
    rate = Rate(
        basis=_genre_basis(entry),
        variant=entry.text("variant", ""),
        label=_words(entry.child("label")),
        source=_source(entry),
    )
    entry.close()
    return rate


def _genre_basis(entry: Entry) -> GenreBasis:
    match entry.text("basis"):
        case "coefficient":
            return FixedCoefficient(entry.number("coefficient"))
        case "coefficient_range":
            return CoefficientRange(entry.number("low"), entry.number("high"))
        case "cap_only":
            return CapOnly(entry.number("high"))
        case "vnd_per_piece":
            return DongPerPiece(entry.dong("vnd"))
        case "vnd_per_measure":
            return DongPerMeasure(
                amount=entry.dong("vnd"),
                measure=entry.text("measure"),
                per=entry.dong("per", 1),
                minimum=entry.number("minimum", 0),
                rounding=entry.one_of("measure_rounding", MeasureRounding, MeasureRounding.EXACT),
            )
        case "grade":
            return Grades(entry.each("grades", _grade))
        case found:
            allowed = "coefficient, coefficient_range, cap_only, vnd_per_piece, vnd_per_measure, grade"
            raise ScheduleError(entry.at("basis"), "not_one_of", found=found, allowed=allowed)


def _grade(entry: Entry) -> Grade:
    grade = Grade(
        code=entry.text("grade"),
        coefficient=entry.number("coefficient") if entry.has("coefficient") else None,
        amount=entry.dong("vnd") if entry.has("vnd") else None,
    )
    entry.close()
    return grade


def _role(entry: Entry) -> RoleRate:
    role = RoleRate(
        role=entry.text("role"),
        basis=_role_basis(entry),
        genres=entry.texts("genres"),
        royalty=entry.yes("royalty"),
        label=_words(entry.child("label")),
        source=_source(entry),
    )
    entry.close()
    return role


def _role_basis(entry: Entry) -> RoleBasis:
    match entry.text("basis"):
        case "percent_of":
            return PercentOf(entry.number("percent"), entry.text("of", "author"))
        case "coefficient":
            return FixedCoefficient(entry.number("coefficient"))
        case "vnd_per_piece":
            return DongPerPiece(entry.dong("vnd"))
        case "vnd_per_item":
            return DongPerItem(entry.dong("vnd"))
        case found:
            allowed = "percent_of, coefficient, vnd_per_piece, vnd_per_item"
            raise ScheduleError(entry.at("basis"), "not_one_of", found=found, allowed=allowed)


def _factor(entry: Entry) -> Factor:
    if entry.has("percent"):
        low = high = entry.number("percent")
    else:
        low, high = entry.number("low"), entry.number("high")
    conditions = entry.child("when")
    kind = entry.text("kind")
    if kind not in {"add", "multiply"}:
        raise ScheduleError(entry.at("kind"), "not_one_of", found=kind, allowed="add, multiply")
    factor = Factor(
        code=entry.text("factor"),
        adds=kind == "add",
        low=low,
        high=high,
        conditions=tuple((key, conditions.texts(key)) for key in conditions.mapping) if conditions else (),
        genres=entry.texts("genres"),
        label=_words(entry.child("label")),
        source=_source(entry),
    )
    entry.close()
    return factor


def _duty(entry: Entry) -> Duty:
    duty = Duty(
        percent_within=entry.number("percent_within", 0),
        genres=entry.texts("genres"),
        source=_source(entry),
    )
    entry.close()
    return duty


def _allowance(entry: Entry) -> Allowance:
    allowance = Allowance(
        code=entry.text("allowance"),
        seat=entry.text("seat"),
        amount=entry.dong("vnd"),
        each_month=entry.yes("each_month"),
        pro_rata=entry.yes("pro_rata"),
        label=_words(entry.child("label")),
        source=_source(entry),
    )
    entry.close()
    return allowance


def _pool(entry: Entry) -> Pool:
    weights = entry.child("weights")
    if weights is None:
        raise ScheduleError(entry.at("weights"), "missing")
    pool = Pool(
        code=entry.text("pool"),
        percent=entry.number("percent"),
        weights=tuple((seat, read_number(weight, weights.at(seat))) for seat, weight in weights.mapping.items()),
        label=_words(entry.child("label")),
        source=_source(entry),
    )
    entry.close()
    return pool


def _cap(entry: Entry) -> Cap:
    cap = Cap(
        scope=entry.one_of("scope", CapScope),
        effect=entry.one_of("effect", Effect),
        amount=entry.dong("vnd") if entry.has("vnd") else None,
        coefficient=entry.number("coefficient") if entry.has("coefficient") else None,
        percent=entry.number("percent_of_royalties") if entry.has("percent_of_royalties") else None,
        genres=entry.texts("genres"),
        source=_source(entry),
    )
    entry.close()
    return cap
