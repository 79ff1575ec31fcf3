"""Before a batch's file is taken: what stands in the way, and what deserves a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from payments.bank_files import shown_name
from payments.batch_templates import Template
from payments.models import Bank, BatchItem, BatchKind, BatchState, PayeeDetails, PayoutBatch

ROWS, TOTAL, STATEMENT = "rows", "total", "statement"
NAME_LONG, BANK_MISSING, BANK_UNKNOWN, NOT_ALIVE = "name_long", "bank_missing", "bank_unknown", "not_alive"
TWICE, NAME_DIFFERS, CHANGED_SINCE = "account_twice", "name_differs", "changed_since"
STOPS = frozenset({ROWS, TOTAL, STATEMENT, NAME_LONG, BANK_MISSING, BANK_UNKNOWN, NOT_ALIVE})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing; `stops`: no file before it is right. `label` in the language of the request."""

    code: str
    label: str
    item: BatchItem | None = None

    @property
    def stops(self) -> bool:
        return self.code in STOPS


def findings_of(batch: PayoutBatch, items: Sequence[BatchItem], template: Template) -> list[Finding]:
    """Two queries whatever the size."""
    found = _sums(batch, items)
    transfers = batch.kind != BatchKind.CASH
    banks = set(Bank.objects.filter(active=True).values_list("bin", flat=True)) if transfers else set()
    current = set(
        PayeeDetails.objects.filter(contributor_id__in=[_payee(item) for item in items], current=True).values_list(
            "pk", flat=True
        )
    )
    accounts = Counter(
        bytes(item.payout.payee_details.bank_account_hmac)
        for item in items
        if item.payout.payee_details.bank_account_hmac
    )
    for item in items:
        found += _of_item(batch, item, template)
        details = item.payout.payee_details
        if transfers:
            found += _of_account(item, banks)
            if details.bank_account_hmac and accounts[bytes(details.bank_account_hmac)] > 1:
                found.append(_about(TWICE, item, _("%(name)s: số tài khoản này có ở nhiều dòng của đợt.")))
            if details.name_differs:
                found.append(_about(NAME_DIFFERS, item, _("%(name)s: tên chủ tài khoản khác tên người nhận.")))
        if details.pk not in current and batch.state == BatchState.PREPARED:
            found.append(_about(CHANGED_SINCE, item, _("%(name)s: thông tin nhận tiền đã đổi sau khi lập lệnh chi.")))
    return sorted(found, key=lambda finding: not finding.stops)


def _payee(item: BatchItem) -> int:
    person = item.payout.statement.contributor
    return person.merged_into_id or person.pk


def _about(code: str, item: BatchItem, sentence: str, **values: object) -> Finding:
    return Finding(code, sentence % {"name": item.payout.payee_details.legal_name, **values}, item)


def _sums(batch: PayoutBatch, items: Sequence[BatchItem]) -> list[Finding]:
    """Rows = total = transfer: what was gathered, what stands in it, what the statements say."""
    found = []
    if len(items) != batch.payouts:
        found.append(
            Finding(
                ROWS,
                _("Đợt có %(rows)d dòng, lúc lập là %(gathered)d.") % {"rows": len(items), "gathered": batch.payouts},
            )
        )
    if sum(item.payout.amount for item in items) != batch.total:
        found.append(Finding(TOTAL, _("Tổng các dòng khác tổng tiền của đợt.")))
    if any(item.payout.amount != item.payout.statement.net for item in items):
        found.append(Finding(STATEMENT, _("Có dòng khác số thực lĩnh trên phiếu thanh toán.")))
    return found


def _of_item(batch: PayoutBatch, item: BatchItem, template: Template) -> list[Finding]:
    found = []
    details = item.payout.payee_details
    name = shown_name(details.account_name or details.other_payee_name or details.legal_name, template)
    if len(name) > template.longest_name:
        found.append(
            _about(
                NAME_LONG,
                item,
                _("%(name)s: tên dài %(length)d ký tự, mẫu chỉ nhận %(most)d."),
                length=len(name),
                most=template.longest_name,
            )
        )
    if not item.payout.live and batch.state == BatchState.PREPARED and batch.kind != BatchKind.CASH:
        found.append(_about(NOT_ALIVE, item, _("%(name)s: khoản này đã bị trả lại.")))
    return found


def _of_account(item: BatchItem, banks: set[str]) -> list[Finding]:
    if not item.payout.bank_account_tail or not item.payout.bank_bin:
        return [_about(BANK_MISSING, item, _("%(name)s: thiếu số tài khoản hoặc ngân hàng."))]
    if item.payout.bank_bin not in banks:
        return [
            _about(
                BANK_UNKNOWN,
                item,
                _("%(name)s: ngân hàng %(bin)s không còn trong danh mục."),
                bin=item.payout.bank_bin,
            )
        ]
    return []
