"""Reminders come once, to those concerned; timeliness and absences are counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contributors import clock, drafting, newsroom, reminding, seats
from contributors.absences import if_one_is_away
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.models import Event, Notice, Piece
from contributors.pledges import current_pledge
from contributors.reminding import notices_for, read_notices, remind_portal
from contributors.timeliness import Measure, timeliness
from tests.contributors.states import HOUR
from tests.contributors.test_calls import call
from tests.contributors.test_crediting import shared
from tests.contributors.test_standing import approve, handed, rules
from tests.factories.world import at

TODAY = HOUR.date()


def told(world) -> list[tuple[str, str]]:
    names = {person.pk: name for name, person in world.people.items()}
    rows = Notice.objects.order_by("kind", "contributor_id").values_list("kind", "contributor_id")
    return [(kind, names[person]) for kind, person in rows]


def test_reminders_follow_the_clock_and_never_come_twice(cell):
    cell.submitted()
    assert remind_portal(cell.portal) == 0
    with clock.at(at("2026-07-10T11:05")):
        assert (remind_portal(cell.portal), remind_portal(cell.portal)) == (1, 0)
        assert told(cell) == [("half", "deputy")]
    with clock.at(at("2026-07-10T15:05")):
        assert (remind_portal(cell.portal), remind_portal(cell.portal)) == (2, 0)
    assert told(cell) == [("half", "deputy"), ("late_review", "head"), ("late_review", "deputy")]


def test_second_time_that_a_piece_waits_is_said_again(cell):
    piece = cell.submitted()
    with clock.at(at("2026-07-10T15:05")):
        remind_portal(cell.portal)
        piece = newsroom.return_piece(
            actor=cell.actor("head"), piece=piece, seen_version=piece.version, reason="Thiếu ngày"
        )
        assert notices_for(cell.people["head"].pk) == []  # it moved on
        newsroom.submit_piece(
            actor=cell.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
        )
    with clock.at(at("2026-07-13T15:00")):
        assert remind_portal(cell.portal) == 3
        assert [notice.kind for notice in notices_for(cell.people["head"].pk)] == ["late_review"]


def test_posting_escalates_and_the_hour_of_posting_is_told(cell):
    cell.approved()
    piece = cell.approved()
    newsroom.schedule_piece(
        actor=cell.actor("publisher"), piece=piece, seen_version=piece.version, at=at("2026-07-10T14:00")
    )
    handed(cell, giver="publisher", right="piece.publish", receiver="writer")
    with clock.at(at("2026-07-10T14:01")):
        remind_portal(cell.portal)
        assert told(cell) == [("to_post", "writer"), ("to_post", "publisher")]
    with clock.at(at("2026-07-10T15:01")):
        remind_portal(cell.portal)
    assert [row for row in told(cell) if row[0] == "late_posting"] == [
        ("late_posting", name) for name in ("head", "deputy", "writer", "publisher")
    ]


def test_named_co_authors_and_offered_units_are_told(cell):
    shared(cell)
    call(cell, units=[cell.unit])
    remind_portal(cell.portal)
    assert [row for row in told(cell) if row[0] == "credit"] == [("credit", "hoa")]
    assert {name for kind, name in told(cell) if kind == "call"} == set(cell.people)


def test_call_without_a_piece_expires_once(cell):
    call(cell)
    with clock.at(HOUR + timedelta(days=4)):
        remind_portal(cell.portal)
        remind_portal(cell.portal)
    assert Event.objects.filter(kind="call.expired").count() == 1
    assert [row for row in told(cell) if row[0] == "call_expired"] == [
        ("call_expired", "head"),
        ("call_expired", "deputy"),
    ]


def test_one_reads_only_ones_own(cell):
    cell.submitted()
    with clock.at(at("2026-07-10T11:05")):
        remind_portal(cell.portal)
    rows = list(Notice.objects.all())
    assert read_notices(actor=cell.actor("head"), notices=rows) == 0
    assert read_notices(actor=cell.actor("deputy"), notices=rows) == 1
    assert notices_for(cell.people["deputy"].pk) == []


def test_reminding_asks_as_many_questions_for_thirty_pieces_as_for_one(cell, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 29):
        for _ in range(number):
            cell.submitted()
        with clock.at(at("2026-07-10T15:05")), CaptureQueriesContext(connection) as asked:
            remind_portal(cell.portal)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert reminding.CHUNK == 500


def month(world, name: str = "head"):
    return timeliness(
        actor=world.actor(name), portal=world.portal, period_from=date(2026, 7, 1), period_until=date(2026, 8, 1)
    )


def test_timeliness_counts_each_step_in_working_hours(cell):
    quick, slow = cell.submitted(), cell.submitted(leader_activity=True, event_on=TODAY)
    with clock.at(at("2026-07-10T14:00")):  # three working hours
        quick = newsroom.return_piece(
            actor=cell.actor("head"), piece=quick, seen_version=quick.version, reason="Thiếu ngày"
        )
    with clock.at(at("2026-07-10T16:00")):  # five
        slow = approve(cell, "head", slow)
        newsroom.submit_piece(
            actor=cell.actor("lan"), piece=quick, seen_version=quick.version, pledge=current_pledge().version
        )  # still waits
        newsroom.publish_piece(
            actor=cell.actor("publisher"), piece=slow, seen_version=slow.version, url="https://xa.example/1"
        )
        found = month(cell)
    assert (found.review, found.posting, found.same_day) == (Measure(1, 2), Measure(1, 1), Measure(1, 1))
    assert found.review.percent == 50
    (late,) = found.late
    assert (late.piece.pk, late.what, late.hours, late.promised, late.due_at) == (
        slow.pk,
        "review",
        5,
        Decimal(4),
        at("2026-07-10T15:00"),
    )


def test_timeliness_leaves_out_documents_and_practice_and_other_periods(cell):
    cell.draft("lan", practice=True)
    with clock.at(at("2026-06-10T09:00")):
        piece = cell.submitted()
        newsroom.decline_piece(actor=cell.actor("head"), piece=piece, seen_version=piece.version, reason="Cũ")
    assert month(cell).review == Measure(0, 0)
    assert month(cell).review.percent is None
    with pytest.raises(DomainError, match="not_allowed"):
        month(cell, "lan")


def test_change_after_approval_begins_a_new_step(cell):
    piece = cell.approved()
    piece = drafting.edit_piece(actor=cell.actor("lan"), piece=piece, seen_version=piece.version, body="Thêm.")
    with clock.at(at("2026-07-10T16:00")):
        approve(cell, "head", piece)
        found = month(cell)
    assert (found.review, [step.hours for step in found.late]) == (Measure(1, 2), [5])
    assert isinstance(found.late[0].piece, Piece)


def away(world) -> dict[str, tuple[list[str], list[str]]]:
    return {person.name: (person.stops, person.waits) for person in if_one_is_away(TODAY).people}


def test_absences_say_what_stops_and_what_waits(cell):
    found = away(cell)
    assert if_one_is_away(TODAY).already == []
    assert found["Võ Văn Trưởng"] == (["list", "grant"], ["approve"])
    assert found["Lê Thị Phó"] == (["approve_heads", "document"], [])
    assert found["Phan Thị Viết"] == ([], [])
    assert found["Nguyễn Văn Đăng"] == ([], [])
    assert found["Tạ Thị Sổ"] == (["count"], [])
    assert found["Đoàn Văn Ấn"] == (["spend"], [])


def test_hand_over_and_limit_change_what_stops(cell):
    handed(cell)
    assert away(cell)["Võ Văn Trưởng"] == (["list", "grant"], [])
    assert away(cell)["Lê Thị Phó"] == (["document"], [])
    rules(cell, second_score_above=Decimal("1.4"))
    assert away(cell)["Võ Văn Trưởng"][0] == ["list", "grant"]


def test_second_score_needs_two(cell):
    rules(cell, second_score_above=Decimal("1.4"))
    assert away(cell)["Lê Thị Phó"][0] == ["approve_heads", "second_score", "document"]
    seats.end_seat(
        actor=system_actor(cell.portal), seat=cell.people["deputy"].seats.get(), on=TODAY, decision_number="9/QĐ"
    )
    assert if_one_is_away(TODAY).already == ["approve_heads", "second_score", "document"]
