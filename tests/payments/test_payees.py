"""Entering, confirming and revealing payee details: who, what is kept, what the events tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Consent, Contributor, Event, EventDetail
from payments import payees, tax_statuses
from payments.banks import bank_names, banks_offered, load_banks
from payments.models import Bank, PayeeDetails, PayeePolicy, TaxStatus
from payments.payee_directory import PayeeFilter, counts_by_unit, payee_counts, payees_listed
from payments.payee_policy import policy_on, set_payee_policy
from tests.factories.world import OPENED, at
from tests.payments.steps import AUGUST, at_once

NUMBER, ACCOUNT = "089188900777", "0071000777888"
TODAY = date(2026, 8, 3)
SHEET = {"sheet_signed_on": date(2026, 8, 1), "personal_id": NUMBER, "bank_account": ACCOUNT}


@pytest.fixture(autouse=True)
def _august():
    with clock.at(AUGUST):
        yield


def enter(world, by="lan", whose="lan", **fields) -> PayeeDetails:
    given = {
        "legal_name": "Nguyễn Thị Lan",
        "personal_id": NUMBER,
        "bank_bin": "970436",
        "bank_account": ACCOUNT,
    } | fields
    return payees.enter_payee_details(actor=world.actor(by), contributor=world.people[whose], **given)


def without_details(world, name="lan") -> None:
    PayeeDetails.objects.filter(contributor=world.people[name]).delete()


def test_payee_confirms_by_entering(world):
    row = enter(world)
    assert (row.version, row.current, row.confirmed_by_payee, row.confirmed_at) == (2, True, True, AUGUST)
    assert (row.personal_id_tail, row.bank_account_tail, row.bank_bin) == ("0777", "7888", "970436")
    assert PayeeDetails.objects.filter(contributor=world.people["lan"], current=True).count() == 1


def test_what_the_accountant_enters_waits_for_somebody_else(world):
    row = enter(world, by="accountant")
    assert (row.confirmed_at, row.confirmed_by_id) == (None, None)
    with pytest.raises(DomainError, match="not_allowed"):
        payees.confirm_payee_details(actor=world.actor("accountant"), details=row, **SHEET)
    confirmed = payees.confirm_payee_details(actor=world.actor("lan"), details=row)
    assert (confirmed.confirmed_by_payee, confirmed.confirmed_at) == (True, AUGUST)


def test_second_person_confirms_by_typing_the_signed_sheet_once_more(world):
    row = enter(world, by="accountant")
    confirmed = payees.confirm_payee_details(
        actor=world.actor("holder"), details=row, **SHEET | {"personal_id": "089 188 900 777"}
    )
    assert (confirmed.confirmed_by_payee, confirmed.sheet_signed_on) == (False, date(2026, 8, 1))
    assert confirmed.confirmed_by_id == world.accounts["holder"].pk
    event = Event.objects.filter(kind="payee.confirmed").latest("pk")
    assert event.facts["sheet"] == "2026-08-01"
    consent = Consent.objects.get(contributor=world.people["lan"], purpose="payment")
    assert (consent.given, consent.recorded_by_id) == (True, world.accounts["holder"].pk)


def test_sheet_that_differs_confirms_nothing_and_is_counted(world):
    row = enter(world, by="accountant")
    holder = world.actor("holder")
    for _ in range(10):
        with pytest.raises(DomainError, match="sheet_differs"):
            payees.confirm_payee_details(actor=holder, details=row, **SHEET | {"bank_account": "0071000777889"})
    with pytest.raises(DomainError, match="too_many_attempts"):
        payees.confirm_payee_details(actor=holder, details=row, **SHEET)
    assert world.fresh(row).confirmed_at is None


def test_confirming_what_has_been_replaced_is_stale(world):
    row = enter(world, by="accountant")
    enter(world, by="accountant", bank_account="0071000777889")
    with pytest.raises(DomainError, match="stale_version"):
        payees.confirm_payee_details(actor=world.actor("lan"), details=row)


def test_stale_page_changes_nothing(world):
    enter(world, seen_version=1)
    with pytest.raises(DomainError, match="stale_version"):
        enter(world, seen_version=1, bank_account="0071000777889")
    without_details(world)
    with pytest.raises(DomainError, match="stale_version"):
        enter(world, seen_version=2)
    assert enter(world, seen_version=0).version == 1


def test_numbers_not_typed_again_are_kept(world):
    enter(world)
    row = enter(world, personal_id=None, bank_account=None, account_name="NGUYEN THI LAN")
    key = PayeeDetails.objects.select_related("data_key").get(pk=row.pk)
    opened = [
        payees.reveal_number(actor=world.actor("lan"), details=key, which=which, reason="Xem lại")
        for which in ("personal_id", "bank_account")
    ]
    assert opened == [NUMBER, ACCOUNT]
    assert (row.bank_bin, row.version) == ("970436", 3)


def test_account_left_empty_means_cash(world):
    row = enter(world, bank_bin="", bank_account="")
    assert (row.bank_account, row.bank_account_hmac, row.bank_account_tail, row.bank_bin) == (None, None, "", "")


@pytest.mark.parametrize(
    ("fields", "differs"),
    [
        ({"account_name": "NGUYEN THI LAN"}, False),
        ({"account_name": "nguyễn thi lán"}, False),
        ({"account_name": "NGUYEN VAN HUNG"}, True),
        ({"account_name": "NGUYEN VAN HUNG", "other_payee_name": "Nguyễn Văn Hùng"}, False),
        ({"account_name": ""}, False),
        ({"account_name": "NGUYEN VAN HUNG", "bank_bin": "", "bank_account": ""}, False),
    ],
)
def test_holder_of_another_name_than_the_payee_is_flagged(world, fields, differs):
    assert enter(world, **fields).name_differs is differs


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({}, True),  # bank, account and ID all differ from the first details
        ({"personal_id": None}, True),
        ({"personal_id": None, "bank_bin": "", "bank_account": ""}, True),
        ({"personal_id": None, "bank_account": None, "account_name": "NGUYEN THI LAN"}, False),
        ({"personal_id": None, "bank_account": None, "legal_name": "NGUYỄN THỊ LAN"}, False),
        ({"personal_id": None, "bank_account": None, "legal_name": "Nguyễn Thị Lành"}, True),
        ({"personal_id": None, "bank_account": None, "other_payee_name": "Lê Hoà"}, True),
        ({"bank_account": None}, True),
    ],
)
def test_change_of_account_or_payee_holds_for_seven_days(world, fields, held):
    assert enter(world, **fields).hold_until == (TODAY + timedelta(days=7) if held else None)


def test_first_details_hold_nothing(world):
    without_details(world)
    assert enter(world).hold_until is None
    without_details(world)
    assert enter(world, by="accountant").hold_until is None
    assert enter(world, by="accountant", bank_account="0071000777889").hold_until is None  # nobody confirmed these


def test_hold_that_runs_is_not_shortened_by_another_entry(world):
    enter(world)
    with clock.at(AUGUST + timedelta(days=3)):
        spelt = enter(world, personal_id=None, bank_account=None, account_name="NGUYEN THI LAN")
        again = enter(world, bank_account="0071000777889")
    assert (spelt.hold_until, again.hold_until) == (date(2026, 8, 10), date(2026, 8, 13))


def test_change_back_by_the_accountant_is_held_against_what_was_confirmed(world):
    """B entered over A and never confirmed, then A again: nothing moved, but somebody must still confirm."""
    enter(world)
    PayeeDetails.objects.filter(current=True, contributor=world.people["lan"]).update(hold_until=None)
    assert enter(world, by="accountant", bank_account="0071000777889").hold_until == date(2026, 8, 10)
    back = enter(world, by="accountant")
    assert (back.hold_until, back.confirmed_at) == (None, None)


def test_portal_sets_its_own_days_from_a_date(world):
    assert (policy_on(world.portal.pk, TODAY).hold_days, policy_on(world.portal.pk, TODAY).own) == (7, False)
    holder = world.actor("holder")
    set_payee_policy(actor=holder, hold_days=3, effective_from=TODAY, decision_number="05/QĐ")
    set_payee_policy(actor=holder, hold_days=14, effective_from=date(2026, 10, 1))
    set_payee_policy(actor=holder, hold_days=5, effective_from=date(2026, 9, 1))
    days = {day: policy_on(world.portal.pk, day).hold_days for day in (TODAY, date(2026, 9, 1), date(2026, 10, 1))}
    assert list(days.values()) == [3, 5, 14]
    assert enter(world).hold_until == date(2026, 8, 6)
    set_payee_policy(actor=holder, hold_days=0, effective_from=TODAY)
    assert PayeePolicy.objects.count() == 3
    assert enter(world, bank_account="0071000777889").hold_until == date(2026, 8, 6)


def test_second_factor_is_asked_for_what_moves_money(world):
    accountant = replace(world.actor("accountant"), proof="needed")
    row = enter(world, by="accountant")
    attempts = [
        lambda: payees.enter_payee_details(
            actor=accountant, contributor=world.people["lan"], legal_name="Lan", personal_id=NUMBER
        ),
        lambda: payees.confirm_payee_details(actor=replace(world.actor("holder"), proof="needed"), details=row),
        lambda: payees.reveal_number(actor=accountant, details=row, which="personal_id", reason="Xem"),
        lambda: payees.set_tax_status(
            actor=accountant, contributor=world.people["lan"], status="other_body", effective_from=TODAY
        ),
        lambda: tax_statuses.end_tax_status(actor=accountant, contributor=world.people["lan"], effective_until=TODAY),
        lambda: set_payee_policy(
            actor=replace(world.actor("holder"), proof="needed"), hold_days=1, effective_from=TODAY
        ),
    ]
    for attempt in attempts:
        with pytest.raises(DomainError, match="second_factor_needed"):
            attempt()


def test_events_name_columns_and_people_never_values(world):
    row = enter(world)
    payees.reveal_number(actor=world.actor("accountant"), details=row, which="bank_account", reason="Gọi ngân hàng")
    entered, revealed = Event.objects.filter(kind__startswith="payee.").order_by("-pk")[:2][::-1]
    assert entered.facts == {
        "contributor": world.people["lan"].pk,
        "version": 2,
        "by_payee": True,
        "changed": ["personal_id", "bank"],
        "hold_until": "2026-08-10",
    }
    assert revealed.facts == {"contributor": world.people["lan"].pk, "version": 2, "which": "bank_account"}
    assert EventDetail.objects.get(event=revealed).values == {"reason": "Gọi ngân hàng"}
    assert not EventDetail.objects.filter(event=entered).exists()


def test_number_that_is_not_there_cannot_be_revealed(world):
    row = enter(world, bank_bin="", bank_account="")
    with pytest.raises(DomainError, match="not_found"):
        payees.reveal_number(actor=world.actor("accountant"), details=row, which="bank_account", reason="Xem")
    with pytest.raises(DomainError, match="not_found"):
        payees.reveal_number(actor=world.actor("accountant"), details=row, which="legal_name", reason="Xem")
    assert not Event.objects.filter(kind="payee.revealed").exists()


def test_payee_agrees_to_the_use_of_the_numbers(world):
    with pytest.raises(DomainError, match="consent_missing"):
        enter(world, consents=[])
    enter(world, consents=[("payment", "2026-01")])
    assert list(Consent.objects.filter(contributor=world.people["lan"]).values_list("purpose", "text_version")) == [
        ("payment", "2026-01")
    ]


def test_people_with_the_same_id_are_found_without_opening_anything(world):
    enter(world)
    enter(world, by="hoa", whose="hoa", legal_name="Lê Hoà", bank_account="0071000777889")
    assert list(payees.people_with_same_id(world.people["lan"])) == [world.people["hoa"]]
    assert list(payees.people_with_same_id(world.people["head"])) == []
    with clock.at(AUGUST):
        rows = {row.contributor.full_name: row.needs for row in payees_listed(actor=world.actor("accountant"))}
    assert ("same_id" in rows["Lê Hoà"], "same_id" in rows["Võ Văn Trưởng"]) == (True, False)


def test_merged_row_takes_no_details(world):
    Contributor.objects.filter(pk=world.people["hoa"].pk).update(merged_into=world.people["lan"])
    with pytest.raises(DomainError, match="not_found"):
        enter(world, by="accountant", whose="hoa")


def test_two_entries_at_once_leave_one_current_row(committed_world):
    world = committed_world
    results = at_once(
        world,
        [lambda n=n: enter(world, bank_account=f"00710007778{n}", seen_version=1) for n in range(10, 14)],
        AUGUST,
    )
    assert sorted(getattr(result, "code", "saved") for result in results) == ["saved", *["stale_version"] * 3]
    assert PayeeDetails.objects.filter(contributor=world.people["lan"], current=True).count() == 1


def test_list_tells_what_each_person_needs(world):
    without_details(world, "hoa")
    enter(world, by="accountant", account_name="NGUYEN VAN HUNG")
    TaxStatus.objects.filter(contributor=world.people["head"]).delete()
    accountant = world.actor("accountant")
    rows = {row.contributor.full_name: row.needs for row in payees_listed(actor=accountant)}
    assert rows == {
        "Nguyễn Văn Đăng": (),
        "Lê Hoà": ("missing",),
        "Nguyễn Thị Lan": ("to_confirm", "on_hold", "name_differs"),
        "Lê Thị Phó": (),
        "Võ Văn Trưởng": ("tax_missing",),
        "Phan Thị Viết": (),
    }
    assert payee_counts(actor=accountant) == {
        "all": 6,
        "missing": 1,
        "to_confirm": 1,
        "on_hold": 1,
        "name_differs": 1,
        "same_id": 0,
        "tax_missing": 1,
    }
    for need, name in (("missing", "Lê Hoà"), ("on_hold", "Nguyễn Thị Lan"), ("tax_missing", "Võ Văn Trưởng")):
        found = payees_listed(actor=accountant, narrowed=PayeeFilter(need=need))
        assert [row.contributor.full_name for row in found] == [name]
    found = payees_listed(actor=accountant, narrowed=PayeeFilter(q="vo van", unit=world.unit.public_id))
    assert [row.contributor.full_name for row in found] == ["Võ Văn Trưởng"]
    (unit,) = counts_by_unit(actor=accountant)
    assert (unit.name, unit.people, unit.missing, unit.to_confirm) == ("Ấp Mẫu", 6, 1, 1)


def test_status_before_ends_and_later_one_stays(world):
    def status(kind, day, **fields):
        return payees.set_tax_status(
            actor=world.actor("accountant"),
            contributor=world.people["lan"],
            status=kind,
            effective_from=day,
            **fields,
        )

    status("civil_servant_here", date(2026, 10, 1))
    status("hamlet_officer", date(2026, 9, 1))
    status("resident_no_contract", OPENED, committed_year=2026)
    rows = TaxStatus.objects.filter(contributor=world.people["lan"]).order_by("effective_from")
    assert [(row.status, row.effective_from, row.effective_until, row.committed_year) for row in rows] == [
        ("resident_no_contract", OPENED, date(2026, 9, 1), 2026),
        ("hamlet_officer", date(2026, 9, 1), date(2026, 10, 1), None),
        ("civil_servant_here", date(2026, 10, 1), None, None),
    ]
    corrected = Event.objects.filter(kind="tax_status.set").latest("pk")
    assert (corrected.facts["before"], corrected.facts["committed_year"]) == ("resident_no_contract", 2026)
    tax_statuses.end_tax_status(
        actor=world.actor("accountant"), contributor=world.people["lan"], effective_until=date(2026, 12, 1)
    )
    assert tax_statuses.tax_status_on(world.people["lan"].pk, date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("category", "status"),
    [
        ("volunteer", "resident_no_contract"),
        ("hamlet_officer", "hamlet_officer"),
        ("staff", "civil_servant_here"),
        ("other_body", "other_body"),
    ],
)
def test_category_proposes_a_status_and_sets_none(world, category, status):
    person = world.people["lan"]
    person.category = category
    before = TaxStatus.objects.count()
    assert tax_statuses.proposed_tax_status(person) == status
    assert TaxStatus.objects.count() == before


def test_banks_follow_their_file_and_old_ones_stay_readable(world, tmp_path, monkeypatch):
    assert load_banks() == 0
    assert [bank.short_name for bank in banks_offered()[:2]] == ["Agribank", "Vietcombank"]
    file = tmp_path / "banks.yaml"
    file.write_text(
        'banks:\n  - {bin: "970405", short_name: Agri, name: Nông nghiệp}\n'
        '  - {bin: "970998", short_name: Mới, name: Ngân hàng Mới}\n',
        encoding="utf-8",
    )
    from payments import banks

    monkeypatch.setattr(banks, "FILE", file)
    others = Bank.objects.count() - 1
    assert load_banks() == 2 + others
    assert sorted(bank.bin for bank in banks_offered()) == ["970405", "970998"]
    assert bank_names()["970436"] == "Vietcombank"
    with pytest.raises(DomainError, match="bank_unknown"):
        enter(world)
    assert load_banks() == 0


def test_nothing_of_banks_or_tax_stands_on_the_ground_floor(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_name LIKE 'contributors\\_%' AND column_name ~ 'bank|tax|personal_id|account_n|payee'"
        )
        assert cursor.fetchall() == []


def test_hold_days_of_another_portal_do_not_reach_here(world):
    from contributors.scopes import portal_scope
    from tests.factories.world import build_world

    other = build_world(slug="xa-khac")
    with portal_scope(other.portal), clock.at(at("2026-08-03T08:00")):
        set_payee_policy(actor=other.actor("holder"), hold_days=30, effective_from=TODAY)
    assert enter(world).hold_until == date(2026, 8, 10)
