"""Who may be in the directory twice: the same phone, or a like name in the same unit or of the same year of birth.

Couples share a phone and cousins share a name, so a pair is only a proposal; one that somebody has dismissed is
remembered as an event and not proposed again. The same personal ID is asked on the upper floor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from rapidfuzz import fuzz, process

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, in_force
from contributors.directory import seen_people
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Contributor, Event, Membership

LIKE = 90.0  # of the whole name, without tone marks
LIKE_GIVEN = 80.0  # of the given name: “Nguyễn Văn An” is not “Nguyễn Văn Ba”
NEAR_YEARS = 1  # a year of birth known by hearsay
MOST_ON_A_PHONE = 6  # a phone on which more people stand is an office's, and says nothing
NOT_THE_SAME = "contributor.not_the_same"
# The reasons, strongest first; words of pages and of the API.
PERSONAL_ID, PHONE_AND_NAME, NAME_AND_UNIT, NAME_AND_YEAR, PHONE = (
    "personal_id",
    "phone_and_name",
    "name_and_unit",
    "name_and_year",
    "phone",
)
STRENGTH = (PERSONAL_ID, PHONE_AND_NAME, NAME_AND_UNIT, NAME_AND_YEAR, PHONE)


@dataclass(frozen=True, slots=True)
class Known:
    """What a person is compared by."""

    id: int
    search_key: str
    phone: str
    birth_year: int | None
    unit_id: int | None

    @property
    def given(self) -> str:
        return self.search_key.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids, the smaller first, and why they may be one person."""

    first: int
    second: int
    reason: str


def reason_of(one: Known, other: Known) -> str:
    """Why two rows may be one person; "" for no reason."""
    same_phone = bool(one.phone) and one.phone == other.phone
    if not like_names(one.search_key, other.search_key) or _years_apart(one, other):
        return PHONE if same_phone else ""
    if same_phone:
        return PHONE_AND_NAME
    if one.unit_id is not None and one.unit_id == other.unit_id:
        return NAME_AND_UNIT
    return NAME_AND_YEAR if one.birth_year is not None and one.birth_year == other.birth_year else ""


def like_names(one: str, other: str) -> bool:
    """Compared without tone marks: equal, or a slip of the pen apart."""
    if one == other:
        return True
    given, other_given = one.rpartition(" ")[2], other.rpartition(" ")[2]
    return fuzz.ratio(one, other) >= LIKE and fuzz.ratio(given, other_given) >= LIKE_GIVEN


def _years_apart(one: Known, other: Known) -> bool:
    return (
        one.birth_year is not None
        and other.birth_year is not None
        and abs(one.birth_year - other.birth_year) > NEAR_YEARS
    )


def known_people(actor: Actor) -> list[Known]:
    """What those whom the actor sees are compared by. Two queries."""
    units = dict(Membership.objects.filter(in_force(clock.today())).values_list("contributor_id", "unit_id"))
    people = seen_people(actor).filter(erased_at__isnull=True).order_by("pk")
    return [
        Known(pk, key, phone, year, units.get(pk))
        for pk, key, phone, year in people.values_list("pk", "search_key", "phone", "birth_year")
    ]


def likely_pairs(people: Sequence[Known]) -> list[Pair]:
    """Every pair with a reason, strongest first.

    Only those in a common block are compared: the same phone; and within a unit or a year of birth the same given
    name, or all of the name but the given name alike. A slip in both halves at once is not found.
    """
    found: dict[tuple[int, int], str] = {}
    for block in _blocks(people, lambda one: [one.phone] if one.phone else []):
        if len(block) <= MOST_ON_A_PHONE:
            for place, one in enumerate(block):
                _note(found, one, block[place + 1 :])
    for block in _blocks(people, _name_blocks):
        keys = [one.search_key for one in block]
        for place, one in enumerate(block[:-1]):
            rest = keys[place + 1 :]
            alike = process.extract_iter(one.search_key, rest, scorer=fuzz.ratio, score_cutoff=LIKE)
            _note(found, one, [block[place + 1 + nth] for _, _, nth in alike])
    return _strongest_first(found)


