"""Runs, their lines and exclusions as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from api.v1.pieces.rows import named
from contributors.models import Portal
from payments import earnings
from payments.models import DraftLine, Run, RunExclusion
from payments.royalty.explanation import explain_reason
from payments.tax_year import SplitWarning

SAME = (
    *("version", "label", "period_from", "period_until", "payment_date", "state", "gross", "tax", "net", "fingerprint"),
    *("frozen_at", "computed_at", "confirmed_at", "approved_at", "issued_at", "closed_at", "papers_ready_at"),
    *("review_days", "review_started_at", "review_ended_at"),
)
LISTED = ("pk", "public_id", *SAME, "fund__public_id", "fund__source", "fund__year")
EXCLUDED = ("pk", "piece__public_id", "piece__title", "subject_key", "bucket", "parts", "reason")


def run_listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `.values(*LISTED)` as an answer."""
    fund = named(row["fund__public_id"], f"{row['fund__source']} {row['fund__year']}")
    return {"id": row["public_id"], "fund": fund} | {name: row[name] for name in SAME}


def run_shown(run: Run) -> dict[str, Any]:
    """A run with its summary and progress; a constant number of queries."""
    row = Run.objects.filter(pk=run.pk).values(*LISTED).get()
    return run_listed(row) | {
        "summary": asdict(earnings.run_summary(run)),
        "progress": asdict(earnings.run_progress(run)),
    }


def lines_of(run: Run) -> QuerySet[DraftLine]:
    """The lines of the run's newest computation; they stay as they are when it is approved."""
    return DraftLine.objects.filter(run=run, generation=run.generation).select_related("contributor", "piece")


def lines_shown(lines: Sequence[DraftLine], portal: Portal) -> list[dict[str, Any]]:
    """A page of lines, explained in the request's language."""
    return [
        {
            "subject_key": line.subject_key,
            "kind": line.kind,
            "contributor": named(line.contributor.public_id, line.contributor.full_name),
            "piece": line.piece.public_id if line.piece else None,
            "title": told.title,
            "published_on": told.published_on,
            "genre": told.genre,
            "role": line.role,
            "amount": line.amount,
            "explanation": told.explanation,
            "grounds": [ground._asdict() for ground in told.grounds],
            "held": line.held or None,
        }
        for line, told in zip(lines, earnings.explained(lines, portal), strict=True)
    ]


def exclusions_of(run: Run) -> Any:
    """Rows for `exclusion_shown`."""
    return RunExclusion.objects.filter(run=run, generation=run.generation).values(*EXCLUDED)


def exclusion_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "piece": named(row["piece__public_id"], row["piece__title"]),
        "subject_key": row["subject_key"],
        "bucket": row["bucket"],
        "parts": row["parts"],
        "reason": row["reason"],
        "explanation": explain_reason(row["reason"], (get_language() or "vi")[:2]),
    }


def warning_shown(row: SplitWarning) -> dict[str, Any]:
    return {
        "contributor": named(row.contributor.public_id, row.contributor.full_name),
        "here": row.here,
        "others": row.others,
        "together": row.together,
        "threshold": row.threshold,
        "runs": list(row.runs),
    }
