"""A person's rights over what the newsroom's daily work left of them: taken away, erased, merged and parted again."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction

from contributors import clock, merging, registration
from contributors.actors import system_actor
from contributors.erasure import ERASED_NAME
from contributors.files import open_kept
from contributors.leaving import leave
from contributors.models import (
    Account,
    Assignment,
    Attachment,
    Contributor,
    Credit,
    CreditAnswer,
    Delegation,
    Event,
    EventDetail,
    Notice,
    Piece,
    Pledge,
    Revision,
    SavedView,
    Upload,
)
from contributors.retention import later
from contributors.scopes import portal_scope
from payments.erasing import due_for_erasure, erase, erase_due, erasure_plan
from payments.merging import merge_people, undo_merge
from payments.own_data import own_data
from tests.contributors.newsroom_rows import DISPUTE, SETTLED, SICK, called, daily_work, filmed, handed
from tests.contributors.states import piece_in
from tests.factories.world import World, at, build_world
from tests.payments.steps import AUGUST


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """One world for the whole module, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        with portal_scope(made.portal):
            yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(standing, settings, tmp_path):
    """A day's work of the newsroom; whatever the test does is rolled back."""
    settings.MEDIA_ROOT = str(tmp_path)
    with transaction.atomic(), clock.at(AUGUST):
        daily_work(standing)
        yield standing
        transaction.set_rollback(True)


def taken(world: World, who: str) -> tuple[dict, list[str]]:
    with (
        own_data(actor=world.actor(who), contributor=world.fresh(world.people[who]), photos=True) as file,
        zipfile.ZipFile(file) as archive,
    ):
        return json.loads(archive.read("du-lieu.json")), archive.namelist()


