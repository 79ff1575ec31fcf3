"""Batches: what gathers, who may send, what a file says, and that nothing is paid twice."""

from __future__ import annotations

import csv
import hashlib
import io
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Event
from payments import batches, payouts
from payments.models import BatchItem, Outcome, PayeeDetails, Payout, PayoutBatch, PayoutEvent
from payments.payees import enter_payee_details
from payments.payout_holds import payout_holds
from tests.factories.world import at
from tests.payments.batch_steps import PAYDAY, by_name, gathered, ordered, sent, taken
from tests.payments.steps import AUGUST, at_once, issued_run
from tests.payments.xlsx_cells import cells_of


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def states(batch: PayoutBatch) -> str:
    return PayoutBatch.objects.get(pk=batch.pk).state


def test_batch_gathers_every_transfer_once(world, issued):
    with clock.at(PAYDAY):
        batch = gathered(world, issued)
        assert (batch.payouts, batch.total, batch.state, str(batch)) == (5, 1_072_000, "prepared", "1/2026")
        assert list(batches.loose_payouts(issued)) == []
        with pytest.raises(DomainError, match="batch_empty"):
            gathered(world, issued)
    event = Event.objects.get(kind="batch.gathered")
    assert (event.subject_id, event.facts["payouts"], event.facts["amount"]) == (batch.pk, 5, 1_072_000)


def test_cash_and_transfers_go_apart(world):
    with clock.at(at("2026-06-01T08:00")):
        enter_payee_details(
            actor=world.actor("hoa"), contributor=world.people["hoa"], legal_name="Lê Hoà", personal_id="089200000002"
        )
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issued_run(world)
    with clock.at(PAYDAY):
        cash = gathered(world, run, kind="cash", template="cash-list")
        bank = gathered(world, run)
        assert set(by_name(cash)) == {"Lê Hoà"}
        assert "Lê Hoà" not in by_name(bank)
        assert (cash.number, bank.number) == (1, 2)
        assert cash.total + bank.total == run.net


def test_file_is_complete_and_its_hash_is_on_record(world, issued):
    with clock.at(PAYDAY):
        batch = gathered(world, issued, purpose="Nhuận bút tháng 7")
        file = taken(world, batch)
    rows = rows_of(file.content)
    assert rows[0][:3] == ["STT", "Số tài khoản thụ hưởng", "Tên người thụ hưởng"]
    assert len(rows) == 6
    assert sum(int(row[5]) for row in rows[1:]) == batch.total == issued.net
    lan = next(row for row in rows if row[2] == "NGUYEN THI LAN")
    assert lan[1] == f"00{world.people['lan'].pk:08d}"
    assert lan[3:7] == ["970405", "Agribank", "379500", "VND"]
    assert lan[7:] == ["Nhuan but thang 7", f"NB26D001N000{lan[0]}", "05/08/2026"]
    assert PayoutBatch.objects.get(pk=batch.pk).file_sha256 == hashlib.sha256(file.content).hexdigest() == file.sha256
    event = Event.objects.get(kind="batch.file_taken")
    assert event.facts == {"sha256": file.sha256, "format": "csv", "rows": 5, "bytes": len(file.content)}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_same_batch_gives_the_same_bytes(world, issued, kind):
    with clock.at(PAYDAY):
        batch = gathered(world, issued)
        assert taken(world, batch, kind).sha256 == taken(world, batch, kind).sha256


def test_workbook_keeps_accounts_as_text_and_proves_its_sum(world, issued):
    with clock.at(PAYDAY):
        batch = gathered(world, issued, kind="treasury", template="treasury-list")
        file = taken(world, batch, "xlsx")
    sheets = cells_of(file.content)
    sheet, check = sheets["Danh sách"], sheets["Kiểm tra"]
    assert [sheet[f"{column}1"].value for column in "ABCDEF"] == [
        *("STT", "Họ và tên", "Số tài khoản", "Ngân hàng", "Số tiền", "Ghi chú")
    ]
    assert (sheet["D7"].value, sheet["E7"].value) == ("Cộng", str(batch.total))
    account = sheet["C2"]
    assert (account.kind, account.format, account.value[:2], account.formula) == ("s", "@", "00", "")
    assert [check[cell].value for cell in ("A2", "B2", "C2", "A3", "B3", "C3")] == [
        *("Số dòng", "5", "0", "Tổng tiền", str(batch.total), "0")
    ]
    assert check["C3"].formula == "SUM('Danh sách'!E2:E6)-B3"


