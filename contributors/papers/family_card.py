"""The card for the family as a picture to send on: 1080 pixels wide, PNG or a page of PDF."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import font_source_serif_pro
import segno
from PIL import Image, ImageDraw, ImageFont, ImageOps

from contributors.family_cards import FamilyCard

WIDTH = 1080
EDGE = 84
GREEN, PALE, PAPER, INK, GREY = "#0b5d3b", "#e4f1e9", "#ffffff", "#1b2420", "#515f59"
BAND = 190
QR_EDGE = 210
LINE = 1.25
SMALLEST = 30
HEIGHT_WITH_PHOTO, HEIGHT_WITHOUT = 1640, 1200
MOST_LINES = 8
DOTS_PER_INCH = 150
GAP = 40
LEAST_TITLE = 240  # left for the title beside a photo
LEAST_PHOTO = 200
REGULAR, BOLD = "SourceSerifPro-Regular.ttf", "SourceSerifPro-Bold.ttf"


def height_of(card: FamilyCard) -> int:
    """In pixels; taller where there is a photo."""
    return HEIGHT_WITHOUT if card.photo is None else HEIGHT_WITH_PHOTO


def card_png(card: FamilyCard) -> bytes:
    out = BytesIO()
    _drawn(card).save(out, "PNG", optimize=True)
    return out.getvalue()


def card_pdf(card: FamilyCard) -> bytes:
    out = BytesIO()
    _drawn(card).save(out, "PDF", resolution=DOTS_PER_INCH, title=card.title, author=card.portal)
    return out.getvalue()


def _drawn(card: FamilyCard) -> Image.Image:
    """Band, title as large as it fits, names, hamlet and day; at the foot where to read it."""
    height = height_of(card)
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, BAND), fill=GREEN)
    draw.text((EDGE, BAND / 2), "Tin đã lên trang", font=_font(BOLD, 72), fill=PAPER, anchor="lm")
    foot = height - QR_EDGE - 80
    draw.rectangle((0, foot, WIDTH, height), fill=PALE)
    _foot(picture, draw, card, foot)
    width = WIDTH - 2 * EDGE
    names_font, said_font = _font(BOLD, 50), _font(REGULAR, 44)
    names = _broken(draw, ", ".join(card.names), names_font, width)
    said = ", ".join(part for part in (card.unit, f"đăng ngày {card.day:%d/%m/%Y}") if part)
    told = _broken(draw, said, said_font, width)
    below = len(names) * 50 * LINE + len(told) * 44 * LINE + 40
    room = foot - BAND - 2 * GAP - below
    photo = _photo(card, room - LEAST_TITLE - GAP)
    top = float(BAND + GAP)
    if photo is not None:
        picture.paste(photo, ((WIDTH - photo.width) // 2, int(top)))
        top += photo.height + GAP
    font, lines = _fitting(draw, card.title, width, room - (top - BAND - GAP))
    y = _stack(draw, lines, font, top, INK)
    y = _stack(draw, names, names_font, y + 24, GREEN)
    _stack(draw, told, said_font, y + 8, GREY)
    return picture


def _photo(card: FamilyCard, room: float) -> Image.Image | None:
    """The piece's first photo, whole, as large as it fits beside a title of some lines."""
    if card.photo is None or not card.photo.exists() or room < LEAST_PHOTO:
        return None
    with Image.open(card.photo) as kept:
        photo = kept.convert("RGB")
    return ImageOps.contain(photo, (WIDTH - 2 * EDGE, int(room)), Image.Resampling.LANCZOS)


def _foot(picture: Image.Image, draw: ImageDraw.ImageDraw, card: FamilyCard, top: float) -> None:
    width = WIDTH - 2 * EDGE
    if card.url:
        code = _qr(card.url)
        picture.paste(code, (WIDTH - EDGE - QR_EDGE, int(top) + (picture.height - int(top) - QR_EDGE) // 2))
        width -= QR_EDGE + 40
    font = _font(BOLD, 40)
    y = _stack(draw, _broken(draw, card.portal, font, width), font, top + 40, INK)
    if card.url:
        small = _font(REGULAR, 34)
        _stack(draw, _broken(draw, "Quét mã để đọc cả bài", small, width), small, y + 12, GREY)


def _qr(url: str) -> Image.Image:
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="png", scale=8, border=3)
    out.seek(0)
    return Image.open(out).convert("RGB").resize((QR_EDGE, QR_EDGE), Image.Resampling.NEAREST)


def _fitting(
    draw: ImageDraw.ImageDraw, text: str, width: float, room: float
) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest letters in which the whole title has room; it is never cut."""
    size = 84
    while True:
        font = _font(BOLD, size)
        lines = _broken(draw, text, font, width)
        if size <= SMALLEST or (len(lines) <= MOST_LINES and len(lines) * size * LINE <= room):
            return font, lines
        size -= 2


def _broken(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        for part in _pieces(draw, word, font, width):
            tried = f"{line} {part}".strip()
            if line and draw.textlength(tried, font=font) > width:
                lines.append(line)
                line = part
            else:
                line = tried
    return [*lines, line] if line else lines


def _pieces(draw: ImageDraw.ImageDraw, word: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """A word that is wider than the card, in parts."""
    parts = [""]
    for letter in word:
        if draw.textlength(parts[-1] + letter, font=font) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _stack(draw: ImageDraw.ImageDraw, lines: list[str], font: ImageFont.FreeTypeFont, top: float, colour: str) -> float:
    for line in lines:
        draw.text((EDGE, top), line, font=font, fill=colour)
        top += font.size * LINE
    return top


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(font_source_serif_pro.font_directory) / name, size)
