"""Everything that the ground floor knows of one person, for them to take away; `payments.own_data` adds the money.

Nothing of anybody else is in it: who worked along is named as the piece names its makers, by pen name, and by full
name only where the piece is public; who decided is not named; phones never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from contributors.consenting import consents_standing
from contributors.merging import rows_of_person
from contributors.models import (
    AccessKey,
    Account,
    Assignment,
    Attachment,
    Attendance,
    Claim,
    Consent,
    Contributor,
    Credit,
    DeviceLogin,
    Erasure,
    Event,
    EventDetail,
    Grant,
    Membership,
    Merge,
    PenName,
    Photo,
    Piece,
    Revision,
    Score,
    Seat,
    TrainingSession,
)
from contributors.own_newsroom import PUBLIC, newsroom_record

SOMEBODY = "người cùng làm"
PERSON = (
    *("receipt_number", "full_name", "phone", "birth_year", "category", "state", "state_since", "state_reason"),
    "messages_off_since",
    "thanks_off_since",
)
PIECE = (
    *("title", "body", "origin", "source", "language", "practice", "event_on", "event_place", "state", "state_since"),
    *("state_reason", "receipt_number", "created_at", "submitted_at", "approved_at", "published_at", "published_url"),
    *("document_number", "document_type", "document_on"),
)


def ground_record(person: Contributor) -> dict[str, Any]:
    """Plain values by heading. A fixed number of queries, whatever the person did."""
    ids = rows_of_person(person.pk)
    return {
        "person": _row(Contributor, person.pk, PERSON),
        "login": _login(person),
        "pen_names": _dated(PenName.objects.filter(contributor__in=ids), "name"),
        "units": _dated(Membership.objects.filter(contributor__in=ids), "unit__name"),
        "seats": _dated(Seat.objects.filter(contributor__in=ids), "seat", "decision_number"),
        "rights": _rights(person),
        "consents": _consents(ids),
        "consents_now": [
            {"purpose": standing.text.purpose, "given": standing.given, "text": str(standing.text.text)}
            for standing in consents_standing(person)
        ],
        "training": list(
            Attendance.objects.filter(contributor__in=ids, session__cancelled_at__isnull=True)
            .order_by("session__held_on", "pk")
            .values("session__title", "session__held_on", "session__introduction")
        ),
        "training_led": list(
            TrainingSession.objects.filter(led_by__in=ids).order_by("held_on", "pk").values("title", "held_on")
        ),
        "assignments": list(
            Assignment.objects.filter(taken_by__in=ids)
            .order_by("pk")
            .values(*("title", "place", "event_at", "deadline", "taken_at", "piece__title"))
        ),
        "claims": list(Claim.objects.filter(contributor__in=ids).order_by("pk").values("state", "created_at")),
        "merges": list(Merge.objects.filter(survivor__in=ids).order_by("pk").values("merged_at", "undone_at")),
        "erasures": list(Erasure.objects.filter(contributor__in=ids).order_by("pk").values("at", "erased", "kept")),
        "pieces": pieces_of(ids),
        "log": _log(person, ids),
    } | newsroom_record(ids)


def pieces_of(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Pieces that are theirs or in which they have a credit, by when they were begun. Nine queries."""
    mine = Piece.objects.filter(Q(contributor__in=ids) | Q(credits__contributor__in=ids)).distinct()
    rows = list(
        mine.order_by("created_at", "pk").values(
            "pk", "contributor_id", *PIECE, "genre__name", "topic__name", "unit__name"
        )
    )
    pieces = [row["pk"] for row in rows]
    public = {row["pk"] for row in rows if row["state"] in PUBLIC}
    parts = _credits(pieces, ids, public)
    scores = _by_piece(Score.objects.filter(piece__in=pieces).order_by("pk"), "coefficient", "grade", "accepted", "at")
    saved = _by_piece(Revision.objects.filter(piece__in=pieces).order_by("number"), "number", "saved_at")
    photos = _by_piece(
        Photo.objects.filter(piece__in=pieces, photographer__in=ids, removed_at__isnull=True).order_by("pk"),
        *("caption", "width", "height", "taken_at", "sha256"),
    )
    films = _by_piece(
        Attachment.objects.filter(piece__in=pieces, removed_at__isnull=True).order_by("position", "pk"),
        *("kind", "caption", "seconds", "url", "media_type", "size", "sha256"),
    )
    found = []
    for row in rows:
        pk, whose = row.pop("pk"), row.pop("contributor_id")
        own = whose in ids
        if not own and pk not in public:  # a text of somebody else that is not public yet is theirs
            row["body"] = ""
        found.append(
            row
            | {
                "own": own,
                "credits": parts.get(pk, []),
                "scores": scores.get(pk, []) if own else [],
                "saved": saved.get(pk, []) if own else [],
                "photos_taken": photos.get(pk, []),
                "films": films.get(pk, []) if own or pk in public else [],
            }
        )
    return found


