"""Every verb of money for every role, generated from the table of rights: it works, or it is `not_allowed`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from contributors import clock, newsroom, portals, registration, seats
from contributors.actors import Actor, actor_for, system_actor
from contributors.errors import DomainError
from contributors.models import Capability, Contributor, Job, JobState, SeatName
from contributors.portals_below import put_below
from contributors.scopes import portal_scope
from payments import (
    archives,
    checking,
    funds,
    issuing,
    papers_kept,
    payees,
    payouts,
    previews,
    rates,
    reporting_up,
    run_jobs,
    run_workbooks,
    runs,
    withholding_years,
)
from payments.access import PAYMENT_RIGHTS
from payments.approvals import approve_piece
from payments.books import checks
from payments.inspection import cover, packs
from payments.models import DraftLine, Paper, PaperKind, PayeeDetails
from payments.papers_kept import paper_file
from payments.payee_directory import payees_listed
from payments.payee_policy import set_payee_policy
from payments.report_periods import Period
from payments.tax_statuses import end_tax_status
from tests.factories.world import OPENED, World, at, build_world, new_phone
from tests.payments.after import verbs as after
from tests.payments.payout_situations import PAYOUT_VERBS
from tests.payments.steps import (
    AUGUST,
    approved_run,
    computed_run,
    confirmed_run,
    database_rows,
    frozen_run,
    issue,
    issued_run,
    work,
)
from tests.payments.work_situations import promised

Try = Callable[[Actor], object]
ROLES = [*(f"seat:{seat}" for seat in SeatName.values), *(f"grant:{right}" for right in Capability.values)]
OTHERS = ["nobody", "contributor", "system", "of another portal"]


def cast(world: World) -> dict[str, Actor]:
    """One person for each role and no other right: a seat's holder is a contributor, a grant's an account alone."""
    found: dict[str, Actor] = {}
    for role in ROLES:
        kind, _, name = role.partition(":")
        account = registration.open_account(login_phone=new_phone(), name="Người Một Việc", password=None)
        if kind == "grant":
            seats.propose_grant(
                actor=system_actor(world.portal),
                account=account,
                capability=name,
                effective_from=OPENED,
                decision_number="04/QĐ",
            )
            found[role] = actor_for(account, world.portal)
            assert (found[role].capabilities, found[role].seats) == ({name}, set())
        else:
            found[role] = replace(world.actor("writer"), account_id=account.pk, seats=frozenset({name}))
    found["nobody"] = actor_for(
        registration.open_account(login_phone=new_phone(), name="Người Ngoài", password=None), world.portal
    )
    found["contributor"] = world.actor("hoa")
    found["system"] = system_actor(world.portal)
    other = build_world(slug="xa-khac")
    found["of another portal"] = actor_for(other.accounts["accountant"], world.portal)
    return found


def run_verb(verb, world: World, run, **fields) -> Try:
    return lambda actor: verb(actor=actor, run=run, seen_version=run.version, **fields)


def paid_out(world: World):
    run = issued_run(world)
    return run, payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=run.version)


def closable(world: World):
    run, _ = paid_out(world)
    payouts.confirm_payouts(actor=world.actor("accountant"), run=run)
    return run


def returnable(world: World) -> Try:
    _, made = paid_out(world)
    return lambda actor: payouts.return_payout(actor=actor, payout=made[0], reason="Sai số tài khoản")


def confirmable(world: World) -> Try:
    run, _ = paid_out(world)
    return lambda actor: payouts.confirm_payouts(actor=actor, run=run)


def open_run(world: World) -> Try:
    return lambda actor: runs.open_run(
        actor=actor,
        label="Kỳ thử",
        period_from=date(2026, 7, 1),
        period_until=date(2026, 8, 1),
        payment_date=date(2026, 8, 5),
    )


def enter_fund(world: World) -> Try:
    return lambda actor: funds.enter_fund(
        actor=actor, year=2027, source="Ngân sách xã", amount=1_000_000, cut_off=date(2028, 1, 31)
    )


def draft_schedule(world: World) -> Try:
    rules = dict(rates.shipped_schedule("demo-tan-thanh-2024")) | {"from": "2026-10-01"}
    return lambda actor: rates.draft_schedule(actor=actor, rules=rules)


def put_in_force(world: World) -> Try:
    rules = dict(rates.shipped_schedule("demo-tan-thanh-2024")) | {"from": "2026-10-01"}
    draft = rates.draft_schedule(actor=system_actor(world.portal), rules=rules)
    return lambda actor: rates.put_in_force(actor=actor, schedule=draft, gaps_reason="Chưa có quyết định")


def edit_draft(world: World) -> Try:
    draft = rates.draft_copy(
        actor=system_actor(world.portal), schedule=world.schedule, effective_from=date(2026, 10, 1)
    )
    seen = rates.fingerprint(draft)
    return lambda actor: rates.edit_draft(actor=actor, schedule=draft, rules={**draft.rules, "level": 20}, seen=seen)


def discard_draft(world: World) -> Try:
    draft = rates.draft_copy(
        actor=system_actor(world.portal), schedule=world.schedule, effective_from=date(2026, 10, 1)
    )
    return lambda actor: rates.discard_draft(actor=actor, schedule=draft, seen=rates.fingerprint(draft))


def close_schedule(world: World) -> Try:
    return lambda actor: rates.close_schedule(
        actor=actor, schedule=world.schedule, until=date(2027, 1, 1), reason="Hết hiệu lực"
    )


def enter_payee(world: World) -> Try:
    return lambda actor: payees.enter_payee_details(
        actor=actor, contributor=world.people["lan"], legal_name="Nguyễn Thị Lan", personal_id="089200000001"
    )


def confirm_payee(world: World) -> Try:
    details = payees.enter_payee_details(
        actor=world.actor("accountant"),
        contributor=world.people["lan"],
        legal_name="Nguyễn Thị Lan",
        personal_id="089200000002",
    )
    return lambda actor: payees.confirm_payee_details(
        actor=actor, details=details, sheet_signed_on=date(2026, 8, 1), personal_id="089200000002"
    )


def reveal(world: World) -> Try:
    details = PayeeDetails.objects.get(contributor=world.people["lan"], current=True)
    return lambda actor: payees.reveal_number(
        actor=actor, details=details, which="personal_id", reason="Đối chiếu với giấy"
    )


def see_payees(world: World) -> Try:
    return lambda actor: payees_listed(actor=actor)


def set_policy(world: World) -> Try:
    return lambda actor: set_payee_policy(actor=actor, hold_days=3, effective_from=date(2026, 9, 1))


def set_status(world: World) -> Try:
    return lambda actor: payees.set_tax_status(
        actor=actor, contributor=world.people["lan"], status="other_body", effective_from=date(2026, 8, 1)
    )


def end_status(world: World) -> Try:
    return lambda actor: end_tax_status(actor=actor, contributor=world.people["lan"], effective_until=date(2026, 9, 1))


def take_paper(kind: str) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        issued_run(world)
        paper = Paper.objects.filter(kind=kind).order_by("-pk").first()
        return lambda actor: paper_file(actor=actor, paper=paper)

    return arrange


def stopped_job(verb: Callable[..., object]) -> Callable[[World], Try]:
    """A computation that failed three times."""

    def arrange(world: World) -> Try:
        run = promised(world)
        job = Job.objects.get(task=runs.COMPUTE_TASK)
        Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, attempts=3)
        if verb in {run_jobs.retry_one, run_jobs.cancel_one}:
            return lambda actor: verb(actor=actor, public_id=job.public_id)
        return lambda actor: verb(actor=actor, run=run)

    return arrange


def on_paper(verb, kind: str) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        paper = Paper.objects.get(run=issued_run(world), kind=kind)
        return lambda actor: verb(actor=actor, paper=paper)

    return arrange


def paused(world: World) -> Try:
    run = promised(world)
    run_jobs.pause_run(actor=world.actor("accountant"), run=run)
    return lambda actor: run_jobs.resume_run(actor=actor, run=run)


def unpaused(world: World) -> Try:
    run = promised(world)
    return lambda actor: run_jobs.pause_run(actor=actor, run=run)


def unprinted(world: World) -> Try:
    run = issue(world, approved_run(world))
    Job.objects.update(state=JobState.CANCELLED)
    return lambda actor: run_jobs.render_missing(actor=actor, run=run)


def reviewed(world: World):
    """Lan has a line, and Hoà one that she disputes."""
    world.published("hoa", title="Mùa gặt", when="2026-07-20T09:00")
    run = computed_run(world)
    run = checking.start_review(actor=world.actor("accountant"), run=run, seen_version=run.version, days=3)
    hoa = world.people["hoa"]
    line = checking.LineAnswer(DraftLine.objects.get(run=run, contributor=hoa).subject_key, "missing", "Thiếu ảnh")
    [check] = checking.answer_lines(actor=world.actor("hoa"), run=run, contributor=hoa, answers=[line])
    return world.fresh(run), check


def start_review(world: World) -> Try:
    return run_verb(checking.start_review, world, computed_run(world), days=3)


def end_review(world: World) -> Try:
    run, _ = reviewed(world)
    return run_verb(checking.end_review, world, run, reason="Kho bạc khoá sổ")


def deliver(world: World) -> Try:
    run, _ = reviewed(world)
    return lambda actor: checking.deliver_check(actor=actor, run=run, people=[world.people["lan"]], way="person")


def answer_for(world: World) -> Try:
    run, _ = reviewed(world)
    person = Contributor.objects.get(pk=world.people["lan"].pk)
    person.account = None
    person.save(update_fields=["account"])
    return lambda actor: checking.answer_lines(actor=actor, run=run, contributor=person, answers=[], rest_right=True)


def reply(world: World) -> Try:
    _, check = reviewed(world)
    return lambda actor: checking.reply_to_check(
        actor=actor, check=check, seen_version=check.version, outcome="kept", reply="Đã xem lại"
    )


def on_run(verb, of=issued_run, **fields) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        run = of(world)
        return lambda actor: verb(actor=actor, run=run, **fields)

    return arrange


def of_year(verb) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        issued_run(world)
        return lambda actor: verb(actor=actor, year=2026)

    return arrange


def pack_asked(world: World) -> Try:
    wish = {"since": date(2026, 7, 1), "until": date(2026, 8, 1), "reason": "Thanh tra", "handed_to": "Đoàn số 3"}
    return lambda actor: packs.start_pack(actor=actor, **wish)


def previewed_pack(world: World) -> Try:
    return lambda actor: packs.pack_preview(actor=actor, since=date(2026, 7, 1), until=date(2026, 8, 1))


def on_pack(verb) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        pack = pack_asked(world)(world.actor("holder"))
        work()
        return lambda actor: verb(actor=actor, pack=world.fresh(pack))

    return arrange


def budget_code(world: World) -> Try:
    return lambda actor: funds.set_budget_code(actor=actor, fund=world.fund, code="1234567")


def report_up(world: World) -> Try:
    put_below(portal=world.portal, parent=portals.open_portal(name="Trang của tỉnh", slug="tinh"))
    july = Period(date(2026, 7, 1), date(2026, 8, 1))
    return lambda actor: reporting_up.send_report(actor=actor, portal=world.portal, period=july)


# verb → (the right it asks for, how to come to the point where it can be done)
VERBS: dict[str, tuple[str, Callable[[World], Try]]] = {
    "draft_schedule": ("schedule.write", draft_schedule),
    "put_in_force": ("schedule.write", put_in_force),
    "edit_draft": ("schedule.write", edit_draft),
    "discard_draft": ("schedule.write", discard_draft),
    "close_schedule": ("schedule.write", close_schedule),
    "enter_fund": ("fund.write", enter_fund),
    "enter_payee_details": ("payee.write", enter_payee),
    "confirm_payee_details": ("payee.confirm", confirm_payee),
    "reveal_number": ("payee.reveal", reveal),
    "payees_listed": ("payee.see", see_payees),
    "set_payee_policy": ("payee.policy", set_policy),
    "set_tax_status": ("tax_status.write", set_status),
    "end_tax_status": ("tax_status.write", end_status),
    "open_run": ("run.open", open_run),
    "freeze_run": ("run.freeze", lambda world: run_verb(runs.freeze_run, world, world.run())),
    "compute_run": ("run.compute", lambda world: run_verb(runs.compute_run, world, frozen_run(world))),
    "start_review": ("run.review", start_review),
    "end_review": ("run.review", end_review),
    "deliver_check": ("check.deliver", deliver),
    "answer_lines": ("check.answer", answer_for),
    "reply_to_check": ("check.reply", reply),
    "confirm_run": ("run.confirm", lambda world: run_verb(runs.confirm_run, world, computed_run(world))),
    "approve_run": ("run.approve", lambda world: run_verb(runs.approve_run, world, confirmed_run(world))),
    "issue_run": ("run.issue", lambda world: run_verb(issuing.issue_run, world, approved_run(world))),
    "prepare_payouts": ("run.pay", lambda world: run_verb(payouts.prepare_payouts, world, issued_run(world))),
    "confirm_payouts": ("run.pay", confirmable),
    "return_payout": ("run.pay", returnable),
    "close_run": ("run.close", lambda world: run_verb(payouts.close_run, world, closable(world))),
    "reopen_run": ("run.reopen", lambda world: run_verb(runs.reopen_run, world, computed_run(world))),
    "cancel_run": ("run.cancel", lambda world: run_verb(runs.cancel_run, world, world.run(), reason="Mở nhầm")),
    "pause_run": ("job.manage", unpaused),
    "resume_run": ("job.manage", paused),
    "retry_run": ("job.manage", stopped_job(run_jobs.retry_run)),
    "cancel_run_work": ("job.manage", stopped_job(run_jobs.cancel_run_work)),
    "render_missing": ("job.manage", unprinted),
    "retry_one": ("job.manage", stopped_job(run_jobs.retry_one)),
    "cancel_one": ("job.manage", stopped_job(run_jobs.cancel_one)),
    "ask_check": ("books.check", lambda world: lambda actor: checks.ask_check(actor=actor)),
    **PAYOUT_VERBS,
    "paper_file of the list": ("run.see", take_paper(PaperKind.PAYMENT_LIST)),
    "paper_file of a statement": ("statement.see", take_paper(PaperKind.STATEMENT)),
    **after.VERBS,
    "paper_file of the dossier": ("statement.see", take_paper(PaperKind.DOSSIER)),
    "set_budget_code": ("fund.write", budget_code),
    "open_beneficiaries": ("paper.accounts", on_paper(papers_kept.open_beneficiaries, PaperKind.BENEFICIARIES)),
    "open_workbook": ("paper.accounts", on_run(run_workbooks.open_workbook)),
    "prove_paper": ("run.see", on_paper(papers_kept.prove_paper, PaperKind.SUMMARY)),
    "run_workbook": ("run.see", on_run(run_workbooks.run_workbook, kind="summary")),
    "run_workbook of taxes": ("statement.see", on_run(run_workbooks.run_workbook, kind="withholding")),
    "preview_paper": ("run.see", on_run(previews.preview_paper, computed_run, kind="summary")),
    "preview_paper of taxes": ("statement.see", on_run(previews.preview_paper, computed_run, kind="withholding")),
    "preflight": ("run.see", on_run(previews.preflight, computed_run)),
    "start_pack": ("inspection.pack", pack_asked),
    "pack_preview": ("inspection.pack", previewed_pack),
    "pack_file": ("inspection.pack", on_pack(packs.pack_file)),
    "cover_sheet": ("inspection.pack", on_pack(cover.cover_sheet)),
    "request_archive": ("statement.see", on_run(archives.request_archive)),
    "send_report": ("report.send", report_up),
    "year_list": ("statement.see", of_year(withholding_years.year_list)),
    "certificate_data": ("paper.certificates", of_year(withholding_years.certificate_data)),
}
# Who holds the right and still may not, here: the deputy confirms only where the head has a line as a maker; the
# installation itself sets a portal up.
BARRED = {("confirm_run", "seat:deputy")}
SET_UP = {
    (verb, "system") for verb in ("draft_schedule", "put_in_force", "edit_draft", "discard_draft", "close_schedule")
}


def outcome(attempt: Try, actor: Actor) -> str:
    """ "ok", or the code of the refusal; what it did is undone."""
    try:
        with transaction.atomic():
            attempt(actor)
            transaction.set_rollback(True)
    except DomainError as refused:
        return refused.code
    return "ok"


def left_behind(attempt: Try, actors: list[Actor]) -> bool:
    """Whether those who are refused leave a trace in any table."""
    before = database_rows()
    for actor in actors:
        with pytest.raises(DomainError):
            attempt(actor)
    return database_rows() != before


@pytest.mark.parametrize("verb", VERBS)
def test_verb_is_allowed_to_those_of_the_table_and_nobody_else(world, verb):
    right, arrange = VERBS[verb]
    world.published("lan")
    with clock.at(AUGUST):
        actors = cast(world)
        attempt = arrange(world)
        seen = {name: outcome(attempt, actor) for name, actor in actors.items()}
    holders = PAYMENT_RIGHTS[right].holders
    expected = {
        role: "ok" if (role in holders and (verb, role) not in BARRED) or (verb, role) in SET_UP else "not_allowed"
        for role in [*ROLES, *OTHERS]
    }
    assert seen == expected
    with clock.at(AUGUST):
        assert not left_behind(attempt, [actors[name] for name, what in seen.items() if what != "ok"])


def test_every_right_of_money_is_tried():
    asked = {right for right, _ in VERBS.values()}
    # What-if, health and the report write nothing; their pages and endpoints ask.
    assert asked | {"whatif.see", "system.see", "settings.see", "report.see", "below.see"} == set(PAYMENT_RIGHTS)


def test_own_details_and_statement_are_open_to_their_person(world):
    world.published("lan")
    with clock.at(AUGUST):
        issued_run(world)
        mine = Paper.objects.get(statement__contributor=world.people["lan"])
        assert enter_payee(world)(world.actor("lan")).confirmed_by_payee is True
        assert confirm_payee(world)(world.actor("lan")).confirmed_by_payee is True
        assert paper_file(actor=world.actor("lan"), paper=mine).exists()
        with pytest.raises(DomainError, match="not_allowed"):
            paper_file(actor=world.actor("hoa"), paper=mine)


def test_who_entered_details_for_another_does_not_confirm_them(world):
    with clock.at(AUGUST):
        attempt = confirm_payee(world)
        with pytest.raises(DomainError, match="not_allowed"):
            attempt(world.actor("accountant"))


def test_deputy_confirms_where_the_head_wrote_and_the_head_does_not(world):
    with clock.at(at("2026-07-10T09:00")):
        piece = world.submitted("head")
        piece = approve_piece(
            actor=world.actor("deputy"), piece=piece, seen_version=piece.version, coefficient=Decimal(1)
        )
        newsroom.publish_piece(
            actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url="https://xa.example/truong"
        )
    with clock.at(AUGUST):
        attempt = run_verb(runs.confirm_run, world, computed_run(world))
        assert outcome(attempt, world.actor("head")) == "own_line"
        assert outcome(attempt, world.actor("deputy")) == "ok"


def test_run_of_another_portal_is_not_found(world):
    """A run is no door into its portal: inside one's own there is no such run."""
    other = build_world(slug="xa-khac")
    run = world.run()
    with portal_scope(other.portal), pytest.raises(DomainError, match="not_found"):
        runs.freeze_run(actor=other.actor("accountant"), run=run, seen_version=run.version)
