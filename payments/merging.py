"""Merging two rows of one person, with their money; and parting them again until something was issued.

What was issued names whom it named: statements, lines and balances stay with the merged row, and every sum of a
person reads through `merged_into` (`payments.network.totals_of`, `payments.earnings.statements_of`).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from contributors import clock
from contributors.access import require, require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.merging import lock_pair, merge_rows, move_dated, unmerge_rows
from contributors.models import Contributor, Credit, Merge
from payments import envelope, payee_cipher
from payments.errors import PaymentError
from payments.models import DraftLine, Line, PayeeDetails, Run, RunItem, RunState, Statement, TaxStatus

# Between freezing and issuing a run knows its people by their ids.
LIVE = (RunState.FROZEN, RunState.COMPUTED, RunState.IN_REVIEW, RunState.CONFIRMED, RunState.APPROVED)
OVER = (RunState.ISSUED, RunState.CLOSED, RunState.CANCELLED)
NUMBERS: tuple[payee_cipher.Which, ...] = ("personal_id", "bank_account")
COPIED = (
    *("legal_name", "other_payee_name", "personal_id_hmac", "personal_id_tail", "bank_bin"),
    *("bank_account_hmac", "bank_account_tail", "account_name", "name_differs", "sheet_signed_on", "hold_until"),
)


def merge_people(*, actor: Actor, survivor: Contributor, merged: Contributor, reason: str) -> Merge:
    """Make one person of two: work, payee details and tax statuses go over to `survivor`.

    Raises `second_factor_needed`, `merge_own_row`, `merge_run_live`, and what `contributors.merging.merge_rows` raises.
    """
    _require(actor, survivor, merged)
    with transaction.atomic():
        _refuse_live_runs(survivor.pk, merged.pk)
        kept, gone = lock_pair(survivor, merged)
        row = merge_rows(actor=actor, survivor=kept, merged=gone, reason=reason)
        money: dict[str, Any] = {
            "tax_statuses": move_dated(TaxStatus, (), kept, gone),
            "payee_details": _take_payee(actor, kept, gone),
        }
        row.moved |= {word: ids for word, ids in money.items() if ids}
        row.save(update_fields=["moved"])
    return row


def undo_merge(*, actor: Actor, merge: Merge) -> Merge:
    """Part them again; work, details and statuses go back to where they came from.

    Raises `merge_has_issued`, `merge_run_live`, and what `contributors.merging.unmerge_rows` raises.
    """
    _require(actor, merge.survivor, merge.merged)
    with transaction.atomic():
        row = Merge.objects.select_for_update().get(pk=merge.pk)
        if row.undone_at is None:
            _refuse_live_runs(row.survivor_id, row.merged_id)
            if has_issued(row):
                raise PaymentError("merge_has_issued")
            PayeeDetails.objects.filter(pk__in=row.moved.get("payee_details", ())).delete()
            TaxStatus.objects.filter(pk__in=row.moved.get("tax_statuses", ()), contributor_id=row.survivor_id).update(
                contributor_id=row.merged_id
            )
        return unmerge_rows(actor=actor, merge=row)


def has_issued(merge: Merge) -> bool:
    """Whether something that the survivor was paid contains moved work, or went to moved details."""
    credit_ids = [
        *merge.moved.get("credits", ()),
        *(joined["into"] for joined in merge.moved.get("credits_joined", ())),
        *Credit.objects.filter(contributor_id=merge.merged_id).values_list("pk", flat=True),
    ]
    keys = [f"credit:{pk}" for pk in credit_ids]
    return (
        Line.objects.filter(contributor_id=merge.survivor_id, subject_key__in=keys).exists()
        or Statement.objects.filter(payee_details__in=merge.moved.get("payee_details", ())).exists()
    )


def _require(actor: Actor, survivor: Contributor, merged: Contributor) -> None:
    """A merge moves rights and money, so nobody makes one with a row of their own."""
    require(actor, "contributor.merge")
    require_proof(actor)
    if actor.contributor_id is not None and actor.contributor_id in {survivor.pk, merged.pk}:
        raise DomainError("merge_own_row")


def _refuse_live_runs(*people: int) -> None:
    """Raise `merge_run_live` for a run on its way to issue that knows one of them. Runs are locked first: one that
    is being frozen just now waits, and reads the people as they are afterwards.
    """
    runs = {run.pk: run for run in Run.objects.select_for_update().exclude(state__in=OVER).order_by("pk")}
    live = [run.pk for run in runs.values() if run.state in LIVE]
    named = Q()
    for person in people:
        named |= Q(facts__cr__contains=[[person]])
    found = (
        RunItem.objects.filter(named, run__in=live).values_list("run_id", flat=True).first()
        or DraftLine.objects.filter(run__in=live, contributor_id__in=people).values_list("run_id", flat=True).first()
    )
    if found is not None:
        raise PaymentError("merge_run_live", run=runs[found].label)


def _take_payee(actor: Actor, kept: Contributor, gone: Contributor) -> list[int]:
    """The merged row's details as a new version of a survivor who has none. Numbers are bound to their row, so they
    are encrypted again; as after any change by somebody else, a second person has to confirm them.
    """
    if PayeeDetails.objects.filter(contributor=kept, current=True).exists():
        return []
    old = PayeeDetails.objects.select_related("data_key").filter(contributor=gone, current=True).first()
    if old is None:
        return []
    last = PayeeDetails.objects.filter(contributor=kept).order_by("-version").values_list("version", flat=True).first()
    version = (last or 0) + 1
    key = envelope.current_data_key()
    numbers: dict[str, bytes | None] = {}
    for column in NUMBERS:
        number = payee_cipher.opened(old, column)
        numbers[column] = (
            payee_cipher.sealed(number, key=key, contributor_id=kept.pk, version=version, column=column)
            if number
            else None
        )
    row = PayeeDetails.objects.create(
        portal_id=actor.portal_id,
        contributor=kept,
        version=version,
        data_key=key,
        changed_by_id=actor.account_pk,
        changed_at=clock.now(),
        **numbers,
        **{column: getattr(old, column) for column in COPIED},
    )
    record_event(
        actor=actor,
        kind="payee.moved",
        subject=row,
        facts={"contributor": kept.pk, "from": gone.pk, "version": version},
    )
    return [row.pk]
