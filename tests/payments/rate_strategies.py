"""Random rate schedules as plain values, every one of them valid: for round trips and differences."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from payments.royalty import ROLES, SEATS

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn"))
    | st.sampled_from("ếđ:#'\"-[]{}&*!%@`,|>"),
    max_size=20,
)
CODES = st.from_regex(r"[a-z][a-z_0-9]{0,9}", fullmatch=True)
COEFFICIENTS = st.sampled_from(["0.5", 1, "1.5", 2, "2.25", "1/3", 3, "0.1"])
GENRES = ("news_item", "article", "interview", "research", "photo", "video")


def optional(**entries: Any) -> Any:
    return st.fixed_dictionaries({}, optional=entries)


LABELS = st.fixed_dictionaries({"vi": WORDS.filter(bool)}, optional={"en": WORDS.filter(bool)})
SOURCES = optional(legal_basis=WORDS.filter(bool), doubt=st.just(value=True), note=WORDS.filter(bool))


@st.composite
def bases(draw: Any) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(["coefficient", "coefficient_range", "cap_only", "vnd_per_piece", "vnd_per_measure", "grade"])
    )
    match kind:
        case "coefficient":
            said = {"coefficient": draw(COEFFICIENTS)}
        case "coefficient_range":
            said = {"low": draw(st.sampled_from([0, "0.5", 1])), "high": draw(st.sampled_from([1, "1.5", 5]))}
        case "cap_only":
            said = {"high": draw(COEFFICIENTS)}
        case "vnd_per_piece":
            said = {"vnd": draw(st.integers(0, 10**9))}
        case "vnd_per_measure":
            said = {
                "vnd": draw(st.integers(0, 10**6)),
                "measure": draw(st.sampled_from(["word", "a4_page"])),
                "per": draw(st.integers(1, 500)),
            }
            if draw(st.booleans()):
                said |= {"minimum": 2, "measure_rounding": draw(st.sampled_from(["up", "down", "half_up"]))}
        case _:
            codes = draw(st.lists(CODES, min_size=1, max_size=3, unique=True))
            said = {"grades": [{"grade": code, "vnd": draw(st.integers(0, 10**6))} for code in codes]}
    return {"basis": kind} | said


@st.composite
def rules(draw: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"code": draw(CODES)}
    for key, one in (
        ("title", LABELS),
        ("decision", optional(number=WORDS.filter(bool), issued_on=st.just("2026-06-20"), signer=WORDS.filter(bool))),
    ):
        if value := draw(one):
            made[key] = value
    made |= {
        "from": f"20{draw(st.integers(14, 26))}-0{draw(st.integers(1, 9))}-15",
        "until": draw(st.sampled_from([None, "2030-01-01"])),
        "unit": draw(
            st.sampled_from([{"percent_of_base_salary": 10}, {"vnd": 100_000}, {"percent_of_base_salary": "7.5"}])
        ),
        "level": draw(st.sampled_from([100, 20, "62.5"])),
        "rates_on": draw(st.sampled_from(["publication", "approval", "payment", "commission"])),
        "rounding": draw(st.sampled_from([1, 100, 1000])),
        "author_not_below_helper": draw(st.sampled_from(["off", "warn"])),
    }
    if draw(st.booleans()):
        made["commissioned_before_stays"] = True
    made["genres"] = [
        draw(genre_rates(code)) for code in draw(st.lists(st.sampled_from(GENRES), min_size=1, unique=True))
    ]
    roles = draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=3))
    parts: dict[str, list[Any]] = {
        "roles": [
            {"role": role}
            | draw(
                st.sampled_from(
                    [
                        {"basis": "vnd_per_piece", "vnd": 5},
                        {"basis": "percent_of", "percent": "12.5", "of": "author"},
                        {"basis": "coefficient", "coefficient": "0.1"},
                    ]
                )
            )
            | draw(SOURCES)
            for role in roles
        ],
        "factors": [draw(factors(code)) for code in draw(st.lists(CODES, unique=True, max_size=2))],
        "allowances": [
            {"allowance": code, "seat": draw(st.sampled_from(SEATS)), "vnd": 500_000}
            | draw(optional(each_month=st.just(value=True), label=LABELS))
            for code in draw(st.lists(CODES, unique=True, max_size=1))
        ],
        "pools": [
            {
                "pool": code,
                "percent": 50,
                "weights": dict.fromkeys(draw(st.lists(st.sampled_from(SEATS), min_size=1, unique=True)), 1),
            }
            for code in draw(st.lists(CODES, unique=True, max_size=1))
        ],
        "caps": draw(
            st.lists(
                st.sampled_from([{"scope": "piece", "effect": "hard", "vnd": 5}, {"scope": "fund", "effect": "warn"}]),
                max_size=2,
            )
        ),
    }
    made |= {key: value for key, value in parts.items() if value}
    if draw(st.booleans()):
        made["duty"] = {"percent_within": draw(st.sampled_from([0, 20]))}
    return made | draw(SOURCES)


@st.composite
def genre_rates(draw: Any, code: str) -> dict[str, Any]:
    variants = draw(st.lists(st.sampled_from(["", "with_photo", "long"]), min_size=1, max_size=2, unique=True))
    rates = [
        ({"variant": variant} if variant else {}) | draw(optional(label=LABELS)) | draw(bases()) | draw(SOURCES)
        for variant in variants
    ]
    said = {"genre": code} | draw(
        optional(label=LABELS, photographer_share=st.just(30), earners=st.just(["author", "collector"]))
    )
    return said | {"rates": rates} | draw(SOURCES)


@st.composite
def factors(draw: Any, code: str) -> dict[str, Any]:
    said: dict[str, Any] = {"factor": code, "kind": draw(st.sampled_from(["add", "multiply"]))}
    said |= draw(st.sampled_from([{"percent": 30}, {"low": 10, "high": "62.5"}]))
    return (
        said
        | draw(optional(when=st.just({"language": ["khmer", "cham"]}), genres=st.just(["article"]), label=LABELS))
        | draw(SOURCES)
    )
