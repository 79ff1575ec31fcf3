"""Applications: what is wrong with one, and what the board sees beside it before it decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.consents import ConsentText, check_consents, consent_text
from contributors.errors import DomainError
from contributors.models import Consent, Contributor, ContributorState, Unit
from contributors.names import normal_phone, person_name, plain_text, search_key
from contributors.portals import unit_open_on

OLDEST_AGE = 120
LONGEST_PEN_NAME = 200
MOST_HINTS = 10


def wrong_in_application(
    *,
    full_name: str,
    phone: str,
    unit: Unit | None,
    consents: Sequence[tuple[str, str]],
    pen_name: str = "",
    birth_year: int | None = None,
    alone: bool = False,
    named: bool = False,
) -> list[DomainError]:
    """Everything that keeps an application from being taken, each with its field.

    `alone`: nobody known enters it for them, so a phone is needed; `named`: invited by name, so a unit is not.
    Finds `name_missing`, `name_malformed`, `phone_missing`, `phone_malformed`, `unit_missing`, `unit_closed`,
    `pen_name_wrong`, `birth_year_wrong`, `consent_missing`, `consent_unknown`.
    """
    wrong: list[DomainError] = []

    def ask(question: Callable[[], object]) -> None:
        try:
            question()
        except DomainError as refused:
            wrong.append(refused)

    ask(lambda: person_name(full_name))
    if phone:
        ask(lambda: normal_phone(phone))
    elif alone:
        wrong.append(DomainError("phone_missing", field="phone"))
    if unit is None and alone and not named:
        wrong.append(DomainError("unit_missing", field="unit"))
    ask(lambda: check_unit(unit))
    if len(plain_text(pen_name)) > LONGEST_PEN_NAME:
        wrong.append(DomainError("pen_name_wrong", field="pen_name", most=LONGEST_PEN_NAME))
    ask(lambda: check_birth_year(birth_year))
    ask(lambda: check_consents(consents))
    return wrong


def check_application(
    *,
    full_name: str,
    phone: str,
    unit: Unit | None,
    consents: Sequence[tuple[str, str]],
    pen_name: str = "",
    birth_year: int | None = None,
    alone: bool = False,
    named: bool = False,
) -> None:
    """Raise the first of what `wrong_in_application` finds."""
    wrong = wrong_in_application(
        full_name=full_name,
        phone=phone,
        unit=unit,
        consents=consents,
        pen_name=pen_name,
        birth_year=birth_year,
        alone=alone,
        named=named,
    )
    if wrong:
        raise wrong[0]


def check_unit(unit: Unit | None) -> None:
    """Raise `unit_closed` for a unit in which nobody can be placed today."""
    if unit is not None and not unit_open_on(unit, clock.today()):
        raise DomainError("unit_closed", field="unit")


def check_birth_year(birth_year: int | None) -> None:
    """Raise `birth_year_wrong` for a year ahead, or of somebody older than people get."""
    this_year = clock.today().year
    if birth_year is not None and not this_year - OLDEST_AGE <= birth_year < this_year:
        raise DomainError("birth_year_wrong", field="birth_year")


@dataclass(frozen=True, slots=True)
class Hints:
    """For the board only: who else has the phone, who has a name like it, who was named by others and may be they."""

    same_phone: list[Contributor]
    like_name: list[Contributor]
    recorded: list[Contributor]


def hints_about(actor: Actor, person: Contributor) -> Hints:
    """What may help the board to decide. Three queries."""
    require(actor, "contributor.see")
    others = Contributor.objects.filter(merged_into__isnull=True).exclude(pk=person.pk).order_by("sort_key", "pk")
    like = others.filter(search_key=person.search_key).exclude(state=ContributorState.RECORDED)
    return Hints(
        same_phone=list(others.filter(phone=person.phone)[:MOST_HINTS]) if person.phone else [],
        like_name=list(like[:MOST_HINTS]),
        recorded=list(recorded_like(person)[:MOST_HINTS]),
    )


def recorded_like(person: Contributor) -> QuerySet[Contributor]:
    """People named by others whose name, or its last two words, is that of the person or of a pen name of theirs."""
    names = [person.search_key, *(search_key(name) for name in person.pen_names.values_list("name", flat=True))]
    alike = Q()
    for name in names:
        alike |= Q(search_key=name)
        words = name.split()
        if len(words) > 1:
            ending = " ".join(words[-2:])
            alike |= Q(search_key=ending) | Q(search_key__endswith=f" {ending}")
    rows: QuerySet[Contributor] = Contributor.objects.filter(
        alike, state=ContributorState.RECORDED, merged_into__isnull=True
    ).exclude(pk=person.pk)
    return rows.order_by("sort_key", "pk")


def applications_waiting(actor: Actor) -> QuerySet[Contributor]:
    """Applicants, who came first on top."""
    require(actor, "contributor.decide")
    rows: QuerySet[Contributor] = Contributor.objects.filter(state=ContributorState.APPLIED)
    return rows.select_related("registered_by", "invitation").order_by("state_since", "pk")


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent as it stands: the text that was shown, when, and who noted it for them ("" for themselves)."""

    text: ConsentText
    consent: Consent
    noted_by: str


def consents_given(person: Contributor) -> list[Agreed]:
    """What the person agrees to now; what was withdrawn since is left out."""
    latest: dict[str, Consent] = {}
    for row in Consent.objects.filter(contributor=person).select_related("recorded_by").order_by("at", "pk"):
        latest[row.purpose] = row
    return [
        Agreed(
            text=consent_text(row.text_version, row.purpose),
            consent=row,
            noted_by=row.recorded_by.name if row.recorded_by and row.recorded_by_id != person.account_id else "",
        )
        for row in latest.values()
        if row.given
    ]
