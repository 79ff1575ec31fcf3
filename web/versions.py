"""Versions of a piece side by side: what came, what went, between any two."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase

from contributors.errors import DomainError
from contributors.revisions import difference, revisions_of
from web.page import PageRequest, for_members, show
from web.pieces import seen_piece

MOST_DIGITS = 9


@for_members
def versions_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The two newest ones unless others are asked for by `?from=` and `?to=`."""
    piece = seen_piece(request.actor, public_id)
    versions = revisions_of(request.actor, piece)
    newest = versions[0].number
    older = _number(request, "from", max(newest - 1, 1))
    newer = _number(request, "to", newest)
    context = {
        "piece": piece,
        "versions": versions,
        "older": older,
        "newer": newer,
        "found": difference(request.actor, piece, older, newer) if len(versions) > 1 else None,
    }
    return show(request, "contributor/versions.html", context)


def _number(request: PageRequest, name: str, usual: int) -> int:
    said = request.GET.get(name, str(usual))
    if not (said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS):
        raise DomainError("revision_unknown", number=said[:20])
    return int(said)