def photos_taken(ids: Sequence[int]) -> list[Photo]:
    """Photos that these rows of a person took and that are still kept, in a fixed order."""
    rows = Photo.objects.filter(photographer__in=ids, removed_at__isnull=True).exclude(path="")
    return list(rows.order_by("pk"))


def _row(model: Any, pk: int, columns: Sequence[str]) -> dict[str, Any]:
    row: dict[str, Any] = model.objects.filter(pk=pk).values(*columns).get()
    return row


def _login(person: Contributor) -> dict[str, Any] | None:
    if person.account_id is None:
        return None
    columns = ("login_phone", "name", "language", "created_at", "second_factor_since")
    row: dict[str, Any] = Account.objects.filter(pk=person.account_id).values(*columns).get()
    devices = DeviceLogin.objects.filter(account=person.account_id).order_by("pk")
    keys = AccessKey.objects.filter(account=person.account_id).order_by("pk")
    return row | {
        "devices": list(devices.values("device__label", "device__created_at", "used_at")),
        "access_keys": list(keys.values("name", "scopes", "made_at", "expires_at", "used_at", "withdrawn_at")),
    }


def _dated(rows: Any, *columns: str) -> list[dict[str, Any]]:
    return list(rows.order_by("effective_from", "pk").values(*columns, "effective_from", "effective_until"))


def _rights(person: Contributor) -> list[dict[str, Any]]:
    if person.account_id is None:
        return []
    rights = Grant.objects.filter(account=person.account_id, confirmed_at__isnull=False)
    return _dated(rights, "capability", "unit__name", "decision_number")


def _consents(ids: Sequence[int]) -> list[dict[str, Any]]:
    rows: Any = Consent.objects.filter(contributor__in=ids).order_by("at", "pk")
    return list(rows.values("purpose", "text_version", "given", "at"))


def _by_piece(rows: Any, *columns: str) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.values("piece_id", *columns):
        found[row.pop("piece_id")].append(row)
    return found


def _credits(pieces: Sequence[int], ids: Sequence[int], public: set[int]) -> Mapping[int, list[dict[str, Any]]]:
    """Roles in the pieces; one's own with share and quantity, others by the name that stands at the piece."""
    rows: list[Any] = list(
        Credit.objects.filter(piece__in=pieces)
        .order_by("pk")
        .values(
            "piece_id",
            "contributor_id",
            "contributor__full_name",
            "role",
            "share",
            "quantity",
            "state",
            "source",
            "no_fee_reason",
        )
    )
    named = PenName.objects.filter(
        contributor__in={row["contributor_id"] for row in rows}, effective_until__isnull=True
    )
    pens = dict(named.order_by("-pk").values_list("contributor_id", "name"))  # the one taken first stands
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        piece, person, name = row.pop("piece_id"), row.pop("contributor_id"), row.pop("contributor__full_name")
        if person in ids:
            found[piece].append(row | {"mine": True})
            continue
        if row["source"] != "declared":  # who approved and who posted stays with the board
            continue
        shown = pens.get(person) or (name if piece in public else SOMEBODY)
        found[piece].append({"mine": False, "name": shown, "role": row["role"]})
    return found


def _log(person: Contributor, ids: Sequence[int]) -> list[dict[str, Any]]:
    """What happened to the person's own row, with the values written then; who did it only as oneself or another."""
    events = Event.objects.filter(subject_type="contributor", subject_id__in=ids).order_by("pk")
    values = dict(EventDetail.objects.filter(event__in=events.values("pk")).values_list("event_id", "values"))
    return [
        {
            "kind": event.kind,
            "at": event.at,
            "by_oneself": event.actor_account_id is not None and event.actor_account_id == person.account_id,
            "values": values.get(event.pk),
        }
        for event in events
    ]
