"""Charts as numbers: heights by one measure, gaps where nothing was measured, no division by nothing."""

from __future__ import annotations

import pytest

from contributors.charts import ROOM_FOR_WORDS, SLIVER, bar_chart, percent_line, small_multiples


def test_bars_stand_on_the_line_and_fill_the_height():
    chart = bar_chart([("T1/24", 10), ("T2/24", 5), ("T3/24", 0)])
    assert [bar.height for bar in chart.bars] == [92, 46, SLIVER]
    assert {bar.y + bar.height for bar in chart.bars} == {chart.line}
    assert chart.bars[0].y == ROOM_FOR_WORDS
    assert [bar.silent for bar in chart.bars] == [False, False, True]
    assert (chart.total, chart.spoken) == (15, "T1/24: 10, T2/24: 5, T3/24: 0")


@pytest.mark.parametrize(
    ("values", "silent"), [([], 0), ([0], 1), ([3], 0), ([3, 0, 0], 2), ([0, 0, 3], 0), ([0, 0, 0], 3)]
)
def test_silence_is_counted_from_the_end(values, silent):
    assert bar_chart([(str(place), value) for place, value in enumerate(values)]).silent_at_end == silent


@pytest.mark.parametrize("count", [1, 6, 12, 24, 60])
def test_bars_keep_within_their_canvas_and_apart(count):
    chart = bar_chart([(str(place), place) for place in range(count)])
    assert all(bar.width >= 1 and bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
    assert all(one.x + one.width <= other.x for one, other in zip(chart.bars, chart.bars[1:], strict=False))
    assert chart.with_figures is (count <= 12)


def test_labels_that_would_run_into_each_other_leave_the_first_and_the_last():
    def feet(months: int) -> list[tuple[str, int, str]]:
        chart = bar_chart([(f"T{month}/24", 1) for month in range(1, months + 1)])
        return [(tick.label, tick.x, tick.anchor) for tick in chart.ticks]

    assert [label for label, _, _ in feet(6)] == ["T1/24", "T2/24", "T3/24", "T4/24", "T5/24", "T6/24"]
    assert feet(12) == [("T1/24", 0, "first"), ("T12/24", 320, "last")]
    assert [anchor for _, _, anchor in feet(1)] == ["middle"]
    assert feet(0) == []


def test_small_multiples_share_one_measure():
    low, high = small_multiples([[("T1", 1)], [("T1", 10)]])
    assert low.ceiling == high.ceiling == 10
    assert low.bars[0].height * 10 <= high.bars[0].height


def test_line_has_a_gap_where_nothing_was_measured():
    chart = percent_line([("T1", 100), ("T2", 50), ("T3", None), ("T4", 0), ("T5", 25)])
    assert [(dot.label, dot.value) for dot in chart.dots] == [("T1", 100), ("T2", 50), ("T4", 0), ("T5", 25)]
    assert [path.count(",") for path in chart.paths] == [2, 2]
    assert (chart.dots[0].y, chart.dots[2].y) == (chart.top, chart.line)
    assert percent_line([]).paths == ()
