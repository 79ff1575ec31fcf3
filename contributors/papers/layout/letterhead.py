"""The head of every official paper: bodies, national motto, number, place and date (NĐ 30/2020, annex I)."""

from __future__ import annotations

from datetime import date

from contributors.papers.fonts import Face, Faces, Setting
from contributors.papers.heads import Letterhead
from contributors.papers.layout.flow import Block
from contributors.papers.layout.lines import balanced
from contributors.papers.layout.page import HAIRLINE, Page

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

_COUNTRY_SIZE = 12.0
_MOTTO_SIZE = 13.0
_BODY_SIZE = 12.0
_NUMBER_SIZE = 13.0
_LEADING = 1.25
_GAP = 14.0
_RULE_GAP = 3.5
_SHORT_RULE = 0.4  # of the body's name; the motto's rule has its full width
_FIRST_MONTH_WITHOUT_ZERO = 3


def place_and_date(place: str, issued_on: date | None) -> str:
    """Like "Tân An, ngày 05 tháng 3 năm 2026": zeros before days under 10 and before the months 1 and 2 only."""
    if issued_on is None:
        return f"{place}, ngày …… tháng …… năm ………"
    month = f"{issued_on.month:02d}" if issued_on.month < _FIRST_MONTH_WITHOUT_ZERO else str(issued_on.month)
    return f"{place}, ngày {issued_on.day:02d} tháng {month} năm {issued_on.year}"


def letterhead_block(
    letterhead: Letterhead, number_label: str, issued_on: date | None, *, faces: Faces, left: float, right: float
) -> Block:
    """Bodies and number on the left, country, motto, place and date on the right."""
    bold = faces.bold.font
    country = bold.set(COUNTRY)
    date_lines = balanced(
        place_and_date(letterhead.place, issued_on), faces.italic.font, _NUMBER_SIZE, (right - left) / 2
    )
    right_width = max(country.width * _COUNTRY_SIZE / 1000, *(line.width * _NUMBER_SIZE / 1000 for line in date_lines))
    left_width = right - left - right_width - _GAP
    left_centre, right_centre = left + left_width / 2, right - right_width / 2

    body = faces.regular, _BODY_SIZE
    strong = faces.bold, _BODY_SIZE
    superior = balanced(letterhead.superior_body, faces.regular.font, _BODY_SIZE, left_width)
    issuing = balanced(letterhead.issuing_body, bold, _BODY_SIZE, left_width)
    number = balanced(number_label, faces.regular.font, _NUMBER_SIZE, left_width)
    on_left = [(line, *body) for line in superior] + [(line, *strong) for line in issuing]
    on_right = [(country, faces.bold, _COUNTRY_SIZE), (bold.set(MOTTO), faces.bold, _MOTTO_SIZE)]
    head = max(_stack(on_left), _stack(on_right)) + 2 * _RULE_GAP + 3
    below = max(len(number), len(date_lines)) * _NUMBER_SIZE * _LEADING

    def draw(page: Page, top: float) -> None:
        _column(page, left_centre, top, on_left, rule=_SHORT_RULE)
        _column(page, right_centre, top, on_right, rule=1.0)
        _column(page, left_centre, top + head, [(line, faces.regular, _NUMBER_SIZE) for line in number])
        _column(page, right_centre, top + head, [(line, faces.italic, _NUMBER_SIZE) for line in date_lines])

    return Block(head + below, draw, keep=True)


def _stack(lines: list[tuple[Setting, Face, float]]) -> float:
    return sum(size * _LEADING for _, _, size in lines)


def _column(
    page: Page, centre: float, top: float, lines: list[tuple[Setting, Face, float]], *, rule: float = 0.0
) -> None:
    """Centred lines, and under them a rule of that part of the last line's width."""
    y = top
    for setting, face, size in lines:
        page.text_centred(centre, y + size, setting, face, size)
        y += size * _LEADING
    if rule and lines:
        setting, _, size = lines[-1]
        half = setting.width * size / 2000 * rule
        page.horizontal(centre - half, centre + half, y + _RULE_GAP, 2 * HAIRLINE)
