"""Charts with made-up figures, for the living page of components."""

from __future__ import annotations

from typing import Any

from django import template

from contributors.charts import bar_chart, percent_line, small_multiples

register = template.Library()

MONTHS = ("T6/26", "T7/26", "T8/26", "T9/26", "T10/26", "T11/26")
PIECES, FEW = (12, 15, 9, 18, 21, 17), (2, 3, 0, 1, 0, 0)
KEPT = (80, 92, None, 75, 88, 100)


@register.inclusion_tag("web/public/style_charts.html")
def chart_samples() -> dict[str, Any]:
    """Bars, the same by one measure, a line with a gap, a level."""
    rows = [list(zip(MONTHS, counts, strict=True)) for counts in (PIECES, FEW)]
    return {
        "bars": bar_chart(rows[0]),
        "small": small_multiples(rows),
        "line": percent_line(list(zip(MONTHS, KEPT, strict=True))),
    }
