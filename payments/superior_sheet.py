"""The table of the portals below as a spreadsheet, and the same rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from contributors.spreadsheets import write_table
from payments.superiors import Beside, SideBySide

HEADINGS = (
    *("Trang", "Thuộc", "Tin, bài", "Tin, bài kỳ trước", "Ảnh", "Văn bản", "Đăng muộn", "Cộng tác viên"),
    *("Ấp, ngành", "Ấp, ngành chưa có tin", "Đã chi trong kỳ (đồng)", "Dự toán năm (đồng)"),
    *("Đã chi của dự toán năm (đồng)", "Ngày gửi báo cáo", "Ghi chú"),
)
LEADING = ("=", "+", "-", "@", "\t", "\r")
Value = str | int | date | None


def superior_xlsx(found: SideBySide, time_zone: str) -> bytes:
    """One sheet, a row for each portal and their sum. The same rows as on the page, in the same order."""
    return write_table(HEADINGS, _rows(found, time_zone), "Các trang cấp dưới")


def superior_csv(found: SideBySide, time_zone: str) -> bytes:
    """For other programs: UTF-8 with its mark, comma between values; text that a spreadsheet would run is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in _rows(found, time_zone):
        writer.writerow([_plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(LEADING) else value


def _rows(found: SideBySide, time_zone: str) -> Iterator[list[Value]]:
    zone = ZoneInfo(time_zone)
    for row in found.rows:
        sent = row.sent.at.astimezone(zone).date() if row.sent else None
        yield [row.name, row.above, *_figures(row), sent, _note(row)]
    yield ["Cộng", "", *_figures(found.total), None, ""]


def _figures(row: Beside) -> list[Value]:
    now = row.now
    return [
        *(now.news, row.before.news, now.photos, now.documents, now.late, now.contributors, now.units, now.silent),
        *(row.spent, row.fund, row.fund_issued),
    ]


def _note(row: Beside) -> str:
    if row.closed_on is not None and not row.due:
        return f"đã đóng từ {row.closed_on:%d/%m/%Y}"
    if row.missing:
        return "chưa gửi báo cáo"
    return "số liệu đã khác số báo cáo" if row.changed else ""
