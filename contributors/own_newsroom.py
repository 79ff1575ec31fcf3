"""What the newsroom's work left of one person, for them to take away: hand-overs, notices, answers, files, views.

The title of somebody else's piece that is not public stays theirs, and so do the other side of a hand-over and its
reason. What the person decided on other people's parts is those people's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from contributors.models import (
    Attachment,
    Contributor,
    CreditAnswer,
    Delegation,
    Message,
    Notice,
    Piece,
    PieceState,
    Pledge,
    ReaderCount,
    SavedView,
    Sighting,
    Upload,
)

PUBLIC = frozenset({PieceState.PUBLISHED, PieceState.RETRACTED})
# Filters of a kept view that name a person.
OF_OTHERS = frozenset({"contributor"})


def accounts_of(ids: Sequence[int]) -> list[int]:
    """Logins of these rows of a person."""
    rows = Contributor.objects.filter(pk__in=ids, account__isnull=False).order_by("account_id")
    return [pk for pk in rows.values_list("account_id", flat=True).distinct() if pk is not None]


def newsroom_record(ids: Sequence[int]) -> dict[str, Any]:
    """Plain values by heading. A fixed number of queries."""
    accounts = accounts_of(ids)
    mine = set(
        Piece.objects.filter(Q(contributor__in=ids) | Q(credits__contributor__in=ids)).values_list("pk", flat=True)
    )
    return {
        "hand_overs": _hand_overs(ids),
        "notices": _titled(
            Notice.objects.filter(contributor__in=ids), mine, "kind", "assignment__title", "due_at", "at", "read_at"
        ),
        "messages": list(
            Message.objects.filter(contributor__in=ids)
            .order_by("pk")
            .values("kind", "text", "state", "way", "created_at", "ended_at")
        ),
        "credit_answers": _titled(
            CreditAnswer.objects.filter(contributor__in=ids),
            mine,
            *("role", "share", "agrees", "by_board", "reason", "at"),
        ),
        "pledges": _pledges(ids, accounts, mine),
        "uploads": _titled(
            Upload.objects.filter(created_by__in=accounts),
            mine,
            *("kind", "file_name", "caption", "state", "size", "received", "created_at", "ended_at"),
        ),
        "saved_views": _views(accounts),
        "readers": _titled(
            ReaderCount.objects.filter(piece__contributor__in=ids), mine, "count", "as_of", "source", "entered_at"
        ),
        "sightings": _titled(
            Sighting.objects.filter(piece__contributor__in=ids), mine, "url", "title", "posted_at", "state", "seen_at"
        ),
    }


def films_sent(ids: Sequence[int]) -> list[Attachment]:
    """Films and recordings whose file is kept, of pieces that are these rows', in a fixed order."""
    rows = Attachment.objects.filter(piece__contributor__in=ids, removed_at__isnull=True).exclude(path="")
    return list(rows.order_by("pk"))


def _titled(rows: Any, mine: set[int], *columns: str) -> list[dict[str, Any]]:
    """Rows that name a piece, in the order in which they came, with its title where it is the person's or public."""
    found = []
    for row in rows.order_by("pk").values("piece_id", "piece__title", "piece__state", *columns):
        piece, title, state = (row.pop(name) for name in ("piece_id", "piece__title", "piece__state"))
        found.append({"piece": title if piece in mine or state in PUBLIC else ""} | row)
    return found


def _hand_overs(ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = Delegation.objects.filter(Q(giver__in=ids) | Q(receiver__in=ids)).order_by("effective_from", "pk")
    columns = ("right", "effective_from", "effective_until", "reason", "created_at")
    found = []
    for row in rows.values("giver_id", *columns):
        given = row.pop("giver_id") in ids
        found.append(row | {"given": given, "reason": row["reason"] if given else ""})
    return found


def _pledges(ids: Sequence[int], accounts: Sequence[int], mine: set[int]) -> list[dict[str, Any]]:
    rows = Pledge.objects.filter(Q(given_by__in=accounts) | Q(piece__contributor__in=ids))
    columns = ("revision_number", "text_version", "on_behalf", "given_at", "given_by_id")
    return [row | {"by_oneself": row.pop("given_by_id") in accounts} for row in _titled(rows, mine, *columns)]


def _views(accounts: Sequence[int]) -> list[dict[str, Any]]:
    rows = SavedView.objects.filter(created_by__in=accounts).order_by("pk")
    views: list[dict[str, Any]] = [dict(row) for row in rows.values("name", "query", "shared", "created_at")]
    return [view | {"query": _own_filters(view["query"])} for view in views]


def _own_filters(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in OF_OTHERS}
