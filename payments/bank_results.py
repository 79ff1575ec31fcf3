"""The bank's answer to a batch: read, matched with what was sent, looked at, then written down in one transaction.

Rows are matched by the reference that the file carried; where the bank dropped it, by the last digits of the account,
the amount and the name together, if exactly one payout has all three. What contradicts is shown and left to people.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.names import plain_text, search_key
from contributors.spreadsheets import Table, read_table
from payments.access import has_own_maker_line, require_money
from payments.batch_templates import RESULT_COLUMNS, result_headings
from payments.batches import batches_of, items_of, layout_of, lock_batch, lock_payouts_of, payee_name, settle_batch
from payments.errors import PaymentError
from payments.models import (
    BankResult,
    BatchItem,
    BatchState,
    Outcome,
    Payout,
    PayoutBatch,
    PayoutEvent,
    ResultState,
)
from payments.runs import check_step, lock_run

MOST_ROWS = 10_000
TAIL = 4
PAID, RETURNED = "paid", "returned"
MATCHED, ALREADY, CONTRADICTS, UNMATCHED = "matched", "already", "contradicts", "unmatched"
VERDICTS = (MATCHED, CONTRADICTS, UNMATCHED, ALREADY)
PROBLEMS: Mapping[str, str | Promise] = {
    "": "",
    "no_such": _("không có dòng nào như vậy trong đợt chi này"),
    "several": _("nhiều dòng của đợt giống dòng này; hãy ghi tay"),
    "amount": _("số tiền khác với lệnh chi"),
    "account": _("số tài khoản khác với lệnh chi"),
    "status": _("không rõ ngân hàng đã chi hay trả lại"),
    "twice": _("tệp có hai dòng về cùng một người"),
    "confirmed": _("ngân hàng báo trả lại, nhưng đã ghi là đã nhận tiền"),
    "returned": _("ngân hàng báo đã chi, nhưng đã ghi là bị trả lại"),
}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of the bank's file against the rows of now. `item` None where nothing fits."""

    number: int
    name: str
    amount: str
    status: str
    reason: str
    outcome: str
    verdict: str
    problem: str
    item: BatchItem | None

    @property
    def amount_value(self) -> int | None:
        return int(self.amount) if self.amount else None

    @property
    def problem_label(self) -> str:
        return str(PROBLEMS[self.problem])


def check_result(*, actor: Actor, batch: PayoutBatch, content: bytes, file_name: str) -> BankResult:
    """Keep what the bank's file says, without an effect. A file that was read before is found again, not made twice.

    Raises `batch_not_sent`, and what `contributors.spreadsheets.read_table` refuses.
    """
    require_money(actor, "run.pay")
    if batch.state not in {BatchState.SENT, BatchState.DONE}:
        raise PaymentError("batch_not_sent", number=str(batch))
    digest = hashlib.sha256(content).hexdigest()
    found = _kept(batch, digest)
    if found is not None:
        return found
    headings = result_headings(layout_of(batch))
    table = read_table(
        content=content,
        file_name=file_name,
        columns={key: headings[key] for key in RESULT_COLUMNS},
        most_rows=MOST_ROWS,
    )
    table.require("amount", "status")
    rows = _plain_rows(table, headings)
    try:
        with transaction.atomic():
            result = BankResult.objects.create(
                portal_id=batch.portal_id,
                batch=batch,
                file_name=plain_text(file_name)[:200],
                sha256=digest,
                row_count=len(rows),
                rows=rows,
                created_by_id=actor.account_pk,
                created_at=clock.now(),
            )
            record_event(
                actor=actor,
                kind="bank_result.checked",
                subject=result,
                facts={"batch": str(batch), "rows": len(rows), "sha256": digest},
            )
    except IntegrityError as refused:
        there = _kept(batch, digest)
        if "bankresult_once" not in str(refused) or there is None:
            raise
        return there
    return result


def _kept(batch: PayoutBatch, digest: str) -> BankResult | None:
    return BankResult.objects.filter(
        batch=batch, sha256=digest, state__in=[ResultState.CHECKED, ResultState.APPLIED]
    ).first()


