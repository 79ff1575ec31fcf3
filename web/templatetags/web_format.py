"""How figures, days and moments are written on pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from payments.whatif_figures import Span

register = template.Library()

NO_BREAK = "\u00a0"
MINUS = "\u2212"


@register.filter
def number(value: int | None) -> str:
    """A whole number with dots between thousands."""
    if value is None:
        return "–"
    written = f"{abs(value):,}".replace(",", ".")
    return f"{MINUS}{written}" if value < 0 else written


@register.filter
def dong(value: int | None) -> str:
    """Whole đồng: `1.265.000 đ`, the unit never parted from the figure."""
    return "–" if value is None else f"{number(value)}{NO_BREAK}đ"


@register.filter
def span(value: Span | None) -> str:
    """`1.265.000 đ`, or `1.000.000 – 1.265.000 đ` where scores are missing."""
    if value is None or value.one:
        return dong(value.low if value else None)
    return f"{number(value.low)}{NO_BREAK}– {dong(value.high)}"


@register.filter
def change(value: Span) -> str:
    """`+1.265.000 đ`, or from the lowest to the highest."""
    low, high = (f"{'+' if amount > 0 else ''}{dong(amount)}" for amount in (value.low, value.high))
    return low if value.one else _("%(low)s đến %(high)s") % {"low": low, "high": high}


@register.filter
def percents(value: Span) -> str:
    """`76 %`, or `76 – 106 %`."""
    low, high = value.low, value.high
    return f"{low}{NO_BREAK}%" if value.one else f"{low}{NO_BREAK}–{NO_BREAK}{high}{NO_BREAK}%"


@register.filter
def coefficient(value: Decimal | None) -> str:
    """A coefficient without idle zeros, with a comma: `1,5`."""
    return "–" if value is None else f"{value.normalize():f}".replace(".", ",")


@register.filter
def percent_of(part: int | None, whole: int | None) -> int:
    """Whole percent, cut: what is not yet full never reads 100."""
    return int(Fraction(part or 0, whole) * 100) if whole else 0


@register.filter
def hours(value: Fraction | None) -> str:
    """Hours to a tenth, with a comma: `5,5`; an exact number is not written longer than it is."""
    return "–" if value is None else f"{(Decimal(round(value * 10)) / 10).normalize():f}".replace(".", ",")


@register.filter
def viet_date(value: date | datetime | None) -> str:
    """`05/02/2026`, in the portal's time zone."""
    if value is None:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{day:%d/%m/%Y}"


@register.filter
def viet_moment(value: datetime | None) -> str:
    """`08:12 ngày 05/02/2026`."""
    if value is None:
        return ""
    moment = timezone.localtime(value)
    return _("%(hour)s ngày %(day)s") % {"hour": f"{moment:%H:%M}", "day": f"{moment:%d/%m/%Y}"}


@register.filter
def when(value: datetime | None) -> str:
    """The hour for today and yesterday, else the day."""
    if value is None:
        return ""
    moment = timezone.localtime(value)
    today = timezone.localdate()
    if moment.date() == today:
        return _("%(hour)s hôm nay") % {"hour": f"{moment:%H:%M}"}
    if moment.date() == today - timedelta(days=1):
        return _("%(hour)s hôm qua") % {"hour": f"{moment:%H:%M}"}
    return _("ngày %(day)s") % {"day": f"{moment:%d/%m/%Y}"}


@register.filter
def last_day(until: date | None) -> str:
    """The last day of a half-open period, as people write it."""
    return viet_date(until - timedelta(days=1)) if until else ""


@register.filter
def until_day(end: datetime | None) -> str:
    """The last day on which something holds that ends at a moment."""
    return viet_date(end - timedelta(seconds=1)) if end else ""


@register.filter
def phone(value: str) -> str:
    """`0912 345 678` of an E.164 number."""
    digits = f"0{value[3:]}" if value.startswith("+84") else value
    return NO_BREAK.join((digits[:4], digits[4:7], digits[7:])).strip()


@register.filter
def megabytes(size: int) -> str:
    """`1,2 MB`; below a tenth in kB."""
    if size < 100_000:  # noqa: PLR2004 - a tenth of a megabyte
        return f"{max(1, size // 1000)}{NO_BREAK}kB"
    return f"{size / 1_000_000:.1f}".replace(".", ",") + f"{NO_BREAK}MB"


@register.filter
def as_coefficient(value: Decimal | str | None) -> str:
    """What stands in a coefficient's field: as typed, or the number as people write it."""
    return coefficient(value) if isinstance(value, Decimal) else (value or "")


@register.filter
def plain_decimal(value: Decimal | str | None) -> str:
    """With a point, for attributes that browsers read."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value or "").replace(",", ".")


@register.filter
def at_most(value: int, limit: int) -> int:
    return min(value, limit)


@register.filter
def at_least_one(value: int, amount: int | None) -> int:
    """A sliver that is there at all is seen: 1 where the amount is above zero."""
    return max(value, 1) if amount and amount > 0 else max(value, 0)


@register.filter
def cell(value: str | int | Decimal | None) -> str:
    """A cell of a table whose columns are known only when it is made: numbers grouped, parts with a comma."""
    if isinstance(value, Decimal):
        return f"{value:,f}".translate(str.maketrans(",.", ".,"))
    return number(value) if isinstance(value, int) else "–" if value is None else value


@register.filter
def is_figure(value: object) -> bool:
    """Whether a cell stands to the right."""
    return value is None or isinstance(value, int | Decimal)
