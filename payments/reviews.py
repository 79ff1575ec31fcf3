"""The contributors' check of a run as it stands: who was told, who answered what, whose days still run.

Silence is silence: a line without an answer is counted as such and never as agreed to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from contributors import clock
from contributors.actors import in_force
from contributors.models import Contributor, Membership, Mode, Portal
from contributors.portals import last_day, payment_mode_on
from payments.errors import PaymentError
from payments.models import Answer, CheckDelivery, Held, LineCheck, Run, RunState

# Somebody named by others has nothing to look at yet: their lines wait until they are registered.
BY_PERSON = """
SELECT d.contributor_id, count(*) AS lines, sum(d.amount)::bigint AS amount,
       count(*) FILTER (WHERE c.answer = 'right') AS agreed,
       count(*) FILTER (WHERE c.answer <> 'right') AS disputed,
       count(*) FILTER (WHERE c.answer <> 'right' AND c.outcome = '') AS unanswered,
       count(*) FILTER (WHERE c.id IS NULL) AS silent,
       count(*) FILTER (WHERE c.amount <> d.amount) AS changed
  FROM payments_draftline d
  LEFT JOIN payments_linecheck c ON c.run_id = d.run_id AND c.subject_key = d.subject_key
       AND c.contributor_id = d.contributor_id
 WHERE d.run_id = %s AND d.generation = %s AND d.held <> %s
 GROUP BY d.contributor_id
"""


@dataclass(frozen=True, slots=True)
class PersonChecked:
    """One person of a review. Counts are of lines; `missing` says that something is not on the list at all.

    `unanswered` disputes wait for the accountant; `changed` lines have another amount than the one answered.
    """

    contributor_id: int
    public_id: UUID
    name: str
    sort_key: str
    unit: str
    unit_id: UUID | None
    has_login: bool
    lines: int
    amount: int
    agreed: int
    disputed: int
    unanswered: int
    silent: int
    changed: int
    missing: bool
    delivery: CheckDelivery | None

    @property
    def days_run(self) -> bool:
        return self.delivery is not None and clock.now() < self.delivery.deadline

    @property
    def state(self) -> str:
        """Disputed · agreed · partly · silent · running · untold, the first that holds."""
        if self.disputed or self.missing:
            return "disputed"
        if not self.silent:
            return "agreed"
        if self.delivery is None:
            return "untold"
        if self.days_run:
            return "running"
        return "partly" if self.agreed else "silent"


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """People by what they said, and lines. `running`: people with lines unanswered and days left; `untold`: people
    with lines unanswered whom nobody told.
    """

    people: int
    agreed: int
    disputed: int
    silent: int
    running: int
    untold: int
    lines: int
    lines_agreed: int
    lines_disputed: int
    lines_silent: int
    waiting_for_reply: int

    @property
    def over(self) -> bool:
        """Whether nobody is cut short: everybody was told, and answered or had their days."""
        return not (self.running or self.untold)


def people_checked(run: Run) -> list[PersonChecked]:
    """Everybody of a run who has something to check, by Vietnamese name. Five queries."""
    with connection.cursor() as cursor:
        cursor.execute(BY_PERSON, [run.pk, run.generation, Held.NOT_REGISTERED])
        names = [column.name for column in cursor.description]
        rows: dict[int, dict[str, Any]] = {
            row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in cursor.fetchall()
        }
    people = Contributor.objects.filter(pk__in=rows)
    units = {
        person: (name, public_id)
        for person, name, public_id in Membership.objects.filter(
            in_force(last_day(run.period_until)), contributor_id__in=rows
        ).values_list("contributor_id", "unit__name", "unit__public_id")
    }
    deliveries = {row.contributor_id: row for row in CheckDelivery.objects.filter(run=run)}
    open_lists = missing_from_list(run)
    unheard = set(open_lists.filter(outcome="").values_list("contributor_id", flat=True))
    missing = set(open_lists.values_list("contributor_id", flat=True))
    found = []
    for person in people:
        counts = rows[person.pk]
        counts["unanswered"] += person.pk in unheard
        found.append(
            PersonChecked(
                contributor_id=person.pk,
                public_id=person.public_id,
                name=person.full_name,
                sort_key=person.sort_key,
                unit=units.get(person.pk, ("", None))[0],
                unit_id=units.get(person.pk, ("", None))[1],
                has_login=person.account_id is not None,
                missing=person.pk in missing,
                delivery=deliveries.get(person.pk),
                **counts,
            )
        )
    return sorted(found, key=lambda person: (person.sort_key, person.contributor_id))


def missing_from_list(run: Run) -> QuerySet[LineCheck]:
    """Those who say that something is not on their list at all."""
    rows: QuerySet[LineCheck] = LineCheck.objects.filter(run=run, subject_key="").exclude(answer=Answer.RIGHT)
    return rows


def standing_of(people: list[PersonChecked]) -> ReviewStanding:
    """The counts of `people_checked`."""
    states = [person.state for person in people]
    return ReviewStanding(
        people=len(people),
        agreed=states.count("agreed"),
        disputed=states.count("disputed"),
        silent=states.count("silent") + states.count("partly"),
        running=sum(person.silent > 0 and person.days_run for person in people),
        untold=sum(person.silent > 0 and person.delivery is None for person in people),
        lines=sum(person.lines for person in people),
        lines_agreed=sum(person.agreed for person in people),
        lines_disputed=sum(person.disputed for person in people),
        lines_silent=sum(person.silent for person in people),
        waiting_for_reply=sum(person.unanswered for person in people),
    )


def review_standing(run: Run) -> ReviewStanding:
    """Where the review of a run stands now."""
    return standing_of(people_checked(run))


def check_review_over(run: Run) -> None:
    """Raise `review_running` while somebody's days run or somebody was not told."""
    standing = review_standing(run)
    if not standing.over:
        raise PaymentError("review_running", running=standing.running, untold=standing.untold)


def open_reviews(portal: Portal) -> QuerySet[Run]:
    """Runs that contributors can check now; none unless the portal pays today."""
    runs: QuerySet[Run] = Run.objects.filter(state=RunState.IN_REVIEW).order_by("period_from")
    return runs if pays_today(portal) else runs.none()


def pays_today(portal: Portal) -> bool:
    """Whether anybody but the board sees an amount."""
    return payment_mode_on(portal.pk, clock.today(portal.time_zone)) == Mode.PAYING


def may_still_answer(delivery: CheckDelivery | None, moment: datetime) -> bool:
    """Until the first moment after the last day; who was not told yet has all of their days before them."""
    return delivery is None or moment < delivery.deadline
