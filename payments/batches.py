"""Payouts that go out together: gathered, written into a file, sent, answered one by one.

prepared → sent → done; a cash list goes from prepared to done. What was never sent can be dissolved, and its payouts
gathered anew. Decisions: docs/adr/0031-payout-batches.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import plain_text
from contributors.output import units_of
from contributors.portals import last_day
from payments.access import has_own_maker_line, require_money
from payments.bank_files import FileHead, FileRow, write_file
from payments.banks import bank_names
from payments.batch_checks import Finding, findings_of
from payments.batch_templates import Template, read_template, template_of
from payments.errors import PaymentError
from payments.models import (
    BatchItem,
    BatchKind,
    BatchState,
    Outcome,
    Payout,
    PayoutBatch,
    PayoutEvent,
    PayoutMethod,
    Run,
)
from payments.numbering import take_numbers
from payments.payee_cipher import opened
from payments.runs import check_step, lock_run

COUNTER = "payout_batch"
METHOD_OF = {
    BatchKind.CASH.value: PayoutMethod.CASH,
    BatchKind.BANK.value: PayoutMethod.TRANSFER,
    BatchKind.TREASURY.value: PayoutMethod.TRANSFER,
}


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file that was made just now; `sha256` is what the event keeps of it."""

    name: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """People and đồng of a batch by outcome; `waiting` has none yet."""

    waiting: int
    paid: int
    returned: int
    paid_amount: int

    @property
    def answered(self) -> int:
        return self.paid + self.returned


def outcome_exists(outcome: str, payout: str = "pk") -> Exists:
    return Exists(PayoutEvent.objects.filter(payout_id=OuterRef(payout), outcome=outcome))


def loose_payouts(run: Run) -> QuerySet[Payout]:
    """Alive, without an outcome, and in no batch."""
    found: QuerySet[Payout] = (
        Payout.objects.filter(statement__run=run, live=True)
        .filter(~outcome_exists(Outcome.CONFIRMED), ~Exists(BatchItem.objects.filter(payout=OuterRef("pk"), live=True)))
        .order_by("statement__number", "pk")
    )
    return found


def gather_batch(
    *, actor: Actor, run: Run, kind: str, template: str, purpose: str = "", chosen: Iterable[int] | None = None
) -> PayoutBatch:
    """A batch of every loose payout of its method (or of those in `chosen`, ids), numbered within the year.

    Raises `own_line`, `run_wrong_state`, `template_unknown`, `batch_kind_wrong`, `batch_empty`.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    layout = template_of(template)
    if layout.kind != kind:
        raise PaymentError("batch_kind_wrong", field="template", template=layout.title)
    with transaction.atomic():
        row = lock_run(run, None)
        check_step(row, "close")
        if has_own_maker_line(actor, row):
            raise PaymentError("own_line")
        wanted = loose_payouts(row).filter(method=METHOD_OF[kind])
        if chosen is not None:
            wanted = wanted.filter(pk__in=list(chosen))
        payouts = list(wanted.select_for_update(of=("self",)))
        if not payouts:
            raise PaymentError("batch_empty", field="kind")
        today = clock.today(Portal.objects.get(pk=row.portal_id).time_zone)
        batch = PayoutBatch.objects.create(
            portal_id=row.portal_id,
            run=row,
            kind=kind,
            year=today.year,
            number=take_numbers(row.portal_id, COUNTER, today.year, 1),
            template_code=layout.code,
            template_version=layout.version,
            rules=dict(layout.rules),
            purpose=plain_text(purpose)[:200] or f"Chi nhuận bút {row.label}",
            payouts=len(payouts),
            total=sum(payout.amount for payout in payouts),
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        BatchItem.objects.bulk_create(
            [
                BatchItem(
                    portal_id=row.portal_id,
                    batch=batch,
                    payout=payout,
                    position=position,
                    reference=reference_of(batch, position),
                )
                for position, payout in enumerate(payouts, start=1)
            ],
            batch_size=1000,
        )
        record_event(
            actor=actor,
            kind="batch.gathered",
            subject=batch,
            facts={"payouts": batch.payouts, "amount": batch.total, "of": kind, "template": layout.code},
        )
    return batch


def reference_of(batch: PayoutBatch, position: int) -> str:
    """Capitals and digits, at most 25, once per portal: `NB26D003N0012`."""
    return f"NB{batch.year % 100:02d}D{batch.number:03d}N{position:04d}"


def layout_of(batch: PayoutBatch) -> Template:
    """The columns that the batch copied."""
    return read_template(batch.rules, version=batch.template_version)


def take_batch_file(*, actor: Actor, batch: PayoutBatch, kind: str) -> BatchFile:
    """The file, made now and kept nowhere; its hash goes to the event and the batch.

    Raises `batch_wrong_state`, `batch_not_ready`, `letters_unwritable`, `not_found` for an unknown kind.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    if kind not in {"xlsx", "csv"}:
        raise DomainError("not_found")
    with transaction.atomic():
        row = lock_batch(batch, None)
        if row.state == BatchState.DISSOLVED:
            raise PaymentError("batch_wrong_state", state=row.get_state_display())
        layout, items = layout_of(row), items_of(row)
        wrong = [finding for finding in findings_of(row, items, layout) if finding.stops]
        if wrong:
            raise PaymentError("batch_not_ready", count=len(wrong), problem=wrong[0].label)
        content = write_file(kind, layout, head_of(row), file_rows(items))
        digest = hashlib.sha256(content).hexdigest()
        PayoutBatch.objects.filter(pk=row.pk).update(file_sha256=digest)
        record_event(
            actor=actor,
            kind="batch.file_taken",
            subject=row,
            facts={"sha256": digest, "format": kind, "rows": len(items), "bytes": len(content)},
        )
    return BatchFile(f"dot-chi-{row.number:03d}-{row.year}-{row.kind}.{kind}", content, digest)


