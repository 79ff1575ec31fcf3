"""Merging two rows of one person: nothing is lost on the way, sums read through, undo restores row by row."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from contributors import clock, drafting, registration
from contributors.actors import system_actor
from contributors.drafting import DeclaredCredit
from contributors.errors import DomainError
from contributors.merging import rows_of_person
from contributors.models import (
    Claim,
    Consent,
    Contributor,
    Credit,
    Event,
    Membership,
    Merge,
    PenName,
    Photo,
    Piece,
    Seat,
)
from contributors.pledges import current_pledge
from contributors.scopes import portal_scope
from payments import earnings, payee_cipher, payees, runs
from payments.access import may_see_statement
from payments.merging import merge_people, undo_merge
from payments.models import Line, PayeeDetails, Statement, TaxStatus
from payments.network import duplicate_pairs, people_missing_payee, same_personal_id, totals_of
from tests.factories.world import at, build_world, new_phone
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    compute,
    confirmed_run,
    frozen_run,
    issued_run,
)

# Rows that a merge may touch, and what of them it changes for good.
TABLES = {
    "contributors_contributor": ("version",),
    "contributors_piece": (),
    "contributors_credit": (),
    "contributors_photo": (),
    "contributors_membership": (),
    "contributors_seat": (),
    "contributors_penname": (),
    "contributors_claim": (),
    "contributors_attendance": (),
    "contributors_consent": (),
    "payments_payeedetails": (),
    "payments_taxstatus": (),
    "payments_statement": (),
    "payments_line": (),
}


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """One world for the whole module, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        with portal_scope(made.portal):
            yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(standing):
    """`standing` as it was: whatever the test does is rolled back."""
    with transaction.atomic():
        yield standing
        transaction.set_rollback(True)


def rows() -> dict[str, list[str]]:
    """Every row of those tables as text, without what only counts up."""
    found = {}
    with connection.cursor() as cursor:
        for table, loose in TABLES.items():
            without = "".join(f" - '{column}'" for column in loose)
            cursor.execute(f"SELECT (to_jsonb(t){without})::text FROM {table} t ORDER BY id")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def recorded(world, name: str = "Nguyễn Thị Lan", **fields) -> Contributor:
    return registration.record_person(actor=world.actor("head"), full_name=name, **fields)


