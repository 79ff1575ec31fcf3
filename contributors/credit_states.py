"""Whether a declared part of a piece still waits for the person whose name it is."""

from __future__ import annotations

from decimal import Decimal

from contributors.models import Credit, CreditAnswer, CreditSource, CreditState, Piece


def ask_the_named(piece: Piece) -> None:
    """Parts of people with a login, written down by somebody else, wait for their answer; the answer that a person
    gave to the same part before still counts. One query where nobody is to be asked, else two and the changes.
    """
    parts = list(
        Credit.objects.filter(piece=piece, source=CreditSource.DECLARED).values_list(
            "pk", "contributor_id", "role", "share", "state", "contributor__account_id"
        )
    )
    asked = [each for each in parts if each[5] is not None and each[5] != piece.created_by_id]
    if not asked:
        return
    said: dict[tuple[int, str, Decimal | None], str] = {}
    for person, role, share, agrees, by_board in (
        CreditAnswer.objects.filter(piece=piece)
        .order_by("pk")
        .values_list("contributor_id", "role", "share", "agrees", "by_board")
    ):
        said[person, role, share] = CreditState.CONFIRMED if agrees or by_board else CreditState.DISPUTED
    for pk, person, role, share, state, _ in asked:
        wanted = said.get((person, role, share), CreditState.PROPOSED)
        if wanted != state:
            Credit.objects.filter(pk=pk).update(state=wanted)


def confirm_undisputed(piece: Piece) -> None:
    """Silence agrees once the board approves."""
    Credit.objects.filter(piece=piece, state=CreditState.PROPOSED).update(state=CreditState.CONFIRMED)
