"""What a portal takes, as data: genres with what each needs, and topics. The proposal stands in genres.yaml.

Nothing is deleted, since pieces point at it: what is retired is offered no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import CountsAs, Genre, Piece, Topic
from contributors.names import plain_text
from contributors.portals import require_set_up

PROPOSED = Path(__file__).with_name("genres.yaml")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
TEXTS = {"name": 100, "guidance": 300, "example": 300}  # the columns' widths
GENRE_FIELDS = frozenset(
    {*TEXTS, "counts_as", "for_contributors", "least_words", "least_photos", "needs_duration", "needs_document_number"}
)
TOPIC_FIELDS = frozenset({"name", "leader_activity"})
Kind = TypeVar("Kind", Genre, Topic)


def offer_genre(
    *, actor: Actor, code: str, name: str, counts_as: str, position: int | None = None, **fields: Any
) -> Genre:
    """A kind of piece that the portal takes; `fields` are those of `GENRE_FIELDS`.

    Raises `code_malformed`, `code_taken`, `name_of_kind_missing`.
    """
    given = fields | {"name": name, "counts_as": CountsAs(counts_as).value}
    return _offer(actor, Genre, code, position, _clean(given, GENRE_FIELDS))


def offer_topic(*, actor: Actor, code: str, name: str, position: int | None = None, **fields: Any) -> Topic:
    """A column of the website. A piece begun in one of `leader_activity` is marked as the leaders' work."""
    return _offer(actor, Topic, code, position, _clean(fields | {"name": name}, TOPIC_FIELDS))


def change_genre(*, actor: Actor, genre: Genre, seen_version: int, **fields: Any) -> Genre:
    """Say it anew; the code stays, since rate schedules name it.

    Raises `counts_as_fixed` where pieces of it exist, `name_of_kind_missing`, `stale_version`.
    """
    given = _clean(fields, GENRE_FIELDS)
    with transaction.atomic():
        row = _lock(actor, Genre, genre, seen_version)
        turned = given.get("counts_as", row.counts_as) != row.counts_as
        if turned and Piece.objects.filter(genre=row).exists():
            raise DomainError("counts_as_fixed", field="counts_as")
        return _change(actor, row, given)


def change_topic(*, actor: Actor, topic: Topic, seen_version: int, **fields: Any) -> Topic:
    given = _clean(fields, TOPIC_FIELDS)
    with transaction.atomic():
        return _change(actor, _lock(actor, Topic, topic, seen_version), given)


def retire_genre(*, actor: Actor, genre: Genre, seen_version: int, retired: bool = True) -> Genre:
    """Offer it no more, or again. Pieces that are under way go on."""
    with transaction.atomic():
        return _retire(actor, _lock(actor, Genre, genre, seen_version), retired=retired)


def retire_topic(*, actor: Actor, topic: Topic, seen_version: int, retired: bool = True) -> Topic:
    with transaction.atomic():
        return _retire(actor, _lock(actor, Topic, topic, seen_version), retired=retired)


def order_genres(*, actor: Actor, codes: Sequence[str]) -> list[Genre]:
    """Put them in this order; every code once. Raises `order_incomplete`."""
    return _order(actor, Genre, codes)


def order_topics(*, actor: Actor, codes: Sequence[str]) -> list[Topic]:
    return _order(actor, Topic, codes)


def take_proposed(*, actor: Actor) -> list[Genre]:
    """Add the genres of the proposal whose codes the portal does not have yet."""
    require_set_up(actor)
    with transaction.atomic():
        there = set(Genre.objects.values_list("code", flat=True))
        return [
            offer_genre(actor=actor, code=code, **fields) for code, fields in proposed().items() if code not in there
        ]


@cache
def proposed() -> Mapping[str, Mapping[str, Any]]:
    """The list of genres.yaml by code."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(PROPOSED.read_text(encoding="utf-8"))["genres"]
    return read


def offered_genres() -> QuerySet[Genre]:
    """What something new may be begun in, in the portal's order."""
    return Genre.objects.filter(retired_on__isnull=True).order_by("position", "pk")


def offered_topics() -> QuerySet[Topic]:
    return Topic.objects.filter(retired_on__isnull=True).order_by("position", "pk")


def _clean(fields: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    if unknown := set(fields) - known:
        message = f"no such field: {', '.join(sorted(unknown))}"
        raise TypeError(message)
    cleaned = {name: plain_text(value)[: TEXTS[name]] if name in TEXTS else value for name, value in fields.items()}
    if "name" in cleaned and not any(char.isalnum() for char in cleaned["name"]):
        raise DomainError("name_of_kind_missing", field="name")
    return cleaned


def _offer(actor: Actor, model: type[Kind], code: str, position: int | None, fields: Mapping[str, Any]) -> Kind:
    require_set_up(actor)
    if not CODE.fullmatch(code):
        raise DomainError("code_malformed", field="code")
    try:
        with transaction.atomic():
            if position is None:
                position = max(model.objects.values_list("position", flat=True), default=0) + 1
            row: Kind = model.objects.create(portal_id=actor.portal_id, code=code, position=position, **fields)
            record_event(actor=actor, kind=f"{_word(row)}.offered", subject=row, facts={"code": code})
    except IntegrityError as refused:
        if f"{model._meta.model_name}_code" not in str(refused):
            raise
        raise DomainError("code_taken", field="code", word=code) from None
    return row


def _lock(actor: Actor, model: type[Kind], row: Kind, seen_version: int) -> Kind:
    require_set_up(actor)
    found: Kind | None = model.objects.select_for_update(no_key=True).filter(pk=row.pk).first()
    if found is None:
        raise DomainError("not_found")
    if found.version != seen_version:
        raise DomainError("stale_version", field="version")
    return found


def _change(actor: Actor, row: Kind, fields: Mapping[str, Any]) -> Kind:
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    if not changed:
        return row
    for name in changed:
        setattr(row, name, fields[name])
    row.version += 1
    row.save()
    record_event(actor=actor, kind=f"{_word(row)}.changed", subject=row, facts={name: fields[name] for name in changed})
    return row


def _retire(actor: Actor, row: Kind, *, retired: bool) -> Kind:
    if (row.retired_on is not None) == retired:
        return row
    row.retired_on = clock.today() if retired else None
    row.version += 1
    row.save()
    record_event(actor=actor, kind=f"{_word(row)}.{'retired' if retired else 'taken_up'}", subject=row)
    return row


def _order(actor: Actor, model: type[Kind], codes: Sequence[str]) -> list[Kind]:
    require_set_up(actor)
    with transaction.atomic():
        rows: dict[str, Kind] = {row.code: row for row in model.objects.select_for_update(no_key=True).order_by("pk")}
        if sorted(codes) != sorted(rows):
            raise DomainError("order_incomplete", field="codes")
        moved = [rows[code] for place, code in enumerate(codes, start=1) if rows[code].position != place]
        for place, code in enumerate(codes, start=1):
            rows[code].position = place
        model.objects.bulk_update(moved, ["position"])
        for row in moved:
            record_event(actor=actor, kind=f"{_word(row)}.ordered", subject=row, facts={"position": row.position})
    return [rows[code] for code in codes]


def _word(row: Genre | Topic) -> str:
    return "genre" if isinstance(row, Genre) else "topic"
