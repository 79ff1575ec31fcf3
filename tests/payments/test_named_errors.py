"""Every named error of the upper floor: raised by a real situation, said in both languages, nothing half done."""

from __future__ import annotations

import re
import shutil
import string
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction

from contributors import clock, newsroom, registration, seats
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.files import open_kept
from contributors.models import Contributor, Job, PaymentMode
from payments import erasing, key_rotation, law, merging, payee_policy, payees, payouts, rates, runs, tax_statuses
from payments.approvals import approve_piece
from payments.errors import PAYMENT_MESSAGES, PaymentError
from payments.models import Fund, Paper, PayeeDetails, RateSchedule, TaxStatus
from payments.papers_kept import paper_file
from payments.rate_files import draft_from_file
from payments.report_periods import asked_period
from tests.factories.world import OPENED, World, at
from tests.payments import check_situations, paper_situations, payout_situations, rate_situations, work_situations
from tests.payments.after import situations
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    approved_run,
    computed_run,
    confirmed_run,
    database_rows,
    frozen_run,
    issue,
    issued_run,
    work,
)
from tests.payments.test_buckets import posted_document
from tests.payments.test_merging import written_by

Act = Callable[[], object]
CASES: list[tuple[str, str, Callable[..., Act]]] = [
    *rate_situations.CASES,
    *work_situations.CASES,
    *check_situations.CASES,
    *payout_situations.CASES,
    *paper_situations.CASES,
    *situations.CASES,
]


def case(code: str, name: str = ""):
    """Register an arrangement that returns the act which is refused with `code`."""

    def keep(arrange: Callable[..., Act]) -> Callable[..., Act]:
        CASES.append((code, name or code, arrange))
        return arrange

    return keep


def also(world: World, name: str, capability: str) -> None:
    """Give somebody a right besides the one they have, as a small body would."""
    seats.propose_grant(
        actor=system_actor(world.portal),
        account=world.accounts[name],
        capability=capability,
        effective_from=OPENED,
        decision_number="03/QĐ",
    )


def scored(world: World, piece, coefficient: str | None, photo: str | None = None) -> Act:
    return lambda: approve_piece(
        actor=world.actor("head"),
        piece=piece,
        seen_version=piece.version,
        coefficient=Decimal(coefficient) if coefficient else None,
        photo_coefficient=Decimal(photo) if photo else None,
    )


def step(verb, world: World, who: str, run) -> Act:
    return lambda: verb(actor=world.actor(who), run=run, seen_version=run.version)


def drafted(world: World, since: str, **fields) -> RateSchedule:
    rules = dict(rates.shipped_schedule("demo-tan-thanh-2024")) | {"code": f"thu-{since}", "from": since} | fields
    return rates.draft_schedule(actor=system_actor(world.portal), rules=rules)


case("score_missing")(lambda world: scored(world, world.submitted(), None))
case("score_out_of_range", "above the range")(lambda world: scored(world, world.submitted(), "2.001"))
case("score_out_of_range", "below the range")(lambda world: scored(world, world.submitted(), "0.499"))
case("score_out_of_range", "photo")(lambda world: scored(world, world.submitted(photos_by=("hoa",)), "1", "1.001"))
case("photo_score_missing")(lambda world: scored(world, world.submitted(photos_by=("hoa",)), "1"))


@case("no_schedule", "freezing")
def no_schedule(world: World) -> Act:
    """The schedule ends on the day on which the portal begins to pay."""
    day = date(2026, 7, 2)
    RateSchedule.objects.filter(pk=world.schedule.pk).update(effective_until=day)
    PaymentMode.objects.filter(mode="paying").update(effective_from=day)
    PaymentMode.objects.filter(mode="unpaid").update(effective_until=day)
    run = world.run(since="2026-07-02", until="2026-08-01")
    return step(runs.freeze_run, world, "accountant", run)


