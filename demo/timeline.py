"""Everything that happened in the demo portal, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from contributors import clock


@dataclass(order=True)
class Deed:
    """One verb to call at its moment; `order` keeps deeds of the same minute as they were written."""

    at: datetime
    order: int
    do: Callable[[], object] = field(compare=False)


class Timeline:
    """Collects deeds and plays them in order, each at its own moment."""

    def __init__(self) -> None:
        self._deeds: list[Deed] = []

    def add(self, at: datetime, do: Callable[[], object]) -> None:
        self._deeds.append(Deed(at, len(self._deeds), do))

    def play(self) -> Iterator[int]:
        """Do everything; yields how many deeds are left."""
        deeds = sorted(self._deeds)
        for place, deed in enumerate(deeds):
            with clock.at(deed.at):
                deed.do()
            yield len(deeds) - place - 1
