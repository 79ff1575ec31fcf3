"""Two portals become one: people, units and open pieces go on; what was issued stays as it is, to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from contributors import clock, drafting, events, newsroom, portals, registration, succession, units
from contributors.actors import actor_for, portals_of, system_actor
from contributors.drafting import DeclaredCredit
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import (
    Consent,
    Contributor,
    Credit,
    Event,
    MovedRow,
    Piece,
    PieceState,
    PortalSuccession,
    Revision,
    Seat,
    Unit,
)
from contributors.scopes import portal_scope
from payments.books import check_books
from payments.models import Paper
from tests.contributors.states import piece_in
from tests.factories.world import World, at, build_world, new_phone
from tests.payments.steps import AUGUST, issued_run

MERGED_ON = date(2026, 9, 1)
NOW = at("2026-09-02T09:00")
BASIS = "20/NQ-HĐND"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture(scope="module")
def standing_two(fixed_hour, django_db_setup, django_db_blocker) -> Iterator[tuple[World, World]]:
    """Two worlds built once; `two` gives them as they were."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world("xa-cu"), build_world("xa-moi")
        transaction.set_rollback(True)


@pytest.fixture
def two(standing_two) -> Iterator[tuple[World, World]]:
    with transaction.atomic():
        yield standing_two
        transaction.set_rollback(True)


def merge(old: World, new: World, **fields) -> PortalSuccession:
    given = {"on": MERGED_ON, "legal_basis": BASIS} | fields
    with clock.at(NOW):
        return succession.merge_portals(from_portal=old.portal, to_portal=new.portal, **given)


def moved(step: PortalSuccession, kind: str) -> dict[int, int]:
    return dict(MovedRow.objects.filter(succession=step, kind=kind).values_list("from_id", "to_id"))


def test_units_come_below_the_old_commune(two):
    old, new = two
    admin = system_actor(old.portal)
    with portal_scope(old.portal), clock.at(at("2026-03-01T08:00")):
        portals.set_place(actor=admin, commune_code="30388")
        part = portals.open_unit(actor=admin, kind="hamlet", name="Tổ 1", opened=date(2026, 2, 1), parent=old.unit)
        gone = portals.open_unit(actor=admin, kind="hamlet", name="Ấp Đã Thôi", opened=date(2026, 2, 1))
        units.close_unit(actor=admin, unit=gone, on=date(2026, 3, 1), legal_basis=BASIS)
    step = merge(old, new)
    with portal_scope(new.portal):
        commune = Unit.objects.get(kind="commune")
        assert (commune.name, commune.opened, commune.legal_basis) == ("Xã Tân An", MERGED_ON, BASIS)
        copy = Unit.objects.get(parent=commune)
        assert (copy.name, Unit.objects.get(parent=copy).name) == ("Ấp Mẫu", "Tổ 1")
        assert Unit.objects.filter(name="Ấp Mẫu").count() == 2  # the new portal has its own
    assert set(moved(step, "unit")) == {old.unit.pk, part.pk}
    with portal_scope(old.portal):
        assert set(Unit.objects.values_list("closed", flat=True)) == {MERGED_ON, date(2026, 3, 1)}


def test_people_go_on_with_account_names_unit_and_consents(two):
    old, new = two
    with portal_scope(old.portal), clock.at(at("2026-07-01T08:00")):
        applicant = registration.apply_to_join(
            actor=old.actor("head"),
            full_name="Trần Thị Mới",
            phone=new_phone(),
            unit=old.unit,
            consents=[("registration", "2026-01")],
            pen_name="Hoa Sen",
            birth_year=1980,
        )
        for given, hour in ((True, "2026-07-01T08:00"), (False, "2026-07-02T08:00")):
            Consent.objects.create(
                portal=old.portal,
                contributor=applicant,
                purpose="name_shown",
                text_version="2026-01",
                given=given,
                at=at(hour),
            )
        recorded = registration.record_person(actor=old.actor("head"), full_name="Lê Được Nêu")
        registration.suspend_contributor(
            actor=old.actor("head"), contributor=old.people["hoa"], seen_version=1, reason="Đi vắng"
        )
        declined = registration.apply_to_join(
            actor=old.actor("head"),
            full_name="Lê Không Nhận",
            phone=new_phone(),
            unit=None,
            consents=[("registration", "2026-01")],
        )
        registration.decide_application(
            actor=old.actor("head"), contributor=declined, accept=False, seen_version=1, reason="Trùng"
        )
    step = merge(old, new)
    people = moved(step, "contributor")
    assert set(people) == {person.pk for person in old.people.values()} | {applicant.pk, recorded.pk}
    with portal_scope(new.portal):
        copy = Contributor.objects.get(pk=people[applicant.pk])
        assert (copy.full_name, copy.state, copy.birth_year) == ("Trần Thị Mới", "applied", 1980)
        assert copy.receipt_number != applicant.receipt_number
        assert copy.pen_names.get().name == "Hoa Sen"
        assert copy.memberships.get().unit.parent.kind == "commune"
        assert copy.memberships.get().effective_from == MERGED_ON
        consent = copy.consents.get()
        assert (consent.purpose, consent.text_version, consent.given) == ("registration", "2026-01", True)
        assert consent.at == at("2026-07-01T08:00")
        assert Contributor.objects.get(pk=people[old.people["hoa"].pk]).state == "suspended"
        assert Event.objects.filter(kind="contributor.moved_in").count() == len(people)
        actor = actor_for(old.accounts["lan"], new.portal)
        assert actor.contributor_id == people[old.people["lan"].pk]
        head = actor_for(old.accounts["head"], new.portal)
        assert (head.seats, head.capabilities) == (set(), set())  # a new decision is needed
        assert Seat.objects.count() == 4
    assert {portal.slug for portal in portals_of(old.accounts["lan"])} == {"xa-cu", "xa-moi"}