@case("no_schedule", "scoring")
def no_schedule_today(world: World) -> Act:
    RateSchedule.objects.filter(pk=world.schedule.pk).update(effective_until=date(2026, 7, 2))
    return scored(world, world.submitted(), "1")


@case("schedule_wrong")
def schedule_wrong(world: World) -> Act:
    return lambda: drafted(world, "2026-10-01", rounding=0)


@case("schedule_has_gaps")
def schedule_has_gaps(world: World) -> Act:
    draft = drafted(world, "2026-10-01", decision={})
    return lambda: rates.put_in_force(actor=world.actor("holder"), schedule=draft)


@case("schedule_not_draft")
def schedule_not_draft(world: World) -> Act:
    row, seen = world.schedule, rates.fingerprint(world.schedule)
    return lambda: rates.edit_draft(actor=world.actor("admin"), schedule=row, rules=row.rules, seen=seen)


@case("schedule_not_open")
def schedule_not_open(world: World) -> Act:
    return closing(world, drafted(world, "2026-10-01"), date(2027, 1, 1))


case("close_day_wrong")(lambda world: closing(world, world.schedule, date(2026, 7, 1)))
case("close_reason_missing")(lambda world: closing(world, world.schedule, date(2027, 1, 1), reason=" "))


def closing(world: World, row: RateSchedule, until: date, reason: str = "Hết hiệu lực") -> Act:
    return lambda: rates.close_schedule(actor=world.actor("holder"), schedule=row, until=until, reason=reason)


@case("no_parent_schedule")
def no_parent_schedule(world: World) -> Act:
    rules = {"code": "xa-20", "from": "2026-10-01", "based_on": "parent", "level": 20}
    return lambda: rates.draft_schedule(actor=world.actor("admin"), rules=rules)


@case("schedule_file_wrong")
def schedule_file_wrong(world: World) -> Act:
    return lambda: draft_from_file(actor=world.actor("admin"), content=b"code: &a x")


@case("schedule_overlaps")
def schedule_overlaps(world: World) -> Act:
    draft = drafted(world, "2026-07-01")
    return lambda: rates.put_in_force(actor=system_actor(world.portal), schedule=draft)


@case("decision_number_missing", "approving")
def decision_number_missing(world: World) -> Act:
    rates.put_in_force(actor=system_actor(world.portal), schedule=drafted(world, "2026-07-05", decision={}))
    world.published("lan")
    return step(runs.approve_run, world, "holder", confirmed_run(world))


case("label_missing")(lambda world: lambda: world.run(label=" \u200b "))
case("period_wrong", "ends before it begins")(lambda world: lambda: world.run(since="2026-08-01", until="2026-07-01"))
case("period_wrong", "of no day")(lambda world: lambda: world.run(until="2026-07-01"))
case("period_years")(lambda world: lambda: asked_period(date(2026, 1, 1), date(2201, 1, 1)))
case("payment_date_wrong")(lambda world: lambda: world.run(pay="2026-07-31"))
case("not_paying")(lambda world: lambda: world.run(since="2026-06-01", until="2026-07-01"))


@case("period_overlaps")
def period_overlaps(world: World) -> Act:
    world.run()
    return lambda: world.run(since="2026-07-31", until="2026-09-01", pay="2026-09-05")


case("run_wrong_state")(lambda world: step(runs.confirm_run, world, "head", world.run()))


@case("maker_is_checker", "confirming")
def maker_confirms(world: World) -> Act:
    world.published("lan")
    also(world, "head", "accountant")
    run = frozen_run(world)
    runs.compute_run(actor=world.actor("head"), run=run, seen_version=run.version)
    work()
    return step(runs.confirm_run, world, "head", world.fresh(run))


@case("maker_is_checker", "approving")
def maker_approves(world: World) -> Act:
    world.published("lan")
    also(world, "accountant", "account_holder")
    return step(runs.approve_run, world, "accountant", confirmed_run(world))


@case("own_line", "the head confirms a piece of their own")
def own_line_confirming(world: World) -> Act:
    head_wrote(world)
    return step(runs.confirm_run, world, "head", computed_run(world))


