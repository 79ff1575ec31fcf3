"""What papers a run has, for pages and programs: in signing order, with who may take each; and its statements."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Membership
from contributors.names import search_key
from payments.access import require_money
from payments.models import Paper, PaperKind, Run, RunSheet, Statement
from payments.papers_kept import may_take
from payments.previews import may_preview, may_preview_kind
from payments.run_printing import signing_order
from payments.run_sheets import LAST

ORDER = (*signing_order(), *LAST)


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One kind of paper. `paper` None: it is being printed, or the run is not issued (`number` "" then).

    `previewed`: it can be looked at as a draft. `with_accounts`: it is opened on record and kept nowhere.
    """

    kind: str
    label: str
    number: str
    code: str
    paper: Paper | None
    may_take: bool
    previewed: bool
    with_accounts: bool


def shelf(*, actor: Actor, run: Run) -> list[ShelfRow]:
    """Every kind of paper about the whole run. Three queries."""
    require_money(actor, "run.see")
    sheets = {sheet.kind: sheet for sheet in RunSheet.objects.filter(run=run).defer("frozen")}
    papers = {
        paper.kind: paper
        for paper in Paper.objects.filter(run=run, statement__isnull=True)
        .select_related("run")
        .order_by("template_version", "pk")
    }
    rows = []
    for kind in ORDER:
        paper, sheet = papers.get(kind), sheets.get(kind)
        if kind == PaperKind.PAYMENT_LIST:
            year = (run.list_frozen or {}).get("issued_on", "")[:4]
            number = f"{run.list_number}/{year}" if run.list_number else ""
            code = (run.list_frozen or {}).get("verification_code", "")
        else:
            number, code = (f"{sheet.number}/{sheet.year}", sheet.code) if sheet else ("", "")
        if not number and run.list_number:
            continue  # issued before this kind of paper existed
        rows.append(
            ShelfRow(
                kind=kind,
                label=str(kind.label),
                number=number,
                code=code,
                paper=paper,
                may_take=paper is not None and may_take(actor, paper),
                previewed=may_preview(run) and may_preview_kind(actor, kind),
                with_accounts=kind == PaperKind.BENEFICIARIES,
            )
        )
    return rows


def statements_found(*, actor: Actor, run: Run, q: str = "") -> QuerySet[Statement]:
    """A run's statements by number, narrowed by name, pen name's key or number; each with its newest file's id, hash
    and size as `paper_id`, `paper_sha256`, `paper_size`, and the person's unit of the period as `unit_name`.
    """
    require_money(actor, "statement.see")
    newest = Paper.objects.filter(statement=OuterRef("pk")).order_by("-template_version", "-pk")
    unit = Membership.objects.filter(contributor=OuterRef("contributor")).order_by("-pk")
    found: QuerySet[Statement] = (
        Statement.objects.filter(run=run)
        .select_related("contributor")
        .defer("frozen")
        .annotate(
            paper_public_id=Subquery(newest.values("public_id")[:1]),
            paper_sha256=Subquery(newest.values("sha256")[:1]),
            paper_size=Subquery(newest.values("size")[:1]),
            unit_name=Subquery(unit.values("unit__name")[:1]),
        )
        .order_by("number", "contributor__sort_key", "pk")
    )
    words = q.strip()
    if words.isdecimal():
        return found.filter(number=int(words[:9]))
    if key := search_key(words):
        found = found.filter(contributor__search_key__contains=key)
    return found


def run_of(public_id: UUID | str) -> Run:
    """By its address, with everybody whom papers name. Raises `not_found`."""
    found: Run | None = (
        Run.objects.select_related("fund", "snapshot", "computed_by", "confirmed_by", "approved_by", "issued_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise DomainError("not_found")
    return found
