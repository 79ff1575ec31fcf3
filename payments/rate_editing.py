"""The simple things of a draft that a form may change: decision, dates, unit, level, and the figures of its table.

Figures are addressed as errors name them ("genres[0].rates[1].low"), so that a refused one is shown at its field.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from payments.inherited_rates import is_inherited
from payments.rate_words import genre_name, role_name
from payments.royalty.schedule import Words

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
FIGURES = {
    "coefficient": ("coefficient",),
    "coefficient_range": ("low", "high"),
    "cap_only": ("high",),
    "vnd_per_piece": ("vnd",),
    "vnd_per_measure": ("vnd",),
    "vnd_per_item": ("vnd",),
    "percent_of": ("percent",),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the table. `kind`: "dong" or "number"; `value` as it stands in the rules."""

    path: str
    group: str
    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a form asks of a draft besides its figures; texts are "" where nothing is said."""

    title: str
    number: str
    issuer: str
    issued_on: date | None
    signer: str
    effective_from: date
    effective_until: date | None
    level: str
    unit_percent: str = ""
    unit_dong: int | None = None


def figures_of(rules: Mapping[str, Any]) -> list[Figure]:
    """In the order of the table; none where the table is the parent's."""
    return [
        *(figure for number, entry in enumerate(rules.get("genres", [])) for figure in _of_genre(number, entry)),
        *(figure for number, entry in enumerate(rules.get("roles", [])) for figure in _of_role(number, entry)),
    ]


def _of_genre(number: int, entry: Mapping[str, Any]) -> Iterator[Figure]:
    name = genre_name(entry["genre"], _label(entry))
    for place, rate in enumerate(entry["rates"]):
        at = f"genres[{number}].rates[{place}]"
        group = name
        if rate.get("variant"):
            group = f"{name}: {_label(rate).vi or rate['variant']}"
        for key in FIGURES.get(rate["basis"], ()):
            yield _figure(f"{at}.{key}", group, key, rate[key])
        for nth, grade in enumerate(rate.get("grades", [])):
            key = "vnd" if "vnd" in grade else "coefficient"
            called = _("%(genre)s, loại %(grade)s") % {"genre": group, "grade": grade["grade"]}
            yield _figure(f"{at}.grades[{nth}].{key}", called, key, grade[key])


def _of_role(number: int, entry: Mapping[str, Any]) -> Iterator[Figure]:
    name = role_name(entry["role"]).capitalize()
    if entry.get("genres"):
        name += f" ({', '.join(genre_name(code) for code in entry['genres'])})"
    for key in FIGURES[entry["basis"]]:
        yield _figure(f"roles[{number}].{key}", name, key, entry[key])


def _label(entry: Mapping[str, Any]) -> Words:
    label = entry.get("label") or {}
    return Words(vi=label.get("vi", ""), en=label.get("en", ""))


def _figure(path: str, group: str, key: str, value: Any) -> Figure:
    names = {
        "coefficient": _("hệ số"),
        "low": _("hệ số từ"),
        "high": _("hệ số đến"),
        "vnd": _("số đồng"),
        "percent": _("phần trăm"),
    }
    return Figure(path, group, names[key], "dong" if key == "vnd" else "number", str(value))


def revised_rules(rules: Mapping[str, Any], *, terms: Terms, figures: Mapping[str, str | int]) -> dict[str, Any]:
    """The rules with other terms and figures; paths that are no figure of these rules are left alone."""
    revised: dict[str, Any] = copy.deepcopy(dict(rules))
    revised["title"] = {**revised.get("title", {}), "vi": terms.title}
    revised["from"] = terms.effective_from.isoformat()
    revised["until"] = terms.effective_until.isoformat() if terms.effective_until else None
    revised["level"] = terms.level
    decision = {
        "number": terms.number,
        "issuer": terms.issuer,
        "issued_on": terms.issued_on.isoformat() if terms.issued_on else "",
        "signer": terms.signer,
    }
    revised["decision"] = {key: text for key, text in decision.items() if text}
    if not revised["decision"]:
        del revised["decision"]
    if not is_inherited(rules):
        percent = {"percent_of_base_salary": terms.unit_percent}
        revised["unit"] = {"vnd": terms.unit_dong} if terms.unit_dong is not None else percent
    for figure in figures_of(rules):
        if figure.path in figures:
            _put(revised, figure.path, figures[figure.path])
    return revised


def _put(rules: Any, path: str, value: str | int) -> None:
    steps = [key or int(number) for key, number in STEP.findall(path)]
    for step in steps[:-1]:
        rules = rules[step]
    rules[steps[-1]] = value