@case("own_line", "the account holder took a photo")
def own_line_approving(world: World) -> Act:
    world.published("lan", photos_by=("hoa",))
    also(world, "hoa", "account_holder")
    return step(runs.approve_run, world, "hoa", confirmed_run(world))


@case("own_line", "the accountant wrote and pays")
def own_line_paying(world: World) -> Act:
    world.published("lan")
    also(world, "lan", "accountant")
    return step(payouts.prepare_payouts, world, "lan", issued_run(world))


@case("own_line", "the accountant wrote and confirms the payments")
def own_line_confirming_payments(world: World) -> Act:
    world.published("lan")
    also(world, "lan", "accountant")
    run = issued_run(world)
    payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return lambda: payouts.confirm_payouts(actor=world.actor("lan"), run=run)


def head_wrote(world: World) -> None:
    with clock.at(at("2026-07-10T09:00")):
        piece = world.submitted("head")
        piece = approve_piece(
            actor=world.actor("deputy"), piece=piece, seen_version=piece.version, coefficient=Decimal(1)
        )
        newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url="https://xa.example/truong"
        )


def promised(world: World):
    """A run whose computation is promised and not begun."""
    world.published("lan")
    run = computed_run(world)
    runs.compute_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return world.fresh(run)


case("still_computing", "computing")(lambda world: step(runs.compute_run, world, "accountant", promised(world)))
case("still_computing", "confirming")(lambda world: step(runs.confirm_run, world, "head", promised(world)))
case("still_computing", "reopening")(lambda world: step(runs.reopen_run, world, "accountant", promised(world)))


@case("nothing_to_pay", "only a document")
def nothing_to_pay(world: World) -> Act:
    posted_document(world, "2026-07-12T09:00")
    return step(runs.confirm_run, world, "head", computed_run(world))


@case("nothing_to_pay", "everybody is held")
def everybody_held(world: World) -> Act:
    world.published("lan")
    TaxStatus.objects.all().delete()
    return step(runs.confirm_run, world, "head", computed_run(world))


@case("people_changed", "payee details")
def payee_gone(world: World) -> Act:
    world.published("lan")
    run = confirmed_run(world)
    PayeeDetails.objects.filter(contributor=world.people["lan"]).update(current=False)
    return step(runs.approve_run, world, "holder", run)


@case("people_changed", "tax status")
def status_gone(world: World) -> Act:
    world.published("lan")
    run = confirmed_run(world)
    TaxStatus.objects.filter(contributor=world.people["lan"]).delete()
    return step(runs.approve_run, world, "holder", run)


@case("paid_meanwhile")
def paid_meanwhile(world: World) -> Act:
    """Two runs held the same late piece; the other one was approved first."""
    world.published("lan")
    first = confirmed_run(world)
    world.published("hoa", when="2026-08-02T09:00", coefficient="1")
    second = confirmed_run(world, since="2026-08-01", until="2026-08-03", pay="2026-08-05")
    runs.approve_run(actor=world.actor("holder"), run=first, seen_version=first.version)
    return step(runs.approve_run, world, "holder", second)


@case("fund_missing")
def fund_missing(world: World) -> Act:
    world.published("lan")
    return step(runs.approve_run, world, "holder", confirmed_run(world, fund=None))


@case("fund_exhausted", "approving")
def fund_exhausted(world: World) -> Act:
    world.published("lan")  # 409.500 đ
    Fund.objects.filter(pk=world.fund.pk).update(amount=409_499)
    return step(runs.approve_run, world, "holder", confirmed_run(world))


@case("fund_exhausted", "issuing")
def fund_exhausted_at_issue(world: World) -> Act:
    world.published("lan")
    run = approved_run(world)
    Fund.objects.filter(pk=world.fund.pk).update(amount=409_499)
    return lambda: issue(world, run)