@pytest.mark.parametrize("name", ["=1+1", "+84", "-5", "@cmd", "=HYPERLINK(0)"])
def test_no_name_becomes_a_formula(world, issued, name):
    PayeeDetails.objects.filter(contributor=world.people["lan"]).update(account_name=name)
    with clock.at(PAYDAY):
        batch = gathered(world, issued, kind="treasury", template="treasury-list")
        text = rows_of(taken(world, batch).content, ";")
        book = cells_of(taken(world, batch, "xlsx").content)
    assert f"'{name}" in {row[1] for row in text}
    found = [cell for cell in book["Danh sách"].values() if cell.value == name]
    assert [(cell.kind, cell.formula) for cell in found] == [("s", "")]


def test_name_of_300_letters_with_markup_and_bidi_marks_is_refused_by_the_bank_and_whole_in_cash(world, issued):
    name = "<b>Nguyễn</b> \u202eThị " + "Lan " * 70
    PayeeDetails.objects.filter(contributor=world.people["lan"]).update(account_name=name)
    with clock.at(PAYDAY):
        batch = gathered(world, issued)
        with pytest.raises(DomainError, match="batch_not_ready") as refused:
            taken(world, batch)
        assert "70" in refused.value.message("vi")
        batches.dissolve_batch(
            actor=world.actor("accountant"), batch=batch, seen_version=batch.version, reason="Tên quá dài"
        )
        assert PayoutEvent.objects.count() == 0
        again = gathered(world, issued, kind="treasury", template="treasury-list")
        assert [f.code for f in batches.batch_findings(again)] == ["name_long"]
    assert states(batch) == "dissolved"


def test_findings_warn_and_stop(world, issued):
    lan = PayeeDetails.objects.get(contributor=world.people["lan"])
    PayeeDetails.objects.filter(contributor=world.people["writer"]).update(
        bank_account_hmac=bytes(lan.bank_account_hmac), name_differs=True
    )
    with clock.at(PAYDAY):
        batch = gathered(world, issued)
        assert sorted(f.code for f in batches.batch_findings(batch)) == [
            "account_twice",
            "account_twice",
            "name_differs",
        ]
        taken(world, batch)  # warnings stop nothing
        enter_payee_details(
            actor=world.actor("lan"),
            contributor=world.people["lan"],
            legal_name="Nguyễn Thị Lan",
            personal_id=None,
            bank_bin="970436",
            bank_account="0071000999",
        )
        assert "changed_since" in {f.code for f in batches.batch_findings(batch)}
        with connection.cursor() as cursor:
            cursor.execute("UPDATE payments_bank SET active = false WHERE bin = '970405'")
        assert {f.code for f in batches.batch_findings(batch) if f.stops} == {"bank_unknown"}