def columns(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


# Taking away.


def test_what_the_newsroom_knows_of_a_contributor_is_in_their_data(world):
    record, names = taken(world, "lan")
    assert columns(record["credit_answers"], "piece", "agrees", "by_board", "reason") == [
        ("Bài của Hoà", False, False, DISPUTE),
        ("Bài của Hoà", False, True, SETTLED),
    ]
    pieces = {piece["title"]: piece for piece in record["pieces"]}
    (mine,) = [credit for credit in pieces["Bài của Hoà"]["credits"] if credit["mine"]]
    assert mine["no_fee_reason"] == SETTLED
    assert columns(record["pledges"], "piece", "by_oneself", "on_behalf") == [("Bài của Lan", True, False)]
    assert columns(record["assignments"], "title", "piece__title") == [("Bài đặt Lan nhận", None)]
    assert record["assignments"][0]["taken_at"] is not None
    assert set(columns(record["notices"], "kind", "assignment__title")) == {
        ("call", "Bài đặt chung cho ấp"),
        ("call_soon", "Bài đặt Lan nhận"),
    }
    films = columns(pieces["Nháp có phim của Lan"]["films"], "caption", "url", "seconds")
    assert [(caption, bool(url), seconds) for caption, url, seconds in films] == [
        ("Phim của Lan", True, None),
        ("Phim của Lan, tệp", False, 30),
    ]
    assert names[-1] == "phim/0001.mp4"
    assert columns(record["uploads"], "file_name", "state", "piece") == [
        ("Lan o nha.jpg", "receiving", "Nháp đang gửi ảnh")
    ]
    assert (record["hand_overs"], record["saved_views"], record["sightings"]) == ([], [], [])


def test_the_board_takes_hand_overs_notices_and_views_without_what_is_others(world):
    head, deputy, writer = (taken(world, name)[0] for name in ("head", "deputy", "writer"))
    assert columns(head["hand_overs"], "given", "right", "reason") == [(True, "piece.approve", SICK)]
    assert columns(deputy["hand_overs"], "given", "right", "reason") == [(False, "piece.approve", "")]
    assert {notice["kind"] for notice in head["notices"]} >= {"dispute", "late_review"}
    assert {notice["piece"] for notice in head["notices"]} == {""}  # no piece of theirs, none public
    assert columns(writer["saved_views"], "name", "query", "shared") == [
        ("Tin của Hoà chờ đăng", {"state": "submitted"}, False)
    ]
    for record in (head, deputy, writer):
        said = json.dumps(record, ensure_ascii=False)
        for secret in (DISPUTE, SETTLED, "Lan chép của tôi", "Bài của Lan", "Bài của Hoà", "Phim của"):
            assert secret not in said


# Erasing.


def gone(world: World, name: str) -> Contributor:
    person = world.fresh(world.people[name])
    # What is with the board is finished before anybody is erased.
    Piece.objects.filter(state="submitted").update(state="declined")
    return leave(actor=world.actor("head"), contributor=person, **leaving(person))


def leaving(person: Contributor) -> dict:
    return {"seen_version": person.version, "reason": "Chuyển đi."}


def erased(world: World, name: str):
    person = world.fresh(world.people[name])
    return erase(
        actor=world.actor("admin"),
        contributor=person,
        seen_version=person.version,
        confirmation=person.full_name,
    )


def words(row) -> tuple[set[str], set[str]]:
    return set(row.erased), {each["what"] for each in row.kept}


def everything_written() -> str:
    """Every row of every table as text; of saved versions is said that they stay (`draft_versions`)."""
    told = []
    with connection.cursor() as cursor:
        for model in set(apps.get_models()) - {Revision}:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{model._meta.db_table}" t')
            told += [row[0] for row in cursor.fetchall()]
    return "\n".join(told)


def test_what_no_law_keeps_of_a_contributor_goes(world, django_capture_on_commit_callbacks):
    lan = world.people["lan"]
    returned = filmed(world, world.draft("lan", title="Bài bị trả"), "Phim bài trả", content=b"\0\0\0\x18ftypmp42b" * 9)
    Piece.objects.filter(pk=returned.pk).update(state="returned", submitted_at=AUGUST)
    draft, film = (Attachment.objects.get(caption=f"{name}, tệp") for name in ("Phim của Lan", "Phim bài trả"))
    theirs = Attachment.objects.get(caption="Phim của Hoà, tệp")
    part = open_kept(Upload.objects.get(file_name="Lan o nha.jpg").path)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"x" * 10)
    handed_in = called(world, "Bài đặt Lan đã gửi", "lan")
    up = piece_in(world, "retracted")
    Assignment.objects.filter(pk=handed_in.pk).update(piece=up)
    Upload.objects.filter(file_name="Lan o nha.jpg").update(piece=up)
    before = everything_written()
    for value in (DISPUTE, "Phim của Lan", "Lan o nha"):
        assert value in before
    Credit.objects.filter(state="disputed").update(state="confirmed")
    gone(world, "lan")
    plan = erasure_plan(world.fresh(lan))
    with django_capture_on_commit_callbacks(execute=True):
        row = erased(world, "lan")
    went, kept = words(row)
    assert went >= {"own_reasons", "notices", "uploads", "unpublished_films", "calls_taken", "event_details"}
    assert went >= {"drafts", "contact_details"}
    assert went - set(plan.erased) <= {"account", "invitation_use"}
    assert kept >= {"credit_answers", "pledges", "calls_handed_in"}
    assert kept - {each.what for each in plan.kept} <= {"account"}
    assert {"hand_overs", "notices"} & kept == set()
    after = everything_written()
    for value in (DISPUTE, "Phim của Lan", "Phim bài trả", "Lan o nha", "Nguyễn Thị Lan"):
        assert value not in after, value
    assert [open_kept(each.path).exists() for each in (draft, film, theirs)] == [False, False, True]
    assert not part.exists()
    answers = CreditAnswer.objects.filter(contributor=lan).order_by("pk")
    assert list(answers.values_list("agrees", "by_board", "reason")) == [(False, False, ""), (False, True, SETTLED)]
    assert not EventDetail.objects.filter(event__kind="credit.settled").exists()
    assert Pledge.objects.filter(given_by=lan.account_id).count() >= 1
    assert not Notice.objects.filter(contributor=lan).exists()
    calls = dict(Assignment.objects.values_list("title", "taken_by"))
    assert (calls["Bài đặt Lan nhận"], calls["Bài đặt Lan đã gửi"]) == (None, lan.pk)


