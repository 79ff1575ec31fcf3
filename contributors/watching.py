"""The portal's website: where it is, what its feed shows, and which of its addresses look like approved pieces.

Nothing is published by the machine: it proposes, and whoever may record a publication says yes or no.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, system_actor
from contributors.alike import title_likeness
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.fetching import fetch
from contributors.jobs import schedule_job
from contributors.models import Job, JobState, Piece, PieceState, Portal, Sighting, SightingState, Website
from contributors.newsroom import publish_piece
from contributors.website_entries import Entry, entries_of

TASK = "contributors.look_at_website"
MOST_PIECES = 500
LIKE_FROM = 85
WAITING = (PieceState.APPROVED, PieceState.SCHEDULED)


def website_of(actor: Actor) -> Website | None:
    """As it is set up; None: not yet. Raises `not_allowed`."""
    require(actor, "website.write")
    return Website.objects.first()


def set_website(*, actor: Actor, address: str, feed: str = "", seen_version: int | None = None) -> Website:
    """Name the front page and the feed or sitemap on the same host; `seen_version` None: nothing was there.

    Raises `website_address_wrong`, `website_elsewhere`, `stale_version`.
    """
    require(actor, "website.write")
    front, source = address.strip(), feed.strip()
    host = _host(front)
    if not host or len(front) > 300:  # noqa: PLR2004 - the column's width
        raise DomainError("website_address_wrong", field="address")
    if source and (_host(source) != host or len(source) > 500):  # noqa: PLR2004 - the column's width
        raise DomainError("website_elsewhere", field="feed", host=host)
    with transaction.atomic():
        Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)
        row = Website.objects.select_for_update().first()
        if (row.version if row else None) != seen_version:
            raise DomainError("stale_version", field="version")
        row = row or Website(portal_id=actor.portal_id, version=0)
        row.address, row.feed, row.problem = front, source, ""
        row.version += 1
        row.save()
        record_event(actor=actor, kind="website.set", subject=row, facts={"address": front, "feed": source})
        if source:
            schedule_job(portal_id=row.portal_id, task=TASK, website_id=row.pk)
    return row


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    fits = parts.scheme in {"http", "https"} and parts.username is None and " " not in address
    return (parts.hostname or "").lower() if fits else ""


def ask_for_look(*, actor: Actor) -> None:
    """Look at the website now and not only on the timer. Raises `website_without_feed`."""
    require(actor, "sighting.answer")
    row = Website.objects.exclude(feed="").first()
    if row is None:
        raise DomainError("website_without_feed")
    with transaction.atomic():
        _promise(row)


def promise_looks() -> int:
    """A job for every website that is watched; on a timer. Returns how many."""
    made = 0
    for row in Website.unscoped.filter(portal__closed_on__isnull=True).exclude(feed="").order_by("pk"):
        with transaction.atomic():
            made += _promise(row)
    return made


def _promise(row: Website) -> int:
    waiting = Job.unscoped.filter(
        portal_id=row.portal_id, task=TASK, state__in=[JobState.PENDING, JobState.CLAIMED]
    ).exists()
    if waiting:
        return 0
    schedule_job(portal_id=row.portal_id, task=TASK, website_id=row.pk)
    return 1


def look_at_website(job: Job) -> None:
    """The worker's part. What goes wrong at the other end is told on the website's page, it is no failure of ours."""
    row = Website.objects.filter(pk=job.arguments["website_id"]).exclude(feed="").first()
    if row is None:
        return
    host = _host(row.address)
    entries: Sequence[Entry] = ()
    problem = ""
    try:
        entries = entries_of(fetch(row.feed, host=host), host=host)
    except DomainError as refused:
        problem = refused.code
    now = clock.now()
    seen = {"looked_at": now, "problem": problem} | ({} if problem else {"entries": len(entries)})
    with transaction.atomic():
        Website.objects.filter(pk=row.pk).update(**seen)
        propose_sightings(Portal.objects.get(pk=row.portal_id), entries, now)


def propose_sightings(portal: Portal, entries: Sequence[Entry], now: datetime) -> list[Sighting]:
    """For each new address the waiting piece whose title is most like its own. Four queries and the events."""
    pieces = list(Piece.objects.filter(state__in=WAITING).order_by("-approved_at", "-pk").defer("body")[:MOST_PIECES])
    urls = [entry.url for entry in entries]
    known = set(Piece.objects.filter(published_url__in=urls).values_list("published_url", flat=True))
    told = set(Sighting.objects.filter(url__in=urls).values_list("piece_id", "url"))
    found = []
    for entry in entries:
        if entry.url in known or not pieces:
            continue
        best = max(pieces, key=lambda piece: (title_likeness(entry.title, piece.title), -piece.pk))
        likeness = title_likeness(entry.title, best.title)
        if likeness >= LIKE_FROM and (best.pk, entry.url) not in told:
            told.add((best.pk, entry.url))
            found.append(
                Sighting(
                    portal_id=portal.pk,
                    piece=best,
                    url=entry.url,
                    title=entry.title,
                    posted_at=entry.posted_at,
                    likeness=likeness,
                    seen_at=now,
                )
            )
    made = Sighting.objects.bulk_create(found, ignore_conflicts=False)
    for row in made:
        facts = {"url": row.url, "likeness": row.likeness}
        record_event(actor=system_actor(portal), kind="sighting.proposed", subject=row.piece, facts=facts)
    return made


def sightings_waiting(actor: Actor) -> QuerySet[Sighting]:
    """What was seen of pieces that still wait to be posted, oldest first. Raises `not_allowed`."""
    require(actor, "sighting.answer")
    return (
        Sighting.objects.filter(state=SightingState.PROPOSED, piece__state__in=WAITING)
        .select_related("piece", "piece__contributor")
        .order_by("pk")
    )


def answer_sighting(*, actor: Actor, public_id: UUID, accept: bool, seen_version: int) -> Sighting:
    """Yes: the piece is published at that address, at the hour that the website names if that can be. No: not again.

    `seen_version` is the piece's. Raises `not_found`, `sighting_answered`, and what `publish_piece` raises.
    """
    require(actor, "sighting.answer")
    with transaction.atomic():
        row = Sighting.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise DomainError("not_found")
        if row.state != SightingState.PROPOSED:
            raise DomainError("sighting_answered")
        row.state = SightingState.ACCEPTED if accept else SightingState.DISMISSED
        row.answered_by_id, row.answered_at = actor.account_pk, clock.now()
        row.save(update_fields=["state", "answered_by", "answered_at"])
        if accept:
            piece = Piece.objects.get(pk=row.piece_id)
            publish_piece(
                actor=actor,
                piece=piece,
                seen_version=seen_version,
                url=row.url,
                at=_hour(row.posted_at, piece),
            )
        else:
            record_event(actor=actor, kind="sighting.dismissed", subject=row.piece, facts={"url": row.url})
    return row


def _hour(posted_at: datetime | None, piece: Piece) -> datetime | None:
    """The website's hour, if it lies between the approval and now; else now."""
    if posted_at is None or piece.approved_at is None or not piece.approved_at <= posted_at <= clock.now():
        return None
    return posted_at
