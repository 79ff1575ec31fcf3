"""Schedules, works and runs out of a seed, as plain values: everything that a schedule can say comes by and by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

GENRES = ("news_item", "interview", "article", "research", "video", "photo", "art_photo")
HELPERS = ("photographer", "translator", "collector", "editor", "approver", "publisher", "data_provider")
SEATS = ("head", "deputy", "writer", "editor", "publisher", "rapporteur")
BEGINS = date(2026, 5, 11)
PERIODS = ((date(2026, 6, 1), date(2026, 8, 1)), (date(2026, 6, 17), date(2026, 7, 11)))
ONE_IN_TEN = 0.1


@dataclass
class Invention:
    schedules: list[dict[str, Any]]
    run: dict[str, Any]
    works: list[dict[str, Any]]


def invent(dice: Random, most: int) -> Invention:
    """A schedule, the circumstances of a run, and up to `most` works in canonical order."""
    first = schedule(dice)
    schedules = [first]
    if dice.random() < ONE_IN_TEN:
        # The table changes in the middle of the run; what is reckoned over the whole run stays as it was.
        second = schedule(dice) | {name: first[name] for name in OVER_THE_RUN if name in first}
        for name in set(OVER_THE_RUN) - set(first):
            second.pop(name, None)
        second |= {
            "code": dice.choice(["first", "second"]),
            "from": "2026-06-20",
            "commissioned_before_stays": dice.random() < 1 / 2,
        }
        schedules = [first | {"until": "2026-06-20"}, second]
    run = circumstances(dice)
    works = [work(dice, number, schedules[-1]) for number in range(dice.randint(1, most))]
    return Invention(schedules, run, sorted(works, key=lambda one: (one["published_on"], one["subject"])))


OVER_THE_RUN = ("duty", "caps", "pools", "allowances", "rounding", "author_not_below_helper", "rates_on")


def decimal(dice: Random, high: int, places: int = 2) -> Any:
    """A number as schedules write it: whole, with a point, with a comma, or as a fraction."""
    way = dice.randrange(5)
    if way == 0:
        return dice.randint(1, max(1, high))
    if way == 1:
        return f"{dice.randint(1, high * 3)}/3"
    text = f"{dice.randint(1, high * 10**places):0{places + 1}d}"
    return f"{text[:-places]}{'.' if way < 4 else ','}{text[-places:]}"


def dong(dice: Random) -> int:
    return dice.choice([0, 499, 500, 1, dice.randint(1, 2_000_000), dice.randint(1, 40) * 5_000])


def some(dice: Random, among: tuple[str, ...]) -> list[str]:
    return dice.sample(among, dice.randint(0, 3))


def schedule(dice: Random) -> dict[str, Any]:
    roles = role_rates(dice)
    return {
        "code": "first",
        "from": "2026-05-01",
        "unit": dice.choice([{"percent_of_base_salary": 10}, {"percent_of_base_salary": "7.3"}, {"vnd": 99_999}]),
        "level": dice.choice([100, 100, 20, "33.3", 150]),
        "rates_on": dice.choice(["publication"] * 9 + ["commission", "approval", "payment"]),
        "rounding": dice.choice([1, 1, 1, 100, 1000]),
        "author_not_below_helper": dice.choice(["off", "warn", "hard"]),
        "genres": genre_rates(dice),
        "roles": roles,
        "factors": factors(dice),
        "caps": caps(dice),
    } | over_the_period(dice)


def rate(dice: Random) -> dict[str, Any]:
    match dice.randrange(6):
        case 0:
            return {"basis": "coefficient", "coefficient": decimal(dice, 5)}
        case 1:
            return {"basis": "coefficient_range", "low": "0.5", "high": dice.choice([1, "2.5", 5])}
        case 2:
            return {"basis": "cap_only", "high": dice.choice([2, 10])}
        case 3:
            return {"basis": "vnd_per_piece", "vnd": dong(dice)}
        case 4:
            return {
                "basis": "vnd_per_measure",
                "vnd": dong(dice) // 10,
                "measure": dice.choice(["a4_page", "word", "minute", "item"]),
                "per": dice.choice([1, 3, 300]),
                "minimum": dice.choice([0, 1, "1.5", 3]),
                "measure_rounding": dice.choice(["exact", "up", "down", "half_up"]),
            }
    return {
        "basis": "grade",
        "grades": [
            {"grade": "A", "coefficient": decimal(dice, 4)},
            {"grade": "B", "vnd": dong(dice)},
            {"grade": "C", "coefficient": "0.5"},
        ],
    }


def genre_rates(dice: Random) -> list[dict[str, Any]]:
    found = []
    for genre in GENRES:
        if genre != "photo" and dice.random() < ONE_IN_TEN:
            continue
        entry: dict[str, Any] = {"genre": genre, "rates": [rate(dice)]}
        if dice.random() < 1 / 4:
            entry["rates"].append(rate(dice) | {"variant": "special"})
        if genre == "photo":
            entry["rates"][0] = dice.choice(PHOTO_RATES)
        elif dice.random() < 1 / 3:
            entry["photos"] = "paid_each"
        elif dice.random() < 1 / 2:
            entry["photographer_share"] = dice.choice([30, "33.3", 100])
        if dice.random() < ONE_IN_TEN:
            entry["earners"] = ["author", dice.choice(["translator", "collector", "videographer"])]
        found.append(entry)
    return found


PHOTO_RATES: tuple[dict[str, Any], ...] = (
    {"basis": "coefficient_range", "low": "0.5", "high": 1},
    {"basis": "coefficient_range", "low": "0.5", "high": 1},
    {"basis": "cap_only", "high": 2},
    {"basis": "coefficient", "coefficient": "0.7"},
    {"basis": "vnd_per_piece", "vnd": 33_333},
)


def role_rates(dice: Random) -> list[dict[str, Any]]:
    found = []
    for place, role in enumerate(HELPERS):
        if dice.random() < 1 / 3:
            continue
        entry: dict[str, Any] = {"role": role, "royalty": dice.random() < 1 / 4}
        match dice.randrange(5):
            case 0:
                entry |= {"basis": "percent_of", "percent": decimal(dice, 60)}
            case 1:
                entry |= {"basis": "coefficient", "coefficient": dice.choice(["0.15", "0.3", "1/3"])}
            case 2:
                entry |= {"basis": "vnd_per_piece", "vnd": dong(dice) // 10}
            case 3:
                entry |= {"basis": "vnd_per_item", "vnd": dice.randint(0, 60_000)}
            case 4:
                of = dice.choice([one["role"] for one in found] or ["author"])
                entry |= {"basis": "percent_of", "percent": dice.choice([10, "33.3", 100]), "of": of}
        found.append(entry)
        if dice.random() < 1 / 4:
            genres = dice.choice([["document"], ["news_item", "document"], ["article", "photo"]])
            found.append(
                {"role": role, "basis": "vnd_per_piece", "vnd": 20_000 + place, "genres": genres, "royalty": False}
            )
    return found


def factors(dice: Random) -> list[dict[str, Any]]:
    every: list[dict[str, Any]] = [
        {"factor": "khmer", "kind": "add", "percent": 30, "when": {"language": ["khmer", "cham"]}},
        {"factor": "far", "kind": "add", "percent": "12.5", "when": {"region": ["remote"], "timeliness": ["same_day"]}},
        {"factor": "hard", "kind": "add", "low": 1, "high": 100},
        {"factor": "plain", "kind": "add", "percent": 20},
        {"factor": "repost", "kind": "multiply", "percent": "33.3", "when": {"origin": ["repost"]}},
        {"factor": "staff", "kind": "multiply", "percent": 50, "when": {"category": ["staff"]}},
        {"factor": "bonus", "kind": "multiply", "percent": 120},
        {"factor": "theme", "kind": "multiply", "low": 50, "high": 200},
    ]
    chosen = dice.sample(every, dice.randint(0, len(every)))
    return [
        factor
        | ({"genres": dice.choice([["news_item"], ["photo"], ["article", "photo"]])} if dice.random() < 1 / 3 else {})
        for factor in chosen
    ]


def caps(dice: Random) -> list[dict[str, Any]]:
    effect = lambda: dice.choice(["hard", "hard", "warn", "off"])  # noqa: E731 - said once per line below
    every: list[dict[str, Any]] = [
        {"scope": "piece", "effect": effect(), "coefficient": dice.choice([2, "3.7"])},
        {"scope": "piece", "effect": effect(), "vnd": dice.randint(50_000, 900_000)},
        {"scope": "piece", "effect": effect(), "vnd": dice.randint(50_000, 900_000), "genres": ["article", "photo"]},
        {"scope": "person_day", "effect": effect(), "vnd": dice.randint(0, 900_000)},
        {"scope": "person_period", "effect": effect(), "vnd": dice.randint(100_000, 2_000_000)},
        {
            "scope": "person_period",
            "effect": effect(),
            "vnd": dice.randint(9_000, 500_000),
            "genres": ["article", "photo"],
        },
        {"scope": "remuneration", "effect": effect(), "percent_of_royalties": 50},
        {"scope": "remuneration", "effect": effect(), "percent_of_royalties": dice.choice([30, "66.7", 0])},
        {"scope": "fund", "effect": effect()},
    ]
    return dice.sample(every, dice.randint(0, len(every)))


def over_the_period(dice: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if dice.random() < 1 / 3:
        found["duty"] = {"percent_within": dice.choice([0, 30, "33.3", 100])}
        if dice.random() < 1 / 3:
            found["duty"]["genres"] = ["article", "news_item"]
    if dice.random() < 1 / 2:
        found["pools"] = [
            {
                "pool": name,
                "percent": decimal(dice, 30),
                "weights": {seat: dice.choice([1, 2, "1.5"]) for seat in dice.sample(SEATS, dice.randint(1, 6))},
            }
            for name in dice.sample(("board", "desk"), dice.randint(1, 2))
        ]
    if dice.random() < 1 / 2:
        found["allowances"] = [
            {
                "allowance": name,
                "seat": dice.choice(SEATS),
                "vnd": dong(dice),
                "each_month": dice.random() < 1 / 2,
                "pro_rata": dice.random() < 1 / 2,
            }
            for name in dice.sample(("chair", "phone"), dice.randint(1, 2))
        ]
    return found


def circumstances(dice: Random) -> dict[str, Any]:
    period_from, period_until = dice.choice(PERIODS)
    days = [period_from + timedelta(days=offset) for offset in range(-5, 20)]
    return {
        "period_from": period_from,
        "period_until": period_until,
        "rotation": dice.randint(0, 30),
        "payment_date": dice.choice([None, date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 1)]),
        "policy": dice.choice(["required", "required", "required", "low", "high"]),
        "seats": [
            {
                "key": f"seat:{place}",
                "person": dice.randint(1, 6),
                "seat": dice.choice(SEATS),
                "held_from": since,
                "held_until": dice.choice([None, None, since + timedelta(days=dice.randint(1, 40))]),
            }
            for place, since in enumerate(dice.choices([date(2024, 1, 1), *days], k=dice.randint(0, 5)))
        ],
        "duties": {
            person: {"quota": dice.randint(0, 5), "counted_before": dice.randint(0, 2)}
            for person in range(1, 4)
            if dice.random() < 1 / 2
        },
        "issued_before": {
            (dice.randint(1, 6), dice.choice([None, *days])): dice.randint(0, 300_000)
            for _ in range(dice.randint(0, 3))
        },
        "fund_left": dice.choice([None, dice.randint(0, 3_000_000), 10**9]),
    }


def work(dice: Random, place: int, schedule: dict[str, Any]) -> dict[str, Any]:
    genre = dice.choice((*GENRES, "news_item", "article", "article", *GENRES, "document"))
    day = BEGINS + timedelta(days=dice.randint(0, 80))
    photo = genre in {"photo", "art_photo"}
    given: dict[str, Any] = {
        "subject": f"work:{place:05}",
        "genre": genre,
        "published_on": day,
        "commissioned_on": dice.choice([None, day - timedelta(days=dice.randint(0, 20))]),
        "approved_on": dice.choice([None, day, day - timedelta(days=2)]),
        "variant": dice.choice(["", "", "special"]),
        "coefficient": dice.choice([None] + [Fraction(dice.randint(50, 100 if photo else 250), 100)] * 9),
        "grade": dice.choice(["A", "A", "B", "B", "C", "", "D"]),
        "measure": dice.choice([None] + [Fraction(dice.randint(0, 2000), dice.choice([1, 2, 10]))] * 9),
        "language": dice.choice(["", "khmer"]),
        "origin": dice.choice(["", "repost"]),
        "region": dice.choice(["", "remote"]),
        "category": dice.choice(["", "", "staff"]),
        "timeliness": dice.choice(["", "same_day"]),
        "factors": chosen(dice, schedule),
    }
    return given | {"credits": credits(dice, place, genre)}


def chosen(dice: Random, schedule: dict[str, Any]) -> list[tuple[str, Fraction | None]]:
    found: list[tuple[str, Fraction | None]] = []
    for factor in schedule["factors"]:
        if "when" not in factor and dice.random() < 1 / (8 if "genres" in factor else 3):
            percent = Fraction(dice.choice([50, 51, 99, 100, 150])) if "low" in factor else None
            found.append((factor["factor"], None if dice.random() < ONE_IN_TEN else percent))
    if dice.random() < ONE_IN_TEN / 5:
        found.append(("unheard_of", None))
    return found


def credits(dice: Random, place: int, genre: str) -> list[dict[str, Any]]:
    authors = dice.choice([0, 1, 1, 1, 2, 3, 4])
    shares: list[Fraction | None] = [None] * authors
    if authors > 1 and dice.random() < 1 / 2:
        cuts = sorted(Fraction(dice.randint(0, 1000), 10) for _ in range(authors - 1))
        shares = [high - low for low, high in zip([Fraction(0), *cuts], [*cuts, Fraction(100)], strict=True)]
        if dice.random() < ONE_IN_TEN:
            shares[0] = dice.choice([None, Fraction(7)])
    others = ("photographer", "photographer", "photographer", "videographer", *HELPERS)
    agreed = {dice.choice(others): Fraction(dice.choice([50, 50, 100]))} if dice.random() < 1 / 5 else {}
    roles = ["author"] * authors + dice.choices(others, k=dice.randint(0, 5))
    found = []
    for number, role in enumerate(roles):
        photos = tuple(Fraction(dice.randint(50, 100), 100) for _ in range(dice.randint(0, 3)))
        found.append(
            {
                "key": f"credit:{place:05}-{number:02}",
                "person": dice.randint(1, 6),
                "role": role,
                "share": shares[number] if number < authors else agreed.get(role),
                "quantity": dice.choice([None, len(photos), len(photos), len(photos), len(photos), 4]),
                "photos": photos if role == "photographer" else (),
                "no_fee": "waived" if dice.random() < ONE_IN_TEN else "",
            }
        )
    return found
