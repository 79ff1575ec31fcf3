"""The journal: literal entries of one run, and the same sums as statements and payouts whatever happens."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta

import pytest

from contributors import clock
from contributors.errors import DomainError
from contributors.models import Event, Portal
from payments import batches, payouts
from payments.journal import Check, Journal, journal_of
from payments.journal_accounts import accounts_on, set_journal_accounts
from payments.journal_files import take_journal
from payments.models import Payout, PayoutEvent, Statement
from tests.factories.world import at
from tests.payments.batch_steps import PAYDAY, by_name, sent
from tests.payments.steps import AUGUST, NEXT_MONTH, SEPTEMBER, issued_run
from tests.payments.xlsx_cells import cells_of

MAY_BE_REFUSED = {"batch_empty", "batch_not_sent", "payout_not_live", "payout_not_confirmed", "run_wrong_state"}
JULY_TO_SEPTEMBER = (date(2026, 7, 1), date(2026, 10, 1))


def journal(world, since: date = JULY_TO_SEPTEMBER[0], until: date = JULY_TO_SEPTEMBER[1]) -> Journal:
    return journal_of(Portal.objects.get(pk=world.portal.pk), since, until)


def lines(found: Journal, name: str) -> list[tuple[str, str, str, int]]:
    return [
        (f"{entry.day:%d/%m}", entry.debit, entry.credit, entry.amount) for entry in found.entries if entry.name == name
    ]


def test_run_is_booked_when_issued_and_money_when_it_leaves(world):
    world.published("lan", genre="article", coefficient="3")
    world.published("writer", when="2026-07-12T09:00", coefficient="2")
    with clock.at(AUGUST):
        run = issued_run(world)
    with clock.at(PAYDAY):
        batch = sent(world, run, kind="treasury", template="treasury-list")
        lan = by_name(batch)["Nguyễn Thị Lan"]
    with clock.at(at("2026-08-10T09:00")):
        payouts.return_payout(actor=world.actor("accountant"), payout=lan, reason="Sai số")
        payouts.confirm_payouts(actor=world.actor("accountant"), run=run)
    found = journal(world)
    gross = Statement.objects.get(contributor=world.people["lan"]).gross
    assert lines(found, "Nguyễn Thị Lan") == [
        ("03/08", "611", "3348", gross),
        ("05/08", "3348", "1121", gross),
        ("10/08", "3348", "1121", -gross),
    ]
    assert lines(found, "Phan Thị Viết") == [("03/08", "611", "3348", 506_000), ("05/08", "3348", "1121", 506_000)]
    assert found.difference == 0
    assert [check.entries for check in found.checks] == [run.gross, 0, run.net, -gross]


def test_tax_goes_from_the_debt_to_the_tax_due(world):
    for day in range(1, 15):
        world.published("lan", when=f"2026-07-{day:02d}T09:00", coefficient="2")
    with clock.at(AUGUST):
        run = issued_run(world)
    assert run.tax > 0
    mine = lines(journal(world), "Nguyễn Thị Lan")
    statement = Statement.objects.get(contributor=world.people["lan"])
    assert mine == [("03/08", "611", "3348", statement.gross), ("03/08", "3348", "3335", statement.tax)]
    assert statement.tax == statement.gross // 10


def test_cash_is_booked_on_the_day_it_was_received(world, issued):

    with clock.at(PAYDAY):
        payouts.prepare_payouts(actor=world.actor("accountant"), run=issued, seen_version=issued.version)
    with clock.at(at("2026-08-20T09:00")):
        payouts.confirm_payouts(actor=world.actor("accountant"), run=issued, happened_on=date(2026, 8, 7))
    found = journal(world, date(2026, 8, 7), date(2026, 8, 8))
    assert {entry.kind for entry in found.entries} == {"payout"}
    assert (found.total, found.difference) == (issued.net, 0)
    assert journal(world, date(2026, 8, 20), date(2026, 8, 21)).entries == []


def test_taken_back_confirmation_is_reversed_and_booked_anew(world, issued):
    with clock.at(PAYDAY):
        payouts.prepare_payouts(actor=world.actor("accountant"), run=issued, seen_version=issued.version)
        payouts.confirm_payouts(actor=world.actor("accountant"), run=issued)
    with clock.at(at("2026-08-09T09:00")):
        lan = Payout.objects.get(statement__contributor=world.people["lan"])
        payouts.revoke_confirmation(actor=world.actor("holder"), payout=lan, reason="Ghi nhầm")
    with clock.at(at("2026-08-12T09:00")):
        payouts.confirm_payouts(actor=world.actor("accountant"), run=issued)
    found = journal(world)
    assert [line for line in lines(found, "Nguyễn Thị Lan") if line[1] == "3348"] == [
        ("05/08", "3348", "1121", 379_500),
        ("09/08", "3348", "1121", -379_500),
        ("12/08", "3348", "1121", 379_500),
    ]
    assert found.difference == 0


@pytest.mark.parametrize("seed", range(4))
def test_any_history_balances_in_any_period(world, seed):
    """Two runs, random outcomes on random days, random periods: no difference, and the days add up to the whole."""
    dice = random.Random(seed)
    accountant, holder = world.actor("accountant"), world.actor("holder")
    for number in range(6):
        by = dice.choice(("lan", "hoa", "writer"))
        world.published(
            by, when=f"2026-07-{dice.randint(1, 30):02d}T09:00", coefficient=dice.choice(("0.5", "1.7", "2"))
        )
        world.published(by, when=f"2026-08-{dice.randint(1, 30):02d}T10:00", title=f"Tin {number}")
    with clock.at(AUGUST):
        made = [issued_run(world)]
    with clock.at(SEPTEMBER):
        made.append(issued_run(world, **NEXT_MONTH))
    for day in range(4, 28, 4):
        with clock.at(at(f"2026-09-{day:02d}T{dice.randint(0, 23):02d}:30")):
            for run in made:
                happen(world, run, dice, accountant, holder)
    whole = journal(world)
    assert whole.difference == 0
    live = Payout.objects.filter(live=True, outcomes__outcome__in=["sent", "confirmed"]).distinct()
    moved = sum(entry.amount for entry in whole.entries if entry.kind in {"payout", "reversal"})
    assert moved == sum(payout.amount for payout in live)
    day, total, parts = JULY_TO_SEPTEMBER[0], 0, 0
    while day < JULY_TO_SEPTEMBER[1]:
        until = min(day + timedelta(days=dice.randint(1, 9)), JULY_TO_SEPTEMBER[1])
        part = journal(world, day, until)
        assert part.difference == 0, (day, until)
        total, parts, day = total + part.total, parts + len(part.entries), until
    assert (total, parts) == (whole.total, len(whole.entries))


def happen(world, run, dice, accountant, holder) -> None:
    """One thing that may happen to the payouts of a run; what is refused happens not."""
    waiting = list(Payout.objects.filter(statement__run=run, live=True).order_by("pk"))
    thing = dice.choice(("order", "gather", "send", "confirm", "return", "revoke"))
    one = dice.choice(waiting) if waiting else None
    try:
        if thing == "order" or one is None:
            run.refresh_from_db()
            payouts.prepare_payouts(actor=accountant, run=run, seen_version=run.version)
        elif thing in {"gather", "send"}:
            batch = batches.gather_batch(actor=accountant, run=run, kind="bank", template="bank-full")
            if thing == "send":
                batches.take_batch_file(actor=accountant, batch=batch, kind="csv")
                batches.send_batch(actor=accountant, batch=batch, seen_version=batch.version)
        elif thing == "confirm":
            payouts.confirm_payouts(actor=accountant, run=run, chosen=[one.pk])
        elif thing == "return":
            payouts.return_payout(actor=accountant, payout=one, reason="Sai số")
        else:
            payouts.revoke_confirmation(actor=holder, payout=one, reason="Ghi nhầm")
    except DomainError as refused:
        if refused.code not in MAY_BE_REFUSED:
            raise


def test_accounts_are_dated_and_old_entries_keep_theirs(world, issued):
    with clock.at(at("2026-08-04T09:00")):
        numbers = {part: f"{number}.1" for part, number in accounts_on(date(2026, 8, 4)).numbers.items()}
        set_journal_accounts(
            actor=world.actor("accountant"), accounts=numbers, effective_from=date(2026, 8, 5), decision_number="9/QĐ"
        )
        with pytest.raises(DomainError, match="policy_day_past"):
            set_journal_accounts(actor=world.actor("accountant"), accounts=numbers, effective_from=date(2026, 8, 5))
    with clock.at(PAYDAY):
        payouts.prepare_payouts(actor=world.actor("accountant"), run=issued, seen_version=issued.version)
        payouts.confirm_payouts(actor=world.actor("accountant"), run=issued)
    debits = {(entry.kind, entry.debit, entry.credit) for entry in journal(world).entries}
    assert debits == {("issue", "611", "3348"), ("payout", "3348.1", "1121.1")}
    assert accounts_on(date(2026, 8, 4)).doubt
    assert accounts_on(date(2026, 8, 5)).own


@pytest.mark.parametrize(("separator", "sign"), [("semicolon", ";"), ("comma", ",")])
def test_csv_file_is_what_accounting_software_reads(world, issued, separator, sign):
    found = journal(world)
    with clock.at(PAYDAY):
        name, content = take_journal(actor=world.actor("accountant"), journal=found, kind="csv", separator=separator)
    assert name == "but-toan-20260701-20260930.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=sign))
    assert rows[0] == [
        *("Ngày hạch toán", "Số chứng từ", "Diễn giải", "TK nợ", "TK có", "Số tiền", "Mã đối tượng", "Tên đối tượng")
    ]
    assert sum(int(row[5]) for row in rows[1:]) == found.total == issued.gross
    assert Event.objects.get(kind="journal.taken").facts["amount"] == issued.gross


def test_workbook_has_amounts_as_numbers_and_accounts_as_text(world, issued):
    _, content = take_journal(actor=world.actor("accountant"), journal=journal(world), kind="xlsx")
    sheet = cells_of(content)["Bút toán"]
    assert (sheet["D2"].kind, sheet["F2"].kind) == ("s", "n")


def test_unequal_journal_is_not_given_out(world, issued):
    found = journal(world)
    wrong = Journal(found.since, found.until, found.entries, [Check("x", 5, 3)])
    with pytest.raises(DomainError, match="journal_unbalanced"):
        take_journal(actor=world.actor("accountant"), journal=wrong, kind="csv")
    assert Event.objects.filter(kind="journal.taken").count() == 0


def test_lost_event_makes_the_check_speak(world, issued, monkeypatch):
    """The two ways of summing are two: what one of them misses shows."""
    with clock.at(PAYDAY):
        payouts.prepare_payouts(actor=world.actor("accountant"), run=issued, seen_version=issued.version)
        payouts.confirm_payouts(actor=world.actor("accountant"), run=issued)
    monkeypatch.setattr("payments.journal.movements", lambda *_: [])
    assert journal(world).difference == issued.net
    assert PayoutEvent.objects.count() == 5
