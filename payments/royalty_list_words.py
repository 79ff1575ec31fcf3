"""The words that a list may use for what a schedule knows by code: genres, variants, roles, factors, conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import override

from contributors.models import Category, Origin, Role
from contributors.names import search_key
from payments.rate_words import GENRE_NAMES
from payments.royalty.schedule import CONDITIONS, ROLES, GenreRate, Schedule

# What people write for a role besides its name; compared without tone marks.
ROLE_SYNONYMS = {
    "author": ("tác giả", "viết", "viết bài", "viết tin", "người viết", "tin bài"),
    "photographer": ("chụp ảnh", "ảnh", "tác giả ảnh", "người chụp ảnh", "nhiếp ảnh"),
    "videographer": ("quay phim", "quay", "video", "người quay phim"),
    "translator": ("dịch", "biên dịch", "người dịch"),
    "collector": ("sưu tầm", "người sưu tầm"),
    "editor": ("biên tập", "biên tập viên", "người biên tập"),
    "approver": ("duyệt", "duyệt bài", "người duyệt", "duyệt đăng", "trưởng ban biên tập"),
    "publisher": ("đăng", "đăng bài", "đăng tải", "người đăng", "đăng tin bài", "cập nhật"),
    "data_provider": ("cung cấp dữ liệu", "cung cấp thông tin", "người cung cấp dữ liệu"),
}
# Names that the schedule's genres go by in lists, besides their labels.
GENRE_SYNONYMS = {
    "tin bai": "article",
    "tin tuc": "news_item",
    "bai": "article",
    "bai phan anh": "article",
    "phan anh": "article",
    "chum anh": "photo",
    "video clip": "video",
    "media": "video",
}


def _role_words() -> dict[str, str]:
    words = {role: role for role in ROLES}
    with override("vi"):  # lists are written in Vietnamese, whatever language the page speaks
        words |= {search_key(str(role.label)): role.value for role in Role}
    for role_code, names in ROLE_SYNONYMS.items():
        words |= dict.fromkeys(map(search_key, names), role_code)
    return words


ROLE_WORDS: Mapping[str, str] = _role_words()


class Vocabulary:
    """Of some schedules together. Codes, labels in both languages and our own names all count."""

    def __init__(self, schedules: Sequence[Schedule], genre_names: Mapping[str, str]) -> None:
        self._genres: dict[str, tuple[str, str]] = {key: (genre, "") for key, genre in GENRE_SYNONYMS.items()}
        self._variants: dict[tuple[str, str], str] = {}
        self._factors: dict[str, str] = {}
        self._conditions: dict[str, dict[str, str]] = {field: {} for field in CONDITIONS}
        self._asked: set[str] = set()
        with override("vi"):
            for code, name in GENRE_NAMES.items():
                self._name_genre(code, code, str(name))
            for value in Origin:
                self._name_condition("origin", value.value, str(value.label))
            for person in Category:
                self._name_condition("category", person.value, str(person.label))
        for called, code in genre_names.items():
            self._name_genre(code, called)
        for schedule in schedules:
            self._read(schedule)

    def _read(self, schedule: Schedule) -> None:
        for entry in schedule.genres:
            self._read_genre(entry)
        for factor in schedule.factors:
            for name in filter(None, (factor.code, factor.label.vi, factor.label.en)):
                self._factors[search_key(name)] = factor.code
            for field, values in factor.conditions:
                self._asked.add(field)
                for value in values:
                    self._name_condition(field, value)

    def _read_genre(self, entry: GenreRate) -> None:
        self._name_genre(entry.genre, entry.label.vi, entry.label.en)
        for part in filter(None, map(search_key, entry.label.vi.split(","))):
            self._genres.setdefault(part, (entry.genre, ""))
        for rate in entry.rates:
            labels = [name for name in (rate.label.vi, rate.label.en) if name]
            for name in labels:
                self._genres.setdefault(search_key(name), (entry.genre, rate.variant))
            if not rate.variant:
                continue
            for name in (rate.variant, *labels):
                self._variants[entry.genre, search_key(name)] = rate.variant
            if entry.genre == "photo":
                # A region chooses the variant of the photos inside a piece.
                self._asked.add("region")
                self._name_condition("region", rate.variant, *labels)

    def _name_genre(self, code: str, *names: str) -> None:
        for name in filter(None, names):
            self._genres[search_key(name)] = (code, "")

    def _name_condition(self, field: str, value: str, *names: str) -> None:
        for name in (value, *names):
            self._conditions[field][search_key(name)] = value

    def genre(self, text: str) -> tuple[str, str] | None:
        """The code, and the variant where the name is one of a variant ("Tin có ảnh")."""
        return self._genres.get(search_key(text))

    def genre_names(self) -> list[str]:
        return [str(name) for name in GENRE_NAMES.values()]

    def variant(self, genre: str, text: str) -> str | None:
        return self._variants.get((genre, search_key(text)))

    def factor(self, text: str) -> str | None:
        return self._factors.get(search_key(text))

    def condition(self, field: str, text: str) -> tuple[str, bool]:
        """The value as the schedule writes it, and whether the schedule knows it."""
        known = self._conditions[field].get(search_key(text))
        return (text, False) if known is None else (known, True)

    def asks(self, field: str) -> bool:
        """Whether any rate of the schedules depends on this."""
        return field in self._asked