def later(act: Act, moment: str) -> Act:
    def do() -> object:
        with clock.at(at(moment)):
            return act()

    return do


@case("fund_closed", "approving on the day after the cut-off")
def fund_closed(world: World) -> Act:
    world.published("lan")
    return later(step(runs.approve_run, world, "holder", confirmed_run(world)), "2027-02-01T00:00")


@case("fund_closed", "issuing")
def fund_closed_at_issue(world: World) -> Act:
    world.published("lan")
    run = approved_run(world)
    return later(lambda: issue(world, run), "2027-02-01T00:00")


def with_payouts(world: World):
    world.published("lan")
    run = issued_run(world)
    made = payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)
    return run, made


@case("payouts_open")
def payouts_open(world: World) -> Act:
    run, _ = with_payouts(world)
    return step(payouts.close_run, world, "accountant", run)


@case("payout_not_live", "returned already")
def returned_already(world: World) -> Act:
    _, made = with_payouts(world)
    payouts.return_payout(actor=world.actor("accountant"), payout=made[0], reason="Sai số tài khoản")
    return lambda: payouts.return_payout(actor=world.actor("accountant"), payout=made[0], reason="Sai số tài khoản")


@case("payout_not_live", "confirmed already")
def confirmed_already(world: World) -> Act:
    run, made = with_payouts(world)
    payouts.confirm_payouts(actor=world.actor("accountant"), run=run)
    return lambda: payouts.return_payout(actor=world.actor("accountant"), payout=made[0], reason="Sai số tài khoản")


@case("paper_not_ready")
def paper_not_ready(world: World) -> Act:
    world.published("lan")
    issued_run(world)
    paper = Paper.objects.order_by("pk").first()
    open_kept(paper.path).unlink()
    return lambda: paper_file(actor=world.actor("accountant"), paper=paper)


def entered(world: World, **fields) -> Act:
    details = {"legal_name": "Nguyễn Thị Lan", "personal_id": "089200000001"} | fields
    return lambda: payees.enter_payee_details(actor=world.actor("lan"), contributor=world.people["lan"], **details)


for wrong in ("08920000000", "0892000000011", "08920000000a", "", "8001234567"):
    case("personal_id_malformed", f"personal id {wrong!r}")(lambda world, text=wrong: entered(world, personal_id=text))
case("bank_malformed")(lambda world: entered(world, bank_bin="97040", bank_account="123456"))
case("bank_account_malformed", "five digits")(lambda world: entered(world, bank_bin="970405", bank_account="12345"))
case("bank_account_malformed", "letters")(lambda world: entered(world, bank_bin="970405", bank_account="12345x"))


case("bank_missing")(lambda world: entered(world, bank_account="0071000123"))
case("bank_unknown")(lambda world: entered(world, bank_bin="970999", bank_account="0071000123"))
case("personal_id_birth_year")(lambda world: born_in(world, 1988))
case("personal_id_year_ahead")(lambda world: entered(world, personal_id="089299000001"))
case("personal_id_malformed", "no such place")(lambda world: entered(world, personal_id="000200000001"))
case("sheet_day_ahead")(lambda world: entered(world, sheet_signed_on=date(2026, 8, 4)))


def born_in(world: World, year: int) -> Act:
    Contributor.objects.filter(pk=world.people["lan"].pk).update(birth_year=year)
    return entered(world)


@case("payee_unchanged")
def payee_unchanged(world: World) -> Act:
    return lambda: payees.enter_payee_details(
        actor=world.actor("lan"),
        contributor=world.people["lan"],
        legal_name="Nguyễn Thị Lan",
        personal_id=None,
        bank_account=None,
    )


def to_confirm(world: World) -> PayeeDetails:
    return payees.enter_payee_details(
        actor=world.actor("accountant"),
        contributor=world.people["lan"],
        legal_name="Nguyễn Thị Lan",
        personal_id="089200000001",
        bank_bin="970405",
        bank_account="0071000123",
    )


