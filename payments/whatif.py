"""What paying would cost, or would have cost: the same engine over real pieces, without writing anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from contributors.models import CountsAs, Genre, Photo, Portal
from contributors.output import published_between
from payments import rates
from payments.errors import PaymentError
from payments.facts import facts_from, frozen_facts
from payments.law import base_salaries
from payments.models import RateSchedule
from payments.royalty.engine import compute
from payments.royalty.facts import PieceFacts, RunFacts, ScorePolicy
from payments.royalty.outcome import ComputedLine
from payments.royalty.schedule import Schedule

MOST_AT_ONCE = 5_000  # pieces that are reckoned while somebody waits for a page; a trial of rates takes any number


@dataclass(frozen=True, slots=True)
class WhatIfRow:
    """One genre: pieces, and what they would cost between the lowest and the highest lawful score."""

    genre: str
    pieces: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """đồng. `low` and `high` are equal where every piece has its score."""

    pieces: int
    photos: int
    low: int
    high: int
    rows: list[WhatIfRow]
    schedule_title: str
    decision_number: str


def would_have_cost(
    *,
    portal: Portal,
    period_from: date,
    period_until: date,
    schedule: RateSchedule | None = None,
    genre_names: Mapping[str, str] | None = None,
) -> WhatIf:
    """What the pieces published in `[period_from, period_until)` would have cost by a schedule.

    Without one: the schedule in force on the last day, or else the portal's newest. A schedule is taken as if it
    had been in force all the time; base salaries are those of each publication day. `genre_names` by code, for who
    has them already. Raises `no_schedule`.
    """
    row = schedule or _schedule_for(portal, period_until)
    rules = rates.read_schedule({**_timeless(rates.full_rules(row)), "from": "2000-01-01"})
    ids = list(
        published_between(portal, period_from, period_until)  # type: ignore[misc]  # "day" is annotated
        .exclude(genre__counts_as=CountsAs.DOCUMENT)
        .order_by("day", "pk")
        .values_list("pk", flat=True)
    )
    pieces = [facts_from(facts) for _, facts in frozen_facts(portal, ids)]
    genres = {piece.subject: piece.genre for piece in pieces}
    names = genre_names or dict(Genre.objects.values_list("code", "name"))
    lowest = rules_of(ScorePolicy.LOW, rules, period_from, period_until)
    sums = {
        policy: _by_genre(replace(lowest, score_policy=policy), pieces, genres)
        for policy in (ScorePolicy.LOW, ScorePolicy.HIGH)
    }
    counts: dict[str, int] = defaultdict(int)
    for piece in pieces:
        counts[piece.genre] += 1
    rows = [
        WhatIfRow(
            genre=names.get(code, code),
            pieces=count,
            low=sums[ScorePolicy.LOW][code],
            high=sums[ScorePolicy.HIGH][code],
        )
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return WhatIf(
        pieces=len(pieces),
        photos=Photo.objects.filter(piece__in=ids, removed_at__isnull=True).count(),
        low=sum(each.low for each in rows),
        high=sum(each.high for each in rows),
        rows=rows,
        schedule_title=row.title,
        decision_number=row.decision_number,
    )


def rules_of(policy: ScorePolicy, schedule: Schedule, period_from: date, period_until: date) -> RunFacts:
    return RunFacts(
        period_from=period_from,
        period_until=period_until,
        rotation=0,
        schedules=(schedule,),
        base_salaries=base_salaries(),
        score_policy=policy,
    )


def _by_genre(rules: RunFacts, pieces: list[PieceFacts], genres: dict[str, str]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for outcome in compute(rules, pieces):
        if isinstance(outcome, ComputedLine):
            sums[genres.get(outcome.piece, "")] += outcome.amount
    return sums


def _schedule_for(portal: Portal, period_until: date) -> RateSchedule:
    row = rates.schedule_on(portal, period_until) or (
        RateSchedule.unscoped.filter(portal=portal).order_by("-effective_from", "-pk").first()
    )
    if row is None:
        raise PaymentError("no_schedule", day=f"{period_until:%d/%m/%Y}")
    return row


def _timeless(rules: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in rules.items() if key not in {"from", "until"}}
