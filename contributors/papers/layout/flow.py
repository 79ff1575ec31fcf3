"""Page breaking: blocks one under the other, some of which must not be parted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from contributors.papers.layout.page import Page


@dataclass(frozen=True, slots=True)
class Block:
    """Something `height` points high that draws itself below a given y.

    `keep`: the next block stands on the same page. `row`: stands under the table's header, which is repeated on
    each page. `foot`: stands at the lower edge of its page. `header`: of this row's own table, where several tables
    follow each other.
    """

    height: float
    draw: Callable[[Page, float], None]
    keep: bool = False
    row: bool = False
    foot: bool = False
    header: Block | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    block: Block
    top: float


def paginate(
    blocks: Iterable[Block], *, top: float, bottom: float, header: Block, below: float | None = None
) -> list[list[Placed]]:
    """Each block once, in order, each where it is drawn; `header` comes again wherever a page begins with rows.

    Blocks that are kept together are parted only if no page could hold them all, a block that is higher than a
    page stands alone on one. If `below` is given, a table fills the first page down to there already.
    """
    breaker = _Breaker(top, bottom, header, below)
    for group in _kept_together(blocks):
        if breaker.has_room(group):
            breaker.put(group)
        elif breaker.fits_a_page(group):
            breaker.turn()
            breaker.put(group)
        else:
            for block in group:
                if not breaker.has_room([block]):
                    breaker.turn()
                breaker.put([block])
    return breaker.pages


class _Breaker:
    """The page being filled, and those before it."""

    def __init__(self, top: float, bottom: float, header: Block, below: float | None) -> None:
        self._top, self._bottom, self._header = top, bottom, header
        self._y = top if below is None else below
        self._in_table = below is not None
        self.pages: list[list[Placed]] = [[]]

    def has_room(self, group: Sequence[Block]) -> bool:
        return self._y + self._height(group, in_table=self._in_table) <= self._bottom

    def fits_a_page(self, group: Sequence[Block]) -> bool:
        return self._top + self._height(group, in_table=False) <= self._bottom

    def turn(self) -> None:
        """A new page, unless this one is empty."""
        if self._y > self._top:
            self.pages.append([])
        self._y, self._in_table = self._top, False

    def put(self, group: Sequence[Block]) -> None:
        for block in group:
            if block.row and not self._in_table:
                header = block.header or self._header
                self.pages[-1].append(Placed(header, self._y))
                self._y += header.height
            self._in_table = block.row
            self.pages[-1].append(Placed(block, self._bottom - block.height if block.foot else self._y))
            self._y += block.height

    def _height(self, group: Sequence[Block], *, in_table: bool) -> float:
        """With a header wherever the group opens a table."""
        before = [in_table, *(block.row for block in group)]
        opened = [block for block, table in zip(group, before, strict=False) if block.row and not table]
        headers = sum((block.header or self._header).height for block in opened)
        return sum(block.height for block in group) + headers


def _kept_together(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if not block.keep:
            yield group
            group = []
    if group:
        yield group
