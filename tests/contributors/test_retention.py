"""The retention table as data, and what is due by it."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from contributors import clock, retention
from contributors.errors import DomainError
from contributors.leaving import leave
from contributors.models import Contributor, ContributorState, PieceState
from contributors.retention import due_for_erasure, later, retention_on, rule_on
from tests.contributors.joining import person_in
from tests.contributors.states import HOUR, piece_in
from tests.factories.world import picture

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = HOUR.date()


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 7, 10), 12, date(2027, 7, 10)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2027, 1, 1), 120, date(2037, 1, 1)),
        (date(2027, 2, 28), -6, date(2026, 8, 28)),
    ],
)
def test_months_later(day, months, then):
    assert later(day, months) == then


def test_nothing_goes_a_day_too_early_whatever_the_month():
    for offset in range(800):
        begun = date(2026, 1, 1) + timedelta(days=offset)
        for months in (1, 6, 12):
            due = later(begun, months)
            assert retention.earlier(due, months) > begun
            assert retention.earlier(due - timedelta(days=1), months) <= begun


def test_every_rule_is_said_in_both_languages_with_its_ground():
    for rule in retention_on(TODAY).rules.values():
        for wording in (rule.title, rule.why, rule.legal_basis):
            assert wording.vi
            assert wording.en
            assert wording.vi != wording.en
        assert (rule.months is None) == (rule.begins == ""), rule.what


def test_table_speaks_the_language_of_the_request():
    with translation.override("en"):
        assert str(rule_on("drafts", TODAY).title) == "Drafts that were never sent"
    with translation.override("vi"):
        assert str(rule_on("drafts", TODAY).title) == "Bản nháp chưa gửi"


def test_accounting_is_kept_ten_years_and_the_number_is_no_assumption():
    rule = rule_on("payee_details", TODAY)
    assert (rule.ends(date(2027, 1, 1)), rule.doubt) == (date(2037, 1, 1), False)
    assert "174/2016" in rule.legal_basis.vi


def test_table_before_the_first_one_is_the_first_and_unknown_words_are_refused():
    assert retention_on(date(2020, 1, 1)).effective_from == date(2026, 1, 1)
    with pytest.raises(DomainError) as refused:
        rule_on("horoscope", TODAY)
    assert refused.value.code == "not_found"


def due(world, day) -> dict[str, tuple[int, object]]:
    return {each.rule.what: (each.count, each.oldest) for each in due_for_erasure(world.portal, day)}


def test_people_are_due_when_their_time_is_over_and_not_a_day_before(cell):
    person = person_in(cell, ContributorState.ACTIVE)
    leave(actor=cell.actor("head"), contributor=person, seen_version=person.version, reason="Chuyển đi.")
    declined = person_in(cell, ContributorState.DECLINED, name="Trần Thị Khác")
    half_a_year, two_years = later(TODAY, 6), later(TODAY, 24)
    assert "application_declined" not in due(cell, half_a_year - timedelta(days=1))
    assert due(cell, half_a_year)["application_declined"] == (1, half_a_year)
    assert "contact_details" not in due(cell, two_years - timedelta(days=1))
    assert due(cell, two_years)["contact_details"] == (1, two_years)
    Contributor.objects.filter(pk=declined.pk).update(erased_at=HOUR)
    assert "application_declined" not in due(cell, two_years)


def test_event_details_are_due_after_three_years(cell):
    assert "event_details" not in due(cell, later(TODAY, 35))
    count, oldest = due(cell, later(TODAY, 37)).get("event_details", (0, None))
    person_in(cell, ContributorState.RECORDED)
    assert due(cell, later(TODAY, 37))["event_details"] == (count + 1, oldest or later(TODAY, 36))


def test_drafts_practice_and_photos_are_due_by_their_last_change(cell):
    from contributors.photos import add_photo

    draft = cell.draft("lan")
    declined = piece_in(cell, PieceState.DECLINED, by="hoa")
    for piece, by in ((draft, "lan"),):
        add_photo(actor=cell.actor(by), piece=piece, seen_version=piece.version, content=picture(3))
    piece_in(cell, PieceState.RETURNED, practice=True)
    up = piece_in(cell, PieceState.PUBLISHED)
    assert due(cell, later(TODAY, 11)) == {}
    year = due(cell, later(TODAY, 12))
    assert {what: count for what, (count, _) in year.items()} == {"practice_pieces": 1, "unpublished_photos": 1}
    assert due(cell, later(TODAY, 24))["drafts"] == (1, later(TODAY, 24))
    with clock.at(HOUR + timedelta(days=200)):
        edited(cell, draft)
    assert "drafts" not in due(cell, later(TODAY, 24))
    assert "unpublished_photos" not in due(cell, later(TODAY, 12))
    assert declined.state == PieceState.DECLINED
    assert up.state == PieceState.PUBLISHED


def edited(world, piece):
    from contributors.drafting import edit_piece

    piece = world.fresh(piece)
    return edit_piece(actor=world.actor("lan"), piece=piece, seen_version=piece.version, body="Viết thêm.")
