"""The journal as a file that accounting software imports: separated text or a workbook."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from contributors.access import require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Portal
from contributors.spreadsheets import write_table
from payments.access import require_money
from payments.bank_files import CSV, XLSX, defused, encoded
from payments.errors import PaymentError
from payments.journal import Entry, Journal, journal_of

HEADINGS = (
    *("Ngày hạch toán", "Số chứng từ", "Diễn giải", "TK nợ", "TK có", "Số tiền", "Mã đối tượng", "Tên đối tượng"),
)
SEPARATORS = {"semicolon": ";", "comma": ","}


def take_journal(*, actor: Actor, journal: Journal, kind: str, separator: str = "semicolon") -> tuple[str, bytes]:
    """(name, bytes) of the file; the taking is an event. Raises `journal_unbalanced`, `not_found` for unknown kinds."""
    require_money(actor, "journal.see")
    require_proof(actor)
    if kind not in {XLSX, CSV} or separator not in SEPARATORS:
        raise DomainError("not_found")
    if journal.difference:
        raise PaymentError("journal_unbalanced", difference=f"{journal.difference:,}".replace(",", "."))
    last = journal.until - timedelta(days=1)
    rows = [_cells(entry) for entry in journal.entries]
    if kind == XLSX:
        content = write_table(HEADINGS, rows, "Bút toán")
    else:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=SEPARATORS[separator], lineterminator="\r\n")
        writer.writerow(HEADINGS)
        for row in rows:
            writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in row])
        content = encoded(out.getvalue(), "utf-8-bom")
    record_event(
        actor=actor,
        kind="journal.taken",
        subject=Portal.objects.get(pk=actor.portal_id),
        facts={
            "from": journal.since.isoformat(),
            "last": last.isoformat(),
            "entries": len(rows),
            "amount": journal.total,
            "format": kind,
        },
    )
    return f"but-toan-{journal.since:%Y%m%d}-{last:%Y%m%d}.{kind}", content


def journal_for(*, actor: Actor, since: date, until: date) -> Journal:
    """The journal of the actor's portal, for those who may see it."""
    require_money(actor, "journal.see")
    return journal_of(Portal.objects.get(pk=actor.portal_id), since, until)


def _cells(entry: Entry) -> list[str | int]:
    """Days as people write them; an amount is a number, negative in red entries."""
    return [
        f"{entry.day:%d/%m/%Y}",
        entry.document,
        entry.text,
        entry.debit,
        entry.credit,
        entry.amount,
        entry.subject,
        entry.name,
    ]