def test_other_peoples_rows_are_as_before(world):
    hoa = world.people["hoa"]

    def of_hoa():
        return (
            list(CreditAnswer.objects.filter(contributor=hoa).values()),
            list(Assignment.objects.filter(taken_by=hoa).values()),
            list(Upload.objects.filter(created_by=hoa.account_id).values()),
            list(Notice.objects.exclude(contributor=world.people["lan"]).values()),
            list(SavedView.objects.values()),
            list(Delegation.objects.values()),
            list(Attachment.objects.filter(piece__contributor=hoa).values()),
            EventDetail.objects.filter(event__kind="credit.disputed", event__actor_account=hoa.account_id).count(),
        )

    before = of_hoa()
    assert all(before)
    Credit.objects.filter(state="disputed").update(state="confirmed")
    gone(world, "lan")
    erased(world, "lan")
    assert of_hoa() == before


def test_a_head_who_is_erased_leaves_the_hand_over_without_its_reason(world):
    head = world.people["head"]
    gone(world, "head")
    row = erased(world, "head")
    went, kept = words(row)
    assert went >= {"own_reasons", "notices", "saved_views", "event_details"}
    assert "hand_overs" in kept
    why = {each["what"]: each["why"] for each in row.kept}
    assert "88/2015/QH13" in why["hand_overs"]
    assert Delegation.objects.get(giver=head).reason == ""
    assert SICK not in everything_written()
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Tin của Hoà chờ đăng"]
    assert Contributor.objects.get(pk=head.pk).full_name == ERASED_NAME


def test_the_sweep_takes_old_notices_and_films_that_never_went_up(world, django_capture_on_commit_callbacks):
    gone(world, "lan")  # both pieces with the board are declined by that
    film = Attachment.objects.get(caption="Phim của Hoà, tệp")
    day = later(AUGUST.date(), 12)
    assert {each.rule.what for each in due_for_erasure(world.portal, day - timedelta(days=1))} == set()
    due = {each.rule.what: each.count for each in due_for_erasure(world.portal, day + timedelta(days=2))}
    assert due == {"notices": Notice.objects.count(), "unpublished_films": 4}
    with clock.at(at(f"{day + timedelta(days=2)}T03:00")), django_capture_on_commit_callbacks(execute=True):
        swept = erase_due(actor=system_actor(world.portal), portal=world.portal, day=day + timedelta(days=2))
    assert {each.what: each.count for each in swept} == due
    assert (Notice.objects.count(), Attachment.objects.count()) == (0, 0)
    assert not open_kept(film.path).exists()


# Merging and parting.

TABLES = (
    *(
        "contributors_assignment",
        "contributors_assignmentoffer",
        "contributors_creditanswer",
        "contributors_delegation",
    ),
    *("contributors_notice", "contributors_pledge", "contributors_upload", "contributors_attachment"),
    *("contributors_savedview", "contributors_credit", "contributors_piece"),
)
# Columns that name a person and are not moved: each with why.
STAYS = {
    "contributors.Consent.contributor": "a consent is proof; it is read through merged_into",
    "contributors.LoginCode.contributor": "a code lives for minutes",
    "contributors.Score.scorer": "a decision names who decided",
    "contributors.Claim.recorded": "the claim says whom it took for whom",
    "contributors.PastWork.contributor": "a line of an old book as it was read; figures count it through merged_into",
    "contributors.Merge.survivor": "the merge itself",
    "contributors.Merge.merged": "the merge itself",
    "contributors.Erasure.contributor": "who is erased is not merged",
    "contributors.Upload.photographer": "the task that puts the photo in reads through merged_into",
    "payments.DraftLine.contributor": "no merge while a run is under way",
    "payments.Line.contributor": "issued",
    "payments.LineCheck.contributor": "what was answered before a payment",
    "payments.CheckDelivery.contributor": "no merge while a run is under way",
    "payments.RunNotice.contributor": "no merge while a run is under way",
    "payments.Statement.contributor": "issued",
    "payments.BalanceEntry.contributor": "issued",
    "payments.Waiver.contributor": "a person's own decision; it is read through merged_into",
}
BY_HAND = {
    *("contributors.Credit.contributor", "contributors.Photo.photographer", "contributors.Claim.contributor"),
    *("contributors.Contributor.merged_into", "payments.TaxStatus.contributor", "payments.PayeeDetails.contributor"),
}


