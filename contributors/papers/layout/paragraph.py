"""Text outside of tables, as blocks of one line each, so that it may flow over pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from contributors.papers.fonts import Face, Setting
from contributors.papers.layout.flow import Block
from contributors.papers.layout.lines import balanced, broken
from contributors.papers.layout.page import Page

_HEADING_LEADING = 1.3
_LEADING = 1.35
_LABEL_GAP = 0.35  # of the font size, between a label and its text


def gap(height: float, *, keep: bool = False) -> Block:
    """Nothing, `height` points high."""
    return Block(height, _draw_nothing, keep=keep)


def heading(text: str, face: Face, size: float, *, left: float, right: float) -> Iterator[Block]:
    """Centred between `left` and `right`, kept with what follows."""
    for setting in balanced(text, face.font, size, right - left):
        draw = partial(_draw_centred, setting=setting, face=face, size=size, centre=(left + right) / 2)
        yield Block(size * _HEADING_LEADING, draw, keep=True)


def labelled(
    label: str, text: str, *, label_face: Face, face: Face, size: float, left: float, right: float, keep: bool = False
) -> Iterator[Block]:
    """A label, and beside it as many lines as the text needs; nothing at all for blank text."""
    name = label_face.font.set(label)
    indent = left + name.width * size / 1000 + size * _LABEL_GAP
    for place, setting in enumerate(broken(text, face.font, size, right - indent)):
        beside = [(indent, setting, face)]
        pieces = beside if place else [(left, name, label_face), *beside]
        yield Block(size * _LEADING, partial(_draw_left, pieces=pieces, size=size), keep=keep)


def labelled_pair(
    pairs: tuple[tuple[str, str, Face], tuple[str, str, Face]],
    *,
    label_face: Face,
    size: float,
    left: float,
    middle: float,
    right: float,
) -> Iterator[Block]:
    """Two labelled texts (label, text, face) side by side if each fits its half, else one under the other."""
    pieces: list[tuple[float, Setting, Face]] = []
    fits = all(text.strip() for _, text, _ in pairs)
    for (label, text, face), x, end in zip(pairs, (left, middle), (middle - size, right), strict=True):
        name, setting = label_face.font.set(label), face.font.set(text)
        indent = x + name.width * size / 1000 + size * _LABEL_GAP
        pieces += [(x, name, label_face), (indent, setting, face)]
        fits = fits and indent + setting.width * size / 1000 <= end
    if fits:
        yield Block(size * _LEADING, partial(_draw_left, pieces=pieces, size=size))
        return
    for label, text, face in pairs:
        yield from labelled(label, text, label_face=label_face, face=face, size=size, left=left, right=right)


def _draw_nothing(_page: Page, _top: float) -> None:
    pass


def _draw_centred(page: Page, top: float, *, setting: Setting, face: Face, size: float, centre: float) -> None:
    page.text_centred(centre, top + size, setting, face, size)


def _draw_left(page: Page, top: float, *, pieces: Iterable[tuple[float, Setting, Face]], size: float) -> None:
    for x, setting, face in pieces:
        page.text(x, top + size, setting, face, size)
