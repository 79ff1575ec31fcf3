"""Approved pieces for websites that can pull them: keys, and what a feed has in it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Credit, FeedKey, PenName, Photo, Piece, PieceState, Portal, Role
from contributors.names import plain_text

ENTRIES = 50
MOST_KEYS = 20
NAME_LIMIT = 100
KEY_BYTES = 24


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A piece as a website takes it: names as the authors want them, photos in their order."""

    piece: Piece
    authors: tuple[str, ...]
    photos: tuple[Photo, ...]
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    portal: Portal
    updated: datetime
    entries: tuple[FeedEntry, ...]


def feed_keys_of(actor: Actor) -> QuerySet[FeedKey]:
    """Keys that were made, newest first, revoked ones too. Raises `not_allowed`."""
    require(actor, "website.write")
    return FeedKey.objects.select_related("created_by").order_by("-pk")


def make_feed_key(*, actor: Actor, name: str) -> tuple[FeedKey, str]:
    """A new key, which is told this once. Raises `feed_name_missing`, `too_many_feed_keys`."""
    require(actor, "website.write")
    said = plain_text(name)[:NAME_LIMIT]
    if not said:
        raise DomainError("feed_name_missing", field="name")
    key = secrets.token_urlsafe(KEY_BYTES)
    with transaction.atomic():
        Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)
        if FeedKey.objects.filter(revoked_at__isnull=True).count() >= MOST_KEYS:
            raise DomainError("too_many_feed_keys", limit=MOST_KEYS)
        row = FeedKey.objects.create(
            portal_id=actor.portal_id,
            name=said,
            key_hash=_hash(key),
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        record_event(actor=actor, kind="feed_key.made", subject=row, facts={"name": said})
    return row, key


def revoke_feed_key(*, actor: Actor, public_id: UUID) -> FeedKey:
    """From now on nobody pulls with it. Raises `not_found`, `feed_key_revoked`."""
    require(actor, "website.write")
    with transaction.atomic():
        row = FeedKey.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise DomainError("not_found")
        if row.revoked_at is not None:
            raise DomainError("feed_key_revoked")
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        record_event(actor=actor, kind="feed_key.revoked", subject=row, facts={"name": row.name})
    return row


def portal_of_key(key: str) -> Portal:
    """Whose feed a key opens. Raises `not_found`, the same for a revoked and a made-up one."""
    row = FeedKey.unscoped.select_related("portal").filter(key_hash=_hash(key), revoked_at__isnull=True).first()
    if row is None or row.portal.closed_on is not None:
        raise DomainError("not_found")
    return row.portal


def feed_of(portal: Portal) -> Feed:
    """The newest approved pieces, published ones too; a scheduled one from its hour on. Four queries."""
    pieces = list(_offered().select_related("genre", "topic", "contributor").order_by("-approved_at", "-pk")[:ENTRIES])
    ids = [piece.pk for piece in pieces]
    photos: dict[int, list[Photo]] = {}
    for photo in (
        Photo.objects.filter(piece__in=ids, removed_at__isnull=True)
        .exclude(path="")
        .select_related("photographer")
        .order_by("piece_id", "position", "pk")
    ):
        photos.setdefault(photo.piece_id, []).append(photo)
    authors = _authors(pieces)
    entries = tuple(
        FeedEntry(piece, authors[piece.pk], tuple(photos.get(piece.pk, ())), piece.state_since) for piece in pieces
    )
    return Feed(portal, max((entry.updated for entry in entries), default=portal.created_at), entries)


def feed_photo(public_id: UUID) -> Photo:
    """A photo of a piece that is offered now. Raises `not_found`."""
    photo = Photo.objects.filter(public_id=public_id, removed_at__isnull=True).exclude(path="").first()
    if photo is None or not _offered().filter(pk=photo.piece_id).exists():
        raise DomainError("not_found")
    return photo


def _offered() -> QuerySet[Piece]:
    ready = Q(state__in=[PieceState.APPROVED, PieceState.PUBLISHED]) | Q(
        state=PieceState.SCHEDULED, scheduled_for__lte=clock.now()
    )
    return Piece.objects.filter(ready, approved_at__isnull=False)


def _authors(pieces: list[Piece]) -> Mapping[int, tuple[str, ...]]:
    """Pen names where people have one today, else their names."""
    credited: dict[int, dict[int, str]] = {
        piece.pk: {piece.contributor_id: piece.contributor.full_name} for piece in pieces
    }
    named: dict[int, dict[int, str]] = {}
    rows = Credit.objects.filter(piece__in=credited, role__in=[Role.AUTHOR, Role.TRANSLATOR, Role.VIDEOGRAPHER])
    for piece_id, person, name in rows.order_by("pk").values_list(
        "piece_id", "contributor_id", "contributor__full_name"
    ):
        named.setdefault(piece_id, {})[person] = name
    credited |= named
    people = {person for names in credited.values() for person in names}
    pens = dict(
        PenName.objects.filter(in_force(clock.today()), contributor_id__in=people)
        .order_by("-pk")
        .values_list("contributor_id", "name")
    )
    return {
        piece_id: tuple(pens.get(person, name) for person, name in names.items())
        for piece_id, names in credited.items()
    }


def _hash(key: str) -> bytes:
    """The key is random and long: a plain hash is enough, and can be looked up."""
    return hashlib.sha256(b"feed:" + key.encode()).digest()
