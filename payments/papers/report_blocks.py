"""What a report says, from the top down, before it is a page, a .docx or a PDF: the three show the same blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contributors.charts import BarChart
from contributors.papers.heads import Letterhead, Signer
from contributors.papers.layout.letterhead import place_and_date


@dataclass(frozen=True, slots=True)
class Part:
    """A heading: level 1 is numbered in Roman figures, level 2 in Arabic ones, by who writes it."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph; `listed` ones stand behind a dash."""

    text: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Texts by row; the first column is a name, the others figures. `total`: the last row sums up those above."""

    caption: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with what it shows; its table stands elsewhere in the report."""

    caption: str
    chart: BarChart


Block = Part | Said | Table | Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An official report (báo cáo) by Nghị định 30/2020/NĐ-CP. `dated` None leaves the day open."""

    letterhead: Letterhead
    number_label: str
    dated: date | None
    summary: str
    addressee: str
    grounds: tuple[str, ...]
    opening: str
    blocks: Sequence[Block]
    closing: str
    signer: Signer
    copies: tuple[str, ...]
    data_mark: str = ""

    @property
    def place_and_day(self) -> str:
        return place_and_date(self.letterhead.place, self.dated)
