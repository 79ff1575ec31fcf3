"""What the public page looks up while it is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from payments.fee_ranges import FeeRange

register = template.Library()


@register.filter
def of_genre(fees: Mapping[str, FeeRange], code: str) -> FeeRange | None:
    return fees.get(code)