def written_by(world, person: Contributor, when: str = "2026-07-15T09:00", **fields):
    """A published piece whose only author is `person`, entered by the writer."""
    from contributors import newsroom
    from payments.approvals import approve_piece

    with clock.at(at(when)):
        piece = world.draft("writer", contributor=person, **fields)
        piece = newsroom.submit_piece(
            actor=world.actor("writer"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
        )
        piece = approve_piece(
            actor=world.actor("head"), piece=piece, seen_version=piece.version, coefficient=Decimal("1.5")
        )
        return newsroom.publish_piece(
            actor=world.actor("publisher"),
            piece=piece,
            seen_version=piece.version,
            url=f"https://xa.example/{piece.public_id}",
        )


def merge(world, survivor, merged, by="head", reason="Một người hai dòng"):
    return merge_people(actor=world.actor(by), survivor=survivor, merged=merged, reason=reason)


def refused(code, call, *args, **fields):
    with pytest.raises(DomainError) as error:
        call(*args, **fields)
    assert error.value.code == code


def test_merge_moves_work_and_payment_follows(world):
    lan = world.people["lan"]
    again = recorded(world)
    piece = written_by(world, again)
    made = merge(world, lan, again)
    assert world.fresh(piece).contributor_id == lan.pk
    assert set(Credit.objects.filter(piece=piece, role="author").values_list("contributor_id", flat=True)) == {lan.pk}
    assert rows_of_person(lan.pk) == [lan.pk, again.pk]
    with clock.at(AUGUST):
        issued_run(world)
    assert Statement.objects.filter(contributor=lan).aggregate(s=Sum("line_total"))["s"] == 379_500
    assert not Statement.objects.filter(contributor=again).exists()
    assert made.moved["credits"] == list(Credit.objects.filter(piece=piece, role="author").values_list("pk", flat=True))
    kinds = Event.objects.filter(subject_type="contributor", kind__contains="merge").values_list("kind", "subject_id")
    assert set(kinds) == {("contributor.merged", lan.pk), ("contributor.merged_away", again.pk)}


def test_issued_papers_stay_and_sums_read_through(world):
    """Hoà was paid under her own name in July, and is then found to be Lan."""
    lan, hoa = world.people["lan"], world.people["hoa"]
    Contributor.objects.filter(pk=hoa.pk).update(account=None)
    world.published("lan")
    written_by(world, hoa)
    with clock.at(AUGUST):
        issued_run(world)
        before = [totals_of(person.pk) for person in (lan, hoa)]
        papers = rows()["payments_statement"]
        merge(world, lan, world.fresh(hoa))
        assert rows()["payments_statement"] == papers
        after = totals_of(lan.pk)
        assert after.credits == sum(each.credits for each in before)
        assert [(year.gross, year.tax, year.net) for year in after.years] == [
            tuple(sum(getattr(each.years[0], part) for each in before) for part in ("gross", "tax", "net"))
        ]
        assert {row.contributor_id for row in earnings.statements_of(lan.pk)} == {lan.pk, hoa.pk}
        assert all(
            may_see_statement(world.actor("lan"), row) for row in Statement.objects.filter(contributor__in=[lan, hoa])
        )


@pytest.mark.parametrize("seed", range(4))
def test_totals_before_and_after_and_undo_row_by_row(world, seed):
    """Whatever the two rows have, in whatever order: nothing lost, nothing doubled, and back again exactly."""
    chance = random.Random(seed)
    lan, again = world.people["lan"], recorded(world, unit=world.unit)
    with clock.at(at("2026-06-20T08:00")):
        if chance.random() < 0.5:
            Seat.objects.create(
                portal=world.portal, contributor=again, seat="writer", effective_from="2026-02-01", decision_number="9"
            )
        PenName.objects.create(portal=world.portal, contributor=again, name="Lan Anh", effective_from="2026-02-01")
        if chance.random() < 0.5:
            PenName.objects.create(portal=world.portal, contributor=lan, name="Lan Anh", effective_from="2026-02-01")
    Membership.objects.filter(contributor=lan).update(
        effective_until=chance.choice([None, at("2026-05-01T00:00").date()])
    )
    Consent.objects.create(
        portal=world.portal, contributor=again, purpose="registration", text_version="2026-01", given=True, at=AUGUST
    )
    Claim.objects.create(
        portal=world.portal, contributor=again, recorded=recorded(world, "Người khác"), created_at=AUGUST
    )
    TaxStatus.objects.create(
        portal=world.portal, contributor=again, status="hamlet_officer", effective_from="2025-01-01"
    )
    if chance.random() < 0.5:
        TaxStatus.objects.filter(contributor=again).update(effective_until="2026-01-05")
    for _ in range(3):
        piece = world.submitted("lan", photos_by=chance.choice([(), ("lan",)]), title=f"Chung {seed}")
        piece = world.fresh(piece)
        share = Decimal(chance.choice([25, 40, 50]))
        declared = [
            DeclaredCredit(lan, "author", share=100 - share),
            DeclaredCredit(again, "author", share=share),
        ]
        drafting.declare_credits(actor=world.actor("lan"), piece=piece, seen_version=piece.version, declared=declared)
    Photo.objects.filter(pk__in=Photo.objects.values("pk")[:1]).update(photographer=again)
    both = [lan.pk, again.pk]

    def sums():
        credited = Credit.objects.filter(contributor__in=both)
        return (
            Piece.objects.filter(contributor__in=both).count(),
            credited.aggregate(share=Sum("share"), quantity=Sum("quantity")),
            Photo.objects.filter(photographer__in=both).count(),
        )

    before, total = rows(), sums()
    made = merge(world, lan, again)
    assert sums() == total
    assert Merge.objects.get().moved == made.moved
    undone = undo_merge(actor=world.actor("head"), merge=made)
    assert undone.undone_at is not None
    after = rows()
    assert {table: after[table] for table in TABLES} == before


def test_two_shares_of_one_role_are_joined_while_nothing_is_decided(world):
    lan, again = world.people["lan"], recorded(world)
    piece = world.draft("lan")
    declared = [DeclaredCredit(lan, "author", share=Decimal(60)), DeclaredCredit(again, "author", share=Decimal(40))]
    drafting.declare_credits(actor=world.actor("lan"), piece=piece, seen_version=piece.version, declared=declared)
    made = merge(world, lan, again)
    assert list(Credit.objects.filter(piece=piece).values_list("contributor_id", "share")) == [(lan.pk, Decimal(100))]
    undo_merge(actor=world.actor("head"), merge=made)
    assert set(Credit.objects.filter(piece=piece).values_list("contributor_id", "share")) == {
        (lan.pk, Decimal(60)),
        (again.pk, Decimal(40)),
    }


def test_two_shares_in_a_published_piece_stay_and_both_are_paid_to_the_one(world):
    lan, again = world.people["lan"], recorded(world)
    with clock.at(at("2026-07-10T08:00")):
        piece = world.draft("writer", contributor=lan)
        declared = [
            DeclaredCredit(lan, "author", share=Decimal(60)),
            DeclaredCredit(again, "author", share=Decimal(40)),
        ]
        drafting.declare_credits(
            actor=world.actor("writer"), piece=piece, seen_version=piece.version, declared=declared
        )
        from contributors import newsroom
        from payments.approvals import approve_piece

        piece = newsroom.submit_piece(
            actor=world.actor("writer"), piece=world.fresh(piece), seen_version=2, pledge=current_pledge().version
        )
        piece = approve_piece(
            actor=world.actor("head"), piece=piece, seen_version=piece.version, coefficient=Decimal("1.5")
        )
        newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url="https://xa.example/chung"
        )
    made = merge(world, lan, again)
    assert Credit.objects.filter(piece=piece, role="author", contributor=again).exists()
    with clock.at(AUGUST):
        issued_run(world)
        lines = Line.objects.filter(piece=piece, role="author")
        assert {line.contributor_id for line in lines} == {lan.pk}
        assert sum(line.amount for line in lines) == 379_500
        refused("merge_has_issued", undo_merge, actor=world.actor("head"), merge=made)


