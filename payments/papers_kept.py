"""Rendered papers: who may take a file, and printing it once more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import open_kept
from contributors.models import Portal
from payments.access import holds_money, may_see_statement, require_money
from payments.errors import PaymentError
from payments.models import Paper, PaperKind, RunSheet, Statement
from payments.paper_rows import frozen_of, person_row, tax_kinds
from payments.papers.notices import render_notice
from payments.papers.statement import render_statement
from payments.rendering import faces, run_paper_bytes
from payments.run_sheets import frozen_head
from payments.statements import frozen_sheet


@dataclass(frozen=True, slots=True)
class Reprint:
    """What printing once more gave: `same` when the bytes have the hash on record; `kept` when the file lies there."""

    sha256: str
    size: int
    same: bool
    kept: bool


def may_take(actor: Actor, paper: Paper) -> bool:
    """The payee and the books for a statement; who sees runs for the others; the books for what names everybody."""
    if paper.statement is not None:
        return may_see_statement(actor, paper.statement)
    if paper.kind in PRIVATE:
        return holds_money(actor, "statement.see")
    return holds_money(actor, "run.see")


# Papers that show what stands on people's statements: taxes, masked personal numbers, each person's own page.
PRIVATE = frozenset({PaperKind.WITHHOLDING, PaperKind.NOTICES, PaperKind.DOSSIER, PaperKind.BENEFICIARIES})


def paper_file(*, actor: Actor, paper: Paper) -> Path:
    """The file behind a paper, for those who may see it. Raises `not_allowed`, `paper_not_ready`, and
    `paper_not_kept` for the one with account numbers, which `open_beneficiaries` prints anew.
    """
    if not may_take(actor, paper):
        raise DomainError("not_allowed")
    if not paper.path:
        raise PaymentError("paper_not_kept")
    path = open_kept(paper.path)
    if not path.exists():
        raise PaymentError("paper_not_ready")
    return path


def open_beneficiaries(*, actor: Actor, paper: Paper) -> bytes:
    """The treasury's list with account numbers in full, printed for this once; each time an event says who.

    Raises `not_allowed`, `not_found`, `paper_numbers_gone`; `paper_differs` should the print not have its hash.
    """
    require_money(actor, "paper.accounts")
    if paper.kind != PaperKind.BENEFICIARIES or paper.run is None:
        raise DomainError("not_found")
    content = run_paper_bytes(paper.run, PaperKind.BENEFICIARIES)
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        raise PaymentError("paper_differs")
    record_accounts_shown(actor, paper, "pdf")
    return content


def record_accounts_shown(actor: Actor, paper: Paper, form: str) -> None:
    """Before the numbers leave the house."""
    record_event(actor=actor, kind="paper.accounts_shown", subject=paper, facts={"number": paper.number, "form": form})


def has_notice(statement: Statement) -> bool:
    """Runs issued before notices existed have none."""
    return RunSheet.objects.filter(run=statement.run_id, kind=PaperKind.NOTICES).exists()


def own_notice(*, actor: Actor, statement: Statement) -> bytes:
    """A person's own page of the run's notices, printed from the frozen copies when it is asked for.

    Raises `not_allowed`, `paper_not_ready` where the run has none.
    """
    if not may_see_statement(actor, statement):
        raise DomainError("not_allowed")
    sheet = RunSheet.objects.filter(run=statement.run_id, kind=PaperKind.NOTICES).first()
    if sheet is None or statement.frozen is None:
        raise PaymentError("paper_not_ready")
    return render_notice(frozen_head(sheet), person_row(frozen_of(statement), tax_kinds()), faces=faces())


def prove_paper(*, actor: Actor, paper: Paper) -> Reprint:
    """Print once more and compare with the hash on record; nothing is kept, an event keeps the outcome."""
    if not may_take(actor, paper):
        raise DomainError("not_allowed")
    content = render_again(paper=paper, portal=Portal.objects.get(pk=actor.portal_id))
    digest = hashlib.sha256(content).hexdigest()
    proven = Reprint(
        sha256=digest,
        size=len(content),
        same=digest == paper.sha256,
        kept=bool(paper.path) and open_kept(paper.path).exists(),
    )
    record_event(actor=actor, kind="paper.reprinted", subject=paper, facts={"same": proven.same})
    return proven


def render_again(*, paper: Paper, portal: Portal) -> bytes:
    """The same bytes once more, from the frozen copy: for a lost file, or to prove that it is the same."""
    if portal.pk != paper.portal_id:
        raise DomainError("not_found")
    if paper.statement is not None:
        return render_statement(frozen_sheet(paper.statement), faces=faces())
    if paper.run is None:
        raise DomainError("not_found")
    return run_paper_bytes(paper.run, paper.kind)