def by_sheet(world: World, **fields) -> Act:
    details = to_confirm(world)
    sheet = {
        "sheet_signed_on": date(2026, 8, 1),
        "personal_id": "089200000001",
        "bank_account": "0071000123",
    } | fields
    return lambda: payees.confirm_payee_details(actor=world.actor("holder"), details=details, **sheet)


case("sheet_day_missing")(lambda world: by_sheet(world, sheet_signed_on=None))
case("sheet_differs", "the ID")(lambda world: by_sheet(world, personal_id="089200000010"))
case("sheet_differs", "the account")(lambda world: by_sheet(world, bank_account="0071000132"))
case("sheet_differs", "no account")(lambda world: by_sheet(world, bank_account=""))


@case("payee_confirmed")
def payee_confirmed(world: World) -> Act:
    details = to_confirm(world)
    payees.confirm_payee_details(actor=world.actor("lan"), details=details)
    return lambda: payees.confirm_payee_details(actor=world.actor("lan"), details=details)


@case("reveal_reason_missing")
def reveal_reason_missing(world: World) -> Act:
    details = PayeeDetails.objects.get(contributor=world.people["lan"])
    return lambda: payees.reveal_number(
        actor=world.actor("accountant"), details=details, which="personal_id", reason=" \u200b "
    )


def policy(world: World, **fields) -> Act:
    rule = {"hold_days": 3, "effective_from": date(2026, 8, 3)} | fields
    return lambda: payee_policy.set_payee_policy(actor=world.actor("holder"), **rule)


case("hold_days_wrong", "more than the most")(lambda world: policy(world, hold_days=91))
case("hold_days_wrong", "less than none")(lambda world: policy(world, hold_days=-1))
case("policy_day_past")(lambda world: policy(world, effective_from=date(2026, 8, 2)))


@case("payouts_held")
def payouts_held(world: World) -> Act:
    run, made = with_payouts(world)
    payouts.return_payout(actor=world.actor("accountant"), payout=made[0], reason="Sai số tài khoản")
    PayeeDetails.objects.filter(pk=made[0].payee_details_id).update(hold_until=date(2026, 8, 10))
    return step(payouts.prepare_payouts, world, "accountant", run)


def taxed(world: World, **fields) -> Act:
    status = {"status": "resident_no_contract", "effective_from": date(2026, 8, 1)} | fields
    return lambda: payees.set_tax_status(actor=world.actor("accountant"), contributor=world.people["lan"], **status)


case("tax_status_unknown")(lambda world: taxed(world, status="king"))
case("commitment_not_for_status")(lambda world: taxed(world, status="other_body", committed_year=2026))
case("commitment_year_wrong", "before the status")(lambda world: taxed(world, committed_year=2025))
case("commitment_year_wrong", "far ahead")(lambda world: taxed(world, committed_year=2028))


@case("tax_status_none")
def tax_status_none(world: World) -> Act:
    return lambda: tax_statuses.end_tax_status(
        actor=world.actor("accountant"), contributor=world.people["lan"], effective_until=date(2025, 1, 1)
    )


@case("master_key_missing")
def master_key_missing(world: World, monkeypatch) -> Act:
    monkeypatch.setattr(settings, "BUTLANG_KEYS", ["khac:" + "33" * 32])
    return key_rotation.rotate_keys


@case("merge_run_live")
def merge_run_live(world: World) -> Act:
    world.published("lan")
    frozen_run(world)
    again = registration.record_person(actor=world.actor("head"), full_name="Nguyễn Thị Lan")
    return lambda: merging.merge_people(
        actor=world.actor("head"), survivor=world.people["lan"], merged=again, reason="Một người"
    )


@case("merge_has_issued")
def merge_has_issued(world: World) -> Act:
    """What the merged row wrote was paid to the one who stayed."""
    again = registration.record_person(actor=world.actor("head"), full_name="Nguyễn Thị Lan")
    written_by(world, again)
    made = merging.merge_people(
        actor=world.actor("head"), survivor=world.people["lan"], merged=again, reason="Một người"
    )
    issued_run(world)
    return lambda: merging.undo_merge(actor=world.actor("head"), merge=made)


