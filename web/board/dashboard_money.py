"""The dashboard's blocks of money, for those who may see it: what pieces cost, and where the year's money will end."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from contributors import clock
from contributors.charts import bar_chart
from contributors.models import Portal
from contributors.output_cuts import Counts, Cut
from payments.errors import PaymentError
from payments.fund_forecast import Forecast
from payments.piece_costs import PieceCosts
from payments.royalty.money import round_dong
from payments.whatif import MOST_AT_ONCE, WhatIf, would_have_cost
from payments.whatif_figures import Compared, Span, year_cost
from web.board.dashboard_blocks import Block

MILLION = 1_000_000


def cost_block(costs: PieceCosts) -> Block:
    return Block(
        "costs",
        _("Một tin, bài tốn bao nhiêu"),
        _("Nhuận bút, thù lao đã phát hành cho tin, bài đăng trong kỳ; khoán tháng và khoản chuyển kỳ không tính."),
        (_("Thể loại"), _("Số tiền (đ)"), _("Số tin, bài"), _("Đã có nhuận bút"), _("Mỗi tin, bài đã có (đ)")),
        tuple((row.genre, row.amount, row.pieces, row.paid, row.each) for row in costs.rows),
        (_("Cộng"), costs.whole.amount, costs.whole.pieces, costs.whole.paid, costs.whole.each) if costs.rows else (),
        level=1,
    )


def fund_block(forecast: Forecast) -> Block:
    """Bars in millions; the table to the đồng."""
    rows: list[tuple[str, int | None]] = [
        (_("Dự toán năm"), forecast.amount),
        (_("Đã phát hành"), forecast.issued),
        (_("Đã duyệt chi, chưa phát hành"), forecast.committed),
        (_("Còn duyệt được"), forecast.left),
        (_("Đang lập, chưa duyệt"), forecast.preparing),
        (_("Tin, bài chưa vào kỳ nào"), forecast.waiting),
        (_("Dự báo cả năm"), forecast.year_end),
        (_("Cuối năm còn, âm là thiếu"), forecast.left_then),
    ]
    drawn = (
        (_("Dự toán"), forecast.amount),
        (_("Phát hành"), forecast.issued),
        (_("Đã duyệt"), forecast.committed),
        (_("Còn"), max(0, forecast.left)),
        *([(_("Dự báo"), forecast.year_end)] if forecast.year_end is not None else []),
    )
    bars = bar_chart([(name, round_dong(Fraction(amount, MILLION), 1)) for name, amount in drawn])
    return Block(
        "fund",
        _("Dự toán năm %(year)d") % {"year": forecast.year},
        _("Mọi nguồn của năm cộng lại; không theo các mục lọc ở trên."),
        (_("Mục"), _("Số tiền (đ)")),
        tuple(rows),
        bars=((_("Triệu đồng"), bars),),
        words=(forecast.assumption,),
    )


def no_fund_block(year: int) -> Block:
    title = _("Dự toán năm %(year)d") % {"year": year}
    return Block("fund", title, _("Năm này chưa nhập dự toán nào."), (_("Mục"), _("Số tiền (đ)")), ())


def would_cost_block(portal: Portal, period_from: date, period_until: date, cut: Cut, counts: Counts) -> Block:
    """For an office that pays nothing: what the period would have cost, and a year like it. Never blank: where it
    cannot be reckoned, a sentence says why.
    """
    title = _("Nếu chi nhuận bút")
    headings = (_("Thể loại"), _("Cao nhất (đ)"), _("Thấp nhất (đ)"), _("Số tin, bài"), _("Mỗi tin, bài (đ)"))

    def refused(why: str) -> Block:
        return Block("costs", title, why, headings, ())

    if not cut.whole:
        return refused(_("Chỉ tính thử cho cả kỳ: bỏ các mục lọc để xem."))
    if counts.news_up > MOST_AT_ONCE:
        return refused(too_many())
    try:
        cost = would_have_cost(portal=portal, period_from=period_from, period_until=period_until)
    except PaymentError as why:
        return refused(f"{_('Chưa tính thử được:')} {why.message()}")
    return Block(
        "costs",
        title,
        _("%(pieces)d tin, bài của kỳ, tính thử theo “%(title)s”. Không ghi vào đâu cả.")
        % {"pieces": cost.pieces, "title": cost.schedule_title},
        headings,
        tuple((row.genre, row.high, row.low, row.pieces, _each(row.low, row.high, row.pieces)) for row in cost.rows),
        (_("Cộng"), cost.high, cost.low, cost.pieces, _each(cost.low, cost.high, cost.pieces)) if cost.rows else (),
        level=1,
        words=_year_in_words(portal, cost, period_from, period_until) if cost.pieces else (),
    )


def too_many() -> str:
    return _("Kỳ này có hơn %(most)s tin, bài nên không tính ngay được: chọn kỳ ngắn hơn.") % {
        "most": _grouped(MOST_AT_ONCE)
    }


def _each(low: int, high: int, pieces: int) -> str:
    ends = [_grouped(round_dong(Fraction(amount, pieces), 1)) for amount in (low, high)]
    return " – ".join(dict.fromkeys(ends))


def _grouped(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _year_in_words(portal: Portal, cost: WhatIf, period_from: date, period_until: date) -> tuple[str, ...]:
    """A period that is not over is taken as long as it has been."""
    until = min(period_until, clock.today(portal.time_zone) + timedelta(days=1))
    if until <= period_from:
        return ()
    span = Span(cost.low, cost.high)
    year = year_cost(Compared(span, span), period_from, until)
    low, high = _grouped(year.cost.by.low), _grouped(year.cost.by.high)
    told = _("Một năm như thế: %(low)s đ.") if low == high else _("Một năm như thế: từ %(low)s đ đến %(high)s đ.")
    return (told % {"low": low, "high": high}, year.assumption)