def test_undo_is_refused_once_moved_work_was_issued(world):
    lan, again = world.people["lan"], recorded(world)
    written_by(world, again)
    made = merge(world, lan, again)
    world.published("hoa")
    with clock.at(AUGUST):
        issued_run(world)
        refused("merge_has_issued", undo_merge, actor=world.actor("head"), merge=made)
    assert world.fresh(again).merged_into_id == lan.pk


def test_undo_stays_possible_while_only_other_work_was_issued(world):
    lan, again = world.people["lan"], recorded(world)
    made = merge(world, lan, again)
    world.published("lan")
    with clock.at(AUGUST):
        issued_run(world)
        undo_merge(actor=world.actor("head"), merge=made)
    assert world.fresh(again).merged_into_id is None
    refused("merge_undone", undo_merge, actor=world.actor("head"), merge=made)


def test_no_merge_and_no_undo_while_a_run_under_way_names_either(world):
    lan, again = world.people["lan"], recorded(world)
    written_by(world, again)
    with clock.at(AUGUST):
        run = frozen_run(world)
        refused("merge_run_live", merge, world, lan, again)
        run = compute(world, run)
        refused("merge_run_live", merge, world, lan, again)
        runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        made = merge(world, lan, again)
        run = world.fresh(run)
        runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        refused("merge_run_live", undo_merge, actor=world.actor("head"), merge=made)


def test_a_run_without_them_hinders_nobody(world):
    lan, again = world.people["lan"], recorded(world)
    world.published("hoa")
    with clock.at(AUGUST):
        confirmed_run(world)
        merge(world, lan, again)


def test_payee_details_of_the_merged_row_become_a_new_version_that_opens(world):
    lan, again = world.people["lan"], recorded(world)
    PayeeDetails.objects.filter(contributor=lan).update(current=False)
    payees.enter_payee_details(
        actor=world.actor("accountant"),
        contributor=again,
        legal_name="Nguyễn Thị Lan",
        personal_id="089199000011",
        bank_bin="970405",
        bank_account="0012345678",
    )
    before = rows()
    made = merge(world, lan, again)
    row = PayeeDetails.objects.get(contributor=lan, current=True)
    assert (row.version, row.personal_id_tail, row.confirmed_at) == (2, "0011", None)
    assert payee_cipher.opened(row, "bank_account") == "0012345678"
    undo_merge(actor=world.actor("head"), merge=made)
    assert rows() == before


def test_the_survivors_own_details_and_statuses_stay(world):
    lan, again = world.people["lan"], recorded(world)
    payees.enter_payee_details(
        actor=world.actor("accountant"), contributor=again, legal_name="Lan", personal_id="089199000011"
    )
    payees.set_tax_status(
        actor=world.actor("accountant"),
        contributor=again,
        status="hamlet_officer",
        effective_from=at("2026-03-01T00:00").date(),
    )
    own = PayeeDetails.objects.get(contributor=lan, current=True)
    made = merge(world, lan, again)
    assert PayeeDetails.objects.get(contributor=lan, current=True) == own
    assert list(TaxStatus.objects.filter(contributor=lan).values_list("status", flat=True)) == ["resident_no_contract"]
    assert "payee_details" not in made.moved


def test_who_may_merge(world):
    lan, again = world.people["lan"], recorded(world)
    for name in ("deputy", "writer", "publisher", "accountant", "holder", "lan"):
        refused("not_allowed", merge, world, lan, again, by=name)
    refused("merge_own_row", merge, world, world.people["head"], again)
    asked = replace(world.actor("head"), proof="needed")
    refused("second_factor_needed", merge_people, actor=asked, survivor=lan, merged=again, reason="")
    made = merge(world, lan, again, by="admin")
    refused("not_allowed", undo_merge, actor=world.actor("deputy"), merge=made)
    refused("second_factor_needed", undo_merge, actor=asked, merge=made)


