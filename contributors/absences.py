"""Nếu một người vắng: what stops, and what only slows down, when any one of the board or of the office is away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from contributors import clock
from contributors.access import RIGHTS
from contributors.actors import in_force
from contributors.board import STEPS, board_on, grants_on
from contributors.deadlines import rules_on
from contributors.models import HANDED_BY, Delegation

# Steps on a piece's way beside those that stop the whole work, and who can do them.
PIECE_STEPS: Mapping[str, frozenset[str]] = {
    "return": RIGHTS["piece.return"].holders,
    "document": RIGHTS["document.publish"].holders,
    "retract": RIGHTS["piece.retract"].holders,
}
# Steps that a portal which pays nothing can do without.
MONEY_STEPS = frozenset({"list", "count", "spend"})


@dataclass(frozen=True, slots=True)
class Absence:
    """One person. `stops` are steps that then nobody can do, `waits` those that somebody can only do later: the deputy
    approves after half of the promised time.
    """

    key: str
    name: str
    roles: tuple[str, ...]
    stops: list[str]
    waits: list[str]


@dataclass(frozen=True, slots=True)
class Absences:
    """`already` are steps that nobody can do now, whoever is there."""

    people: list[Absence]
    already: list[str]


def if_one_is_away(day: date | None = None) -> Absences:
    """Everybody who holds a seat or a right on a day, board first. Four queries."""
    today = day or clock.today()
    roles: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    by_person: dict[int, str] = {}
    for seat in board_on(today):
        key = _key(seat.contributor.account_id, seat.contributor_id)
        by_person[seat.contributor_id] = key
        names[key] = seat.contributor.full_name
        roles.setdefault(key, []).append(f"seat:{seat.seat}")
    for grant in grants_on(today):
        key = _key(grant.account_id, None)
        names.setdefault(key, grant.account.name)
        roles.setdefault(key, []).append(f"grant:{grant.capability}")
    handed = _handed(today, roles, by_person)
    two = rules_on(today).second_score_above is not None
    now = _stopped(roles, handed, two=two)
    people = []
    for key, held in roles.items():
        left = {other: theirs for other, theirs in roles.items() if other != key}
        stopped = _stopped(left, [each for each in handed if key != each[2]], two=two)
        people.append(
            Absence(
                key=key,
                name=names[key],
                roles=tuple(dict.fromkeys(held)),
                stops=[step for step in stopped if step not in now],
                waits=["approve"] if _waits(left, handed, key) and not _waits(roles, handed, "") else [],
            )
        )
    return Absences(people, now)


def _key(account_id: int | None, contributor_id: int | None) -> str:
    return f"account {account_id}" if account_id is not None else f"person {contributor_id}"


def _handed(today: date, roles: Mapping[str, list[str]], by_person: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """(right, giver, receiver) of hand-overs that hold: the receiver acts though the giver is away."""
    found = []
    for row in Delegation.objects.filter(in_force(today)):
        giver, receiver = by_person.get(row.giver_id, ""), by_person.get(row.receiver_id, "")
        if receiver and any(f"seat:{seat}" in roles.get(giver, ()) for seat in HANDED_BY[row.right]):
            found.append((row.right, giver, receiver))
    return found


def _who(roles: Mapping[str, Iterable[str]], holders: frozenset[str]) -> set[str]:
    return {key for key, held in roles.items() if holders & set(held)}


def _stopped(roles: Mapping[str, list[str]], handed: list[tuple[str, str, str]], *, two: bool) -> list[str]:
    """Steps that nobody can do, in the order of the work."""
    approvers = _who(roles, frozenset({"seat:head", "seat:deputy"})) | {
        receiver for right, _, receiver in handed if right == "piece.approve" and receiver in roles
    }
    heads = _who(roles, frozenset({"seat:head"}))
    publishers = _who(roles, RIGHTS["piece.publish"].holders) | {
        receiver for right, _, receiver in handed if right == "piece.publish" and receiver in roles
    }
    able: dict[str, bool] = {
        "accept": bool(_who(roles, STEPS["accept"])),
        "return": bool(_who(roles, PIECE_STEPS["return"])),
        "approve": bool(approvers),
        "approve_heads": bool(approvers - heads) or not heads,
    }
    if two:
        able["second_score"] = len(approvers) >= 2  # noqa: PLR2004 - two different people
    able |= {
        "publish": bool(publishers),
        "document": bool(_who(roles, PIECE_STEPS["document"])),
        "retract": bool(_who(roles, PIECE_STEPS["retract"])),
        "list": bool(heads),
        "count": bool(_who(roles, STEPS["count"])),
        "spend": _another_spends(roles),
        "grant": len(_who(roles, STEPS["grant"])) >= 2,  # noqa: PLR2004 - one proposes, another confirms
    }
    return [step for step, can in able.items() if not can]


def _another_spends(roles: Mapping[str, list[str]]) -> bool:
    """Somebody approves the spending who is not the only one to compute."""
    holders, accountants = _who(roles, STEPS["spend"]), _who(roles, STEPS["count"])
    return bool(holders) and (len(holders | accountants) > 1 or not accountants)


def _waits(roles: Mapping[str, list[str]], handed: list[tuple[str, str, str]], away: str) -> bool:
    """Whether an approval waits for half of the promised time: a deputy is there, no head, and nobody stands in.

    A portal without any head at all does not wait: the deputy approves at once.
    """
    if any("seat:head" in held for held in roles.values()):
        return False
    stands_in = any(
        right == "piece.approve" and giver == away and receiver in roles for right, giver, receiver in handed
    )
    return bool(away) and bool(_who(roles, frozenset({"seat:deputy"}))) and not stands_in
