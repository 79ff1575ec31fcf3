"""Why a line is what it is, in law: the rule of each step and its legal basis, from what the run froze."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language

from payments import rates
from payments.facts import facts_from
from payments.models import DraftLine, Line, Run, RunItem
from payments.royalty.facts import RunFacts
from payments.royalty.grounds import Ground, Grounds
from payments.royalty.phrases import AFTER


def grounds_of(lines: Sequence[DraftLine | Line]) -> list[list[Ground]]:
    """The grounds of each line, in the order given. Two queries, and one of the texts of a snapshot."""
    runs = Run.objects.select_related("snapshot").in_bulk({line.run_id for line in lines})
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    of_run = {number: Grounds(_rules(run), language) for number, run in runs.items() if run.snapshot is not None}
    pieces = {
        (run, piece): facts_from(facts)
        for run, piece, facts in RunItem.objects.filter(
            run__in=of_run, piece__in={line.piece_id for line in lines if line.piece_id}
        ).values_list("run_id", "piece_id", "facts")
    }
    found: list[list[Ground]] = []
    for line in lines:
        grounds, piece = of_run.get(line.run_id), pieces.get((line.run_id, line.piece_id or 0))
        values = tuple(line.values)
        if line.template in AFTER or grounds is None or (line.piece_id and piece is None):
            found.append([])
        elif piece is None:
            found.append(grounds.of_seat(line.template, values, line.subject_key))
        else:
            found.append(grounds.of_piece(line.template, values, line.role, piece))
    return found


def _rules(run: Run) -> RunFacts:
    if run.snapshot is None:
        message = f"run {run.pk} was never frozen"
        raise ValueError(message)
    schedules, salaries = rates.rules_of_snapshot(run.snapshot)
    return RunFacts(
        period_from=run.period_from,
        period_until=run.period_until,
        rotation=0,
        schedules=schedules,
        base_salaries=salaries,
        payment_date=run.payment_date,
    )
