"""Rendered papers: who may take a file, and printing it once more."""

from __future__ import annotations

from pathlib import Path

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Portal
from payments.access import holds_money, may_see_statement
from payments.errors import PaymentError
from payments.models import Paper
from payments.papers.payment_list import render_payment_list
from payments.papers.statement import render_statement
from payments.rendering import faces
from payments.statements import frozen_list, frozen_sheet, list_entries


def paper_file(*, actor: Actor, paper: Paper) -> Path:
    """The file behind a paper, for those who may see it. Raises `not_allowed`, `paper_not_ready`."""
    if paper.statement is not None:
        allowed = may_see_statement(actor, paper.statement)
    else:
        allowed = holds_money(actor, "run.see")
    if not allowed:
        raise DomainError("not_allowed")
    path = open_kept(paper.path)
    if not path.exists():
        raise PaymentError("paper_not_ready")
    return path


def render_again(*, paper: Paper, portal: Portal) -> bytes:
    """The same bytes once more, from the frozen copy: for a lost file, or to prove that it is the same."""
    if portal.pk != paper.portal_id:
        raise DomainError("not_found")
    if paper.statement is not None:
        return render_statement(frozen_sheet(paper.statement), faces=faces())
    if paper.run is None:
        raise DomainError("not_found")
    return render_payment_list(frozen_list(paper.run), list_entries(paper.run), faces=faces())
