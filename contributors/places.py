"""Provinces and communes of the two levels in force since 1 July 2025; the list is the package vietnam-provinces.

Read when first asked: nobody pays for it who does not need it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from contributors.names import plain_text, search_key

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Province:
    """`code` has two digits; `name` is as in a sentence: "tỉnh An Giang", "thành phố Huế"."""

    code: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Commune:
    """`code` has five digits; `name` is as in a sentence: "xã Tân An", "phường Hoàn Kiếm", "đặc khu Phú Quốc"."""

    code: str
    province_code: str
    name: str
    key: str


def provinces() -> list[Province]:
    """All 34, in the order of their codes."""
    return list(_provinces().values())


def communes(province_code: str) -> list[Commune]:
    """Of one province, in the order of their codes; none for a code that is not in the list."""
    return list(_by_province().get(province_code, ()))


def commune(code: str) -> Commune | None:
    return _communes().get(code)


def place_name(commune_code: str) -> str:
    """As in “xã Tân An, tỉnh An Giang”; empty for a code that is not in the list."""
    found = commune(commune_code)
    return f"{found.name}, {_provinces()[found.province_code].name}" if found else ""


def find_communes(words: str, *, province_code: str = "", most: int = MOST_FOUND) -> list[Commune]:
    """Communes whose name and province have every word, tone marks or not; those with the words in a row first."""
    asked = search_key(plain_text(words)[:100]).split()
    if not asked:
        return []
    found = [
        row
        for row in (communes(province_code) if province_code else _communes().values())
        if all(word in f"{row.key} {_provinces()[row.province_code].key}" for word in asked)
    ]
    whole = " ".join(asked)
    found.sort(key=lambda row: (whole not in row.key, f" {whole} " not in f" {row.key} "))
    return found[:most]


@cache
def _provinces() -> Mapping[str, Province]:
    from vietnam_provinces import Province as Row  # noqa: PLC0415 - half a megabyte, for few pages

    rows = {}
    for row in Row.iter_all():
        kind = "tỉnh" if row.division_type.value == "tỉnh" else "thành phố"
        bare = plain_text(row.name).removeprefix("Thành phố ").removeprefix("Tỉnh ")
        code = f"{int(row.code):02d}"
        rows[code] = Province(code=code, name=f"{kind} {bare}", key=search_key(f"{kind} {bare}"))
    return dict(sorted(rows.items()))


@cache
def _communes() -> Mapping[str, Commune]:
    from vietnam_provinces import Ward  # noqa: PLC0415

    rows = {}
    for row in Ward.iter_all():
        name = plain_text(row.name)  # a few of the package have two spaces
        name = f"{name[0].lower()}{name[1:]}"
        code = f"{int(row.code):05d}"
        rows[code] = Commune(code=code, province_code=f"{int(row.province_code):02d}", name=name, key=search_key(name))
    return dict(sorted(rows.items()))


@cache
def _by_province() -> Mapping[str, tuple[Commune, ...]]:
    rows: dict[str, list[Commune]] = {}
    for row in _communes().values():
        rows.setdefault(row.province_code, []).append(row)
    return {code: tuple(inside) for code, inside in rows.items()}