def _plain_rows(table: Table, headings: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """As they are kept until the end: the account cut to its tail, the status read as an outcome."""
    rows = []
    for row in table.rows:
        cells = row.cells
        if not (cells["reference"] or cells["account"] or cells["name"]):
            continue  # a total below the rows
        digits = re.sub(r"\D", "", cells["account"])
        rows.append(
            {
                "n": row.number,
                "ref": re.sub(r"[^A-Z0-9]+", " ", cells["reference"].upper()).strip()[:200],
                "tail": digits[-TAIL:],
                "name": plain_text(cells["name"])[:300],
                "amount": re.sub(r"\D", "", re.sub(r"[.,]00?$", "", cells["amount"]))[:15],
                "status": plain_text(cells["status"])[:100],
                "reason": plain_text(cells["reason"])[:500],
                "outcome": _outcome(cells["status"], headings),
            }
        )
    return rows


def _outcome(status: str, headings: Mapping[str, Sequence[str]]) -> str:
    """Refusals first: "không thành công" has "thành công" in it."""
    said = search_key(status)
    for outcome, words in ((RETURNED, headings["returned_words"]), (PAID, headings["paid_words"])):
        if said and any(search_key(word) in said for word in words if word):
            return outcome
    return ""


def result_rows(result: BankResult) -> list[ResultRow]:
    """Every row with its verdict as things stand now; empty once the file is over. Constant number of queries."""
    items = items_of(result.batch)
    by_reference = {item.reference: item for item in items}
    alike: dict[tuple[str, int], list[BatchItem]] = defaultdict(list)
    for item in items:
        alike[item.payout.bank_account_tail, item.payout.amount].append(item)
    seen: dict[int, int] = defaultdict(int)
    matched = []
    for row in result.rows:
        found, problem = _match(row, by_reference, alike)
        if found is not None:
            seen[found.pk] += 1
        matched.append((row, found, problem))
    return [_judged(row, found, problem, seen) for row, found, problem in matched]


def _match(
    row: Mapping[str, Any],
    by_reference: Mapping[str, BatchItem],
    alike: Mapping[tuple[str, int], Sequence[BatchItem]],
) -> tuple[BatchItem | None, str]:
    named = by_reference.get(row["ref"].replace(" ", "")) or _named_inside(row["ref"], by_reference)
    if named is not None:
        if row["amount"] and int(row["amount"]) != named.payout.amount:
            return named, "amount"
        if row["tail"] and row["tail"] != named.payout.bank_account_tail:
            return named, "account"
        return named, ""
    amount = int(row["amount"] or 0)
    fitting = [
        item
        for item in alike.get((row["tail"], amount), ())
        if row["tail"] and _same_name(row["name"], payee_name(item.payout))
    ]
    if len(fitting) > 1:
        return None, "several"
    return (fitting[0], "") if fitting else (None, "no_such")


def _named_inside(reference: str, by_reference: Mapping[str, BatchItem]) -> BatchItem | None:
    """Banks write their own words around the reference that they were given."""
    found = {each for each in re.findall(r"NB\d{2}D\d{3,}N\d{4,}\b", reference) if each in by_reference}
    return by_reference[found.pop()] if len(found) == 1 else None


def _same_name(one: str, other: str) -> bool:
    """Without tone marks and spaces; a bank may cut a long name."""
    short, long = sorted(("".join(search_key(one).split()), "".join(search_key(other).split())), key=len)
    return bool(short) and long.startswith(short)


def _judged(row: Mapping[str, Any], item: BatchItem | None, problem: str, seen: Mapping[int, int]) -> ResultRow:
    outcome = row["outcome"]
    verdict = MATCHED
    if item is None:
        verdict = UNMATCHED
    else:
        outcomes = {event.outcome for event in item.payout.outcomes.all()}
        problem = problem or ("twice" if seen[item.pk] > 1 else "") or ("" if outcome else "status")
        if not problem and outcome == RETURNED and Outcome.CONFIRMED in outcomes:
            problem = "confirmed"
        if not problem and outcome == PAID and Outcome.RETURNED in outcomes:
            problem = "returned"
        if problem:
            verdict = CONTRADICTS
        elif outcomes & {Outcome.CONFIRMED.value, Outcome.RETURNED.value}:
            verdict = ALREADY
    return ResultRow(
        number=row["n"],
        name=row["name"],
        amount=row["amount"],
        status=row["status"],
        reason=row["reason"],
        outcome=outcome,
        verdict=verdict,
        problem=problem,
        item=item,
    )


def silent_items(result: BankResult, rows: Sequence[ResultRow]) -> list[BatchItem]:
    """Who is in the batch, still waits, and of whom the file says nothing."""
    named = {row.item.pk for row in rows if row.item is not None}
    return [
        item
        for item in items_of(result.batch)
        if item.pk not in named
        and item.payout.live
        and not any(event.outcome == Outcome.CONFIRMED for event in item.payout.outcomes.all())
    ]


def apply_result(*, actor: Actor, result: BankResult) -> BankResult:
    """Write down what matches, in one transaction; what contradicts or fits nothing stays as it is.

    Raises `own_line`, `run_wrong_state`, `result_wrong_state`, `result_empty`.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    with transaction.atomic():
        run = lock_run(result.batch.run, None)
        check_step(run, "close")
        if has_own_maker_line(actor, run):
            raise PaymentError("own_line")
        lock_payouts_of(result.batch)
        kept, batch = _lock_result(result)
        rows = [row for row in result_rows(kept) if row.verdict in {MATCHED, ALREADY}]
        if not rows:
            raise PaymentError("result_empty")
        fresh = [row for row in rows if row.verdict == MATCHED and row.item is not None]
        now = clock.now()
        PayoutEvent.objects.bulk_create(
            [
                PayoutEvent(
                    portal_id=kept.portal_id,
                    payout_id=row.item.payout_id,
                    outcome=Outcome.CONFIRMED if row.outcome == PAID else Outcome.RETURNED,
                    reason="" if row.outcome == PAID else (row.reason or row.status),
                    at=now,
                    recorded_by_id=actor.account_pk,
                )
                for row in fresh
                if row.item is not None
            ],
            batch_size=1000,
        )
        back = [row.item.payout_id for row in fresh if row.outcome == RETURNED and row.item is not None]
        Payout.objects.filter(pk__in=back).update(live=False)
        kept.state, kept.ended_at, kept.applied = ResultState.APPLIED, now, len(fresh)
        kept.rows = [{"n": row.number, "ref": row.item.reference, "outcome": row.outcome} for row in rows if row.item]
        kept.save(update_fields=["state", "ended_at", "applied", "rows"])
        record_event(
            actor=actor,
            kind="bank_result.applied",
            subject=kept,
            facts={"batch": str(batch), "paid": len(fresh) - len(back), "returned": len(back)},
        )
        settle_batch(actor, batch)
    return kept


def discard_result(*, actor: Actor, result: BankResult) -> BankResult:
    """Give a checked file up; what its rows said is forgotten. Raises `result_wrong_state`."""
    require_money(actor, "run.pay")
    with transaction.atomic():
        kept, batch = _lock_result(result)
        kept.state, kept.ended_at, kept.rows = ResultState.DISCARDED, clock.now(), []
        kept.save(update_fields=["state", "ended_at", "rows"])
        record_event(actor=actor, kind="bank_result.discarded", subject=kept, facts={"batch": str(batch)})
    return kept


def _lock_result(result: BankResult) -> tuple[BankResult, PayoutBatch]:
    batch = lock_batch(result.batch, None)
    kept = BankResult.objects.select_for_update(of=("self",)).select_related("batch__run").get(pk=result.pk)
    if kept.state != ResultState.CHECKED:
        raise PaymentError("result_wrong_state")
    return kept, batch


def result_of(public_id: Any) -> BankResult:
    """Raises `not_found`."""
    found = BankResult.objects.select_related("batch__run").filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found


def batch_of(public_id: Any) -> PayoutBatch:
    """Raises `not_found`."""
    found = batches_of().filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found