def test_person_of_both_portals_stays_one(two):
    old, new = two
    with portal_scope(new.portal):
        there = registration.seat_founder(
            actor=system_actor(new.portal),
            full_name="Nguyễn Thị Lan",
            phone=old.accounts["lan"].login_phone,
            account=old.accounts["lan"],
            category="volunteer",
        )
    step = merge(old, new)
    assert moved(step, "contributor")[old.people["lan"].pk] == there.pk
    with portal_scope(new.portal):
        assert Contributor.objects.filter(account=old.accounts["lan"]).count() == 1
        event = Event.objects.get(kind="contributor.moved_in", subject_id=there.pk)
        assert event.facts["same_person"] is True


def open_pieces(old: World) -> dict[str, Piece]:
    with portal_scope(old.portal), clock.at(at("2026-08-20T09:00")):
        made = {
            state: piece_in(old, state, title=f"Tin {state}")
            for state in (
                PieceState.DRAFT,
                PieceState.RETURNED,
                PieceState.APPROVED,
                PieceState.SCHEDULED,
                PieceState.DECLINED,
            )
        }
        made["submitted"] = old.submitted("lan", photos_by=("hoa",), title="Tin có ảnh", topic=old.topic)
        return made


def test_open_pieces_go_on_and_an_approval_is_asked_for_again(two):
    old, new = two
    made = open_pieces(old)
    step = merge(old, new)
    pieces, people = moved(step, "piece"), moved(step, "contributor")
    assert set(pieces) == {piece.pk for state, piece in made.items() if state != "declined"}
    with portal_scope(new.portal):
        states = {
            state: Piece.objects.get(pk=pieces[piece.pk]).state for state, piece in made.items() if piece.pk in pieces
        }
        assert states == {
            "draft": "draft",
            "returned": "returned",
            "approved": "submitted",
            "scheduled": "submitted",
            "submitted": "submitted",
        }
        copy = Piece.objects.get(pk=pieces[made["submitted"].pk])
        assert (copy.title, copy.topic, copy.genre.code) == ("Tin có ảnh", new.topic, "news_item")
        assert (copy.contributor_id, copy.unit.parent.kind) == (people[old.people["lan"].pk], "commune")
        photo = copy.photos.get()
        assert photo.photographer_id == people[old.people["hoa"].pk]
        assert open_kept(photo.path).exists()
        credits_made = set(copy.credits.values_list("contributor_id", "role", "share", "quantity"))
        assert credits_made == {
            (people[old.people["lan"].pk], "author", Decimal(100), None),
            (people[old.people["hoa"].pk], "photographer", None, 1),
        }
        revision = Revision.objects.get(piece=copy)
        assert (revision.number, revision.photos[0][2]) == (1, people[old.people["hoa"].pk])
        approved = Piece.objects.get(pk=pieces[made["approved"].pk])
        event = Event.objects.get(kind="piece.moved_in", subject_id=approved.pk)
        assert (event.facts["was"], event.facts["coefficient"]) == ("approved", "1.500")
        assert "Duyệt lại" in approved.state_reason or "duyệt lại" in approved.state_reason
        assert not approved.scores.exists()
    with portal_scope(old.portal):
        for state, piece in made.items():
            row = Piece.objects.get(pk=piece.pk)
            assert row.state == ("declined" if state == "declined" else "withdrawn")
            assert (new.portal.name in row.state_reason) == (state != "declined")
        assert not Credit.objects.filter(role="approver", piece=made["approved"]).exists()


def test_moved_piece_goes_on_to_publication(two):
    old, new = two
    made = open_pieces(old)
    step = merge(old, new)
    with portal_scope(new.portal), clock.at(NOW):
        copy = Piece.objects.get(pk=moved(step, "piece")[made["approved"].pk])
        from payments.approvals import approve_piece

        approved = approve_piece(
            actor=new.actor("head"), piece=copy, seen_version=copy.version, coefficient=Decimal("1.5")
        )
        published = newsroom.publish_piece(
            actor=new.actor("publisher"), piece=approved, seen_version=approved.version, url="https://xa.example/1"
        )
        assert published.state == "published"
        draft = Piece.objects.get(pk=moved(step, "piece")[made["draft"].pk])
        edited = drafting.edit_piece(
            actor=actor_for(old.accounts["lan"], new.portal), piece=draft, seen_version=draft.version, title="Tên khác"
        )
        assert edited.revision_number == 2


