"""Situations in which money going out is refused, and every verb of it with the right that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from contributors.actors import Actor
from payments import bank_results, batch_templates, batches, fund_policy, funds, payouts
from payments.bank_files import encoded
from payments.journal import Check, Journal, journal_of
from payments.journal_accounts import PARTS, accounts_on, set_journal_accounts
from payments.journal_files import journal_for, take_journal
from payments.models import Bank
from tests.factories.world import World
from tests.payments.batch_steps import by_name, gathered, ordered, sent, taken
from tests.payments.steps import issued_run
from tests.web.money_pages import bank_answer

Act = Callable[[], object]
Try = Callable[[Actor], object]
TEMPLATE = dict(batch_templates.shipped_templates()["bank-full"].rules)
PERIOD = (date(2026, 7, 1), date(2026, 9, 1))


def issued(world: World):
    world.published("lan")
    return issued_run(world)


def gathering(world: World, **fields: Any) -> Act:
    run = issued(world)
    ordered(world, run)
    said = {"kind": "bank", "template": "bank-full"} | fields
    return lambda: batches.gather_batch(actor=world.actor("accountant"), run=run, **said)


def sending(world: World, *, take: bool, kind: str = "bank") -> Act:
    batch = gathered(world, issued(world))
    if take:
        taken(world, batch)
        batch = batches.send_batch(actor=world.actor("accountant"), batch=batch, seen_version=batch.version)
    return lambda: batches.send_batch(actor=world.actor("accountant"), batch=batch, seen_version=batch.version)


def taking_without_a_bank(world: World) -> Act:
    batch = gathered(world, issued(world))
    Bank.objects.update(active=False)
    return lambda: taken(world, batch)


def confirming(world: World, *, send: bool = True, **fields: Any) -> Act:
    run = issued(world)
    batch = sent(world, run) if send else gathered(world, run)
    chosen = [payout.pk for payout in by_name(batch).values()]
    return lambda: payouts.confirm_payouts(actor=world.actor("accountant"), run=run, **({"chosen": chosen} | fields))


def revoking(world: World, who: str, *, confirmed: bool) -> Act:
    run = issued(world)
    batch = sent(world, run)
    if confirmed:
        payouts.confirm_payouts(actor=world.actor("accountant"), run=run)
    lan = by_name(batch)["Nguyễn Thị Lan"]
    return lambda: payouts.revoke_confirmation(actor=world.actor(who), payout=lan, reason="Ghi nhầm")


def saving(world: World, **fields: Any) -> Act:
    return lambda: batch_templates.save_template(actor=world.actor("accountant"), rules=TEMPLATE | fields)


def answered(world: World, status: str = "Thành công", amount: int | None = None):
    batch = sent(world, issued(world))
    item = batches.items_of(batch)[0]
    content = bank_answer((item.reference, amount or item.payout.amount, status, "Sai số"))
    return bank_results.check_result(
        actor=world.actor("accountant"), batch=batch, content=content, file_name="ket-qua.csv"
    )


def discarding_twice(world: World) -> Act:
    result = answered(world)
    bank_results.discard_result(actor=world.actor("accountant"), result=result)
    return lambda: bank_results.discard_result(actor=world.actor("accountant"), result=result)


def applying_nothing(world: World) -> Act:
    result = answered(world, amount=1)
    return lambda: bank_results.apply_result(actor=world.actor("accountant"), result=result)


def entering(world: World, **fields: Any) -> Act:
    said = {"year": 2027, "source": "Ngân sách xã", "amount": 1_000_000, "cut_off": date(2028, 1, 31)} | fields
    return lambda: funds.enter_fund(actor=world.actor("accountant"), **said)


def changing(world: World, **fields: Any) -> Act:
    said = {"change": 5, "decision_number": "05/QĐ", "reason": "Bổ sung"} | fields
    return lambda: funds.change_fund(actor=world.actor("accountant"), fund=world.fund, **said)


def warning(world: World, days: int) -> Act:
    return lambda: fund_policy.set_fund_policy(
        actor=world.actor("accountant"), warn_days=days, effective_from=date(2026, 9, 1)
    )


def accounts(world: World, **fields: Any) -> Act:
    said = dict(accounts_on(date(2026, 8, 3)).numbers) | fields
    return lambda: set_journal_accounts(actor=world.actor("accountant"), accounts=said, effective_from=date(2026, 9, 1))


def unbalanced(world: World) -> Act:
    wrong = Journal(*PERIOD, [], [Check("x", 5, 3)])
    return lambda: take_journal(actor=world.actor("accountant"), journal=wrong, kind="csv")


CASES: list[tuple[str, str, Callable[..., Act]]] = [
    ("batch_empty", "nobody of this kind", lambda world: gathering(world, kind="cash", template="cash-list")),
    ("batch_empty", "nobody chosen", lambda world: gathering(world, chosen=[0])),
    ("batch_kind_wrong", "batch of the wrong kind", lambda world: gathering(world, template="treasury-list")),
    ("template_unknown", "gathering by no template", lambda world: gathering(world, template="khong-co")),
    ("batch_wrong_state", "sent twice", lambda world: sending(world, take=True)),
    ("batch_file_missing", "sent without a file", lambda world: sending(world, take=False)),
    ("batch_not_ready", "bank off the list", taking_without_a_bank),
    ("batch_not_sent", "confirmed before it was sent", lambda world: confirming(world, send=False)),
    ("payouts_none_chosen", "nobody ticked", lambda world: confirming(world, chosen=[])),
    ("payout_day_wrong", "before the order", lambda world: confirming(world, happened_on=date(2026, 8, 2))),
    ("payout_day_wrong", "tomorrow", lambda world: confirming(world, happened_on=date(2026, 8, 4))),
    ("payout_not_confirmed", "nothing to revoke", lambda world: revoking(world, "holder", confirmed=False)),
    ("revoker_is_confirmer", "one's own", lambda world: revoking(world, "accountant", confirmed=True)),
    ("template_wrong", "no column", lambda world: saving(world, columns=[])),
    ("template_wrong", "no account", lambda world: saving(world, columns=[{"title": "Tiền", "source": "amount"}])),
    (
        "template_shipped",
        "shipped template",
        lambda world: lambda: batch_templates.retire_template(actor=world.actor("accountant"), code="cash-list"),
    ),
    ("letters_unwritable", "letters of another script", lambda _world: lambda: encoded("Tên 名", "windows-1258")),
    ("result_wrong_state", "discarded twice", discarding_twice),
    ("result_empty", "nothing matches", applying_nothing),
    ("fund_source_missing", "no source", lambda world: entering(world, source=" \u200b")),
    ("fund_year_wrong", "long ago", lambda world: entering(world, year=1999, cut_off=date(2000, 1, 31))),
    ("fund_year_wrong", "far ahead", lambda world: entering(world, year=2030, cut_off=date(2030, 1, 31))),
    ("fund_amount_wrong", "no money", lambda world: entering(world, amount=0)),
    ("fund_amount_wrong", "more than a fund holds", lambda world: changing(world, change=10**15)),
    ("fund_cut_off_wrong", "cut-off in another year", lambda world: entering(world, cut_off=date(2029, 1, 1))),
    ("fund_twice", "same year and source", lambda world: entering(world, year=2026, cut_off=date(2027, 1, 31))),
    ("fund_change_missing", "change of nothing", lambda world: changing(world, change=0)),
    ("fund_decision_missing", "no decision", lambda world: changing(world, decision_number=" ")),
    ("fund_cut_too_deep", "cut below 0", lambda world: changing(world, change=-50_000_001)),
    ("warn_days_wrong", "too many days", lambda world: warning(world, 367)),
    ("journal_account_wrong", "letters", lambda world: accounts(world, tax="33a")),
    ("journal_account_wrong", "missing", lambda world: accounts(world, cash="")),
    ("journal_unbalanced", "a difference", unbalanced),
]


def taking(world: World) -> Try:
    batch = gathered(world, issued_run(world))
    return lambda actor: batches.take_batch_file(actor=actor, batch=batch, kind="csv")


def gather(world: World) -> Try:
    run = issued_run(world)
    ordered(world, run)
    return lambda actor: batches.gather_batch(actor=actor, run=run, kind="bank", template="bank-full")


def send(world: World) -> Try:
    batch = gathered(world, issued_run(world))
    taken(world, batch)
    return lambda actor: batches.send_batch(actor=actor, batch=batch, seen_version=batch.version)


def dissolve(world: World) -> Try:
    batch = gathered(world, issued_run(world))
    return lambda actor: batches.dissolve_batch(actor=actor, batch=batch, seen_version=batch.version, reason="Nhầm mẫu")


def revoke(world: World) -> Try:
    """Confirmed by somebody who holds no other right here, so that the accountant is a second person too."""
    from payments.models import PayoutEvent

    run = issued_run(world)
    batch = sent(world, run)
    lan = by_name(batch)["Nguyễn Thị Lan"]
    PayoutEvent.objects.create(
        portal=world.portal,
        payout=lan,
        outcome="confirmed",
        at=lan.created_at,
        recorded_by=world.accounts["admin"],
    )
    return lambda actor: payouts.revoke_confirmation(actor=actor, payout=lan, reason="Ghi nhầm")


def again(world: World) -> Try:
    batch = sent(world, issued_run(world))
    lan = by_name(batch)["Nguyễn Thị Lan"]
    payouts.return_payout(actor=world.actor("accountant"), payout=lan, reason="Sai số")
    return lambda actor: payouts.pay_again(actor=actor, payout=lan)


def check(world: World) -> Try:
    batch = sent(world, issued_run(world))
    content = bank_answer(("NB26D001N0001", 1, "Thành công", ""))
    return lambda actor: bank_results.check_result(actor=actor, batch=batch, content=content, file_name="ket-qua.csv")


def apply(world: World) -> Try:
    batch = sent(world, issued_run(world))
    item = batches.items_of(batch)[0]
    result = bank_results.check_result(
        actor=world.actor("accountant"),
        batch=batch,
        content=bank_answer((item.reference, item.payout.amount, "Thành công", "")),
        file_name="ket-qua.csv",
    )
    return lambda actor: bank_results.apply_result(actor=actor, result=result)


def change(world: World) -> Try:
    return lambda actor: funds.change_fund(
        actor=actor, fund=world.fund, change=5, decision_number="05/QĐ", reason="Bổ sung"
    )


def take(world: World) -> Try:
    found = journal_of(world.portal, *PERIOD)
    return lambda actor: take_journal(actor=actor, journal=found, kind="csv")


def fix_accounts(world: World) -> Try:
    numbers = dict.fromkeys(PARTS, "1111")
    return lambda actor: set_journal_accounts(actor=actor, accounts=numbers, effective_from=date(2026, 9, 1))


# verb → (the right it asks for, how to come to the point where it can be done); lan has a published piece.
PAYOUT_VERBS: dict[str, tuple[str, Callable[[World], Try]]] = {
    "gather_batch": ("run.pay", gather),
    "take_batch_file": ("run.pay", taking),
    "send_batch": ("run.pay", send),
    "dissolve_batch": ("run.pay", dissolve),
    "pay_again": ("run.pay", again),
    "revoke_confirmation": ("payout.revoke", revoke),
    "check_result": ("run.pay", check),
    "apply_result": ("run.pay", apply),
    "save_template": (
        "run.pay",
        lambda _world: lambda actor: batch_templates.save_template(actor=actor, rules=TEMPLATE),
    ),
    "change_fund": ("fund.write", change),
    "set_fund_policy": (
        "fund.write",
        lambda _world: (
            lambda actor: fund_policy.set_fund_policy(actor=actor, warn_days=30, effective_from=date(2026, 9, 1))
        ),
    ),
    "journal_for": (
        "journal.see",
        lambda _world: lambda actor: journal_for(actor=actor, since=PERIOD[0], until=PERIOD[1]),
    ),
    "take_journal": ("journal.see", take),
    "set_journal_accounts": ("journal.write", fix_accounts),
}
