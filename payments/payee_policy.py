"""How long a change of payee details holds payouts: what ships in `payee_policy.yaml`, or a portal's own rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.db import transaction
from django.db.models import Q

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor, in_force
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import plain_text
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import PayeePolicy

FILE = Path(__file__).with_name("payee_policy.yaml")


@dataclass(frozen=True, slots=True)
class Shipped:
    """The file's values."""

    hold_days: int
    most_hold_days: int
    data_key_months: int
    commitment_form: str
    commitment_form_basis: str
    commitment_form_mark: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds on a day. `own`: the portal's decision, else the shipped value."""

    hold_days: int
    own: bool
    since: date | None = None
    decision_number: str = ""


@cache
def shipped_policy() -> Shipped:
    with FILE.open(encoding="utf-8") as source:
        return Shipped(**yaml.safe_load(source))


def policy_on(portal_id: int, day: date) -> Policy:
    """The rule of a portal on a day."""
    row = PayeePolicy.objects.filter(in_force(day), portal_id=portal_id).first()
    if row is None:
        return Policy(hold_days=shipped_policy().hold_days, own=False)
    return Policy(row.hold_days, own=True, since=row.effective_from, decision_number=row.decision_number)


def set_payee_policy(*, actor: Actor, hold_days: int, effective_from: date, decision_number: str = "") -> PayeePolicy:
    """A portal's own number of days from a day on. Holds that run already keep their last day.

    A rule that was to begin on the same day gives way; one that begins later stays.
    Raises `hold_days_wrong`, `policy_day_past`.
    """
    require_money(actor, "payee.policy")
    require_proof(actor)
    most = shipped_policy().most_hold_days
    if not 0 <= hold_days <= most:
        raise PaymentError("hold_days_wrong", field="hold_days", most=most)
    if effective_from < clock.today():
        raise PaymentError("policy_day_past", field="effective_from")
    with transaction.atomic():
        Portal.objects.select_for_update().get(pk=actor.portal_id)  # one rule at a time
        before = policy_on(actor.portal_id, effective_from).hold_days
        PayeePolicy.objects.filter(effective_from=effective_from).delete()
        PayeePolicy.objects.filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=effective_from), effective_from__lt=effective_from
        ).update(effective_until=effective_from)
        later = PayeePolicy.objects.filter(effective_from__gt=effective_from).order_by("effective_from").first()
        row = PayeePolicy.objects.create(
            portal_id=actor.portal_id,
            effective_from=effective_from,
            effective_until=later.effective_from if later else None,
            hold_days=hold_days,
            decision_number=plain_text(decision_number)[:100],
        )
        record_event(
            actor=actor,
            kind="payee.policy_set",
            subject=row,
            facts={"hold_days": hold_days, "before": before, "from": effective_from.isoformat()},
        )
    return row
