"""What the engine is told about published pieces: read once, frozen as JSON, read back as values.

A frozen piece is `{"s": subject, "g": genre, "on": day, "c": coefficient, "o": origin, "l": language, …,
"cr": [[subject_key, person, role, share, quantity, [photo coefficients], reason for no fee], …]}`; numbers are
texts so that nothing becomes a float.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from contributors.models import Credit, Photo, Piece, Portal, Role, Score
from payments.royalty.facts import CreditFacts, PieceFacts

CHUNK = 1000


def frozen_facts(portal: Portal, piece_ids: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(piece id, frozen facts) in the order given. Four queries for every thousand pieces."""
    zone = ZoneInfo(portal.time_zone)
    for start in range(0, len(piece_ids), CHUNK):
        ids = piece_ids[start : start + CHUNK]
        pieces = Piece.objects.select_related("genre").in_bulk(ids)
        coefficients: dict[int, str] = {}
        photo_coefficients: dict[int, str] = {}
        for piece_id, photo_id, coefficient in Score.objects.filter(
            piece_id__in=ids, accepted=True, coefficient__isnull=False
        ).values_list("piece_id", "photo_id", "coefficient"):
            if not photo_id:
                coefficients[piece_id] = _number(coefficient)
            else:
                photo_coefficients[photo_id] = _number(coefficient)
        photos: dict[tuple[int, int], list[str]] = defaultdict(list)
        for photo_id, piece_id, photographer_id in (
            Photo.objects.filter(piece_id__in=ids, removed_at__isnull=True, photographer__isnull=False)
            .order_by("position", "pk")
            .values_list("pk", "piece_id", "photographer_id")
        ):
            if photo_id in photo_coefficients:
                photos[piece_id, photographer_id].append(photo_coefficients[photo_id])
        parts: dict[int, list[list[Any]]] = defaultdict(list)
        for credit in (
            Credit.objects.filter(piece_id__in=ids)
            .order_by("pk")
            .values(
                "pk",
                "piece_id",
                "contributor_id",
                "contributor__merged_into_id",
                "role",
                "share",
                "quantity",
                "no_fee_reason",
            )
        ):
            own = photos[credit["piece_id"], credit["contributor_id"]] if credit["role"] == Role.PHOTOGRAPHER else []
            parts[credit["piece_id"]].append(
                [
                    f"credit:{credit['pk']}",
                    credit["contributor__merged_into_id"] or credit["contributor_id"],
                    credit["role"],
                    _number(credit["share"]) if credit["share"] is not None else None,
                    credit["quantity"],
                    own,
                    "no_fee" if credit["no_fee_reason"] else "",
                ]
            )
        for piece_id in ids:
            piece = pieces[piece_id]
            moment = piece.published_at or piece.approved_at or piece.created_at
            facts: dict[str, Any] = {
                "s": str(piece.public_id),
                "g": piece.genre.code,
                "on": moment.astimezone(zone).date().isoformat(),
                "o": piece.origin,
                "l": piece.language,
                "cr": parts[piece_id],
            }
            if piece_id in coefficients:
                facts["c"] = coefficients[piece_id]
            yield piece_id, facts


def _number(value: Any) -> str:
    return f"{value.normalize():f}"


# The same few coefficients and shares come again and again; reading one is dearer than finding it.
_exact = lru_cache(maxsize=4096)(Fraction)


def facts_from(frozen: Mapping[str, Any]) -> PieceFacts:
    """The engine's value of a frozen piece."""
    return PieceFacts(
        subject=frozen["s"],
        genre=frozen["g"],
        published_on=date.fromisoformat(frozen["on"]),
        coefficient=_exact(frozen["c"]) if "c" in frozen else None,
        origin=frozen.get("o", ""),
        language=frozen.get("l", ""),
        credits=tuple(
            CreditFacts(
                subject_key=key,
                person=person,
                role=role,
                share=_exact(share) if share is not None else None,
                quantity=quantity,
                photos=tuple(_exact(value) for value in photos),
                no_fee=no_fee,
            )
            for key, person, role, share, quantity, photos, no_fee in frozen["cr"]
        ),
    )
