"""What a portal still lacks before it can pay, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.models import Capability, Grant, Mode, PaymentMode, Portal, Seat, SeatName
from payments import rates
from payments.access import require_money
from payments.models import Fund
from payments.payee_directory import UnitCount, counts_by_unit, payee_counts


@dataclass(frozen=True, slots=True)
class Readiness:
    """Names where something is there, "" or None where it is missing."""

    account_holder: str
    accountant: str
    head: str
    schedule: str
    decision_number: str
    fund: Fund | None
    pays: bool
    pays_from: date | None
    tax_missing: int
    missing: int
    to_confirm: int
    units: list[UnitCount]

    @property
    def ready(self) -> bool:
        """Whether a run could be taken to its end today; people without details wait, the others are paid."""
        return bool(
            self.account_holder
            and self.accountant
            and self.head
            and self.decision_number
            and self.fund is not None
            and self.pays
        )


def what_is_missing(*, actor: Actor) -> Readiness:
    """Asked for who may see payee details."""
    require_money(actor, "payee.see")
    portal = Portal.objects.get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    holders = {
        grant.capability: grant.account.name
        for grant in Grant.objects.filter(in_force(today), confirmed_at__isnull=False).select_related("account")
    }
    head = Seat.objects.filter(in_force(today), seat=SeatName.HEAD).select_related("contributor").first()
    schedule = rates.schedule_on(portal, today)
    modes = PaymentMode.objects.filter(mode=Mode.PAYING).order_by("effective_from")
    paying = modes.filter(in_force(today)).first()
    coming = modes.filter(effective_from__gt=today).first()
    counts = payee_counts(actor=actor)
    return Readiness(
        account_holder=holders.get(Capability.ACCOUNT_HOLDER, ""),
        accountant=holders.get(Capability.ACCOUNTANT, ""),
        head=head.contributor.full_name if head else "",
        schedule=schedule.title if schedule else "",
        decision_number=schedule.decision_number if schedule else "",
        fund=Fund.objects.filter(cut_off__gte=today, amount__gt=0).order_by("-year", "-amount").first(),
        pays=paying is not None,
        pays_from=coming.effective_from if coming else None,
        tax_missing=counts["tax_missing"],
        missing=counts["missing"],
        to_confirm=counts["to_confirm"],
        units=[unit for unit in counts_by_unit(actor=actor) if unit.missing or unit.to_confirm],
    )