def _strongest_first(found: Mapping[tuple[int, int], str]) -> list[Pair]:
    pairs = [Pair(first, second, reason) for (first, second), reason in found.items()]
    return sorted(pairs, key=lambda pair: (STRENGTH.index(pair.reason), pair.first, pair.second))


def _name_blocks(one: Known) -> list[tuple[object, ...]]:
    places: list[tuple[str, int]] = []
    if one.unit_id is not None:
        places.append(("unit", one.unit_id))
    if one.birth_year is not None:
        places.append(("year", one.birth_year))
    before = one.search_key.rpartition(" ")[0]
    return [(*place, half, word) for place in places for half, word in (("given", one.given), ("before", before))]


def _blocks(people: Sequence[Known], keys_of: Callable[[Known], Sequence[object]]) -> list[list[Known]]:
    blocks: dict[object, list[Known]] = defaultdict(list)
    for one in people:
        for key in keys_of(one):
            blocks[key].append(one)
    return [block for block in blocks.values() if len(block) > 1]


def _note(found: dict[tuple[int, int], str], one: Known, others: Iterable[Known]) -> None:
    for other in others:
        key = (min(one.id, other.id), max(one.id, other.id))
        if key not in found and (reason := reason_of(one, other)):
            found[key] = reason


def likely_duplicates(actor: Actor) -> list[Pair]:
    """The portal's pairs, those that were dismissed left out. Three queries."""
    return not_dismissed(likely_pairs(known_people(actor)))


def duplicates_of(actor: Actor, person: Contributor) -> list[Pair]:
    """The pairs of one person, those that were dismissed left out. Four queries, whatever the size."""
    return not_dismissed(likely_pairs_of(actor, person))


def likely_pairs_of(actor: Actor, person: Contributor) -> list[Pair]:
    """The pairs of one person. Three queries: their unit, who is near them, the units of these."""
    today = in_force(clock.today())
    unit = Membership.objects.filter(today, contributor=person).values_list("unit_id", flat=True).first()
    me = Known(person.pk, person.search_key, person.phone, person.birth_year, unit)
    near = Q(pk__in=[])
    if me.phone:
        near |= Q(phone=me.phone)
    if me.birth_year is not None:
        near |= Q(birth_year=me.birth_year)
    if me.unit_id is not None:
        neighbours = Membership.objects.filter(today, unit_id=me.unit_id)
        near |= Q(pk__in=neighbours.values("contributor_id"))
    others = seen_people(actor).filter(near, erased_at__isnull=True).exclude(pk=person.pk)
    rows = [
        row
        for row in others.values_list("pk", "search_key", "phone", "birth_year")
        if (me.phone and row[2] == me.phone) or like_names(me.search_key, row[1])
    ]
    units = dict(
        Membership.objects.filter(today, contributor_id__in=[0, *(row[0] for row in rows)]).values_list(
            "contributor_id", "unit_id"
        )
    )
    found: dict[tuple[int, int], str] = {}
    if person.erased_at is None:
        _note(found, me, [Known(*row, units.get(row[0])) for row in rows])
    return _strongest_first(found)


def not_dismissed(pairs: Sequence[Pair]) -> list[Pair]:
    """Those of which nobody has said that they are two people. One query."""
    gone = {
        (facts.get("first"), facts.get("second"))
        for facts in Event.objects.filter(
            kind=NOT_THE_SAME, subject_type="contributor", subject_id__in=[0, *{pair.first for pair in pairs}]
        ).values_list("facts", flat=True)
    }
    return [pair for pair in pairs if (pair.first, pair.second) not in gone]


def dismiss_pair(*, actor: Actor, one: Contributor, other: Contributor) -> None:
    """They are two people: remembered, so that the pair is not proposed again. Doing it twice is doing it once."""
    require(actor, "contributor.merge")
    if one.pk == other.pk:
        raise DomainError("merge_itself", field="other")
    first, second = sorted((one, other), key=lambda person: person.pk)
    with transaction.atomic():
        Contributor.objects.select_for_update().get(pk=first.pk)
        facts: Mapping[str, int] = {"first": first.pk, "second": second.pk}
        known = Event.objects.filter(
            kind=NOT_THE_SAME, subject_type="contributor", subject_id=first.pk, facts=facts
        ).exists()
        if not known:
            record_event(actor=actor, kind=NOT_THE_SAME, subject=first, facts=facts)
