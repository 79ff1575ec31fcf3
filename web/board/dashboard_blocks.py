"""The blocks of the board's dashboard: each a sentence on what is counted, its table, and what is drawn of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors.charts import BarChart, LineChart, bar_chart, percent_line
from contributors.models import Portal, SeatName
from contributors.output_cuts import Counted, Counts, Makers
from contributors.output_tables import Output, Share, Span
from contributors.publication_lags import Lag, lags_by_month, whole_lag
from contributors.workload import Workload
from web.board.output_charts import UnitChart, unit_charts

Cell = str | int | Decimal | None
HUNDREDTH = Decimal("0.01")
MOST_SHOWN = 30  # rows of people on the page; the file has all


@dataclass(frozen=True, slots=True)
class Block:
    """`key` names it in addresses and files. `level` is the column whose length is drawn beside each row; `total` a
    last row. `links` are as many as rows, empty where a row leads nowhere. `words` stand below, one paragraph each.
    `glance` shows the rows (name, now, before) as large figures in place of a table.
    """

    key: str
    title: str
    said: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    bars: tuple[tuple[str, BarChart], ...] = ()
    lines: tuple[tuple[str, LineChart], ...] = ()
    level: int = 0
    links: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    glance: bool = False

    @property
    def shown(self) -> list[tuple[tuple[Cell, ...], int, str]]:
        """The rows of the page: cells, what is drawn of them, where they lead."""
        links = self.links or ("",) * len(self.rows)
        pairs = zip(self.rows, links, strict=True)
        return [(row, _whole(row[self.level]) if self.level else 0, link) for row, link in pairs][:MOST_SHOWN]

    @property
    def highest(self) -> int:
        return max((_whole(row[self.level]) for row in self.rows), default=0)

    @property
    def hidden(self) -> int:
        return max(0, len(self.rows) - MOST_SHOWN)

    @property
    def table(self) -> list[tuple[Cell, ...]]:
        """As it goes into a file."""
        return [*self.rows, self.total] if self.total else [*self.rows]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the small multiples are drawn from; named as `board/output/units.html` reads it."""

    units: tuple[UnitChart, ...]
    unit_rows: tuple[object, ...]
    labels: tuple[str, ...]
    silent: int


def sheet_name(title: str) -> str:
    """What a workbook takes as the name of a sheet."""
    return "".join("-" if letter in "[]:*?/\\" else letter for letter in title)[:31]


def _whole(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int | Decimal) else 0


def month_block(portal: Portal, counts: Counts, first: date, last: date) -> Block:
    """The month of the period's last day, and the one before it where the period has it whole."""
    month = last.replace(day=1)
    before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    sums: dict[date, Counted] = {}
    places: dict[date, set[int]] = {}
    for (each, unit), counted in counts.months.items():
        sums[each] = sums.get(each, Counted()) + counted
        if unit is not None and counted.news:
            places.setdefault(each, set()).add(unit)
    lags = lags_by_month(counts.lags, portal.promise_days)
    none = Lag(whole_lag({}, 0).within, None, 0)

    def column(each: date) -> tuple[Cell, ...]:
        if each < min(first, month):
            return (None,) * 6
        total, lag = sums.get(each, Counted()), lags.get(each, none)
        here = len(places.get(each, ()))
        return (total.news, total.photos, total.documents, here, lag.median, lag.within.percent)

    names = (
        _("Tin, bài đã đăng"),
        _("Ảnh"),
        _("Văn bản"),
        _("Ấp, ngành có tin"),
        _("Số ngày từ sự việc đến khi đăng (trung vị)"),
        _("Đăng trong hạn đã hứa (%)"),
    )
    return Block(
        "month",
        _("Tháng %(month)s") % {"month": f"{month:%m/%Y}"},
        _("Phần của tháng nằm trong kỳ đang xem, cạnh tháng trước nó nếu kỳ có trọn tháng ấy."),
        (_("Số liệu"), f"{month:%m/%Y}", f"{before:%m/%Y}"),
        tuple(zip(names, column(month), column(before), strict=True)),
        glance=True,
    )


def months_block(output: Output) -> Block:
    table = output.months
    labels = [span.label for span in table.spans]
    names = (_("Tin, bài"), _("Ảnh"), _("Văn bản"))
    columns = (table.news, table.photos, table.documents)
    total = output.counts.total
    return Block(
        "months",
        _("Theo thời gian"),
        _("Đã lên trang và còn trên trang, theo ngày đăng."),
        (_("Tháng"), *names),
        tuple(zip(labels, *columns, strict=True)),
        (_("Cộng"), total.news, total.photos, total.documents),
        bars=tuple(
            (name, bar_chart(list(zip(labels, column, strict=True))))
            for name, column in zip(names, columns, strict=True)
            if labels
        ),
    )


