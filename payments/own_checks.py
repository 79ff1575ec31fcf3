"""What one person is asked to check, and what a focal person may tell and answer for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from contributors import clock
from contributors.access import looks_after
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Contributor, Portal
from payments.access import holds_money, require_money
from payments.checking import require_answerer, units_today
from payments.earnings import LineOfRun, lines_of_person
from payments.models import Answer, CheckDelivery, CheckOutcome, DraftLine, Held, LineCheck, Run
from payments.reviews import PersonChecked, may_still_answer, open_reviews, people_checked


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One amount with what was said of it. `changed`: it is another one than when they answered (`amount_then`)."""

    line: LineOfRun
    check: LineCheck | None

    @property
    def answer(self) -> str:
        return self.check.answer if self.check else ""

    @property
    def changed(self) -> bool:
        return self.check is not None and self.check.amount != self.line.amount

    @property
    def amount_then(self) -> int | None:
        return self.check.amount if self.check else None


@dataclass(frozen=True, slots=True)
class OwnCheck:
    """Everything that a person checks in one run. `list_check` is about what is not on the list at all."""

    run: Run
    person: Contributor
    lines: list[CheckedLine]
    list_check: LineCheck | None
    delivery: CheckDelivery | None
    open: bool
    gone: list[LineCheck]

    @property
    def total(self) -> int:
        """đồng, held lines included."""
        return sum(each.line.amount for each in self.lines)

    @property
    def silent(self) -> int:
        return sum(not each.answer for each in self.lines)

    @property
    def said(self) -> list[LineCheck]:
        return [each.check for each in self.lines if each.check]


@dataclass(frozen=True, slots=True)
class CheckAsked:
    """A review in which somebody has something to check, as their first page shows it."""

    run: Run
    lines: int
    silent: int
    deadline: datetime | None
    open: bool


def checks_asked(*, portal: Portal, contributor_id: int) -> list[CheckAsked]:
    """The open reviews with lines of a person. None in a portal that does not pay. Four queries."""
    runs = list(open_reviews(portal))
    lines = _lines_by_run(runs, contributor_id)
    told = CheckDelivery.objects.filter(run__in=runs, contributor_id=contributor_id)
    deliveries: Mapping[int, CheckDelivery] = {row.run_id: row for row in told}
    now = clock.now()
    found = []
    for run in runs:
        if run.pk in lines:
            count, answered = lines[run.pk]
            delivery = deliveries.get(run.pk)
            deadline = delivery.deadline if delivery else None
            found.append(CheckAsked(run, count, count - answered, deadline, may_still_answer(delivery, now)))
    return found


def _lines_by_run(runs: list[Run], person: int) -> dict[int, tuple[int, int]]:
    """Run → (lines, answered ones)."""
    now = Q()
    for run in runs:
        now |= Q(run=run, generation=run.generation)
    if not runs:
        return {}
    lines = DraftLine.objects.filter(now, contributor_id=person).exclude(held=Held.NOT_REGISTERED)
    counts = dict(lines.values_list("run_id").annotate(count=Count("pk")).order_by())
    said: dict[int, int] = dict(
        LineCheck.objects.filter(run__in=counts, contributor_id=person, subject_key__in=lines.values("subject_key"))
        .values_list("run_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {run: (count, said.get(run, 0)) for run, count in counts.items()}


def own_check(*, actor: Actor, run: Run, contributor: Contributor) -> OwnCheck:
    """What a person is asked, for themselves or their focal person, while the review is open.

    Raises `not_allowed`; `not_found` where nothing is open or the person has no line in it.
    """
    require_answerer(actor, contributor)
    if not open_reviews(Portal.objects.get(pk=actor.portal_id)).filter(pk=run.pk).exists():
        raise DomainError("not_found")
    check = _check(run, contributor)
    if not check.lines:
        raise DomainError("not_found")
    return check


def check_of_person(*, actor: Actor, run: Run, contributor: Contributor) -> OwnCheck:
    """The same for accounting, at any time after the computation."""
    require_money(actor, "run.see")
    return _check(run, contributor)


def _check(run: Run, person: Contributor) -> OwnCheck:
    checks = {check.subject_key: check for check in _said(run, person)}
    lines = [line for line in lines_of_person(run, person.pk) if line.held != str(Held.NOT_REGISTERED.label)]
    delivery = CheckDelivery.objects.filter(run=run, contributor=person).first()
    listed = {line.subject_key for line in lines} | {""}
    return OwnCheck(
        run=run,
        person=person,
        lines=[CheckedLine(line, checks.get(line.subject_key)) for line in lines],
        list_check=checks.get(""),
        delivery=delivery,
        open=may_still_answer(delivery, clock.now()),
        gone=[check for key, check in checks.items() if key not in listed and check.answer != Answer.RIGHT],
    )


def _said(run: Run, person: Contributor) -> list[LineCheck]:
    return list(LineCheck.objects.filter(run=run, contributor=person).select_related("replied_by").order_by("pk"))


def people_to_tell(*, actor: Actor, run: Run) -> list[PersonChecked]:
    """Whom the actor may tell of a review: everybody for accounting, one's units for a focal person.

    Raises `not_allowed`.
    """
    people = people_checked(run)
    if holds_money(actor, "run.see"):
        return people
    require_money(actor, "check.deliver")
    units = units_today([person.contributor_id for person in people])
    return [person for person in people if looks_after(actor, units.get(person.contributor_id))]


def outcome_word(check: LineCheck) -> str:
    """How the accountant answered, in words; "" where they have not."""
    return str(CheckOutcome(check.outcome).label) if check.outcome else ""
