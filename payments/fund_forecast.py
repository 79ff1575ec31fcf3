"""Where the money of a budget year stands, and where it will end if the year goes on as it has begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors import clock
from contributors.models import Portal
from payments.fund_outlook import Expected, expected
from payments.funds import positions
from payments.models import Fund
from payments.period_pieces import paying_days
from payments.royalty.money import round_dong
from payments.whatif import MOST_AT_ONCE


@dataclass(frozen=True, slots=True)
class Forecast:
    """All funds of a year together, in đồng.

    `waiting` are pieces up or approved that are in no run, None where they cannot be reckoned now; `year_end` is what
    the year will have cost, None where the year has not begun to be paid; `assumption` says in words how it was
    reckoned, or why it was not.
    """

    year: int
    amount: int
    issued: int
    committed: int
    preparing: int
    waiting: int | None
    year_end: int | None
    assumption: str

    @property
    def left(self) -> int:
        """What can still be approved: drafts and waiting pieces bind nothing."""
        return self.amount - self.issued - self.committed

    @property
    def left_then(self) -> int | None:
        """At the year's end; below zero: so much is missing."""
        return None if self.year_end is None else self.amount - self.year_end


def forecast_of(portal: Portal, year: int) -> Forecast | None:
    """None where the year has no fund. A constant number of queries."""
    funds = list(Fund.objects.filter(year=year).order_by("pk"))
    if not funds:
        return None
    found = positions(funds, paid=False).values()
    amount, issued, committed, preparing = (
        sum(getattr(each, name) for each in found) for name in ("amount", "issued", "committed", "preparing")
    )
    today = clock.today(portal.time_zone)
    waiting = expected(portal, most=MOST_AT_ONCE) if today.year == year else Expected(0, 0)
    year_end, assumption = _year_end(portal, year, today, issued + committed + preparing, waiting)
    return Forecast(
        year=year,
        amount=amount,
        issued=issued,
        committed=committed,
        preparing=preparing,
        waiting=waiting.amount if waiting.known else None,
        year_end=year_end,
        assumption=assumption,
    )


def _year_end(portal: Portal, year: int, today: date, begun: int, waiting: Expected) -> tuple[int | None, str]:
    """`begun`: what runs of any state take from the year's funds."""
    last = date(year, 12, 31)
    if today > last:
        return begun, _("Năm %(year)d đã hết: đây là số đã phát hành, đã duyệt và đang lập của năm.") % {"year": year}
    paying = paying_days(portal.pk, date(year, 1, 1), today + timedelta(days=1))
    if not paying:
        return None, _("Năm %(year)d chưa có ngày nào chi trả nên chưa dự báo được.") % {"year": year}
    if not waiting.known:
        told = ngettext(
            "Chưa dự báo được: %(count)d mục đang chờ chưa có quy định mức chi để tính, hoặc nhiều quá nên không "
            "tính ngay được. Đưa vào kỳ chi trả rồi xem lại.",
            "Chưa dự báo được: %(count)d mục đang chờ chưa có quy định mức chi để tính, hoặc nhiều quá nên không "
            "tính ngay được. Đưa vào kỳ chi trả rồi xem lại.",
            waiting.pieces,
        )
        return None, told % {"count": waiting.pieces}
    so_far = begun + waiting.amount
    since = paying[0][0]
    days, ahead = (today - since).days + 1, (last - today).days
    assumption = _(
        "Giả định: từ nay đến hết năm mỗi ngày tốn như từ %(since)s đến nay (%(days)d ngày), cùng quy định mức chi, "
        "cùng mức lương cơ sở. Tin, bài chưa vào kỳ nào tính theo điểm đã chấm, chưa chấm thì theo điểm thấp nhất."
    ) % {"since": f"{since:%d/%m/%Y}", "days": days}
    return so_far + round_dong(Fraction(so_far * ahead, days), 1), assumption
