"""Questions about people and pieces: figures of a period, what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.functions import TruncDate

from contributors.access import holds
from contributors.actors import Actor, in_force
from contributors.models import (
    Contributor,
    ContributorState,
    CountsAs,
    Genre,
    Membership,
    Photo,
    Piece,
    PieceState,
    Portal,
    Seat,
)
from contributors.past_counts import past_counts, past_figure


@dataclass(frozen=True, slots=True)
class Figures:
    """What was published in a period, and who was there at its end.

    `news` are pieces of any genre but documents; `late` those that went up after the portal's promise: on the day of
    the event for a leaders' activity, within `promise_days` of it for the rest;
    `from_books` of news, photos and documents come from lists of past years (`past_lists`), which are never late;
    `contributors_registered` are active people who hold no seat on the board; `board` people with a seat.
    """

    news: int
    photos: int
    documents: int
    contributors_registered: int
    board: int
    late: int
    from_books: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for a board member, oldest first. `practice`: written to learn, to be answered with advice."""

    submitted: list[Piece]
    to_publish: list[Piece]
    applications: list[Contributor]
    practice: list[Piece]


def published_between(portal: Portal, since: date, until: date) -> QuerySet[Piece]:
    """Pieces that went up in `[since, until)`, by the portal's calendar; `day` is annotated."""
    return published_in(ZoneInfo(portal.time_zone), since, until)


def published_in(zone: ZoneInfo, since: date, until: date) -> QuerySet[Piece]:
    """The same of every portal of the scope, all of them in one time zone."""
    # By the moments of the two midnights: an index of moments serves no question about computed days.
    first, after = (datetime.combine(day, time.min, zone) for day in (since, until))
    return Piece.objects.filter(state=PieceState.PUBLISHED, published_at__gte=first, published_at__lt=after).annotate(
        day=TruncDate("published_at", tzinfo=zone)
    )


def last_publication(portal: Portal) -> date | None:
    """The day on which something went up last, by the portal's calendar; None where nothing ever did. One query."""
    latest = (
        Piece.objects.filter(portal=portal, state=PieceState.PUBLISHED, published_at__isnull=False)
        .order_by("-published_at")
        .values_list("published_at", flat=True)
        .first()
    )
    return latest.astimezone(ZoneInfo(portal.time_zone)).date() if latest is not None else None


def figures(portal: Portal, period_from: date, period_until: date) -> Figures:
    """Counts of `[period_from, period_until)`, works of old books included. Six queries."""
    past = past_counts(period_from, period_until)
    published = published_between(portal, period_from, period_until).order_by()
    documents = list(Genre.objects.filter(counts_as=CountsAs.DOCUMENT).values_list("pk", flat=True))
    is_document = Q(genre__in=documents)
    within = Case(When(leader_activity=True, then=0), default=portal.promise_days, output_field=IntegerField())
    late = Q(event_on__isnull=False, day__gt=F("event_on") + within)
    counts = published.aggregate(
        news=Count("pk", filter=~is_document),
        documents=Count("pk", filter=is_document),
        late=Count("pk", filter=~is_document & late),
    )
    registered, board = people_there(period_until)
    return Figures(
        news=counts["news"] + past_figure(past, "news"),
        photos=Photo.objects.filter(piece__in=published.values("pk"), removed_at__isnull=True).count()
        + past_figure(past, "photos"),
        documents=counts["documents"] + past_figure(past, "documents"),
        contributors_registered=registered,
        board=board,
        late=counts["late"],
        from_books=sum(each.count for each in past),
    )


def people_there(period_until: date) -> tuple[int, int]:
    """Active people without a seat, and people with one, on the last day before `period_until`. One query."""
    last = date.fromordinal(period_until.toordinal() - 1)
    seated = Exists(Seat.objects.filter(in_force(last), contributor=OuterRef("pk")))
    member = Exists(Membership.objects.filter(effective_from__lt=period_until, contributor=OuterRef("pk")))
    active = Q(state=ContributorState.ACTIVE, merged_into__isnull=True)
    found = Contributor.objects.annotate(seated=seated, member=member).aggregate(
        registered=Count("pk", filter=active & Q(member=True, seated=False)), board=Count("pk", filter=Q(seated=True))
    )
    return found["registered"], found["board"]


def waiting_desk(actor: Actor, *, most: int = 100) -> Desk:
    """Pieces to review, pieces to post, people to decide on; only what the actor's seats are asked for."""
    pieces = Piece.objects.select_related("genre", "unit", "contributor")
    submitted: list[Piece] = []
    practice: list[Piece] = []
    to_publish: list[Piece] = []
    applications: list[Contributor] = []
    if holds(actor, "piece.return"):
        sent = pieces.filter(state=PieceState.SUBMITTED).order_by("submitted_at", "pk")
        submitted = list(sent.filter(practice=False)[:most])
        practice = list(sent.filter(practice=True)[:most])
    if holds(actor, "piece.publish"):
        states = [PieceState.APPROVED, PieceState.SCHEDULED]
        to_publish = list(pieces.filter(state__in=states).order_by("approved_at", "pk")[:most])
    if holds(actor, "contributor.decide"):
        applications = list(
            Contributor.objects.filter(state=ContributorState.APPLIED, merged_into__isnull=True).order_by(
                "state_since", "pk"
            )[:most]
        )
    return Desk(submitted, to_publish, applications, practice)


def own_pieces(contributor_id: int) -> QuerySet[Piece]:
    """A contributor's pieces, newest first."""
    return (
        Piece.objects.filter(contributor_id=contributor_id)
        .select_related("genre", "unit", "topic")
        .order_by("-created_at", "-pk")
    )


def never_wrote(contributor_id: int | None) -> bool:
    """Whether a person has not begun any piece yet, so that trying one out is offered."""
    return contributor_id is not None and not Piece.objects.filter(contributor_id=contributor_id).exists()


def units_of(contributor_ids: list[int], day: date) -> dict[int, str]:
    """Names of the units to which people belong on a day."""
    rows = Membership.objects.filter(in_force(day), contributor_id__in=contributor_ids)
    return dict(rows.values_list("contributor_id", "unit__name"))
