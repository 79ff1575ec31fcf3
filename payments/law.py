"""National dated values: read from the files in payments/rates/ into rows, and from rows for the engine.

A row that was used is never changed: a file that differs from it is refused by name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from payments.banks import load_banks
from payments.errors import PaymentError
from payments.models import BaseSalary, TaxRule
from payments.royalty import facts, tax

FOLDER = Path(__file__).resolve().parent / "rates"


def read_yaml(path: Path) -> Any:
    """A rates file as plain values; only YAML's safe types."""
    with path.open(encoding="utf-8") as source:
        return yaml.safe_load(source)


def load_law() -> int:
    """Put the shipped base salaries, tax rules and banks into rows; returns how many rules were new.

    An open row is closed by its successor. Raises `law_differs` where a file contradicts a stored row.
    """
    salaries = tax.base_salaries_from_mapping(read_yaml(FOLDER / "base-salary.yaml"))
    document = read_yaml(FOLDER / "tax-rules.yaml")
    found = tax.tax_rules_from_mapping(document)
    new = 0
    with transaction.atomic():
        for salary in sorted(salaries, key=lambda each: each.from_day):
            fields = {
                "amount": salary.amount,
                "effective_until": salary.until_day,
                "legal_basis": salary.legal_basis,
                "doubt": salary.note if salary.doubt else "",
            }
            new += _keep(BaseSalary, {"effective_from": salary.from_day}, fields, f"{salary.amount}")
        texts = {entry["id"]: entry for entry in (*document["rules"], *document["transfers"])}
        rules: list[tax.TaxRule | tax.TransferRule] = [*found.rules, *found.transfers]
        for rule in sorted(rules, key=lambda each: each.from_day):
            fields = {
                "rule": _plain(texts[rule.id]),
                "effective_until": rule.until_day,
                "legal_basis": rule.source.legal_basis,
                "doubt": rule.source.note if rule.source.doubt else "",
            }
            new += _keep(TaxRule, {"kind": rule.id, "effective_from": rule.from_day}, fields, rule.id)
        load_banks()
    return new


def _keep(model: type[BaseSalary | TaxRule], key: dict[str, Any], fields: dict[str, Any], entry: str) -> int:
    row = model._default_manager.filter(**key).first()
    if row is None:
        model._default_manager.create(**key, **fields)
        return 1
    closes = row.effective_until is None and fields["effective_until"] is not None
    for name, value in fields.items():
        if getattr(row, name) != value and not (closes and name in {"effective_until", "rule"}):
            raise PaymentError("law_differs", entry=entry)
    if closes:
        model._default_manager.filter(pk=row.pk).update(effective_until=fields["effective_until"])
    return 0


def _plain(value: Any) -> Any:
    """YAML's dates as ISO text, so that a JSON column gives back what the engine reads."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def base_salaries() -> tuple[facts.BaseSalary, ...]:
    """Every base salary known, for the engine."""
    return tuple(
        facts.BaseSalary(
            amount=row.amount,
            from_day=row.effective_from,
            until_day=row.effective_until,
            legal_basis=row.legal_basis,
        )
        for row in BaseSalary.objects.order_by("effective_from")
    )


def tax_rules() -> tax.TaxRules:
    """Every withholding rule known, for the engine; closing days as the rows have them."""
    entries: list[dict[str, Any]] = []
    transfers: list[dict[str, Any]] = []
    for row in TaxRule.objects.order_by("kind", "effective_from"):
        entry = {**row.rule, "from": row.effective_from.isoformat()}
        entry.pop("until", None)
        if row.effective_until:
            entry["until"] = row.effective_until.isoformat()
        (transfers if "income" in entry else entries).append(entry)
    # Whose rules apply to part-time officers, and which kinds of payment are copyright transfers, are settings that
    # stand beside the rules in their file.
    document = read_yaml(FOLDER / "tax-rules.yaml")
    settings = {name: document[name] for name in ("hamlet_officer_as", "income_of") if name in document}
    return tax.tax_rules_from_mapping({"rules": entries, "transfers": transfers, **settings})
