"""What is carried between runs: a portal's rule for it, every person's balance, and the ledger behind it.

A positive balance is held for the person (below the floor), a negative one is owed back. Entries are written with
the statements that carry them, in `payments.approving`, and never change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml
from django.db import transaction
from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.merging import rows_of_person
from contributors.models import Contributor, Portal
from contributors.names import plain_text
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import BalanceEntry, BalancePolicy, Statement, StatementState
from payments.royalty.carrying import Limits
from payments.royalty.schedule_check import ABSURD_DONG

FILE = Path(__file__).with_name("balance_policy.yaml")
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class ShippedBalancePolicy:
    """The file's values; đồng."""

    floor: int
    recovery_percent: Decimal | None
    recovery_dong: int | None
    release_at_year_end: bool
    most_floor: int


@dataclass(frozen=True, slots=True)
class CarryRule:
    """What holds on a day. `own`: the portal's decision, else what comes with the product."""

    floor: int
    recovery_percent: Decimal | None
    recovery_dong: int | None
    release_at_year_end: bool
    own: bool
    since: date | None = None
    decision_number: str = ""

    @property
    def limits(self) -> Limits:
        percent = None if self.recovery_percent is None else Fraction(self.recovery_percent)
        return Limits(floor=self.floor, percent=percent, dong=self.recovery_dong)


@dataclass(frozen=True, slots=True)
class Balance:
    """One person's balance in đồng, and since when it has been so."""

    contributor: Contributor
    amount: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry with the balance after it."""

    at: datetime
    statement: Statement | None
    reason: str
    amount: int
    after: int


@cache
def shipped_balance_policy() -> ShippedBalancePolicy:
    with FILE.open(encoding="utf-8") as source:
        values = yaml.safe_load(source)
    percent = values["recovery_percent"]
    return ShippedBalancePolicy(**{**values, "recovery_percent": None if percent is None else Decimal(percent)})


def carry_rule_on(portal_id: int, day: date) -> CarryRule:
    """The rule of a portal on a day."""
    row = BalancePolicy.objects.filter(in_force(day), portal_id=portal_id).first()
    if row is None:
        shipped = shipped_balance_policy()
        return CarryRule(
            shipped.floor, shipped.recovery_percent, shipped.recovery_dong, shipped.release_at_year_end, own=False
        )
    return CarryRule(
        row.floor,
        row.recovery_percent,
        row.recovery_dong,
        row.release_at_year_end,
        own=True,
        since=row.effective_from,
        decision_number=row.decision_number,
    )


def set_balance_policy(
    *,
    actor: Actor,
    floor: int,
    recovery_percent: Decimal | None,
    recovery_dong: int | None,
    effective_from: date,
    release_at_year_end: bool = True,
    decision_number: str = "",
) -> BalancePolicy:
    """A portal's own floor (đồng) and limits of recovery (percent of a payment, đồng a month) from a day on.

    A rule that was to begin on the same day gives way; one that begins later stays.
    Raises `floor_wrong`, `recovery_wrong`, `policy_day_past`.
    """
    require_money(actor, "balance.policy")
    require_proof(actor)
    most = shipped_balance_policy().most_floor
    if not 0 <= floor <= most:
        raise PaymentError("floor_wrong", field="floor", most=f"{most:,}".replace(",", "."))
    if recovery_percent is not None and not 0 <= recovery_percent <= WHOLE:
        raise PaymentError("recovery_wrong", field="recovery_percent")
    if recovery_dong is not None and not 0 <= recovery_dong <= ABSURD_DONG:
        raise PaymentError("recovery_wrong", field="recovery_dong")
    if effective_from < clock.today():
        raise PaymentError("policy_day_past", field="effective_from")
    with transaction.atomic():
        Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)  # one rule at a time
        BalancePolicy.objects.filter(effective_from=effective_from).delete()
        BalancePolicy.objects.filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=effective_from), effective_from__lt=effective_from
        ).update(effective_until=effective_from)
        later = BalancePolicy.objects.filter(effective_from__gt=effective_from).order_by("effective_from").first()
        row = BalancePolicy.objects.create(
            portal_id=actor.portal_id,
            effective_from=effective_from,
            effective_until=later.effective_from if later else None,
            floor=floor,
            recovery_percent=recovery_percent,
            recovery_dong=recovery_dong,
            release_at_year_end=release_at_year_end,
            decision_number=plain_text(decision_number)[:100],
        )
        record_event(
            actor=actor,
            kind="balance.policy_set",
            subject=row,
            facts={
                "floor": floor,
                "recovery_percent": None if recovery_percent is None else f"{recovery_percent}",
                "recovery_dong": recovery_dong,
                "release_at_year_end": release_at_year_end,
                "from": effective_from.isoformat(),
            },
        )
    return row


def balance_rows() -> dict[int, tuple[int, date]]:
    """Of everybody with a balance other than 0: đồng, and the last payment date that added to it. One query.

    Keys are the people who stay; rows of those merged into them count as theirs.
    """
    rows = (
        BalanceEntry.objects.values(person=Coalesce("contributor__merged_into_id", "contributor_id"))
        .annotate(sum=Sum("amount"), last=Max("statement__run__payment_date", filter=Q(amount__gt=0)))
        .exclude(sum=0)
    )
    return {row["person"]: (int(row["sum"]), row["last"] or date.min) for row in rows}


def balances(actor: Actor) -> list[Balance]:
    """Everybody who is held money or owes some, by Vietnamese name. Two queries."""
    require_money(actor, "balance.see")
    sums = {
        row["person"]: row
        for row in BalanceEntry.objects.values(person=Coalesce("contributor__merged_into_id", "contributor_id"))
        .annotate(sum=Sum("amount"), last=Max("at"))
        .exclude(sum=0)
    }
    return [
        Balance(person, int(sums[person.pk]["sum"]), sums[person.pk]["last"])
        for person in Contributor.objects.filter(pk__in=sums).order_by("sort_key", "pk")
    ]


def balance_of(contributor_id: int) -> int:
    """đồng; positive is held for the person, negative is owed back."""
    total = BalanceEntry.objects.filter(contributor__in=rows_of_person(contributor_id)).aggregate(sum=Sum("amount"))
    return int(total["sum"] or 0)


def ledger_of(*, actor: Actor, contributor: Contributor) -> list[LedgerLine]:
    """Every entry of a person, oldest first; their own, or all for who is responsible for the money.

    Raises `not_allowed`. What the person themself sees begins with issue.
    """
    rows = rows_of_person(contributor.pk)
    own = actor.contributor_id is not None and actor.contributor_id in rows
    require_money(actor, "balance.see", own=own)
    entries: QuerySet[BalanceEntry] = BalanceEntry.objects.filter(contributor__in=rows)
    if own:
        entries = entries.filter(statement__state=StatementState.ISSUED)
    return _with_sums(entries.select_related("statement__run").order_by("pk"))


def _with_sums(entries: Iterable[BalanceEntry]) -> list[LedgerLine]:
    found: list[LedgerLine] = []
    total = 0
    for entry in entries:
        total += entry.amount
        found.append(LedgerLine(entry.at, entry.statement, str(entry.get_reason_display()), entry.amount, total))
    return found


def person_with_balance(public_id: UUID) -> Contributor:
    """Raises `not_found`."""
    person: Contributor | None = Contributor.objects.filter(public_id=public_id, merged_into__isnull=True).first()
    if person is None:
        raise DomainError("not_found")
    return person
