"""All that the board sees of one person on one page; what stayed with merged rows is read through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from contributors.directory import PersonRow
from contributors.merging import rows_of_person
from contributors.models import Consent, Contributor, Credit, CreditSource, Membership, Merge, PenName, Piece, Seat

NEWEST_PIECES = 10


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """`consents` are the last word on each purpose."""

    person: Contributor
    row: PersonRow
    pen_names: Sequence[PenName]
    memberships: Sequence[Membership]
    seats: Sequence[Seat]
    consents: Sequence[Consent]
    pieces: Sequence[Piece]
    piece_count: int
    merges: Sequence[Merge]


def person_detail(person: Contributor, row: PersonRow) -> PersonDetail:
    """One person whom somebody may see (`directory.person_seen`), with their row. Eight queries, whatever there is."""
    rows = rows_of_person(person.pk)
    credited = Credit.objects.filter(contributor__in=rows, source=CreditSource.DECLARED).values("piece_id")
    pieces = Piece.objects.filter(Q(contributor__in=rows) | Q(pk__in=credited), submitted_at__isnull=False)
    consents = {}
    for consent in Consent.objects.filter(contributor__in=rows).order_by("at", "pk"):
        consents[consent.purpose] = consent
    return PersonDetail(
        person=person,
        row=row,
        pen_names=list(PenName.objects.filter(contributor__in=rows).order_by("effective_from", "pk")),
        memberships=list(
            Membership.objects.filter(contributor=person).select_related("unit").order_by("-effective_from", "-pk")
        ),
        seats=list(Seat.objects.filter(contributor=person).order_by("-effective_from", "-pk")),
        consents=list(consents.values()),
        pieces=list(pieces.select_related("genre").order_by("-submitted_at", "-pk")[:NEWEST_PIECES]),
        piece_count=pieces.count(),
        merges=list(
            Merge.objects.filter(survivor=person, undone_at__isnull=True)
            .select_related("merged", "merged_by")
            .order_by("-pk")
        ),
    )