def units_block(output: Output) -> tuple[Block, Coverage]:
    labels = tuple(span.label for span in output.months.spans)
    charts = unit_charts(output.units, labels) if labels else ()
    nowhere = _("Không thuộc ấp, ngành nào")
    block = Block(
        "units",
        _("Theo ấp, ngành"),
        _("Mỗi tin, bài tính một lần, ở nơi đã gửi."),
        (_("Ấp, ngành"), *labels, _("Cộng"), _("Im ắng")),
        tuple(
            (row.name or nowhere, *row.counts, row.total, _silence(chart))
            for row, chart in zip(output.units, charts, strict=False)
        ),
        (_("Cộng"), *output.months.news, sum(output.months.news), ""),
    )
    return block, Coverage(charts, output.units, labels, sum(row.total == 0 for row in output.units))


def _silence(chart: UnitChart) -> str:
    if not chart.total:
        return _("Chưa có tin")
    return _("Im từ %(month)s") % {"month": chart.silent_from} if chart.silent_from else ""


def genres_block(output: Output) -> Block:
    return _shares(
        "genres",
        _("Theo thể loại"),
        _("Văn bản tính cùng tin, bài."),
        _("Thể loại"),
        [(share.name, share) for share in output.genres],
    )


def topics_block(output: Output) -> Block:
    return _shares(
        "topics",
        _("Theo chuyên mục"),
        _("Văn bản tính cùng tin, bài."),
        _("Chuyên mục"),
        [(share.name or _("Chưa xếp chuyên mục"), share) for share in output.topics],
    )


def _shares(key: str, title: str, said: str, name: str, shares: Sequence[tuple[str, Share]]) -> Block:
    pieces, photos = (sum(getattr(share, each) for _name, share in shares) for each in ("pieces", "photos"))
    return Block(
        key,
        title,
        said,
        (name, _("Số tin, bài"), _("Ảnh")),
        tuple((words, share.pieces, share.photos) for words, share in shares),
        (_("Cộng"), pieces, photos) if shares else (),
        level=1,
    )


def people_block(made: Makers, pieces: int, links: Sequence[str]) -> Block:
    """`pieces` is what the parts add up to; cells are cut to hundredths, the sum is exact."""
    rows: list[tuple[Cell, ...]] = [
        (each.name, each.pieces, _hundredths(each.share), each.photos) for each in made.people
    ]
    if made.nobody:
        rows.append((_("Chưa ghi người viết"), None, _hundredths(made.nobody), None))
        links = [*links, ""]
    return Block(
        "people",
        _("Theo người làm"),
        _("Bài viết chung tính cho mỗi người một lần ở cột “Tin, bài”, và chia theo phần của từng người ở cột “Phần”."),
        (_("Người làm"), _("Tin, bài"), _("Phần"), _("Ảnh")),
        tuple(rows),
        (_("Cộng"), None, Decimal(pieces), sum(each.photos for each in made.people)) if rows else (),
        level=1,
        links=tuple(links),
    )


def _hundredths(share: Fraction) -> Decimal:
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(HUNDREDTH, ROUND_HALF_UP)


def lag_block(portal: Portal, counts: Counts, spans: Sequence[Span]) -> Block:
    whole = whole_lag(counts.lags, portal.promise_days)
    edges = [*[span.first for span in spans[1:]], date.max]
    parts = [
        whole_lag(
            {key: pieces for key, pieces in counts.lags.items() if span.first <= key[0] < edge}, portal.promise_days
        )
        for span, edge in zip(spans, edges, strict=False)
    ]
    labels = [span.label for span in spans]
    title = _("Đăng trong hạn đã hứa")
    promise = ngettext(
        "Hạn: hoạt động của lãnh đạo đăng trong ngày, tin khác trong %(count)d ngày.",
        "Hạn: hoạt động của lãnh đạo đăng trong ngày, tin khác trong %(count)d ngày.",
        portal.promise_days,
    ) % {"count": portal.promise_days}
    told = _("Trung vị: một nửa số tin, bài lên trang nhanh bằng hoặc hơn số ngày này.")
    measured = [(label, part.within.percent) for label, part in zip(labels, parts, strict=True)]
    return Block(
        "lags",
        _("Từ sự việc đến khi đăng"),
        f"{promise} {told}",
        (
            _("Tháng"),
            _("Trung vị (ngày)"),
            _("Trong hạn"),
            _("Có ngày sự việc"),
            _("Trong hạn (%)"),
            _("Không ghi ngày"),
        ),
        tuple(_lag_row(label, part) for label, part in zip(labels, parts, strict=True)),
        _lag_row(_("Cả kỳ"), whole),
        lines=((title, percent_line(measured)),) if whole.within.total else (),
    )


def _lag_row(name: str, lag: Lag) -> tuple[Cell, ...]:
    return (name, lag.median, lag.within.kept, lag.within.total, lag.within.percent, lag.unknown)


def work_block(rows: Sequence[Workload]) -> Block:
    return Block(
        "workload",
        _("Việc của Ban biên tập"),
        _("Số lần từng người đã làm trong kỳ, theo nhật ký; không theo các mục lọc ở trên."),
        (_("Người"), _("Tất cả"), _("Duyệt"), _("Trả lại"), _("Không dùng"), _("Đăng"), _("Vai")),
        tuple(
            (
                row.name or _("Người ngoài Ban"),
                *(row.total, row.approved, row.returned, row.declined, row.posted),
                ", ".join(str(SeatName(seat).label) for seat in row.seats),
            )
            for row in rows
        ),
        level=1,
    )
