"""From how many days before its cut-off a fund warns: what ships in `fund_policy.yaml`, or a portal's own rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.db import transaction
from django.db.models import Q

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import plain_text
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import FundPolicy

FILE = Path(__file__).with_name("fund_policy.yaml")


@dataclass(frozen=True, slots=True)
class Shipped:
    """The file's values; years bound what can be entered as a budget year."""

    warn_days: int
    most_warn_days: int
    first_year: int
    years_ahead: int


@cache
def shipped_fund_policy() -> Shipped:
    with FILE.open(encoding="utf-8") as source:
        return Shipped(**yaml.safe_load(source))


def warn_days_on(day: date) -> int:
    """Days before the cut-off, of the active portal."""
    row = FundPolicy.objects.filter(in_force(day)).first()
    return row.warn_days if row else shipped_fund_policy().warn_days


def set_fund_policy(*, actor: Actor, warn_days: int, effective_from: date, decision_number: str = "") -> FundPolicy:
    """A portal's own number of days from a day on. Raises `warn_days_wrong`, `policy_day_past`."""
    require_money(actor, "fund.write")
    most = shipped_fund_policy().most_warn_days
    if not 0 <= warn_days <= most:
        raise PaymentError("warn_days_wrong", field="warn_days", most=most)
    if effective_from < clock.today():
        raise PaymentError("policy_day_past", field="effective_from")
    with transaction.atomic():
        Portal.objects.select_for_update().get(pk=actor.portal_id)  # one rule at a time
        before = warn_days_on(effective_from)
        FundPolicy.objects.filter(effective_from=effective_from).delete()
        FundPolicy.objects.filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=effective_from), effective_from__lt=effective_from
        ).update(effective_until=effective_from)
        later = FundPolicy.objects.filter(effective_from__gt=effective_from).order_by("effective_from").first()
        row = FundPolicy.objects.create(
            portal_id=actor.portal_id,
            effective_from=effective_from,
            effective_until=later.effective_from if later else None,
            warn_days=warn_days,
            decision_number=plain_text(decision_number)[:100],
        )
        record_event(
            actor=actor,
            kind="fund.policy_set",
            subject=row,
            facts={"warn_days": warn_days, "before": before, "from": effective_from.isoformat()},
        )
    return row
