"""Duyệt gấp: the press that makes a link to one piece, and what the link opens on somebody's phone."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contributors.models import PieceState
from contributors.urgent import ask_urgently, piece_asked_for
from web.page import PageRequest, for_board, show
from web.pieces import seen_piece
from web.sentences import tell


@for_board
@require_POST
@never_cache
def ask_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The text stands in the answer to the press; pressing again makes another one, which does no harm."""
    piece = seen_piece(request.actor, public_id)
    return show(request, "board/urgent.html", {"piece": piece, "asked": ask_urgently(actor=request.actor, piece=piece)})


@for_board
@never_cache
def open_page(request: PageRequest, token: str) -> HttpResponseBase:
    """After login, PIN and second factor: straight to the review, or to what became of the piece meanwhile."""
    piece = piece_asked_for(actor=request.actor, token=token)
    if piece.state == PieceState.SUBMITTED:
        return redirect("web:review", public_id=piece.public_id)
    return show(request, "board/urgent_over.html", {"piece": piece, "told": tell(piece)})
