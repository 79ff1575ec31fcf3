"""Numbers of papers: a counter per portal, kind and year, without a gap."""

from __future__ import annotations

from payments.models import NumberCounter


def take_numbers(portal_id: int, kind: str, year: int, count: int) -> int:
    """The first of `count` numbers in a row; the counter stays locked to the end of the transaction."""
    NumberCounter.objects.get_or_create(portal_id=portal_id, kind=kind, year=year)
    counter = NumberCounter.objects.select_for_update().get(portal_id=portal_id, kind=kind, year=year)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return first
