"""Questions about the board and about rights: who sits where, what waits, what one absence blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contributors import clock
from contributors.access import RIGHTS
from contributors.actors import in_force
from contributors.models import Contributor, ContributorState, Grant, Seat, SeatName

# Steps that stop the whole work when nobody can do them, and who can. Those of money are named by their holders:
# the ground floor knows no more of them.
STEPS: Mapping[str, frozenset[str]] = {
    "accept": RIGHTS["contributor.decide"].holders,
    "approve": RIGHTS["piece.approve"].holders,
    "publish": RIGHTS["piece.publish"].holders,
    "list": frozenset({"seat:head"}),
    "count": frozenset({"grant:accountant"}),
    "spend": frozenset({"grant:account_holder"}),
    "grant": RIGHTS["grant.give"].holders,
}
# Places that check each other: held by one person, what that person prepared is confirmed by nobody.
CLASHES = (("grant:accountant", "grant:account_holder"), ("grant:accountant", "seat:head"))
# Giving a right takes two people; spending is approved by someone who did not compute.
TWO_PEOPLE = frozenset({"grant"})


@dataclass(frozen=True, slots=True)
class Step:
    """Who can do a step on a day, and whether it stops: now ("blocked"), when one is away ("one_away"), or not.

    `same_person` marks a spender who is the only accountant too.
    """

    code: str
    people: list[str]
    state: Literal["blocked", "one_away", "enough"]
    same_person: bool = False


def board_on(day: date) -> list[Seat]:
    """Seats in force on a day with their people, head first. One query."""
    order = {seat: nth for nth, seat in enumerate(SeatName.values)}
    rows = Seat.objects.filter(in_force(day)).select_related("contributor")
    return sorted(rows, key=lambda row: (order[row.seat], row.contributor.sort_key, row.pk))


def seats_to_come(day: date) -> list[Seat]:
    """Seats given, but beginning after a day. One query."""
    return list(
        Seat.objects.filter(effective_from__gt=day).select_related("contributor").order_by("effective_from", "pk")
    )


def seats_before(day: date, most: int = 50) -> list[Seat]:
    """Seats that ended by a day, last first. One query."""
    return list(
        Seat.objects.filter(effective_until__lte=day)
        .select_related("contributor")
        .order_by("-effective_until", "-pk")[:most]
    )


def grants_on(day: date) -> list[Grant]:
    """Confirmed rights in force on a day, with account, unit and the two people who gave them. One query."""
    return list(
        Grant.objects.filter(in_force(day), confirmed_at__isnull=False)
        .select_related("account", "unit", "granted_by", "confirmed_by")
        .order_by("capability", "account__name", "pk")
    )


def grants_before(day: date, most: int = 50) -> list[Grant]:
    """Confirmed rights that ended by a day, last first. One query."""
    return list(
        Grant.objects.filter(effective_until__lte=day, confirmed_at__isnull=False)
        .select_related("account", "unit")
        .order_by("-effective_until", "-pk")[:most]
    )


def grants_to_come(day: date) -> list[Grant]:
    """Confirmed rights that begin after a day. One query."""
    return list(
        Grant.objects.filter(effective_from__gt=day, confirmed_at__isnull=False)
        .select_related("account", "unit")
        .order_by("effective_from", "pk")
    )


def waiting_grants() -> list[Grant]:
    """Proposed and not answered, oldest first. One query."""
    return list(
        Grant.objects.filter(confirmed_at__isnull=True, declined_at__isnull=True)
        .select_related("account", "unit", "granted_by")
        .order_by("pk")
    )


def may_sit() -> list[Contributor]:
    """People to whom a seat can be given, by name. One query."""
    return list(
        Contributor.objects.filter(state=ContributorState.ACTIVE, merged_into__isnull=True).order_by("sort_key", "pk")
    )


def what_blocks(day: date | None = None) -> list[Step]:
    """Each step of the work with those who can do it on a day. Two queries."""
    today = day or clock.today()
    holders: dict[str, dict[object, str]] = {}
    for seat in board_on(today):
        key = seat.contributor.account_id or f"person {seat.contributor_id}"
        holders.setdefault(f"seat:{seat.seat}", {})[key] = seat.contributor.full_name
    for grant in grants_on(today):
        holders.setdefault(f"grant:{grant.capability}", {})[grant.account_id] = grant.account.name
    steps = []
    for code, who in STEPS.items():
        people: dict[object, str] = {}
        for holder in sorted(_acting(code, who, holders)):
            people |= holders.get(holder, {})
        needed = 2 if code in TWO_PEOPLE else 1
        state: Literal["blocked", "one_away", "enough"] = "enough"
        if len(people) < needed:
            state = "blocked"
        elif len(people) == needed:
            state = "one_away"
        steps.append(
            Step(
                code=code,
                people=list(people.values()),
                state=state,
                same_person=code == "spend" and bool(people) and people == holders.get("grant:accountant"),
            )
        )
    return steps


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody who is the only one in two places that check each other."""

    name: str
    first: str
    second: str


def clashes(day: date | None = None) -> list[Clash]:
    """Pairs of places that one person alone holds. Two queries."""
    today = day or clock.today()
    holders: dict[str, dict[int | None, str]] = {}
    for seat in board_on(today):
        holders.setdefault(f"seat:{seat.seat}", {})[seat.contributor.account_id] = seat.contributor.full_name
    for grant in grants_on(today):
        holders.setdefault(f"grant:{grant.capability}", {})[grant.account_id] = grant.account.name
    found = []
    for first, second in CLASHES:
        one, other = holders.get(first, {}), holders.get(second, {})
        if one.keys() == other.keys() and len(one) == 1:
            found.append(Clash(next(iter(one.values())), first, second))
    return found


def _acting(code: str, who: frozenset[str], holders: Mapping[str, object]) -> frozenset[str]:
    """The deputy approves where there is no head (and where the head made the piece, which is no rule to rely on)."""
    return who - {"seat:deputy"} if code == "approve" and "seat:head" in holders else who
