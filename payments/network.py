"""Questions about people that need the money's side: who lacks payee details, who shares a personal ID, what a
person has earned in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, groupby

from django.db.models import Count, Exists, OuterRef, Q, Sum

from contributors import duplicates
from contributors.actors import Actor
from contributors.directory import PAGE, PeopleFilter, PeoplePage, PersonRow, every_person, people_of, seen_people
from contributors.duplicates import PERSONAL_ID, STRENGTH, Pair
from contributors.merging import through_merges
from contributors.models import Contributor, Credit
from payments.models import BalanceEntry, PayeeDetails, Statement, StatementState


@dataclass(frozen=True, slots=True)
class YearOfPerson:
    """Issued statements of one year of issue; đồng."""

    year: int
    statements: int
    gross: int
    tax: int
    net: int


@dataclass(frozen=True, slots=True)
class TotalsOfPerson:
    """Everything that counts for a person, rows merged into theirs included. đồng."""

    credits: int
    years: tuple[YearOfPerson, ...]
    balance: int


def missing_payee() -> Q:
    """People without payment details; those of a merged row went over when they were merged."""
    return ~Q(Exists(PayeeDetails.objects.filter(contributor_id=OuterRef("pk"), current=True)))


def network_page(
    actor: Actor,
    wanted: PeopleFilter,
    *,
    missing_payee_details: bool = False,
    after: tuple[str, int] | None = None,
    size: int = PAGE,
) -> PeoplePage:
    """A page of the directory, also narrowed to people who cannot be paid for want of details."""
    return people_of(actor, wanted, after=after, size=size, also=missing_payee() if missing_payee_details else None)


def people_missing_payee(actor: Actor, wanted: PeopleFilter | None = None) -> list[PersonRow]:
    """Everybody who cannot be paid for want of details, by name."""
    return list(every_person(actor, wanted or PeopleFilter(), also=missing_payee()))


def same_personal_id(actor: Actor, person: Contributor | None = None) -> list[Pair]:
    """People (or `person` and others) whose current details carry one number, by its keyed hash. One query."""
    people = seen_people(actor).filter(erased_at__isnull=True).values("pk")
    current = PayeeDetails.objects.filter(current=True, contributor__in=people)
    known = current.filter(contributor=person) if person is not None else current
    twice = known.order_by().values("personal_id_hmac")
    if person is None:
        twice = twice.annotate(count=Count("pk")).filter(count__gt=1).values("personal_id_hmac")
    rows = (
        current.filter(personal_id_hmac__in=twice)
        .order_by("personal_id_hmac", "contributor_id")
        .values_list("personal_id_hmac", "contributor_id")
    )
    return [
        Pair(first, second, PERSONAL_ID)
        for _, group in groupby(rows, key=lambda row: bytes(row[0]))
        for first, second in combinations([one for _, one in group], 2)
        if person is None or person.pk in {first, second}
    ]


def duplicate_pairs(actor: Actor, person: Contributor | None = None) -> list[Pair]:
    """Who may be there twice (or may be `person`), strongest reason first; each pair once, dismissed ones left out."""
    if person is None:
        likely = duplicates.likely_pairs(duplicates.known_people(actor))
    else:
        likely = duplicates.likely_pairs_of(actor, person)
    found: dict[tuple[int, int], Pair] = {}
    for pair in (*same_personal_id(actor, person), *likely):
        found.setdefault((pair.first, pair.second), pair)
    return duplicates.not_dismissed(
        sorted(found.values(), key=lambda pair: (STRENGTH.index(pair.reason), pair.first, pair.second))
    )


def totals_of(contributor_id: int) -> TotalsOfPerson:
    """Credits, issued sums and tax by year of issue, and the balance carried over. Three queries."""
    issued = Statement.objects.filter(through_merges(contributor_id), state=StatementState.ISSUED)
    years = (
        issued.order_by("year")
        .values("year")
        .annotate(count=Count("pk"), gross_sum=Sum("gross"), tax_sum=Sum("tax"), net_sum=Sum("net"))
    )
    balance = BalanceEntry.objects.filter(through_merges(contributor_id)).aggregate(sum=Sum("amount"))["sum"]
    return TotalsOfPerson(
        credits=Credit.objects.filter(through_merges(contributor_id)).count(),
        years=tuple(
            YearOfPerson(
                int(row["year"] or 0), row["count"], int(row["gross_sum"]), int(row["tax_sum"]), int(row["net_sum"])
            )
            for row in years
        ),
        balance=int(balance or 0),
    )
