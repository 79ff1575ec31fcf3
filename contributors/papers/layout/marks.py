"""What stands on every page besides its content: page number, draft mark, data mark, foot line."""

from __future__ import annotations

from reportlab.lib.units import mm

from contributors.papers.fonts import Faces
from contributors.papers.layout.page import Page

_NUMBER_SIZE = 13.0  # NĐ 30/2020, annex I: in the middle of the upper margin, from the second page on
_MARK_SIZE = 10.0
_FOOT_SIZE = 9.0


def draw_under(page: Page, draft_mark: str, *, faces: Faces) -> None:
    """The draft mark, drawn before everything else."""
    if draft_mark.strip():
        diagonal = (page.width**2 + page.height**2) ** 0.5
        page.watermark(faces.bold.font.set(draft_mark), faces.bold, span=diagonal * 0.62)


def draw_around(page: Page, number: int, data_mark: str, *, faces: Faces, right: float) -> None:
    """Page number from page 2, and in the upper right corner, framed, what is to be known of the figures."""
    if number > 1:
        setting = faces.regular.font.set(str(number))
        page.text_centred(page.width / 2, 13 * mm, setting, faces.regular, _NUMBER_SIZE)
    if data_mark.strip():
        setting = faces.bold.font.set(data_mark)
        size = min(_MARK_SIZE, (page.width / 2) * 1000 / setting.width)
        width = setting.width * size / 1000
        baseline = 12 * mm
        page.text(right - width - 6, baseline, setting, faces.bold, size)
        page.frame(right - width - 12, baseline - size - 2, right, baseline + size * 0.55, 0.9)


def draw_foot(page: Page, text: str, count: str, *, faces: Faces, left: float, right: float) -> None:
    """Ties the pages of one paper together: number and code on the left, "trang 2/3" on the right."""
    y = page.height - 11 * mm
    counted = faces.regular.font.set(count)
    setting = faces.regular.font.set(text)
    room = right - left - counted.width * _FOOT_SIZE / 1000 - 12
    size = min(_FOOT_SIZE, room * 1000 / setting.width) if setting.width else _FOOT_SIZE
    page.text(left, y, setting, faces.regular, size)
    page.text_right(right, y, counted, faces.regular, _FOOT_SIZE)
