"""Charts as geometry: whole numbers on a canvas of their own, drawn as SVG by pages and by papers as they like.

Nothing here knows of months, money or colours. A row is `(label, value)`; a value of None was not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

PAGE_WIDTH, PAGE_HEIGHT = 320, 128
SMALL_WIDTH, SMALL_HEIGHT = 160, 68
ROOM_FOR_WORDS = 18  # above the highest bar for its figure, and below the line for the labels
SLIVER = 2  # what is there at all is seen, and so is silence
MOST_FIGURES = 12  # with more bars, figures would run into each other
LETTER = 5  # a letter of a label, about
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from its upper left corner; `silent` where the value is zero: the sliver on the line says so."""

    label: str
    value: int
    x: int
    y: int
    width: int
    height: int

    @property
    def silent(self) -> bool:
        return self.value == 0

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at the foot: around `x`, or from it on (`first`), or up to it (`last`)."""

    label: str
    x: int
    anchor: Literal["middle", "first", "last"]


@dataclass(frozen=True, slots=True)
class BarChart:
    """`line` is where the bars stand; `ceiling` the value that fills the height, shared by charts that are compared."""

    width: int
    height: int
    line: int
    ceiling: int
    bars: tuple[Bar, ...]

    @property
    def total(self) -> int:
        return sum(bar.value for bar in self.bars)

    @property
    def with_figures(self) -> bool:
        return len(self.bars) <= MOST_FIGURES

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """A label under each bar; where they would run into each other, the first and the last alone."""
        pitch = self.width // max(1, len(self.bars))
        if len(self.bars) == 1 or all(len(bar.label) * LETTER <= pitch for bar in self.bars):
            return tuple(Tick(bar.label, bar.middle, "middle") for bar in self.bars)
        return (Tick(self.bars[0].label, 0, "first"), Tick(self.bars[-1].label, self.width, "last"))

    @property
    def spoken(self) -> str:
        """What a reader of the screen hears: `T1: 12, T2: 0`."""
        return ", ".join(f"{bar.label}: {bar.value}" for bar in self.bars)

    @property
    def silent_at_end(self) -> int:
        """How many bars in a row, up to the last, have nothing."""
        return next((count for count, bar in enumerate(reversed(self.bars)) if not bar.silent), len(self.bars))


@dataclass(frozen=True, slots=True)
class Dot:
    label: str
    value: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class LineChart:
    """Percents over time. `paths` are the unbroken stretches as SVG points: what was not measured is a gap."""

    width: int
    height: int
    line: int
    top: int
    dots: tuple[Dot, ...]
    paths: tuple[str, ...]
    ticks: tuple[tuple[str, int], ...]

    @property
    def spoken(self) -> str:
        return ", ".join(f"{dot.label}: {dot.value} %" for dot in self.dots)


def bar_chart(
    rows: Sequence[tuple[str, int]],
    *,
    width: int = PAGE_WIDTH,
    height: int = PAGE_HEIGHT,
    ceiling: int | None = None,
    labels: bool = True,
) -> BarChart:
    """Bars side by side, none above `ceiling` (by default the greatest value). `labels`: room for them at the foot."""
    top = ROOM_FOR_WORDS
    line = height - (ROOM_FOR_WORDS if labels else 0)
    highest = max(1, ceiling if ceiling is not None else max((value for _, value in rows), default=1))
    pitch = max(1, width // max(1, len(rows)))
    broad = max(1, min(pitch * 3 // 4, width // 6))
    bars = []
    for place, (label, value) in enumerate(rows):
        tall = max(SLIVER, (line - top) * value // highest)
        bars.append(Bar(label, value, place * pitch + (pitch - broad) // 2, line - tall, broad, tall))
    return BarChart(width, height, line, highest, tuple(bars))


def small_multiples(rows: Sequence[Sequence[tuple[str, int]]]) -> list[BarChart]:
    """The same kind of bars for each row, all by one measure, so that heights can be compared."""
    highest = max((value for row in rows for _, value in row), default=1)
    return [bar_chart(row, width=SMALL_WIDTH, height=SMALL_HEIGHT, ceiling=highest, labels=False) for row in rows]


def percent_line(rows: Sequence[tuple[str, int | None]]) -> LineChart:
    """Percents from 0 to 100 from left to right."""
    line, top = PAGE_HEIGHT - ROOM_FOR_WORDS, ROOM_FOR_WORDS
    pitch = max(1, PAGE_WIDTH // max(1, len(rows)))
    dots: list[Dot] = []
    stretches: list[list[Dot]] = [[]]
    ticks = []
    for place, (label, value) in enumerate(rows):
        x = place * pitch + pitch // 2
        ticks.append((label, x))
        if value is None:
            stretches.append([])
            continue
        dot = Dot(label, value, x, line - (line - top) * value // HUNDRED)
        dots.append(dot)
        stretches[-1].append(dot)
    paths = tuple(" ".join(f"{dot.x},{dot.y}" for dot in stretch) for stretch in stretches if len(stretch) > 1)
    return LineChart(PAGE_WIDTH, PAGE_HEIGHT, line, top, tuple(dots), paths, tuple(ticks))
