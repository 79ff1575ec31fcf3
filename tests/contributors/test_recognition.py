"""Who is thanked for a period, and for what: by the published formula, never by volume, and nobody who does not want."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors import clock, portals, registration, seats, units
from contributors.actors import system_actor
from contributors.consenting import give_consent, withdraw_consent
from contributors.correction import correct_details
from contributors.errors import DomainError
from contributors.leaving import leave
from contributors.models import Contributor, Event, Membership
from contributors.recognition import recognition, whole_months
from contributors.recognition_rules import COVERAGE, FIRST_PIECE, KINDS, REGULARITY, rules_on
from contributors.thanks import thanks_wanted, want_thanks
from payments.merging import merge_people
from tests.factories.world import OPENED, at

HALF = (date(2026, 7, 1), date(2027, 1, 1))
AFTER = at("2027-01-05T08:00")


@pytest.fixture
def later():
    with clock.at(AFTER):
        yield


def thanked(world, period=HALF, **fields):
    """Kinds by name."""
    found = recognition(world.portal, *period, **fields)
    return {person.name: [reason.kind for reason in person.reasons] for person in found.people}


def named(world, name: str) -> str:
    return world.people[name].full_name


def each_month(world, by: str, *months: int, **fields):
    return [world.published(by, f"2026-{month:02d}-10T09:00", **fields) for month in months]


def test_something_in_two_of_three_months_is_regular_and_one_month_less_is_not(world, later):
    each_month(world, "lan", 7, 8, 9, 11)
    each_month(world, "hoa", 7, 8, 9)
    found = recognition(world.portal, *HALF)
    assert (found.months, found.months_needed, found.pieces) == (6, 4, 7)
    told = {person.name: person for person in found.people}
    assert told[named(world, "lan")].reasons[0].kind == REGULARITY
    assert dict(told[named(world, "lan")].reasons[0].values) == {"count": 4, "of": 6}
    assert REGULARITY not in thanked(world)[named(world, "hoa")]


def test_many_pieces_of_one_month_weigh_no_more_than_one(world, later):
    each_month(world, "lan", *[7] * 6)
    assert REGULARITY not in thanked(world)[named(world, "lan")]


def test_people_stand_in_the_order_of_names_not_of_pieces(world, later):
    each_month(world, "lan", 7, 8, 9, 10, 11, 12)
    world.published("hoa", "2026-12-20T09:00")
    found = recognition(world.portal, *HALF)
    assert [person.name for person in found.people] == [named(world, "hoa"), named(world, "lan")]


def test_month_that_is_not_over_is_not_asked_for(world):
    each_month(world, "lan", 7, 8)
    with clock.at(at("2026-09-20T09:00")):
        found = recognition(world.portal, *HALF)
    assert (found.months, found.months_needed) == (2, None)
    with clock.at(at("2026-10-01T09:00")):
        assert REGULARITY in thanked(world)[named(world, "lan")]


def test_empty_period_names_nobody(world, later):
    world.published("lan", "2026-07-10T09:00")
    found = recognition(world.portal, date(2026, 8, 1), date(2026, 9, 1))
    assert (found.people, found.pieces, found.months_needed) == ((), 0, None)


def test_first_piece_is_thanked_once_and_in_its_own_period(world, later):
    first = world.published("lan", "2026-07-10T09:00", title="Đường mới ấp Mẫu")
    world.published("lan", "2026-07-11T09:00")
    world.published("lan", "2026-08-10T09:00")
    july, august = (date(2026, 7, 1), date(2026, 8, 1)), (date(2026, 8, 1), date(2026, 9, 1))
    (person,) = recognition(world.portal, *july).people
    assert [reason.said for reason in person.reasons if reason.kind == FIRST_PIECE] == [
        f"Bài đầu tiên đã đăng: “{first.title}”."
    ]
    assert FIRST_PIECE not in str(thanked(world, august))


def test_photographers_count_and_documents_do_not(world, later):
    world.published("lan", "2026-07-10T09:00", photos_by=("hoa",))
    assert FIRST_PIECE in thanked(world)[named(world, "hoa")]
    world.published("writer", "2026-08-10T09:00", genre="document", coefficient=None, photo=None)
    assert recognition(world.portal, *HALF).pieces == 1


def test_board_is_not_thanked_by_itself(world, later):
    world.published("writer", "2026-07-10T09:00")
    assert thanked(world) == {}


def test_unit_silent_for_ninety_days_is_heard_again(world, later):
    world.published("lan", "2026-07-01T09:00")
    world.published("hoa", "2026-09-29T09:00")  # 90 days later: the first of the ninety
    autumn = (date(2026, 9, 1), date(2027, 1, 1))
    assert COVERAGE not in thanked(world, autumn)[named(world, "hoa")]
    world.published("lan", "2026-12-29T09:00")  # 91 days later
    assert thanked(world, autumn)[named(world, "lan")] == [COVERAGE]


def merged_unit(world, on: date):
    two = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Hai", opened=OPENED)
    with clock.at(at(f"{on.isoformat()}T08:00")):
        return units.merge_units(
            actor=world.actor("head"), units=[world.unit, two], into="Ấp Mới", on=on, legal_basis="12/NQ-HĐND"
        )


def test_merged_unit_is_not_new_where_its_parts_were_heard(world, later):
    world.published("lan", "2026-09-20T09:00")
    merged_unit(world, date(2026, 10, 1))
    piece = world.published("hoa", "2026-10-05T09:00")
    assert piece.unit.name == "Ấp Mới"
    autumn = (date(2026, 10, 1), date(2027, 1, 1))
    (person,) = recognition(world.portal, *autumn).people
    assert (person.name, person.unit) == (named(world, "hoa"), "Ấp Mới")
    assert [reason.kind for reason in person.reasons] == [FIRST_PIECE]


def test_before_the_merger_each_part_is_a_place_of_its_own(world, later):
    world.published("lan", "2026-09-20T09:00")
    merged_unit(world, date(2026, 10, 1))
    Membership.objects.filter(contributor=world.people["hoa"]).delete()
    two = type(world.unit).objects.get(name="Ấp Hai")
    Membership.objects.create(
        portal=world.portal,
        contributor=world.people["hoa"],
        unit=two,
        effective_from=OPENED,
        effective_until=date(2026, 10, 1),
    )
    world.published("hoa", "2026-09-25T09:00")
    september = (date(2026, 9, 1), date(2026, 10, 1))
    found = {person.name: person for person in recognition(world.portal, *september).people}
    assert COVERAGE in [reason.kind for reason in found[named(world, "hoa")].reasons]
    assert found[named(world, "hoa")].unit == "Ấp Hai"


def test_who_changed_unit_is_thanked_for_the_places_of_the_pieces(world, later):
    two = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Hai", opened=OPENED)
    world.published("lan", "2026-07-10T09:00")
    with clock.at(at("2026-08-01T08:00")):
        person = world.fresh(world.people["lan"])
        correct_details(actor=world.actor("head"), contributor=person, seen_version=person.version, unit=two)
    world.published("lan", "2026-08-10T09:00")
    (person,) = recognition(world.portal, *HALF).people
    assert person.unit == "Ấp Hai"
    places = [reason.values["unit"] for reason in person.reasons if reason.kind == COVERAGE]
    assert places == ["Ấp Mẫu", "Ấp Hai"]


def test_rows_of_one_person_are_one(world, later):
    twice = registration.record_person(actor=world.actor("head"), full_name="Nguyễn Thị Lan", unit=world.unit)
    each_month(world, "lan", 7, 8, 9)
    each_month(world, "hoa", 10, 11)
    merge_people(actor=world.actor("head"), survivor=world.people["lan"], merged=twice, reason="Cùng một người")
    assert set(thanked(world)) == {named(world, "hoa"), named(world, "lan")}
    Contributor.objects.filter(pk=twice.pk).update(thanks_off_since=AFTER)
    assert set(thanked(world)) == {named(world, "hoa")}
    assert not thanks_wanted(world.people["lan"])
    want_thanks(actor=world.actor("lan"), contributor=world.people["lan"], wanted=True)
    assert set(thanked(world)) == {named(world, "hoa"), named(world, "lan")}


def test_who_wants_no_thanks_is_named_nowhere_until_they_want(world, later):
    world.published("lan", "2026-07-10T09:00")
    lan = world.people["lan"]
    done = want_thanks(actor=world.actor("lan"), contributor=lan, wanted=False)
    assert (thanked(world), thanks_wanted(lan), done.version) == ({}, False, lan.version + 1)
    again = want_thanks(actor=world.actor("lan"), contributor=lan, wanted=False)
    assert again.version == done.version
    event = Event.objects.get(kind="contributor.thanks")
    assert event.facts == {"wanted": False, "own": True}
    want_thanks(actor=world.actor("head"), contributor=lan, wanted=True)
    assert set(thanked(world)) == {named(world, "lan")}
    assert Event.objects.filter(kind="contributor.thanks").latest("pk").facts == {"wanted": True, "own": False}


def test_only_the_person_or_who_corrects_them_says_so(world):
    for name in ("hoa", "writer", "accountant"):
        with pytest.raises(DomainError) as refused:
            want_thanks(actor=world.actor(name), contributor=world.people["lan"], wanted=False)
        assert refused.value.code == "not_allowed"
    assert thanks_wanted(world.people["lan"])


def test_who_left_is_thanked_for_what_they_did(world, later):
    world.published("lan", "2026-07-10T09:00")
    lan = world.fresh(world.people["lan"])
    with clock.at(at("2026-09-01T08:00")):
        leave(actor=world.actor("lan"), contributor=lan, seen_version=lan.version)
    (person,) = recognition(world.portal, *HALF).people
    assert (person.name, person.left, person.unit) == (named(world, "lan"), True, "Ấp Mẫu")


def test_suspended_and_erased_people_are_not_named(world, later):
    world.published("lan", "2026-07-10T09:00")
    world.published("hoa", "2026-07-10T09:00")
    Contributor.objects.filter(pk=world.people["lan"].pk).update(state="suspended")
    Contributor.objects.filter(pk=world.people["hoa"].pk).update(state="left", erased_at=AFTER)
    assert thanked(world) == {}


def test_seat_that_ended_before_the_last_day_does_not_bar(world, later):
    world.published("writer", "2026-07-10T09:00")
    seat = world.people["writer"].seats.get()
    seats.end_seat(actor=world.actor("head"), seat=seat, on=date(2026, 12, 31), decision_number="03/QĐ")
    assert set(thanked(world)) == {named(world, "writer")}


def test_public_name_only_of_who_agreed_and_the_pen_name_first(world, later):
    world.published("lan", "2026-07-10T09:00")
    lan = world.fresh(world.people["lan"])
    correct_details(actor=world.actor("lan"), contributor=lan, seen_version=lan.version, pen_names=["Hương Quê"])

    def public():
        (person,) = recognition(world.portal, *HALF).people
        return person.public_name

    give_consent(actor=world.actor("lan"), contributor=lan, purpose="publication", version="2026-01")
    assert public() == ""
    give_consent(actor=world.actor("lan"), contributor=lan, purpose="thanks", version="2026-11")
    assert public() == "Hương Quê"
    done = withdraw_consent(actor=world.actor("lan"), contributor=lan, purpose="thanks")
    assert (public(), done.follows) == ("", ("not_thanked_in_public",))


def test_only_one_person_is_counted_where_only_they_are_asked_for(world, later):
    world.published("lan", "2026-07-10T09:00")
    world.published("hoa", "2026-07-20T09:00")
    everybody = {person.name: person for person in recognition(world.portal, *HALF).people}
    (alone,) = recognition(world.portal, *HALF, who=[world.people["hoa"].pk]).people
    assert alone == everybody[named(world, "hoa")]


def test_queries_do_not_grow(world, later):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            recognition(world.portal, *HALF)
        return len(queries)

    world.published("lan", "2026-07-10T09:00")
    one = count()
    each_month(world, "lan", 8, 9, 10)
    each_month(world, "hoa", 8, 9, 10)
    assert count() == one <= 12


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        (date(2026, 7, 1), date(2026, 8, 1), 1),
        (date(2026, 7, 2), date(2026, 8, 1), 0),
        (date(2026, 12, 15), date(2027, 2, 15), 1),
        (date(2026, 1, 1), date(2027, 1, 1), 12),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_whole_months(since, until, count):
    assert len(whole_months(since, until)) == count


@pytest.mark.parametrize(("whole", "needed"), [(1, None), (2, None), (3, 2), (4, 3), (5, 4), (6, 4), (12, 8)])
def test_months_needed_are_two_of_three_rounded_up(whole, needed):
    assert rules_on(date(2026, 12, 31)).months_needed(whole) == needed


def test_formula_is_told_in_words_in_both_languages():
    rules = rules_on(date(2026, 12, 31))
    assert tuple(ground.kind for ground in rules.grounds) == KINDS
    for ground in rules.grounds:
        for wording in (ground.title, ground.rule, ground.why, ground.said):
            assert "" not in {wording.vi, wording.en}
            assert wording.vi != wording.en
        assert "{" not in ground.rule.vi + ground.rule.en
    assert rules_on(date(2000, 1, 1)) == rules
