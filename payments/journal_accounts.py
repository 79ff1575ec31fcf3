"""Which ledger accounts journal entries name: what ships in `journal_accounts.yaml`, or a portal's own, by day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributors import clock
from contributors.actors import Actor
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import plain_text
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import JournalAccounts

FILE = Path(__file__).with_name("journal_accounts.yaml")
ACCOUNT = re.compile(r"[0-9]{3}[0-9.]{0,9}")
PARTS: Mapping[str, str | Promise] = {
    "expense": _("Chi phí nhuận bút, thù lao"),
    "payable": _("Phải trả cộng tác viên"),
    "tax": _("Thuế thu nhập cá nhân phải nộp"),
    "treasury": _("Tiền gửi kho bạc"),
    "bank": _("Tiền gửi ngân hàng"),
    "cash": _("Tiền mặt"),
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Numbers in force from `since` until `until` (None: open). `own`: the portal's decision."""

    since: date
    until: date | None
    numbers: Mapping[str, str]
    own: bool
    legal_basis: str = ""
    doubt: bool = False
    note: str = ""

    def of(self, part: str) -> str:
        return self.numbers[part]


@cache
def shipped_accounts() -> tuple[Accounts, ...]:
    with FILE.open(encoding="utf-8") as source:
        entries: list[dict[str, Any]] = yaml.safe_load(source)["accounts"]
    return tuple(
        Accounts(
            since=date.fromisoformat(entry["from"]),
            until=date.fromisoformat(entry["until"]) if entry["until"] else None,
            numbers={part: entry[part] for part in PARTS},
            own=False,
            legal_basis=entry["legal_basis"],
            doubt=entry["doubt"],
            note=entry["note"],
        )
        for entry in entries
    )


class AccountBook:
    """The accounts of a portal on any day, read once. One query."""

    def __init__(self) -> None:
        self.own = [
            Accounts(row.effective_from, row.effective_until, row.accounts, own=True, legal_basis=row.decision_number)
            for row in JournalAccounts.objects.order_by("-effective_from")
        ]

    def on(self, day: date) -> Accounts:
        for each in (*self.own, *reversed(shipped_accounts())):
            if each.since <= day and (each.until is None or day < each.until):
                return each
        return shipped_accounts()[0]


def accounts_on(day: date) -> Accounts:
    return AccountBook().on(day)


def set_journal_accounts(
    *, actor: Actor, accounts: Mapping[str, str], effective_from: date, decision_number: str = ""
) -> JournalAccounts:
    """A portal's own accounts from a day on: an open row is closed by it. Entries before that day keep theirs.

    Raises `journal_account_wrong` at the part's field, `policy_day_past` for a day that a row covers already.
    """
    require_money(actor, "journal.write")
    numbers = {}
    for part in PARTS:
        number = plain_text(str(accounts.get(part, "")))
        if not ACCOUNT.fullmatch(number) or number.endswith("."):
            raise PaymentError("journal_account_wrong", field=part, value=number[:20])
        numbers[part] = number
    if effective_from < clock.today():
        raise PaymentError("policy_day_past", field="effective_from")
    with transaction.atomic():
        Portal.objects.select_for_update().get(pk=actor.portal_id)  # one set at a time
        if JournalAccounts.objects.filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=effective_from), effective_from__gte=effective_from
        ).exists():
            raise PaymentError("policy_day_past", field="effective_from")
        JournalAccounts.objects.filter(effective_until__isnull=True).update(effective_until=effective_from)
        row = JournalAccounts.objects.create(
            portal_id=actor.portal_id,
            effective_from=effective_from,
            accounts=numbers,
            decision_number=plain_text(decision_number)[:100],
        )
        record_event(
            actor=actor,
            kind="journal.accounts_set",
            subject=row,
            facts={"from": effective_from.isoformat(), **numbers},
        )
    return row
