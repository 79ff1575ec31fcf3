"""The ground floor's part of erasing: what goes, what stays, what cannot go yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from contributors import clock
from contributors.consenting import give_consent
from contributors.correction import correct_details
from contributors.erasure import ERASED_NAME, erase_person
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.leaving import leave
from contributors.models import (
    Account,
    Attendance,
    Consent,
    Contributor,
    ContributorState,
    Credit,
    Erasure,
    Event,
    EventDetail,
    Grant,
    PenName,
    Photo,
    Piece,
    PieceState,
    Revision,
)
from contributors.photos import add_photo
from contributors.pledges import current_pledge
from contributors.training import hold_session, note_attendance
from tests.contributors.joining import person_in
from tests.contributors.states import HOUR, everything, piece_in
from tests.factories.world import World, picture


def left(world: World, name: str = "lan") -> Contributor:
    person = world.fresh(world.people[name])
    return leave(actor=world.actor(name), contributor=person, seen_version=person.version)


def erased(world: World, person: Contributor, by: str = "admin", **fields) -> Erasure:
    person = world.fresh(person)
    given = {"seen_version": person.version, "confirmation": person.full_name} | fields
    return erase_person(actor=world.actor(by), contributor=person, **given)


def words(row: Erasure) -> tuple[list[str], list[str]]:
    return row.erased, [each["what"] for each in row.kept]


def test_everything_that_names_the_person_is_gone(cell):
    lan = cell.people["lan"]
    correct_details(actor=cell.actor("lan"), contributor=lan, seen_version=1, pen_names=["Hương Quê"], birth_year=1961)
    piece_in(cell, PieceState.PUBLISHED)
    declined = piece_in(cell, PieceState.DECLINED)
    draft = cell.draft("lan", title="Chuyện chưa kể", event_place="Nhà cô Lan")
    practice = piece_in(cell, PieceState.SUBMITTED, practice=True)
    account = lan.account
    phone = lan.phone
    left(cell)
    row = erased(cell, lan, by="lan")
    after = cell.fresh(lan)
    assert (after.full_name, after.phone, after.birth_year, after.account_id, after.state) == (
        ERASED_NAME,
        "",
        None,
        None,
        "left",
    )
    assert after.erased_at == HOUR
    assert after.search_key == "nguoi da xoa ten"
    assert not PenName.objects.filter(contributor=lan).exists()
    assert not EventDetail.objects.filter(event__subject_type="contributor", event__subject_id=lan.pk).exists()
    closed = Account.objects.get(pk=account.pk)
    assert (closed.login_phone, closed.name, closed.is_active, closed.has_usable_password()) == (
        None,
        ERASED_NAME,
        False,
        False,
    )
    for piece in (draft, practice):
        gone = cell.fresh(piece)
        assert (gone.title, gone.body, gone.event_place, gone.state) == ("", "", "", PieceState.WITHDRAWN)
        assert not Credit.objects.filter(piece=piece).exists()
    assert cell.fresh(declined).title == declined.title
    assert words(row) == (
        ["contact_details", "event_details", "drafts", "practice_pieces", "notices", "account"],
        ["published_pieces", "unpublished_pieces", "draft_versions", "event_log", "pledges"],
    )
    for table, values in (
        ("contributor", Contributor.objects.filter(pk=lan.pk).values()),
        ("account", Account.objects.filter(pk=account.pk).values()),
        ("events", Event.objects.filter(subject_type="contributor", subject_id=lan.pk).values("facts")),
        ("erasure", Erasure.objects.filter(contributor=lan).values()),
    ):
        written = repr(list(values))
        for value in ("Nguyễn Thị Lan", "nguyen thi lan", phone, "Hương Quê", "1961"):
            assert value not in written, (table, value)


def test_record_of_an_erasure_says_why_and_stays(cell):
    person = person_in(cell, ContributorState.DECLINED)
    row = erased(cell, person)
    (consents, log) = row.kept
    assert (consents["what"], consents["until"]) == ("consents", None)
    assert "91/2025/QH15" in consents["why"]
    assert log["what"] == "event_log"
    assert row.by_id == cell.accounts["admin"].pk
    event = Event.objects.get(kind="contributor.erased", subject_id=person.pk)
    assert event.facts == {"erasure": row.pk, "erased": row.erased, "kept": ["consents", "event_log"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=row.pk).update(erased=[])


def test_consents_and_attendance_stay_without_a_name(cell):
    lan = cell.people["lan"]
    give_consent(actor=cell.actor("lan"), contributor=lan, purpose="registration", version="2026-01")
    session = hold_session(actor=cell.actor("head"), title="Giới thiệu", held_on=HOUR.date())
    note_attendance(actor=cell.actor("head"), session=session, came=[lan])
    left(cell)
    assert words(erased(cell, lan))[1] == ["consents", "attendance", "event_log"]
    assert Consent.objects.filter(contributor=lan).count() == 1
    assert Attendance.objects.get(session=session).contributor.full_name == ERASED_NAME


@pytest.mark.parametrize("state", ["recorded", "declined", "left"])
def test_person_is_erased_from_these_states(cell, state):
    person = person_in(cell, state)
    assert erased(cell, person).contributor_id == person.pk
    assert cell.fresh(person).full_name == ERASED_NAME


@pytest.mark.parametrize("state", ["applied", "active", "suspended"])
def test_person_is_not_erased_before_leaving(cell, state):
    person = person_in(cell, state)
    before = everything()
    with pytest.raises(DomainError) as refused:
        erased(cell, person)
    assert refused.value.code == "erase_needs_leaving"
    assert everything() == before


def test_name_is_typed_tone_marks_apart(cell):
    lan = left(cell)
    for typed in ("", "Lê Hoà", "Nguyễn Thị"):
        with pytest.raises(DomainError) as refused:
            erased(cell, lan, confirmation=typed)
        assert refused.value.code == "erase_words_differ"
    assert erased(cell, lan, confirmation="nguyen thi LAN")


@pytest.mark.parametrize("by", ["hoa", "head", "deputy", "writer", "accountant", "holder"])
def test_erasing_is_for_oneself_and_the_admin(cell, by):
    lan = left(cell)
    with pytest.raises(DomainError) as refused:
        erased(cell, lan, by=by)
    assert refused.value.code == "not_allowed"


def test_twice_stale_and_merged_are_refused(cell):
    lan = left(cell)
    with pytest.raises(DomainError) as refused:
        erased(cell, lan, seen_version=1)
    assert refused.value.code == "stale_version"
    erased(cell, lan)
    with pytest.raises(DomainError) as refused:
        erased(cell, lan, confirmation=ERASED_NAME)
    assert refused.value.code == "person_erased"
    merged = person_in(cell, ContributorState.LEFT)
    Contributor.objects.filter(pk=merged.pk).update(merged_into=cell.people["hoa"])
    with pytest.raises(DomainError) as refused:
        erased(cell, merged)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize("state", [PieceState.SUBMITTED, PieceState.APPROVED, PieceState.SCHEDULED])
def test_piece_on_its_way_is_finished_first(cell, state):
    piece_in(cell, state)
    lan = left(cell)
    with pytest.raises(DomainError) as refused:
        erased(cell, lan)
    assert refused.value.code == "erase_piece_open"
    assert "1 tin" in refused.value.message("vi")


def test_row_merged_into_the_person_is_erased_with_it(cell):
    lan = cell.people["lan"]
    twin = person_in(cell, ContributorState.ACTIVE, name="Nguyễn Thị Lan Cũ")
    Contributor.objects.filter(pk=twin.pk).update(merged_into=lan)
    left(cell)
    erased(cell, lan)
    assert (cell.fresh(twin).full_name, cell.fresh(twin).phone) == (ERASED_NAME, "")
    assert not EventDetail.objects.filter(event__subject_type="contributor", event__subject_id=twin.pk).exists()


def test_login_with_another_use_is_kept_and_parted(cell):
    lan = left(cell)
    Grant.objects.create(
        portal=cell.portal,
        account=lan.account,
        capability="focal_person",
        effective_from=HOUR.date(),
        confirmed_at=HOUR,
        decision_number="04/QĐ",
    )
    row = erased(cell, lan)
    assert "account" in words(row)[1]
    kept = Account.objects.get(pk=lan.account_id)
    assert (kept.is_active, kept.login_phone is not None) == (True, True)
    assert cell.fresh(lan).account_id is None


def test_photos_that_never_went_up_go_with_their_files(cell, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = str(tmp_path)
    lan = cell.people["lan"]
    draft, other, declined = cell.draft("lan"), cell.draft("hoa"), cell.draft("lan", title="Tin bị từ chối")
    shared, own, third = picture(1), picture(2), picture(3)
    for by, piece, content in (("lan", draft, shared), ("lan", draft, own), ("hoa", other, shared)):
        add_photo(actor=cell.actor(by), piece=piece, seen_version=cell.fresh(piece).version, content=content)
    add_photo(actor=cell.actor("lan"), piece=declined, seen_version=declined.version, content=third)
    from contributors.newsroom import decline_piece, submit_piece

    declined = submit_piece(
        actor=cell.actor("lan"),
        piece=declined,
        seen_version=cell.fresh(declined).version,
        pledge=current_pledge().version,
    )
    decline_piece(actor=cell.actor("head"), piece=declined, seen_version=declined.version, reason="Cũ rồi.")
    paths = {photo.sha256: photo.path for photo in Photo.objects.all()}
    assert len(paths) == 3
    left(cell)
    with django_capture_on_commit_callbacks(execute=True):
        row = erased(cell, lan)
    assert "unpublished_photos" in row.erased
    kept = Photo.objects.get()
    assert kept.piece_id == other.pk
    assert [open_kept(path).exists() for path in paths.values()] == [path == kept.path for path in paths.values()]


def test_erasing_leaves_other_people_alone(cell):
    hoa = cell.people["hoa"]
    theirs = cell.draft("hoa", title="Tin của Hoà")
    before = (cell.fresh(hoa), Revision.objects.filter(piece=theirs).count(), cell.fresh(theirs).title)
    erased(cell, left(cell))
    after = (cell.fresh(hoa), Revision.objects.filter(piece=theirs).count(), cell.fresh(theirs).title)
    assert [vars(each) if hasattr(each, "phone") else each for each in before][1:] == list(after)[1:]
    assert (after[0].full_name, after[0].phone, after[0].version) == (hoa.full_name, hoa.phone, hoa.version)
    assert Piece.objects.filter(title="").count() == 0


def test_erased_person_is_not_taken_up_again(cell):
    from contributors.leaving import resume

    lan = left(cell)
    erased(cell, lan)
    with clock.at(HOUR + timedelta(days=1)), pytest.raises(DomainError) as refused:
        resume(actor=cell.actor("head"), contributor=lan, seen_version=cell.fresh(lan).version, reason="Về lại.")
    assert refused.value.code == "person_erased"