def test_every_column_that_names_a_person_is_moved_or_stays_for_a_reason():
    named = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is Contributor
    }
    moved = {f"{model._meta.label}.{column}" for _, model, column in merging.PLAIN}
    moved |= {f"{model._meta.label}.contributor" for _, model, _ in (*merging.UNLESS_THERE, *merging.DATED)}
    assert named == moved | BY_HAND | set(STAYS)
    assert not (moved | BY_HAND) & set(STAYS)


def rows() -> dict[str, list[str]]:
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT (to_jsonb(t) - 'version')::text FROM {table} t ORDER BY id")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def test_the_newsrooms_rows_go_over_and_come_back(world):
    """Hoà is found to be Lan: a dispute between the two, a hand-over from the one to the other, one notice of both."""
    lan, hoa = world.people["lan"], world.people["hoa"]
    account = hoa.account_id
    Contributor.objects.filter(pk=hoa.pk).update(account=None)
    for giver, receiver in ((hoa, lan), (world.people["head"], hoa)):
        Delegation.objects.create(
            portal=world.portal,
            giver=giver,
            receiver=receiver,
            right="piece.publish",
            effective_from=AUGUST.date(),
            effective_until=AUGUST.date() + timedelta(days=3),
            reason="Vắng nhà",
            created_by_id=account,
            created_at=AUGUST,
        )
    Upload.objects.filter(file_name="Lan o nha.jpg").update(photographer=hoa)
    both = set(Notice.objects.filter(contributor=lan).values_list("key", flat=True)) & set(
        Notice.objects.filter(contributor=hoa).values_list("key", flat=True)
    )
    assert len(both) == 1  # the call for the unit of both
    before, of_hoa = (
        rows(),
        {
            "credit_answers": list(CreditAnswer.objects.filter(contributor=hoa).values_list("pk", flat=True)),
            "assignments": list(Assignment.objects.filter(taken_by=hoa).values_list("pk", flat=True)),
            "rights_given": list(Delegation.objects.filter(giver=hoa).values_list("pk", flat=True)),
            "rights_received": list(Delegation.objects.filter(receiver=hoa).values_list("pk", flat=True)),
            "notices": list(Notice.objects.filter(contributor=hoa).exclude(key__in=both).values_list("pk", flat=True)),
        },
    )
    assert all(of_hoa.values())
    made = merge_people(actor=world.actor("head"), survivor=lan, merged=world.fresh(hoa), reason="Một người")
    assert {word: made.moved[word] for word in of_hoa} == of_hoa
    assert Delegation.objects.get(giver=lan).receiver_id == lan.pk
    record, _ = taken(world, "lan")
    assert len(record["credit_answers"]) == 3
    assert {call["title"] for call in record["assignments"]} == {"Bài đặt Lan nhận", "Bài đặt Hoà nhận"}
    assert [row["given"] for row in record["hand_overs"]] == [True, False]
    undo_merge(actor=world.actor("head"), merge=made)
    assert rows() == before


def test_what_came_since_the_merge_stays_with_the_survivor(world):
    lan = world.people["lan"]
    again = registration.record_person(actor=world.actor("head"), full_name="Nguyễn Thị Lan")
    made = merge_people(actor=world.actor("head"), survivor=lan, merged=again, reason="")
    call = called(world, "Bài đặt sau khi gộp", "lan")
    undo_merge(actor=world.actor("head"), merge=made)
    assert world.fresh(call).taken_by_id == lan.pk


def test_erasing_reaches_what_stayed_with_the_merged_row(world):
    lan, hoa = world.people["lan"], world.people["hoa"]
    Contributor.objects.filter(pk=hoa.pk).update(account=None)
    Account.objects.filter(pk=hoa.account_id).update(is_active=False)
    merge_people(actor=world.actor("head"), survivor=lan, merged=world.fresh(hoa), reason="")
    Credit.objects.filter(state="disputed").update(state="confirmed")
    gone(world, "lan")
    erased(world, "lan")
    assert not Notice.objects.filter(contributor__in=[lan, hoa]).exists()
    assert not CreditAnswer.objects.filter(by_board=False).exclude(reason="").exists()
    assert not Attachment.objects.exists()


def test_a_hand_over_taken_away_is_one_event_without_words(world):
    handed(world, "publisher", "deputy", right="piece.publish")
    taken(world, "deputy")
    event = Event.objects.filter(kind="person.data_taken").latest("pk")
    assert (event.facts["films"], event.detail_commitment) == (0, None)
