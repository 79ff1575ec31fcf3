"""A chart of `contributors.charts` as a picture for an office document: the same geometry that pages draw as SVG."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from contributors.charts import BarChart
from contributors.papers.fonts import load_faces

SCALE = 5  # dots to a unit of the chart: 1,600 across, sharp at 270 dots an inch
INK, SOFT, USED, SILENT = "#1b1f1d", "#4a524e", "#0b5d3b", "#b6bfba"
FIGURE, LABEL = 10, 9


def chart_png(chart: BarChart) -> bytes:
    """The bars with their figures and labels, as on the page."""
    image = Image.new("RGB", (chart.width * SCALE, chart.height * SCALE), "white")
    draw = ImageDraw.Draw(image)
    draw.line((0, chart.line * SCALE, chart.width * SCALE, chart.line * SCALE), fill=SILENT, width=SCALE // 2)
    foot = (chart.height - 4) * SCALE
    for bar in chart.bars:
        box = (bar.x, bar.y, bar.x + bar.width, bar.y + bar.height)
        draw.rectangle(tuple(edge * SCALE for edge in box), fill=SILENT if bar.silent else USED)
        if chart.with_figures:
            place = (bar.middle * SCALE, (bar.y - 3) * SCALE)
            draw.text(place, f"{bar.value:,}".replace(",", "."), fill=INK, font=_font(FIGURE), anchor="ms")
    for tick in chart.ticks:
        anchor = {"first": "ls", "middle": "ms", "last": "rs"}[tick.anchor]
        draw.text((tick.x * SCALE, foot), tick.label, fill=SOFT, font=_font(LABEL), anchor=anchor)
    out = BytesIO()
    few = image.convert("P", palette=Image.Palette.ADAPTIVE, colors=32)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(load_faces().regular.font.face.filename, size * SCALE)
