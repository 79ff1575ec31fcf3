"""What a portal shows to everybody: where it looks for people, what it takes, and thanks to those who wrote.

Nothing here is private: names of places, titles that are on the website already, and the names of those who agreed
that theirs stands beside what they publish.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from contributors import clock
from contributors.actors import in_force
from contributors.models import (
    Consent,
    Contributor,
    ContributorState,
    CountsAs,
    Credit,
    Genre,
    Membership,
    PenName,
    Piece,
    PieceState,
    Portal,
    Role,
    Unit,
)
from contributors.names import sort_key
from contributors.recognition import half_before, recognition, somebody_agreed

LATEST = 6
THANKED = timedelta(days=365)
PURPOSE = "publication"


@dataclass(frozen=True, slots=True)
class Posted:
    """A piece that is on the website. `names` are authors who agreed to be named, "" where none did."""

    title: str
    url: str
    on: datetime | None
    names: str
    unit: str


@dataclass(frozen=True, slots=True)
class ThankedInPublic:
    """Somebody who agreed to be named here, and what for, in words."""

    name: str
    grounds: list[str]


@dataclass(frozen=True, slots=True)
class PublicFace:
    """`wanted` are places without an active contributor; `contributors` and `pieces` those of the last year; `thanked`
    those of the half year before, who want to be.
    """

    name: str
    wanted: list[str]
    genres: list[Genre]
    contributors: int
    pieces: int
    posted: list[Posted]
    thanked: list[ThankedInPublic]


def portals_shown() -> list[Portal]:
    """Portals that go on today, by name: a visitor chooses theirs. One query."""
    return list(Portal.objects.filter(closed_on__isnull=True).order_by("name", "pk"))


def public_face(portal: Portal) -> PublicFace:
    """Nine queries, and twelve more where anybody agreed to be thanked here, however much there is. The portal's scope
    must be open.
    """
    today = clock.today(portal.time_zone)
    return PublicFace(
        name=portal.name,
        wanted=_wanted(today),
        genres=list(
            Genre.objects.filter(retired_on__isnull=True, for_contributors=True)
            .exclude(counts_as=CountsAs.DOCUMENT)
            .order_by("position", "pk")
        ),
        contributors=_active().count(),
        pieces=_published().filter(published_at__gte=clock.now() - THANKED).count(),
        posted=_posted(today),
        thanked=_thanked(portal, today),
    )


def _thanked(portal: Portal, today: date) -> list[ThankedInPublic]:
    """By the names shown, which may be pen names; what each is thanked for once."""
    if not somebody_agreed():
        return []
    found = recognition(portal, *half_before(today)).people
    named = [person for person in found if person.public_name]
    return [
        ThankedInPublic(person.public_name, list(dict.fromkeys(str(reason.ground.title) for reason in person.reasons)))
        for person in sorted(named, key=lambda person: sort_key(person.public_name))
    ]


def _active() -> QuerySet[Contributor]:
    return Contributor.objects.filter(state=ContributorState.ACTIVE, merged_into__isnull=True)


def _wanted(today: date) -> list[str]:
    """A place that has parts of its own is looked after by them."""
    here = Membership.objects.filter(in_force(today), unit=OuterRef("pk"), contributor__in=_active())
    parts = Unit.objects.filter(parent=OuterRef("pk"), closed__isnull=True)
    rows = Unit.objects.filter(~Exists(here), ~Exists(parts), opened__lte=today, closed__isnull=True)
    return list(rows.exclude(kind="commune").order_by("kind", "sort_key", "pk").values_list("name", flat=True))


def _published() -> QuerySet[Piece]:
    return Piece.objects.filter(state=PieceState.PUBLISHED).exclude(genre__counts_as=CountsAs.DOCUMENT)


def _posted(today: date) -> list[Posted]:
    rows = list(
        _published().filter(published_url__isnull=False).select_related("unit").order_by("-published_at")[:LATEST]
    )
    authors: dict[int, list[int]] = {}
    credited = Credit.objects.filter(piece__in=[row.pk for row in rows], role=Role.AUTHOR).order_by("pk")
    for piece_id, person in credited.values_list("piece_id", "contributor_id"):
        authors.setdefault(piece_id, []).append(person)
    names = _names({person for people in authors.values() for person in people}, today)
    return [
        Posted(
            title=row.title,
            url=row.published_url or "",
            on=row.published_at,
            names=", ".join(names[person] for person in authors.get(row.pk, ()) if person in names),
            unit=row.unit.name if row.unit else "",
        )
        for row in rows
    ]


def _names(people: set[int], today: date) -> dict[int, str]:
    """Of those whose last word on the matter is yes; the pen name before the full name."""
    said = Consent.objects.filter(contributor__in=people, purpose=PURPOSE).order_by("at", "pk")
    agreed = dict(said.values_list("contributor_id", "given"))
    willing = [person for person, given in agreed.items() if given]
    known = Contributor.objects.filter(pk__in=willing, erased_at__isnull=True, merged_into__isnull=True)
    names = dict(known.values_list("pk", "full_name"))
    pens = PenName.objects.filter(in_force(today), contributor__in=list(names)).order_by("pk")
    return names | dict(pens.values_list("contributor_id", "name"))
