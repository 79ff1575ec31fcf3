"""The bank's answer: what matches, what contradicts, what is written down once."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Event
from payments import bank_results, batches, payouts
from payments.bank_results import apply_result, check_result, discard_result, result_rows, silent_items
from payments.models import BankResult, Outcome, PayoutBatch, PayoutEvent
from tests.payments.batch_steps import PAYDAY, by_name, gathered, sent
from tests.payments.steps import AUGUST, at_once, issued_run
from tests.web.money_pages import bank_answer


def answer(world, batch, *rows: tuple[str, int, str, str]) -> BankResult:
    return check_result(
        actor=world.actor("accountant"), batch=batch, content=bank_answer(*rows), file_name="ket-qua.csv"
    )


def references(batch) -> dict[str, str]:
    return {item.payout.payee_details.legal_name: item.reference for item in batches.items_of(batch)}


def verdicts(result: BankResult) -> list[tuple[str, str, str]]:
    return [(row.verdict, row.outcome, row.problem) for row in result_rows(result)]


@pytest.fixture
def batch(world, issued):
    with clock.at(PAYDAY):
        return sent(world, issued)


def test_answer_is_read_matched_and_written_down_once(world, issued, batch):
    named = references(batch)
    accountant = world.actor("accountant")
    rows = [
        (named["Nguyễn Thị Lan"], 379_500, "Thành công", ""),
        (named["Lê Hoà"], 126_500, "Không thành công", "Sai số tài khoản"),
        ("NB99D001N0001", 5, "Thành công", ""),
    ]
    with clock.at(PAYDAY):
        result = answer(world, batch, *rows)
        assert verdicts(result) == [
            ("matched", "paid", ""),
            ("matched", "returned", ""),
            ("unmatched", "paid", "no_such"),
        ]
        assert len(silent_items(result, result_rows(result))) == 3
        assert PayoutEvent.objects.exclude(outcome="sent").count() == 0  # looked at, nothing written
        done = apply_result(actor=accountant, result=result)
        assert (done.state, done.applied) == ("applied", 2)
        told = dict(
            PayoutEvent.objects.exclude(outcome="sent").values_list("payout__payee_details__legal_name", "outcome")
        )
        assert told == {"Nguyễn Thị Lan": "confirmed", "Lê Hoà": "returned"}
        back = PayoutEvent.objects.get(outcome="returned")
        assert (back.reason, back.payout.live) == ("Sai số tài khoản", False)
        # The same file again is the same result, and changes nothing.
        again = answer(world, batch, *rows)
        assert (again.pk, again.state) == (result.pk, "applied")
        with pytest.raises(DomainError, match="result_wrong_state"):
            apply_result(actor=accountant, result=again)
        assert PayoutEvent.objects.exclude(outcome="sent").count() == 2
        assert "Lan" not in str(done.rows)  # what the rows said is forgotten
        assert payouts.pay_again(actor=accountant, payout=back.payout).amount == 126_500
    assert Event.objects.get(kind="bank_result.applied").facts == {"batch": "1/2026", "paid": 1, "returned": 1}


def test_contradictions_are_named_and_left_alone(world, issued, batch):
    named = references(batch)
    accountant = world.actor("accountant")
    with clock.at(PAYDAY):
        mine = by_name(batch)
        payouts.confirm_payouts(actor=accountant, run=issued, chosen=[mine["Võ Văn Trưởng"].pk])
        payouts.return_payout(actor=accountant, payout=mine["Nguyễn Văn Đăng"], reason="Sai")
        result = answer(
            world,
            batch,
            (named["Nguyễn Thị Lan"], 379_501, "Thành công", ""),
            (named["Lê Hoà"], 126_500, "Đang xử lý", ""),
            (named["Võ Văn Trưởng"], mine["Võ Văn Trưởng"].amount, "Từ chối", ""),
            (named["Nguyễn Văn Đăng"], mine["Nguyễn Văn Đăng"].amount, "Thành công", ""),
            (named["Phan Thị Viết"], 506_000, "Thành công", ""),
            (named["Phan Thị Viết"], 506_000, "Thất bại", ""),
        )
        assert verdicts(result) == [
            ("contradicts", "paid", "amount"),
            ("contradicts", "", "status"),
            ("contradicts", "returned", "confirmed"),
            ("contradicts", "paid", "returned"),
            ("contradicts", "paid", "twice"),
            ("contradicts", "returned", "twice"),
        ]
        with pytest.raises(DomainError, match="result_empty"):
            apply_result(actor=accountant, result=result)
        assert discard_result(actor=accountant, result=result).rows == []
        # Discarded, it can be read again.
        assert answer(world, batch, (named["Lê Hoà"], 126_500, "Đang xử lý", "")).state == "checked"


def workbook(*rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows, start=2):  # a letterhead stands above
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
        sheet.write(0, 0, "NGÂN HÀNG MẪU")
    return out.getvalue()


def test_without_a_reference_account_amount_and_name_decide_together(world, issued, batch):
    lan = by_name(batch)["Nguyễn Thị Lan"]
    account = f"00{world.people['lan'].pk:08d}"
    head = ["Số tài khoản", "Tên người thụ hưởng", "Số tiền", "Trạng thái", "Lý do"]
    content = workbook(
        head,
        [account, "NGUYEN THI LAN", 379500, "Thành công", ""],
        [account, "TRAN VAN KHAC", 379500, "Thành công", ""],
        ["", "", 379500 * 2, "", ""],
    )
    with clock.at(PAYDAY):
        result = check_result(actor=world.actor("accountant"), batch=batch, content=content, file_name="ket-qua.xlsx")
    rows = result_rows(result)
    assert [(row.verdict, row.problem, row.item and row.item.payout_id) for row in rows] == [
        ("matched", "", lan.pk),
        ("unmatched", "no_such", None),
    ]
    assert account not in str(result.rows)
    assert result.rows[0]["tail"] == account[-4:]


def test_reference_inside_the_banks_own_words_is_found(world, issued, batch):
    named = references(batch)
    with clock.at(PAYDAY):
        result = answer(world, batch, (f"FT26.{named['Nguyễn Thị Lan']} 05082026", 379_500, "Success", ""))
    assert verdicts(result) == [("matched", "paid", "")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("ket-qua.csv", b"Ten;Tien\r\nLan;5", "headings_missing"),
        ("ket-qua.csv", "Mã tham chiếu;Số tiền\r\nNB;5".encode(), "headings_missing"),
        ("ket-qua.pdf", b"%PDF-1.7", "not_a_spreadsheet"),
        ("ket-qua.xlsx", b"PK\x03\x04 broken", "not_a_spreadsheet"),
    ],
)
def test_file_that_is_no_answer_is_refused_by_name(world, issued, batch, name, content, code):
    with clock.at(PAYDAY), pytest.raises(DomainError, match=code):
        check_result(actor=world.actor("accountant"), batch=batch, content=content, file_name=name)
    assert BankResult.objects.count() == 0


def test_batch_that_was_not_sent_takes_no_answer(world, issued):
    with clock.at(PAYDAY):
        prepared = gathered(world, issued)
        with pytest.raises(DomainError, match="batch_not_sent"):
            answer(world, prepared, ("NB26D001N0001", 1, "Thành công", ""))


def test_applying_by_four_at_once_writes_once(committed_world):
    world = committed_world
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        run = issued_run(world)
    with clock.at(PAYDAY):
        batch = sent(world, run)
        rows = [(item.reference, item.payout.amount, "Thành công", "") for item in batches.items_of(batch)]
        result = answer(world, batch, *rows)
    accountant = world.actor("accountant")
    results = at_once(world, [lambda: bank_results.apply_result(actor=accountant, result=result)] * 4, PAYDAY)
    assert sorted(getattr(each, "code", "done") for each in results) == ["done"] + ["result_wrong_state"] * 3
    assert PayoutEvent.objects.filter(outcome=Outcome.CONFIRMED).count() == len(rows)
    assert PayoutBatch.objects.get(pk=batch.pk).state == "done"
