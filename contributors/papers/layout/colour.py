"""Colour and round corners, for papers that hang on a wall. Offices print black; posters may not be grey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contributors.papers.layout.closing import qr_runs
from contributors.papers.layout.page import Page

Colour = tuple[float, float, float]

GREEN: Colour = (0.043, 0.365, 0.231)
PALE_GREEN: Colour = (0.894, 0.945, 0.914)
LIGHT: Colour = (0.75, 0.77, 0.76)
GREY: Colour = (0.32, 0.37, 0.35)
WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)

_ROUND = 0.5523  # of the radius: where the handles of a quarter circle stand
_OVERLAP = 0.04  # of a module, so that no hairline shows between rows
QUIET = 4  # modules of white that readers want around a code


@contextmanager
def coloured(page: Page, colour: Colour) -> Iterator[None]:
    """What is drawn inside has this colour, text and lines alike."""
    shown = " ".join(f"{part:.3f}" for part in colour)
    page.operators.append(f"{shown} rg {shown} RG")
    yield
    page.operators.append("0 g 0 G")


def box(page: Page, left: float, top: float, width: float, height: float, *, radius: float = 0.0) -> None:
    """A filled rectangle with round corners."""
    page.operators.append(f"{_outline(page, left, top, width, height, radius=radius)} f")


def border(
    page: Page, left: float, top: float, width: float, height: float, *, radius: float = 0.0, thickness: float = 0.8
) -> None:
    """Its outline."""
    page.operators.append(f"{thickness:g} w {_outline(page, left, top, width, height, radius=radius)} S")
    page._thickness = thickness  # noqa: SLF001 - the page would otherwise think that its last line was the thickest


def _outline(page: Page, left: float, top: float, width: float, height: float, *, radius: float) -> str:
    low, high = page.height - top - height, page.height - top
    right = left + width
    if not radius:
        return f"{left:.2f} {low:.2f} {width:.2f} {height:.2f} re"
    part = radius * (1 - _ROUND)
    return (
        f"{left + radius:.2f} {low:.2f} m {right - radius:.2f} {low:.2f} l "
        f"{right - part:.2f} {low:.2f} {right:.2f} {low + part:.2f} {right:.2f} {low + radius:.2f} c "
        f"{right:.2f} {high - radius:.2f} l "
        f"{right:.2f} {high - part:.2f} {right - part:.2f} {high:.2f} {right - radius:.2f} {high:.2f} c "
        f"{left + radius:.2f} {high:.2f} l "
        f"{left + part:.2f} {high:.2f} {left:.2f} {high - part:.2f} {left:.2f} {high - radius:.2f} c "
        f"{left:.2f} {low + radius:.2f} l "
        f"{left:.2f} {low + part:.2f} {left + part:.2f} {low:.2f} {left + radius:.2f} {low:.2f} c h"
    )


def qr(page: Page, left: float, top: float, side: float, url: str) -> None:
    """The code with its quiet zone, `side` points wide in all."""
    runs, modules = qr_runs(url)
    unit = side / (modules + 2 * QUIET)
    x0, y0 = left + QUIET * unit, top + QUIET * unit
    page.filled([(x0 + x * unit, y0 + y * unit, length * unit, (1 + _OVERLAP) * unit) for x, y, length in runs])
