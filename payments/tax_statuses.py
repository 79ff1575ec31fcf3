"""How people are taxed, dated. Statements keep a copy of the status that they were computed by."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Category, Contributor
from payments.access import require_money
from payments.errors import PaymentError
from payments.law import tax_rules
from payments.models import TaxKind, TaxStatus
from payments.royalty.tax import TaxStatus as TaxStatusCode

# What a person's category suggests; the accountant decides, nothing is set by itself.
PROPOSED = {
    Category.VOLUNTEER: TaxKind.RESIDENT_NO_CONTRACT,
    Category.HAMLET_OFFICER: TaxKind.HAMLET_OFFICER,
    Category.STAFF: TaxKind.CIVIL_SERVANT_HERE,
    Category.OTHER_BODY: TaxKind.OTHER_BODY,
}


def proposed_tax_status(contributor: Contributor) -> str:
    """The status that goes with the person's category, for the form to begin with."""
    return str(PROPOSED.get(Category(contributor.category), TaxKind.RESIDENT_NO_CONTRACT))


def tax_status_on(contributor_id: int, day: date) -> TaxStatus | None:
    """The status of a person on a day."""
    row: TaxStatus | None = TaxStatus.objects.filter(in_force(day), contributor_id=contributor_id).first()
    return row


def tax_statuses_of(contributor_id: int) -> QuerySet[TaxStatus]:
    """Every status of a person, newest first."""
    found: QuerySet[TaxStatus] = (
        TaxStatus.objects.filter(contributor_id=contributor_id)
        .select_related("confirmed_by")
        .order_by("-effective_from")
    )
    return found


def set_tax_status(
    *,
    actor: Actor,
    contributor: Contributor,
    status: str,
    effective_from: date,
    committed_year: int | None = None,
    withhold_asked: bool = False,
) -> TaxStatus:
    """How a person's payments are taxed from a day on: the status before ends that day, one that comes later stays.

    A status with the same first day is corrected; what it was stands in the event. `committed_year` is the year of
    the person's commitment that nothing need be withheld, which only people without a contract can give.
    `withhold_asked`: the person asks for withholding below the threshold too, where a rule of the status allows it.
    Raises `tax_status_unknown`, `commitment_not_for_status`, `commitment_year_wrong`, `asked_not_for_status`.
    """
    require_money(actor, "tax_status.write")
    require_proof(actor)
    if status not in TaxKind.values:
        raise PaymentError("tax_status_unknown", field="status")
    if committed_year is not None:
        if status != TaxKind.RESIDENT_NO_CONTRACT:
            raise PaymentError("commitment_not_for_status", field="committed_year")
        if not effective_from.year <= committed_year <= clock.today().year + 1:
            raise PaymentError("commitment_year_wrong", field="committed_year")
    if withhold_asked and not _may_ask(status):
        raise PaymentError("asked_not_for_status", field="withhold_asked")
    with transaction.atomic():
        person = _locked(contributor)
        mine = TaxStatus.objects.filter(contributor=person)
        mine.filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=effective_from), effective_from__lt=effective_from
        ).update(effective_until=effective_from)
        same = mine.filter(effective_from=effective_from).first()
        later = mine.filter(effective_from__gt=effective_from).order_by("effective_from").first()
        facts = {"contributor": person.pk, "status": status, "from": effective_from.isoformat()}
        if committed_year is not None:
            facts["committed_year"] = committed_year
        if withhold_asked:
            facts["withhold_asked"] = True
        if same is not None:
            facts |= {"before": same.status, "before_committed": same.committed_year}
        row = same or TaxStatus(portal_id=actor.portal_id, contributor=person, effective_from=effective_from)
        row.status = status
        row.committed_year = committed_year
        row.withhold_asked = withhold_asked
        if same is None:
            row.effective_until = later.effective_from if later else None
        row.confirmed_by_id = actor.account_id
        row.save()
        record_event(actor=actor, kind="tax_status.set", subject=row, facts=facts)
    return row


def end_tax_status(*, actor: Actor, contributor: Contributor, effective_until: date) -> TaxStatus:
    """The status in force ends on a day without another one: from then on the person's lines are held.

    Raises `tax_status_none`.
    """
    require_money(actor, "tax_status.write")
    require_proof(actor)
    with transaction.atomic():
        person = _locked(contributor)
        row: TaxStatus | None = (
            TaxStatus.objects.filter(contributor=person, effective_from__lt=effective_until)
            .filter(Q(effective_until__isnull=True) | Q(effective_until__gt=effective_until))
            .first()
        )
        if row is None:
            raise PaymentError("tax_status_none", field="effective_until", day=f"{effective_until:%d/%m/%Y}")
        row.effective_until = effective_until
        row.confirmed_by_id = actor.account_id
        row.save(update_fields=["effective_until", "confirmed_by"])
        record_event(
            actor=actor,
            kind="tax_status.ended",
            subject=row,
            facts={"contributor": person.pk, "status": row.status, "until": effective_until.isoformat()},
        )
    return row


def _may_ask(status: str) -> bool:
    """Whether some rule of the status, of any day, withholds below its threshold if it is asked to."""
    rules = tax_rules()
    wanted = rules.officers if status == TaxKind.HAMLET_OFFICER else TaxStatusCode(status)
    return any(rule.below_if_asked and wanted in rule.statuses for rule in rules.rules)


def _locked(contributor: Contributor) -> Contributor:
    person: Contributor | None = Contributor.objects.select_for_update().filter(pk=contributor.pk).first()
    if person is None:
        raise DomainError("not_found")
    return person
