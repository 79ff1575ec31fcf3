"""Banks by BIN: from `banks.yaml` into rows, and the questions which ones there are."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.db import transaction
from django.db.models import QuerySet

from payments.errors import PaymentError
from payments.models import Bank

FILE = Path(__file__).with_name("banks.yaml")


def load_banks() -> int:
    """Make the rows agree with the file; returns how many were new or changed. Doing it twice changes nothing.

    A bank that left the file is not offered any more; rows that name it can still be read.
    """
    with FILE.open(encoding="utf-8") as source:
        entries = {entry["bin"]: entry for entry in yaml.safe_load(source)["banks"]}
    changed = 0
    with transaction.atomic():
        known = {bank.bin: bank for bank in Bank.objects.select_for_update()}
        for code, entry in entries.items():
            wanted = {"short_name": entry["short_name"], "name": entry["name"], "active": True}
            bank = known.get(code)
            if bank is None:
                Bank.objects.create(bin=code, **wanted)
            elif any(getattr(bank, name) != value for name, value in wanted.items()):
                Bank.objects.filter(pk=bank.pk).update(**wanted)
            else:
                continue
            changed += 1
        changed += Bank.objects.filter(active=True).exclude(bin__in=entries).update(active=False)
    return changed


def banks_offered() -> QuerySet[Bank]:
    """Banks of today, in the order of the file: those that most people use come first."""
    return Bank.objects.filter(active=True).order_by("pk")


def check_bank_known(code: str) -> None:
    """Raise `bank_unknown` for a BIN that no bank of today has."""
    if not Bank.objects.filter(bin=code, active=True).exists():
        raise PaymentError("bank_unknown", field="bank_bin")


def bank_names() -> dict[str, str]:
    """Short names by BIN, of all banks that ever were in the file."""
    return dict(Bank.objects.values_list("bin", "short_name"))