def test_people_named_in_open_pieces_are_not_lost(two):
    """Somebody who left, and one who was merged into another row, still have their credits."""
    old, new = two
    with portal_scope(old.portal), clock.at(at("2026-08-20T09:00")):
        left = registration.record_person(actor=old.actor("head"), full_name="Lê Đã Thôi")
        twin = registration.record_person(actor=old.actor("head"), full_name="Lê Hoà")
        piece = old.draft("lan")
        drafting.declare_credits(
            actor=old.actor("lan"),
            piece=piece,
            seen_version=piece.version,
            declared=[
                DeclaredCredit(old.people["hoa"], "author", share=Decimal(40)),
                DeclaredCredit(twin, "author", share=Decimal(35)),
                DeclaredCredit(left, "author", share=Decimal(25)),
            ],
        )
        Contributor.objects.filter(pk=left.pk).update(state="left")
        Contributor.objects.filter(pk=twin.pk).update(merged_into=old.people["hoa"])
    step = merge(old, new)
    people = moved(step, "contributor")
    with portal_scope(new.portal):
        copy = Piece.objects.get(pk=moved(step, "piece")[piece.pk])
        assert set(copy.credits.values_list("contributor_id", "share")) == {
            (people[old.people["hoa"].pk], Decimal(75)),
            (people[left.pk], Decimal(25)),
        }
        assert Contributor.objects.get(pk=people[left.pk]).state == "left"
    assert twin.pk not in people


def fingerprints(world: World) -> dict[str, str]:
    with portal_scope(world.portal):
        return {
            f"{paper.kind} {paper.pk} {paper.sha256}": hashlib.sha256(open_kept(paper.path).read_bytes()).hexdigest()
            for paper in Paper.objects.exclude(path="")
        }


def seal(world: World) -> None:
    while events.seal_events(portal_id=world.portal.pk):
        pass


def test_issued_papers_books_and_chains_stay_as_they_were(two, work_jobs):
    old, new = two
    with portal_scope(old.portal):
        old.published("lan")
        old.published("hoa", photos_by=("lan",))
        with clock.at(AUGUST):
            issued_run(old)
            work_jobs()
    before = fingerprints(old)
    assert len(before) >= 3
    seal(old)
    seal(new)
    open_pieces(old)
    merge(old, new)
    seal(old)
    seal(new)
    assert fingerprints(old) == before
    for world in two:
        assert events.first_broken_link(portal_id=world.portal.pk) is None
        with portal_scope(world.portal):
            assert [finding for finding in check_books(world.portal, full=True) if not finding.ok] == []


def test_closed_portal_takes_nobody_and_nothing_new(two):
    old, new = two
    merge(old, new)
    with portal_scope(old.portal), clock.at(NOW):
        assert type(old.portal).objects.get(pk=old.portal.pk).closed_on == MERGED_ON
        with pytest.raises(DomainError, match="portal_closed") as refused:
            old.draft("lan")
        assert new.portal.name in refused.value.message("vi")
        with pytest.raises(DomainError, match="portal_closed"):
            registration.apply_to_join(
                actor=old.actor("head"),
                full_name="Trần Thị Mới",
                phone=new_phone(),
                unit=None,
                consents=[("registration", "2026-01")],
            )
        assert Event.objects.get(kind="portal.closed").facts["to"] == "xa-moi"
    with portal_scope(new.portal), clock.at(NOW):
        assert new.draft("lan").state == "draft"


def test_second_call_gives_the_first_result(two):
    old, new = two
    open_pieces(old)
    first = merge(old, new)
    rows = MovedRow.objects.count()
    assert merge(old, new) == first
    assert MovedRow.objects.count() == rows
    assert PortalSuccession.objects.count() == 1


def test_merge_is_refused(two):
    old, new = two
    with pytest.raises(DomainError, match="portal_into_itself"):
        merge(old, old)
    with pytest.raises(DomainError, match="legal_basis_missing"):
        merge(old, new, legal_basis=" ")
    with pytest.raises(DomainError, match="day_ahead"):
        merge(old, new, on=date(2026, 9, 3))
    merge(old, new)
    third = build_world("xa-ba")
    with pytest.raises(DomainError, match="portal_closed"):
        merge(old, third)
    with pytest.raises(DomainError, match="portal_closed"):
        merge(third, old)


def test_command_merges_and_says_how_much(two):
    out = StringIO()
    with clock.at(NOW):
        call_command("merge_portals", "xa-cu", "xa-moi", "--on", "2026-09-01", "--legal-basis", BASIS, stdout=out)
    assert out.getvalue() == "unit: 1\ncontributor: 6\npiece: 0\nxa-cu goes on in xa-moi since 2026-09-01\n"
    with clock.at(NOW), pytest.raises(CommandError, match="no portal 'xa-la'"):
        call_command("merge_portals", "xa-la", "xa-moi", "--on", "2026-09-01", "--legal-basis", BASIS)
    with clock.at(NOW), pytest.raises(CommandError, match="portal_closed"):
        call_command("merge_portals", "xa-moi", "xa-cu", "--on", "2026-09-01", "--legal-basis", BASIS)
