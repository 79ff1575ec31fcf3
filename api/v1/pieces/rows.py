"""Pieces as flat rows: which ones a person sees, and what is shown of them, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from contributors.models import Attachment, Credit, Photo, Piece, ReaderCount, Upload, UploadState
from contributors.uploads import CHUNK, given_up, problem_of, uploads_open
from contributors.words import count_words

LISTED = (
    *("pk", "public_id", "version", "title", "leader_activity", "state", "state_since", "receipt_number", "event_on"),
    *("practice", "created_at", "submitted_at", "approved_at", "scheduled_for", "published_at", "published_url"),
    *("genre__code", "genre__name", "topic__code", "topic__name"),
    *("contributor__public_id", "contributor__full_name", "unit__public_id", "unit__name"),
)
SHOWN = (
    *("state_reason", "revision_number", "approved_revision", "body", "event_place", "origin", "source", "language"),
    *("document_number", "document_type", "document_on", "document_signer", "document_issuer"),
)
ENTERED = ("created_by_id", "created_by__name", "contributor__account_id")
SAME = (
    *("version", "title", "leader_activity", "state", "state_since", "receipt_number", "event_on"),
    *("practice", "created_at", "submitted_at", "approved_at", "scheduled_for", "published_at", "published_url"),
)


def listed_by_id(ids: Sequence[int], *, credited: bool = True) -> list[dict[str, Any]]:
    """Pieces in the order of their ids, as answers. Two queries; one where nobody asks who is `credited`."""
    found = {row["pk"]: row for row in Piece.objects.filter(pk__in=ids).values(*LISTED)}
    rows = [found[pk] for pk in ids]
    return with_credits(rows) if credited else [_listed(row, []) for row in rows]


def with_credits(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `.values(*LISTED)` as answers, with their credits. One query."""
    by_piece = _credits([row["pk"] for row in rows])
    return [_listed(row, by_piece.get(row["pk"], [])) for row in rows]


def piece_shown(piece_id: int) -> dict[str, Any]:
    """One piece with all that is shown of it but what a person may do. Six queries."""
    row = Piece.objects.filter(pk=piece_id).values(*LISTED, *SHOWN, *ENTERED).get()
    shown = with_credits([row])[0]
    shown |= {name: row[name] for name in SHOWN if name != "revision_number"}
    entered = row["created_by_id"] != row["contributor__account_id"]
    return shown | {
        "revisions": row["revision_number"],
        "words": count_words(row["body"]),
        "entered_by": row["created_by__name"] if entered else None,
        "readers": _readers(piece_id),
        "photos": _photos(piece_id),
        "attachments": _attachments(piece_id),
        "uploads": [upload_shown(upload) for upload in uploads_open(piece_id)],
    }


def upload_shown(upload: Upload) -> dict[str, Any]:
    """Needs no further query for what is on its way."""
    useless = given_up(upload)
    return {
        "id": upload.public_id,
        "client_key": upload.client_key,
        "kind": upload.kind,
        "state": UploadState.FAILED.value if useless else upload.state,
        "file_name": upload.file_name,
        "size": upload.size,
        "received": upload.received,
        "chunk": CHUNK,
        "caption": upload.caption,
        "problem": upload.problem,
        "detail": problem_of(upload),
        "photo": upload.photo.public_id if upload.photo is not None else None,
        "attachment": upload.attachment.public_id if upload.attachment is not None else None,
    }


def named(public_id: Any, name: str | None) -> dict[str, Any] | None:
    return {"id": public_id, "name": name} if public_id else None


def _coded(code: str | None, name: str | None) -> dict[str, Any] | None:
    return {"code": code, "name": name} if code else None


def _listed(row: Mapping[str, Any], credited: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": row["public_id"],
        "genre": _coded(row["genre__code"], row["genre__name"]),
        "topic": _coded(row["topic__code"], row["topic__name"]),
        "contributor": named(row["contributor__public_id"], row["contributor__full_name"]),
        "unit": named(row["unit__public_id"], row["unit__name"]),
        "credits": credited,
    } | {name: row[name] for name in SAME}


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{share.normalize():f}"


def _credits(piece_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    columns = ("piece_id", "contributor__public_id", "contributor__full_name", "role", "share", "quantity")
    rows = Credit.objects.filter(piece_id__in=piece_ids).order_by("pk").values_list(*columns, "state", "source")
    for piece_id, person, name, role, share, quantity, state, source in rows:
        found.setdefault(piece_id, []).append(
            {
                "contributor": named(person, name),
                "role": role,
                "share": _percent(share),
                "quantity": quantity,
                "state": state,
                "source": source,
            }
        )
    return found


def _photos(piece_id: int) -> list[dict[str, Any]]:
    columns = ("public_id", "position", "caption", "width", "height", "size", "sha256", "taken_at")
    rows = Photo.objects.filter(piece_id=piece_id, removed_at__isnull=True).order_by("position", "pk")
    return [
        {"id": row["public_id"]}
        | {name: row[name] for name in columns[1:]}
        | {"photographer": named(row["photographer__public_id"], row["photographer__full_name"])}
        for row in rows.values(*columns, "photographer__public_id", "photographer__full_name")
    ]


def _readers(piece_id: int) -> dict[str, Any] | None:
    rows = ReaderCount.objects.filter(piece=piece_id).order_by("-as_of")
    newest = rows.values("count", "as_of", "source").first()
    return dict(newest) if newest else None


def _attachments(piece_id: int) -> list[dict[str, Any]]:
    columns = ("public_id", "kind", "caption", "seconds", "url", "media_type", "size")
    rows = Attachment.objects.filter(piece_id=piece_id, removed_at__isnull=True).order_by("position", "pk")
    return [{"id": row["public_id"]} | {name: row[name] for name in columns[1:]} for row in rows.values(*columns)]
