"""Whether a paper is ours: asked by anyone who holds it, by the code under its QR. What is public of each, and no more.

Codes belong to the whole installation, so every portal is looked through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from payments.models import Paper, PaperKind, Run, RunSheet, RunState, Statement, StatementState
from payments.papers.verification import canonical_code


@dataclass(frozen=True, slots=True)
class Verified:
    """What the page shows of a paper. `name` is masked, "" for papers about many; `rows` None for a statement.

    `amount` in đồng, `what` says of what. `hashes`: SHA-256 of every file that was rendered for it.
    """

    kind: str
    label: str
    number: str
    issued_at: datetime
    amount: int
    what: str
    name: str
    rows: int | None
    code: str
    issuer: str
    assumed: bool
    hashes: tuple[str, ...]


def paper_by_code(typed: str) -> Verified | None:
    """The issued paper with this code, typed in any way; None where there is none. Three to four queries."""
    code = canonical_code(typed)
    if code is None:
        return None
    statement = Statement.unscoped.select_related("portal").filter(code=code, state=StatementState.ISSUED).first()
    if statement is not None:
        return _of_statement(statement)
    sheet = RunSheet.unscoped.select_related("portal", "run").filter(code=code).first()
    if sheet is not None:
        return _of_sheet(sheet)
    run = (
        Run.unscoped.select_related("portal")
        .filter(list_frozen__verification_code=code, state__in=[RunState.ISSUED, RunState.CLOSED])
        .first()
    )
    return _of_list(run) if run is not None else None


def masked_name(name: str) -> str:
    """The family name and the first letters of the others: `Nguyễn T. L.`"""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[0]}." for other in others)])


def _of_statement(statement: Statement) -> Verified:
    payee: Mapping[str, Any] = (statement.frozen or {}).get("payee", {})
    return Verified(
        kind=PaperKind.STATEMENT,
        label=str(PaperKind.STATEMENT.label),
        number=f"{statement.number}/{statement.year}",
        issued_at=_moment(statement.issued_at),
        amount=statement.net,
        what="net",
        name=masked_name(str(payee.get("full_name", ""))),
        rows=None,
        code=statement.code or "",
        issuer=statement.portal.name,
        assumed=statement.portal.assumed_from is not None,
        hashes=_hashes(Q(statement=statement)),
    )


def _of_sheet(sheet: RunSheet) -> Verified:
    kind = PaperKind(sheet.kind)
    amounts = {
        PaperKind.BENEFICIARIES: ("transfer_sum", "transfers"),
        PaperKind.WITHHOLDING: ("tax", "payees"),
        PaperKind.PAYMENT_REQUEST: ("gross", "payees"),
    }
    amount, rows = amounts.get(kind, ("net", "payees"))
    return Verified(
        kind=kind,
        label=str(kind.label),
        number=f"{sheet.number}/{sheet.year}",
        issued_at=sheet.issued_at,
        amount=int(sheet.frozen[amount]),
        what=amount,
        name="",
        rows=int(sheet.frozen[rows]),
        code=sheet.code,
        issuer=sheet.portal.name,
        assumed=sheet.portal.assumed_from is not None,
        hashes=_hashes(Q(run=sheet.run, kind=kind)),
    )


def _of_list(run: Run) -> Verified:
    frozen: Mapping[str, Any] = run.list_frozen or {}
    return Verified(
        kind=PaperKind.PAYMENT_LIST,
        label=str(PaperKind.PAYMENT_LIST.label),
        number=f"{run.list_number}/{str(frozen['issued_on'])[:4]}",
        issued_at=_moment(run.issued_at),
        amount=int(frozen["net"]),
        what="net",
        name="",
        rows=int(frozen["payees"]),
        code=str(frozen["verification_code"]),
        issuer=run.portal.name,
        assumed=run.portal.assumed_from is not None,
        hashes=_hashes(Q(run=run, kind=PaperKind.PAYMENT_LIST)),
    )


def _hashes(which: Q) -> tuple[str, ...]:
    return tuple(Paper.unscoped.filter(which).order_by("template_version", "pk").values_list("sha256", flat=True))


def _moment(when: datetime | None) -> datetime:
    if when is None:
        message = "an issued paper has its day"
        raise ValueError(message)
    return when
