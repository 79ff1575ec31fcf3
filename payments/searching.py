"""One field over everything that the actor may see: the ground floor's things, and runs, statements and papers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contributors.actors import Actor
from contributors.likeness import syllables
from contributors.searching import COUNTED_UP_TO, SHOWN, Found, Hit, asked_words, counted, ground_found, holds_words
from payments.access import holds_money
from payments.earnings import statements_of
from payments.models import Paper, PaperKind, Run, Statement, StatementState
from payments.papers.verification import canonical_code

NUMBER = re.compile(r"(?:\D*\s)?0*([0-9]{1,9})(?:\s*/\s*([0-9]{4}))?", re.ASCII)
NEWEST_RUNS = 500


def everything_found(actor: Actor, text: str) -> list[Found]:
    """By kind, in the order in which people look for things. Nothing for fewer than two signs. At most 20 queries."""
    words = asked_words(text)
    if not words:
        return []
    return [*ground_found(actor, words), *_money_found(actor, words)]


def _money_found(actor: Actor, words: str) -> Iterator[Found]:
    groups = [_statements(actor, words)]
    if holds_money(actor, "run.see"):
        groups += [_runs(words), _papers(words)]
    yield from (found for found in groups if found.count)


def _runs(words: str) -> Found:
    """A portal has one a month, so the newest 500 are read."""
    asked = syllables(words)
    rows = Run.objects.order_by("-period_from", "-pk")[:NEWEST_RUNS]
    found = [run for run in rows if holds_words(run.label, asked)]
    return counted(
        "runs", found, [Hit(run.public_id, run.label, str(run.get_state_display())) for run in found[:SHOWN]]
    )


def _statements(actor: Actor, words: str) -> Found:
    """By number ("12", "12/2026") or by the code printed on it; one's own for who is not responsible for money."""
    if holds_money(actor, "statement.see"):
        rows = Statement.objects.filter(state=StatementState.ISSUED).select_related("run").order_by("-issued_at", "-pk")
    elif actor.contributor_id is not None:
        rows = statements_of(actor.contributor_id)
    else:
        return Found("statements", 0, [])
    number = NUMBER.fullmatch(words)
    if number:
        rows = rows.filter(number=int(number[1]), **({"year": int(number[2])} if number[2] else {}))
    else:
        rows = rows.filter(code=canonical_code(words) or "")
    found = list(rows.select_related("contributor")[: COUNTED_UP_TO + 1])
    hits = [
        Hit(row.public_id, f"{row.number}/{row.year}", f"{row.contributor.full_name} · {row.run.label}")
        for row in found[:SHOWN]
    ]
    return counted("statements", found, hits)


def _papers(words: str) -> Found:
    """Those of runs, by number or kind; a person's statement is found as such."""
    rows = Paper.objects.filter(statement__isnull=True, run__isnull=False).select_related("run").order_by("-pk")
    asked = syllables(words)
    read = list(rows.defer("sha256")[:NEWEST_RUNS])
    found = [row for row in read if holds_words(f"{PaperKind(row.kind).label} {row.number}", asked)]
    hits = [
        Hit(row.public_id, f"{str(row.get_kind_display()).capitalize()} {row.number}".strip(), row.run.label)
        for row in found[:SHOWN]
        if row.run is not None
    ]
    return counted("papers", found, hits)