def test_batch_goes_from_prepared_to_sent_to_done(world, issued):
    accountant = world.actor("accountant")
    with clock.at(PAYDAY):
        batch = gathered(world, issued)
        with pytest.raises(DomainError, match="batch_file_missing"):
            batches.send_batch(actor=accountant, batch=batch, seen_version=batch.version)
        with pytest.raises(DomainError, match="batch_not_sent"):
            payouts.confirm_payouts(actor=accountant, run=issued)
        taken(world, batch)
        batch = batches.send_batch(actor=accountant, batch=batch, seen_version=batch.version)
        with pytest.raises(DomainError, match="stale_version"):
            batches.send_batch(actor=accountant, batch=batch, seen_version=1)
        with pytest.raises(DomainError, match="batch_wrong_state"):
            batches.dissolve_batch(actor=accountant, batch=batch, seen_version=batch.version, reason="Nhầm")
        assert PayoutEvent.objects.filter(outcome=Outcome.SENT).count() == 5
        mine = by_name(batch)
        assert payouts.confirm_payouts(actor=accountant, run=issued, chosen=[mine["Nguyễn Thị Lan"].pk]) == 1
        payouts.return_payout(actor=accountant, payout=mine["Lê Hoà"], reason="Sai số tài khoản")
        assert states(batch) == "sent"
        figures = batches.figures_of(batch)
        assert (figures.waiting, figures.paid, figures.returned, figures.paid_amount) == (3, 1, 1, 379_500)
        assert payouts.confirm_payouts(actor=accountant, run=issued) == 3
    assert states(batch) == "done"
    kinds = list(Event.objects.filter(kind__startswith="batch.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["batch.gathered", "batch.file_taken", "batch.sent", "batch.done"]


def test_returned_payout_is_paid_again_to_the_account_of_today(world, issued):
    accountant = world.actor("accountant")
    with clock.at(PAYDAY):
        batch = sent(world, issued)
        old = by_name(batch)["Nguyễn Thị Lan"]
        payouts.return_payout(actor=accountant, payout=old, reason="Tài khoản đã đóng")
        enter_payee_details(
            actor=world.actor("lan"),
            contributor=world.people["lan"],
            legal_name="Nguyễn Thị Lan",
            personal_id=None,
            bank_bin="970436",
            bank_account="0071000999",
        )
        with pytest.raises(DomainError, match="payouts_held"):
            payouts.pay_again(actor=accountant, payout=old)
        assert [hold.reason for hold in payout_holds(issued)] == ["on_hold"]
    with clock.at(at("2026-08-20T09:00")):
        new = payouts.pay_again(actor=accountant, payout=old)
        assert (new.bank_bin, new.bank_account_tail, new.amount, new.follows_id) == (
            "970436",
            "0999",
            old.amount,
            old.pk,
        )
        with pytest.raises(DomainError, match="payout_not_live"):
            payouts.pay_again(actor=accountant, payout=old)
        second = gathered(world, issued)
        assert (second.payouts, str(second)) == (1, "2/2026")


def test_wrong_confirmation_is_taken_back_by_a_second_person_and_nothing_is_deleted(world, issued):
    accountant, holder = world.actor("accountant"), world.actor("holder")
    with clock.at(PAYDAY):
        batch = sent(world, issued)
        payouts.confirm_payouts(actor=accountant, run=issued)
        lan = by_name(batch)["Nguyễn Thị Lan"]
        with pytest.raises(DomainError, match="revoker_is_confirmer"):
            payouts.revoke_confirmation(actor=accountant, payout=lan, reason="Ghi nhầm")
        follower = payouts.revoke_confirmation(actor=holder, payout=lan, reason="Ngân hàng chưa ghi có")
        assert (follower.amount, follower.payee_details_id) == (lan.amount, lan.payee_details_id)
        assert states(batch) == "sent"
        assert payouts.unpaid_statements(issued) == 1
        # It stands in the file of the same batch, so no second file pays it.
        assert list(batches.loose_payouts(issued)) == []
        assert by_name(batch)["Nguyễn Thị Lan"] == follower
        assert sum(item.payout.amount for item in batches.items_of(batch)) == batch.total
        with pytest.raises(DomainError, match="payout_not_confirmed"):
            payouts.revoke_confirmation(actor=holder, payout=lan, reason="Lần nữa")
        assert payouts.confirm_payouts(actor=accountant, run=issued) == 1
    assert states(batch) == "done"
    told = PayoutEvent.objects.filter(payout__in=[lan, follower]).order_by("pk").values_list("outcome", flat=True)
    assert list(told) == ["sent", "confirmed", "revoked", "confirmed"]


def test_cash_is_ticked_with_its_day_and_who_took_it(world, issued):
    PayeeDetails.objects.update(bank_account_tail="", bank_bin="")
    accountant = world.actor("accountant")
    with clock.at(at("2026-08-06T09:00")):
        batch = gathered(world, issued, kind="cash", template="cash-list")
        lan = by_name(batch)["Nguyễn Thị Lan"]
        for day in ("2026-08-05T00:00", "2026-08-07T00:00"):
            with pytest.raises(DomainError, match="payout_day_wrong"):
                payouts.confirm_payouts(actor=accountant, run=issued, chosen=[lan.pk], happened_on=at(day).date())
        payouts.confirm_payouts(
            actor=accountant,
            run=issued,
            chosen=[lan.pk],
            happened_on=at("2026-08-06T00:00").date(),
            received_by="Trần Văn Chồng",
        )
        event = PayoutEvent.objects.get(payout=lan)
        assert (event.outcome, event.received_by, str(event.happened_on)) == (
            "confirmed",
            "Trần Văn Chồng",
            "2026-08-06",
        )
        with pytest.raises(DomainError, match="payouts_none_chosen"):
            payouts.confirm_payouts(actor=accountant, run=issued, chosen=[])
        with pytest.raises(DomainError, match="batch_wrong_state"):
            batches.send_batch(actor=accountant, batch=batch, seen_version=batch.version)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM payments_payoutbatch",
        "UPDATE payments_payoutbatch SET total = total + 1",
        "UPDATE payments_payoutbatch SET state = 'prepared'",
        "DELETE FROM payments_batchitem",
        "UPDATE payments_batchitem SET live = false",
        (
            "INSERT INTO payments_batchitem (portal_id, batch_id, payout_id, position, reference, live)"
            " SELECT portal_id, batch_id, payout_id, 99, 'X99', true FROM payments_batchitem LIMIT 1"
        ),
        "UPDATE payments_payout SET live = false",
        (
            "INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason, at, recorded_by_id, received_by)"
            " SELECT portal_id, payout_id, 'revoked', 'x', at, recorded_by_id, '' FROM payments_payoutevent"
            " WHERE outcome = 'confirmed' LIMIT 1"
        ),
        (
            "INSERT INTO payments_payoutevent (portal_id, payout_id, outcome, reason, at, recorded_by_id, received_by)"
            " SELECT portal_id, payout_id, 'returned', 'x', at, recorded_by_id, '' FROM payments_payoutevent"
            " WHERE outcome = 'confirmed' LIMIT 1"
        ),
        "TRUNCATE payments_payoutbatch CASCADE",
    ],
)
def test_database_refuses_by_itself(world, issued, as_application, sql):
    with clock.at(PAYDAY):
        sent(world, issued)
        payouts.confirm_payouts(actor=world.actor("accountant"), run=issued)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:  # noqa: PT012
        cursor.execute(f"SET LOCAL ROLE {as_application}")
        cursor.execute(sql)