def items_of(batch: PayoutBatch, first: int | None = None) -> list[BatchItem]:
    """The items of a batch as its file has them (or the `first` few): those whose confirmation was taken back gave
    way. Constant number of queries.
    """
    return list(
        BatchItem.objects.filter(batch=batch)
        .exclude(payout__in=PayoutEvent.objects.filter(outcome=Outcome.REVOKED).values("payout_id"))
        .select_related(
            "payout__statement__contributor",
            "payout__statement__run",
            "payout__payee_details__data_key",
        )
        .defer("payout__statement__frozen", "payout__statement__run__list_frozen")
        .prefetch_related("payout__outcomes__recorded_by")
        .order_by("position")[:first]
    )


def head_of(batch: PayoutBatch) -> FileHead:
    zone = ZoneInfo(Portal.objects.get(pk=batch.portal_id).time_zone)
    return FileHead(f"Đợt chi {batch}", batch.created_at.astimezone(zone).date(), batch.purpose)


def file_rows(items: Sequence[BatchItem], *, masked: bool = False) -> list[FileRow]:
    """Rows of the file; `masked` for a preview, in which no number is opened."""
    banks = bank_names()
    people = [item.payout.statement.contributor_id for item in items]
    units = units_of(people, last_day(items[0].payout.statement.run.period_until)) if items else {}
    rows = []
    for item in items:
        payout, details = item.payout, item.payout.payee_details
        account = ""
        if payout.bank_account_tail:
            account = f"•••• {payout.bank_account_tail}" if masked else opened(details, "bank_account")
        rows.append(
            FileRow(
                position=item.position,
                reference=item.reference,
                name=payee_name(payout),
                legal_name=details.legal_name,
                account=account,
                bank_name=banks.get(payout.bank_bin, payout.bank_bin),
                bank_bin=payout.bank_bin,
                amount=payout.amount,
                statement=f"{payout.statement.number:02d}/{payout.statement.year}/PTT",
                unit=units.get(payout.statement.contributor_id, ""),
            )
        )
    return rows


def payee_name(payout: Payout) -> str:
    """To whom the money goes: the account's holder, else the other payee, else the person."""
    details = payout.payee_details
    if payout.method == PayoutMethod.TRANSFER and details.account_name:
        return details.account_name
    return details.other_payee_name or details.legal_name