def test_what_is_never_merged(world):
    lan, hoa, again = world.people["lan"], world.people["hoa"], recorded(world)
    refused("merge_itself", merge, world, lan, lan)
    refused("merge_two_accounts", merge, world, lan, hoa)
    refused("merge_wrong_way", merge, world, again, lan)
    merge(world, lan, again)
    refused("merge_already", merge, world, hoa, again)
    refused("merge_already", merge, world, again, recorded(world))
    gone = recorded(world)
    Contributor.objects.filter(pk=gone.pk).update(erased_at=AUGUST)
    refused("merge_erased", merge, world, lan, gone)


def test_who_made_a_piece_is_not_merged_with_who_approved_it(world):
    again = recorded(world, "Võ Văn Trưởng")
    written_by(world, again)
    refused("merge_self_approval", merge, world, world.people["head"], again, by="admin")


def test_chains_stay_flat_and_are_undone_from_the_end(world):
    lan, hoa, again = world.people["lan"], world.people["hoa"], recorded(world)
    Contributor.objects.filter(pk=hoa.pk).update(account=None)
    written_by(world, again)
    first = merge(world, hoa, again)
    second = merge(world, lan, world.fresh(hoa))
    assert world.fresh(again).merged_into_id == lan.pk
    refused("merge_chained", undo_merge, actor=world.actor("head"), merge=first)
    undo_merge(actor=world.actor("head"), merge=second)
    assert world.fresh(again).merged_into_id == hoa.pk
    undo_merge(actor=world.actor("head"), merge=first)
    assert Credit.objects.filter(contributor=again, role="author").count() == 1


def test_an_erased_row_is_not_parted(world):
    lan, again = world.people["lan"], recorded(world)
    made = merge(world, lan, again)
    Contributor.objects.filter(pk=lan.pk).update(erased_at=AUGUST)
    refused("merge_erased", undo_merge, actor=world.actor("head"), merge=made)


def test_account_phone_and_year_fill_what_the_survivor_had_not(world):
    hoa = world.people["hoa"]
    again = registration.seat_founder(
        actor=system_actor(world.portal), full_name="Lê Hoà", phone=new_phone(), account=None, category="volunteer"
    )
    Contributor.objects.filter(pk=again.pk).update(phone="", birth_year=None)
    Contributor.objects.filter(pk=hoa.pk).update(birth_year=1961)
    made = merge(world, world.fresh(again), world.fresh(hoa))
    kept = world.fresh(again)
    assert (kept.account_id, kept.phone, kept.birth_year) == (hoa.account_id, hoa.phone, 1961)
    assert world.actor("hoa").contributor_id == again.pk
    assert made.moved["filled"] == ["phone", "birth_year"]
    undo_merge(actor=world.actor("head"), merge=made)
    back = world.fresh(again)
    assert (back.account_id, back.phone, back.birth_year) == (None, "", None)
    assert world.actor("hoa").contributor_id == hoa.pk


def test_a_person_merged_is_paid_next_month_as_the_one(world):
    """The tax unit is one payment to one person: after the merge there is one statement."""
    lan, hoa = world.people["lan"], world.people["hoa"]
    Contributor.objects.filter(pk=hoa.pk).update(account=None)
    merge(world, lan, world.fresh(hoa))
    world.published("lan", when="2026-08-10T09:00")
    with clock.at(SEPTEMBER):
        run = issued_run(world, **NEXT_MONTH)
    assert list(
        Statement.objects.filter(run=run, contributor__in=[lan, hoa]).values_list("contributor", flat=True)
    ) == [lan.pk]


def test_same_personal_id_is_proposed_and_missing_details_are_found(world):
    lan, again = world.people["lan"], recorded(world, "Trần Thị Khác")
    actor = world.actor("head")
    assert [row.public_id for row in people_missing_payee(actor)] == [again.public_id]
    number = f"0891{lan.pk:08d}"
    payees.enter_payee_details(actor=world.actor("accountant"), contributor=again, legal_name="Lan", personal_id=number)
    assert [(pair.first, pair.second, pair.reason) for pair in same_personal_id(actor)] == [
        (lan.pk, again.pk, "personal_id")
    ]
    assert [pair.reason for pair in duplicate_pairs(actor, again)] == ["personal_id"]
    assert people_missing_payee(actor) == []
    assert Seat.objects.count() == 4