def test_confirming_and_returning_at_once_has_one_winner(committed_world):
    world = committed_world
    world.published("lan")
    with clock.at(AUGUST):
        run = issued_run(world)
    with clock.at(PAYDAY):
        batch = sent(world, run)
    lan = by_name(batch)["Nguyễn Thị Lan"]
    accountant = world.actor("accountant")
    results = at_once(
        world,
        [
            lambda: payouts.confirm_payouts(actor=accountant, run=run, chosen=[lan.pk]),
            lambda: payouts.return_payout(actor=accountant, payout=lan, reason="Sai số"),
        ]
        * 4,
        PAYDAY,
    )
    outcomes = set(PayoutEvent.objects.filter(payout=lan).values_list("outcome", flat=True)) - {"sent"}
    assert len(outcomes) == 1
    assert not [each for each in results if isinstance(each, Exception)]


def test_gathering_by_eight_at_once_puts_each_payout_in_one_batch(committed_world):
    world = committed_world
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issued_run(world)
    with clock.at(PAYDAY):
        ordered(world, run)
    accountant = world.actor("accountant")
    results = at_once(
        world,
        [lambda: batches.gather_batch(actor=accountant, run=run, kind="bank", template="bank-full")] * 8,
        PAYDAY,
    )
    made = [each for each in results if isinstance(each, PayoutBatch)]
    assert len(made) == 1
    assert [each.code for each in results if not isinstance(each, PayoutBatch)] == ["batch_empty"] * 7
    assert BatchItem.objects.filter(live=True).count() == Payout.objects.count()
    numbers = sorted(PayoutBatch.objects.values_list("number", flat=True))
    assert all(later - earlier == 1 for earlier, later in pairwise([0, *numbers]))