def send_batch(*, actor: Actor, batch: PayoutBatch, seen_version: int) -> PayoutBatch:
    """Handed over to the bank or the treasury: every payout of it has left.

    Raises `batch_wrong_state` (a cash list is not sent), `batch_file_missing`, `stale_version`.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    with transaction.atomic():
        lock_payouts_of(batch)
        row = lock_batch(batch, seen_version)
        if row.state != BatchState.PREPARED or row.kind == BatchKind.CASH:
            raise PaymentError("batch_wrong_state", state=row.get_state_display())
        if not row.file_sha256:
            raise PaymentError("batch_file_missing")
        now = clock.now()
        leaving = Payout.objects.filter(items__batch=row, live=True).order_by("pk").values_list("pk", flat=True)
        PayoutEvent.objects.bulk_create(
            [
                PayoutEvent(
                    portal_id=row.portal_id,
                    payout_id=payout_id,
                    outcome=Outcome.SENT,
                    at=now,
                    recorded_by_id=actor.account_pk,
                )
                for payout_id in leaving
            ],
            batch_size=1000,
            ignore_conflicts=True,
        )
        row.state, row.sent_at, row.sent_by_id = BatchState.SENT, now, actor.account_id
        return _moved(actor, row, "batch.sent", {"sha256": row.file_sha256})


def dissolve_batch(*, actor: Actor, batch: PayoutBatch, seen_version: int, reason: str) -> PayoutBatch:
    """Give a batch up that was never sent; its payouts can be gathered anew. Its number stays.

    Raises `reason_missing`, `batch_wrong_state`, `stale_version`.
    """
    require_money(actor, "run.pay")
    words = plain_text(reason)[:500]
    if not words:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = lock_batch(batch, seen_version)
        answered = PayoutEvent.objects.filter(payout__items__batch=row).exists()
        if row.state != BatchState.PREPARED or answered:
            raise PaymentError("batch_wrong_state", state=row.get_state_display())
        BatchItem.objects.filter(batch=row, live=True).update(live=False)
        row.state = BatchState.DISSOLVED
        return _moved(actor, row, "batch.dissolved", {"reason": words, "file_taken": bool(row.file_sha256)})


def settle_batch(actor: Actor, batch: PayoutBatch) -> None:
    """Done when nobody in it waits any more; open again where a confirmation was taken back. In the caller's
    transaction, which holds the batch.
    """
    open_left = Payout.objects.filter(items__batch=batch, live=True).filter(~outcome_exists(Outcome.CONFIRMED)).exists()
    if not open_left and batch.state in {BatchState.PREPARED, BatchState.SENT}:
        batch.state, batch.done_at = BatchState.DONE, clock.now()
        _moved(actor, batch, "batch.done", {})
    elif open_left and batch.state == BatchState.DONE:
        batch.state = BatchState.SENT if batch.sent_at else BatchState.PREPARED
        batch.done_at = None
        _moved(actor, batch, "batch.opened_again", {})


def _moved(actor: Actor, batch: PayoutBatch, kind: str, facts: dict[str, object]) -> PayoutBatch:
    batch.version += 1
    batch.save(update_fields=["state", "version", "sent_at", "sent_by", "done_at"])
    sums = {"payouts": batch.payouts, "amount": batch.total}
    record_event(actor=actor, kind=kind, subject=batch, facts=sums | facts)
    return batch


def lock_payouts_of(batch: PayoutBatch) -> None:
    """Payouts are locked before their batch, by every verb, so that two never wait for each other."""
    rows = Payout.objects.select_for_update(of=("self",)).filter(items__batch=batch).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_batch(batch: PayoutBatch, seen_version: int | None) -> PayoutBatch:
    """Raises `not_found`, `stale_version`."""
    row = PayoutBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if row is None:
        raise DomainError("not_found")
    if seen_version is not None and row.version != seen_version:
        raise DomainError("stale_version", field="version")
    return row


def batch_findings(batch: PayoutBatch) -> list[Finding]:
    """What stands in the way of the file, and what deserves a look."""
    return findings_of(batch, items_of(batch), layout_of(batch))


def batches_of(run: Run | None = None) -> QuerySet[PayoutBatch]:
    """Newest first, with people by outcome as `paid` and `returned`."""
    alive = Q(items__payout__live=True)
    rows: QuerySet[PayoutBatch] = PayoutBatch.objects.select_related("run", "created_by").annotate(
        paid=Count("items", filter=alive & Q(items__payout__outcomes__outcome=Outcome.CONFIRMED), distinct=True),
        returned=Count("items", filter=Q(items__payout__outcomes__outcome=Outcome.RETURNED), distinct=True),
    )
    return (rows.filter(run=run) if run is not None else rows).order_by("-year", "-number")


def figures_of(batch: PayoutBatch) -> BatchFigures:
    payouts = Payout.objects.filter(items__batch=batch)
    paid = payouts.filter(outcome_exists(Outcome.CONFIRMED), live=True).aggregate(count=Count("pk"), sum=Sum("amount"))
    returned = payouts.filter(outcome_exists(Outcome.RETURNED)).count()
    waiting = payouts.filter(~outcome_exists(Outcome.CONFIRMED), live=True).count()
    return BatchFigures(waiting, paid["count"], returned, paid["sum"] or 0)
