"""A practice piece: sent and answered like any other, never approved or posted, counts nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from contributors.directory import PeopleFilter, people_of
from contributors.errors import DomainError
from contributors.models import Event, Piece, PieceState
from contributors.newsroom import publish_document
from contributors.output import figures, waiting_desk
from payments.earnings import estimate_of
from payments.runs import payable_pieces
from payments.whatif import would_have_cost
from tests.contributors.states import DOCUMENT, HOUR, VERBS, everything, piece_in

TODAY = HOUR.date()
PERIOD = (TODAY - timedelta(days=9), TODAY + timedelta(days=1))


def test_practice_piece_goes_round_between_author_and_board(cell):
    piece = piece_in(cell, PieceState.RETURNED, practice=True)
    assert piece.practice
    again = VERBS["submit"](cell.actor("lan"), piece)
    assert again.state == PieceState.SUBMITTED
    assert VERBS["decline"](cell.actor("head"), again).state == PieceState.DECLINED
    assert Event.objects.get(kind="piece.started", subject_id=piece.pk).facts["practice"] is True


def test_practice_piece_is_never_approved(cell):
    piece = piece_in(cell, PieceState.SUBMITTED, practice=True)
    before = everything()
    with pytest.raises(DomainError) as refused:
        VERBS["approve"](cell.actor("head"), piece)
    assert refused.value.code == "practice_piece"
    assert everything() == before


def test_practice_document_is_never_posted(cell):
    piece = cell.draft("deputy", genre="document", practice=True, **DOCUMENT)
    with pytest.raises(DomainError) as refused:
        publish_document(
            actor=cell.actor("deputy"), piece=piece, seen_version=piece.version, url="https://xa.example/van-ban/9"
        )
    assert refused.value.code == "practice_piece"


def test_database_keeps_practice_inside(cell):
    piece = piece_in(cell, PieceState.APPROVED)
    with pytest.raises(IntegrityError, match="piece_practice_stays_inside"), transaction.atomic():
        Piece.objects.filter(pk=piece.pk).update(practice=True)


def test_desk_shows_practice_apart(cell):
    real, practice = piece_in(cell, PieceState.SUBMITTED), piece_in(cell, PieceState.SUBMITTED, practice=True)
    desk = waiting_desk(cell.actor("head"))
    assert (desk.submitted, desk.practice) == ([real], [practice])
    assert waiting_desk(cell.actor("publisher")).practice == []


def test_practice_counts_nowhere(cell):
    def counted():
        found = people_of(cell.actor("head"), PeopleFilter(silent_weeks=4))
        return (
            figures(cell.portal, *PERIOD),
            would_have_cost(portal=cell.portal, period_from=PERIOD[0], period_until=PERIOD[1]),
            payable_pieces(cell.portal, *PERIOD),
            estimate_of(cell.people["lan"].pk),
            [row.full_name for row in found.rows],
            [row.last_piece_on for row in people_of(cell.actor("head"), PeopleFilter()).rows],
        )

    piece_in(cell, PieceState.PUBLISHED, by="hoa")
    before = counted()
    for state in (PieceState.SUBMITTED, PieceState.RETURNED, PieceState.DECLINED):
        piece_in(cell, state, practice=True)
    assert counted() == before
    assert "Nguyễn Thị Lan" in before[4]
    assert "Lê Hoà" not in before[4]
