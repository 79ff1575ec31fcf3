"""The tables of a pack's pages: what may break in two, and what may not."""

from __future__ import annotations

import re

from payments.inspection.markup import LONGEST_WHOLE, STYLE, link, table


def test_days_and_numbers_stay_whole_beside_a_long_title():
    title = "Nguyễn" * 50
    made = table(
        ["Số", "Tiêu đề", "Người gửi", "Đăng lúc", "Tiền"],
        [["00001", link("a.html", title), title, "10/07/2026 09:00", "1.265.000"]],
        numbers=[4],
    )
    kinds = dict(re.findall(r'<td data-name="([^"]+)"(?: class="(\w+)")?', made))
    assert kinds == {"Số": "whole", "Tiêu đề": "", "Người gửi": "", "Đăng lúc": "whole", "Tiền": "num"}
    assert len("10/07/2026") <= LONGEST_WHOLE < len(title)
    assert "th, .whole { overflow-wrap: normal; }" in STYLE
