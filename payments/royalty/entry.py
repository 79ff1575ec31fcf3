"""Reading one entry of readable rate data, knowing its path, refusing what it does not know."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from payments.royalty.money import MoneyError, exact
from payments.royalty.schedule_error import ScheduleError

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")
MISSING: Any = object()


class Entry:
    """A mapping and where it stands. Each reader names its key once; `close` refuses the keys nobody read."""

    def __init__(self, mapping: object, path: str) -> None:
        if not isinstance(mapping, Mapping):
            raise ScheduleError(path or ".", "not_mapping")
        self.mapping: Mapping[str, Any] = mapping
        self.path = path
        self.seen: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        return key in self.mapping

    def _raw(self, key: str, default: Any) -> Any:
        self.seen.add(key)
        if key in self.mapping:
            return self.mapping[key]
        if default is MISSING:
            raise ScheduleError(self.at(key), "missing")
        return default

    def text(self, key: str, default: str = MISSING) -> str:
        value = self._raw(key, default)
        if not isinstance(value, str):
            raise ScheduleError(self.at(key), "not_text")
        return value

    def yes(self, key: str) -> bool:
        value = self._raw(key, default=False)
        if not isinstance(value, bool):
            raise ScheduleError(self.at(key), "not_yes_no")
        return value

    def number(self, key: str, default: Fraction | int = MISSING) -> Fraction:
        return read_number(self._raw(key, default), self.at(key))

    def dong(self, key: str, default: int = MISSING) -> int:
        value = self._raw(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ScheduleError(self.at(key), "not_dong", found=value)
        return value

    def day(self, key: str) -> date | None:
        value = self._raw(key, None)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ScheduleError(self.at(key), "not_date", found=value) from None

    def first_day(self, key: str) -> date:
        value = self.day(key)
        if value is None:
            raise ScheduleError(self.at(key), "missing")
        return value

    def one_of(self, key: str, choices: type[Choice], default: Choice = MISSING) -> Choice:
        value = self._raw(key, default)
        try:
            return choices(value)
        except ValueError:
            allowed = ", ".join(choices)
            raise ScheduleError(self.at(key), "not_one_of", found=value, allowed=allowed) from None

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise ScheduleError(self.at(key), "not_text")
        return tuple(values)

    def child(self, key: str) -> "Entry | None":
        value = self._raw(key, None)
        return None if value is None else Entry(value, self.at(key))

    def each(self, key: str, read: Callable[["Entry"], Value]) -> tuple[Value, ...]:
        return tuple(read(Entry(value, f"{self.at(key)}[{place}]")) for place, value in enumerate(self._list(key)))

    def _list(self, key: str) -> Sequence[Any]:
        value = self._raw(key, ())
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise ScheduleError(self.at(key), "not_list")
        return value

    def close(self) -> None:
        for key in self.mapping:
            if key not in self.seen:
                raise ScheduleError(self.path or ".", "unknown_key", found=key)


def read_number(value: object, path: str) -> Fraction:
    """An int, a Fraction or a text like "1.5". A float is refused: it has already lost what was written."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ScheduleError(path, "not_number", found=value)
    try:
        return exact(value)
    except MoneyError:
        raise ScheduleError(path, "not_number", found=value) from None
