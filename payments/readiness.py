"""What a portal still lacks before it can pay, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.models import Capability, Grant, Mode, PaymentMode, Portal, Seat, SeatName
from payments import rates
from payments.access import require_money
from payments.funds import position
from payments.models import DraftLine, Fund, Run
from payments.payee_directory import UnitCount, counts_by_unit, payee_counts
from payments.runs import BEFORE_APPROVAL


@dataclass(frozen=True, slots=True)
class Readiness:
    """Names where something is there, "" or None where it is missing. `fund_left` and `needed` in đồng: what the fund
    has left after what is approved, and what the drafts of runs under way come to. `one_person` has two chairs of
    maker and checker: then nobody can approve what they prepared.
    """

    account_holder: str
    accountant: str
    head: str
    schedule: str
    decision_number: str
    fund: Fund | None
    fund_left: int
    needed: int
    one_person: str
    pays: bool
    pays_from: date | None
    tax_missing: int
    missing: int
    to_confirm: int
    units: list[UnitCount]

    @property
    def wanting(self) -> int:
        """đồng that the fund lacks for the runs under way; 0 where it suffices."""
        return max(0, self.needed - self.fund_left) if self.fund else 0

    @property
    def ready(self) -> bool:
        """Whether a run could be taken to its end today; people without details wait, the others are paid."""
        return bool(
            self.account_holder
            and self.accountant
            and self.head
            and self.decision_number
            and self.fund is not None
            and not self.wanting
            and not self.one_person
            and self.pays
        )


def what_is_missing(*, actor: Actor) -> Readiness:
    """Asked for who may see payee details."""
    require_money(actor, "payee.see")
    portal = Portal.objects.get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    accounts: dict[str, dict[int, str]] = {}
    for grant in Grant.objects.filter(in_force(today), confirmed_at__isnull=False).select_related("account"):
        accounts.setdefault(grant.capability, {})[grant.account_id] = grant.account.name
    makers = accounts.get(Capability.ACCOUNTANT, {})
    approvers = accounts.get(Capability.ACCOUNT_HOLDER, {})
    head = Seat.objects.filter(in_force(today), seat=SeatName.HEAD).select_related("contributor").first()
    fund = Fund.objects.filter(cut_off__gte=today, amount__gt=0).order_by("-year", "-amount").first()
    schedule = rates.schedule_on(portal, today)
    modes = PaymentMode.objects.filter(mode=Mode.PAYING).order_by("effective_from")
    paying = modes.filter(in_force(today)).first()
    coming = modes.filter(effective_from__gt=today).first()
    counts = payee_counts(actor=actor)
    return Readiness(
        account_holder=", ".join(approvers.values()),
        accountant=", ".join(makers.values()),
        head=head.contributor.full_name if head else "",
        schedule=schedule.title if schedule else "",
        decision_number=schedule.decision_number if schedule else "",
        fund=fund,
        fund_left=position(fund).left if fund else 0,
        needed=_needed(),
        one_person=next(iter(makers.values())) if len(makers) == 1 and makers.keys() == approvers.keys() else "",
        pays=paying is not None,
        pays_from=coming.effective_from if coming else None,
        tax_missing=counts["tax_missing"],
        missing=counts["missing"],
        to_confirm=counts["to_confirm"],
        units=[unit for unit in counts_by_unit(actor=actor) if unit.missing or unit.to_confirm or unit.tax_missing],
    )


def _needed() -> int:
    """What the drafts of runs before approval come to, held lines left out."""
    runs = Run.objects.filter(state__in=BEFORE_APPROVAL).values("pk")
    return int(DraftLine.objects.filter(run__in=runs, held="").aggregate(sum=Sum("amount"))["sum"] or 0)