@case("erase_money_due")
def erase_money_due(world: World) -> Act:
    world.published("lan")
    Contributor.objects.filter(pk=world.people["lan"].pk).update(state="left")
    lan = world.fresh(world.people["lan"])
    return lambda: erasing.erase(
        actor=world.actor("admin"), contributor=lan, seen_version=lan.version, confirmation=lan.full_name
    )


@case("search_key_gone")
def search_key_gone(world: World, monkeypatch) -> Act:
    monkeypatch.setattr(settings, "BUTLANG_KEYS", [*settings.BUTLANG_KEYS, "cu-hon:" + "33" * 32])
    return entered(world)


@case("law_differs")
def law_differs(world: World, tmp_path, monkeypatch) -> Act:
    for path in law.FOLDER.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    file = tmp_path / "base-salary.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("2_530_000", "2_540_000"), encoding="utf-8")
    monkeypatch.setattr(law, "FOLDER", tmp_path)
    return law.load_law


@pytest.mark.parametrize(("code", "arrange"), [(c, a) for c, _, a in CASES], ids=[name for _, name, _ in CASES])
def test_situation_is_refused_by_name_and_nothing_is_half_done(world, tmp_path, monkeypatch, code, arrange):
    with clock.at(AUGUST):
        wanted = {"tmp_path": tmp_path, "monkeypatch": monkeypatch}
        names = arrange.__code__.co_varnames[: arrange.__code__.co_argcount]
        act = arrange(world, **{name: value for name, value in wanted.items() if name in names})
        before = database_rows()
        with pytest.raises(PaymentError) as refused, transaction.atomic():
            act()
    assert refused.value.code == code
    assert database_rows() == before
    vietnamese, english = refused.value.message("vi"), refused.value.message("en")
    assert vietnamese != english
    assert not re.search(r"[{}]", vietnamese + english)
    assert refused.value.status == PAYMENT_MESSAGES[code].status


def test_every_named_error_has_a_situation():
    assert {code for code, _, _ in CASES} == set(PAYMENT_MESSAGES)


@pytest.mark.parametrize("code", PAYMENT_MESSAGES)
def test_both_languages_say_the_same_values(code):
    message = PAYMENT_MESSAGES[code]
    named = [
        {field for _, field, _, _ in string.Formatter().parse(sentence) if field}
        for sentence in (message.vi, message.en)
    ]
    assert named[0] == named[1] or {"schedule"} == named[0] ^ named[1]
    assert 400 <= message.status < 500


def test_refused_numbers_of_the_fund_are_the_real_ones(world):
    world.published("lan")
    with clock.at(AUGUST):
        run = confirmed_run(world)
        Fund.objects.filter(pk=world.fund.pk).update(amount=400_000)
        with pytest.raises(PaymentError) as refused:
            runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    assert refused.value.message("vi") == "Dự toán chỉ còn 400.000 đ, kỳ này cần 409.500 đ."
    assert refused.value.message("en") == "The fund has 400.000 đ left, this run needs 409.500 đ."


def test_last_dong_of_the_fund_can_be_spent_until_the_last_day(world):
    world.published("lan")
    Fund.objects.filter(pk=world.fund.pk).update(amount=409_500)
    with clock.at(at("2027-01-31T23:00")):
        assert issued_run(world).gross == 409_500


def test_cancelled_run_frees_its_days_and_needs_a_reason(world):
    run = world.run()
    with pytest.raises(DomainError, match="reason_missing"):
        runs.cancel_run(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="  ")
    runs.cancel_run(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Mở nhầm kỳ")
    assert world.run().state == "open"
    assert Job.objects.count() == 0


def test_neighbouring_runs_do_not_overlap(world):
    assert [world.run().state, world.run(**NEXT_MONTH).state] == ["open", "open"]
