"""Every page, and whom it is for; and one of each thing that pages are about."""

from __future__ import annotations

from datetime import timedelta

from contributors import claims, clock, consenting, importing, invitations, registration, seats, training, unit_sheets
from contributors.actors import system_actor
from contributors.models import Contributor, ContributorState, Photo, Seat
from contributors.spreadsheets import write_table
from payments import payouts
from payments.archives import request_archive
from payments.checking import start_review
from payments.corrections import propose_correction
from payments.issuing import issue_run
from payments.merging import merge_people
from payments.models import BooksCheck, DraftLine, Line, Paper, Payout, Statement
from payments.rates import draft_schedule
from payments.runs import approve_run, compute_run, confirm_run, freeze_run
from payments.waivers import record_waiver
from tests.factories.world import OPENED, World, new_phone
from tests.web.money_pages import MONEY_PAGES, MONEY_POST_ONLY, one_of_money
from tests.web.newsroom_pages import NEWSROOM_OPEN_TO_ALL, NEWSROOM_PAGES, NEWSROOM_POST_ONLY, one_of_the_newsroom
from tests.web.setup_pages import SETUP_OPEN_TO_ALL, SETUP_PAGES, SETUP_POST_ONLY

BOARD = ("head", "deputy", "writer", "publisher")
PERSONS = (*BOARD, "lan", "hoa")
OFFICERS = ("accountant", "holder", "admin")
EVERYBODY = (*PERSONS, *OFFICERS, "focal", "observer")
MONEY = ("head", "deputy", "accountant", "holder")
BOOKS = ("accountant", "holder")
READERS = (*BOARD, *BOOKS, "lan")
LEADERS = ("head", "deputy")
CHIEFS = ("head", "admin")
NETWORK = (*BOARD, "focal", "admin")
RATES = ("admin", "holder")
CORRECTORS = ("head", "accountant", "holder")
RATE_READERS = (*LEADERS, *OFFICERS)

# Page, and who gets 200; 403 or 404 for the others, the login page for visitors.
PAGES: dict[str, tuple[str, ...]] = {
    # on every page
    "/notices/": EVERYBODY,
    "/search/?q=lan": EVERYBODY,
    # contributors
    "/me/": PERSONS,
    "/me/claims/": PERSONS,
    "/send/": (*PERSONS, "focal"),
    "/send/text/?genre=news_item": (*PERSONS, "focal"),
    "/send/{draft}/text/": ("lan",),
    "/send/{draft}/photos/": ("lan",),
    "/send/{draft}/check/": ("lan",),
    "/send/{submitted}/done/": ("lan",),
    "/pieces/{submitted}/": READERS,
    "/pieces/{submitted}/withdraw/": ("lan",),
    "/pieces/{submitted}/reopen/": ("lan",),
    "/check/": PERSONS,
    "/checks/": ("focal", "accountant"),
    "/checks/{review}/{no_login}/": ("focal",),
    "/send/begin/?genre=news_item": (*PERSONS, "focal"),
    "/pieces/{family}/card/": ("lan",),
    "/pieces/{family}/card/png/": ("lan",),
    "/pieces/{family}/card/pdf/": ("lan",),
    "/publish/{family}/readers/": ("head", "deputy", "publisher"),
    "/fees/": PERSONS,
    "/fees/waive/": PERSONS,
    "/fees/waive/{waiver}/withdraw/": ("lan",),
    "/fees/{statement}/": ("lan", *BOOKS),
    "/fees/{statement}/pdf/": ("lan", *BOOKS),
    "/fees/{statement}/notice/": ("lan", *BOOKS),
    "/photos/{photo}/": READERS,
    "/payee/": PERSONS,
    "/payee/change/": PERSONS,
    "/details/": PERSONS,
    "/details/edit/": PERSONS,
    "/details/unit/": PERSONS,
    "/details/consents/publication/withdraw/": PERSONS,
    "/details/leave/": PERSONS,
    "/details/erase/": PERSONS,
    # one's own login
    "/security/": EVERYBODY,
    "/security/again/": EVERYBODY,
    "/security/recovery/": EVERYBODY,
    "/security/keys/": EVERYBODY,
    "/security/demand/": ("admin",),
    # the board's desk
    "/desk/": BOARD,
    "/review/{submitted}/": BOARD,
    "/review/{submitted}/amounts/": BOARD,
    "/publish/{approved}/": ("deputy", "publisher"),
    "/publish/{approved}/zip/": BOARD,
    "/documents/": ("deputy",),
    "/enter/": (*BOARD, "focal"),
    "/output/": BOARD,
    # joining
    "/applications/": LEADERS,
    "/applications/{applied}/": LEADERS,
    "/applications/{welcomed}/welcome/": LEADERS,
    "/invitations/": ("head", "deputy", "focal", "admin"),
    "/invitations/new/": ("head", "deputy", "focal", "admin"),
    "/invitations/all/": ("head", "deputy", "focal", "admin"),
    "/invitations/posters/pdf/": ("head", "deputy", "focal", "admin"),
    "/invitations/cards/pdf/": ("head", "deputy", "focal", "admin"),
    "/invitations/{invitation}/": ("head", "deputy", "focal", "admin"),
    "/invitations/{invitation}/revoke/": ("head", "deputy", "focal", "admin"),
    "/invitations/{invitation}/poster/pdf/": ("head", "deputy", "focal", "admin"),
    "/invitations/{invitation}/cards/pdf/": ("head", "deputy", "focal", "admin"),
    "/register/": NETWORK,
    "/registered/{applied}/": (*NETWORK, "hoa"),
    "/consents/{applied}/": (*NETWORK, "hoa"),
    "/consents/{applied}/pdf/": (*NETWORK, "hoa"),
    "/claims/": NETWORK,
    "/claims/{claim}/": NETWORK,
    # units, seats and rights, training
    "/units/": NETWORK,
    "/units/{unit}/": NETWORK,
    "/units/new/": CHIEFS,
    "/units/merge/": CHIEFS,
    "/units/sheet/": CHIEFS,
    "/units/sheet/template/": CHIEFS,
    "/units/sheet/{units_sheet}/": CHIEFS,
    "/units/{unit}/rename/": CHIEFS,
    "/units/{unit}/correct/": CHIEFS,
    "/units/{unit}/move/": CHIEFS,
    "/units/{unit}/close/": CHIEFS,
    "/place/": ("admin",),
    "/rights/": CHIEFS,
    "/rights/seats/give/": CHIEFS,
    "/rights/seats/{seat}/end/": CHIEFS,
    "/rights/grants/propose/": CHIEFS,
    "/rights/grants/{grant}/decline/": CHIEFS,
    "/rights/grants/{grant}/end/": CHIEFS,
    "/training/": NETWORK,
    "/training/new/": NETWORK,
    "/training/needed/": NETWORK,
    "/training/{session}/": NETWORK,
    "/training/{session}/edit/": NETWORK,
    "/training/{session}/cancel/": NETWORK,
    "/training/{session}/sheet/": NETWORK,
    "/events/": (*CHIEFS, "observer"),
    # the network
    "/network/": NETWORK,
    "/network/units/": NETWORK,
    "/network/people/{payee}/": NETWORK,
    "/network/imports/": (*LEADERS, "admin"),
    "/network/imports/template/": (*LEADERS, "admin"),
    "/network/imports/{sheet}/": (*LEADERS, "admin"),
    "/network/imports/{sheet}/progress/": (*LEADERS, "admin"),
    "/network/duplicates/": NETWORK,
    "/network/duplicates/{payee}/{alike}/": CHIEFS,
    "/network/merges/{merge}/undo/": CHIEFS,
    "/people/{payee}/correct/": (*LEADERS, "focal", "admin"),
    "/people/{payee}/consents/": ("focal", "admin"),
    "/people/{payee}/data/": ("admin",),
    "/people/{payee}/erase/": ("admin",),
    "/people/{payee}/code/": (*LEADERS, "focal", "admin"),
    "/retention/": ("admin",),
    # money
    "/runs/": MONEY,
    "/runs/open/": ("accountant",),
    "/runs/{run}/": MONEY,
    "/runs/{run}/close/": MONEY,
    "/runs/{run}/cancel/": MONEY,
    "/runs/{run}/progress/": MONEY,
    "/runs/{run}/exceptions/": MONEY,
    "/runs/{run}/exceptions/csv/": MONEY,
    "/runs/{review}/review/start/": ("accountant",),
    "/runs/{review}/review/end/": ("accountant",),
    "/runs/{review}/checks/": MONEY,
    "/runs/{review}/checks/{no_login}/": MONEY,
    "/runs/{run}/people/{person}/": MONEY,
    "/runs/{run}/payouts/{payout}/return/": MONEY,
    "/books/": OFFICERS,
    "/books/{books_check}/": OFFICERS,
    "/books/{books_check}/progress/": OFFICERS,
    "/jobs/": ("accountant", "admin"),
    "/health/": ("admin",),
    "/runs/{run}/papers/": MONEY,
    "/runs/{run}/papers/check/": MONEY,
    "/runs/{run}/papers/accounts/": BOOKS,
    "/runs/{run}/papers/decision/": MONEY,
    "/runs/{computed_run}/papers/preview/summary/": MONEY,
    "/runs/{computed_run}/papers/preview/summary/pdf/": MONEY,
    "/runs/{run}/papers/workbook/summary/": MONEY,
    "/runs/{run}/papers/zip/": BOOKS,
    "/runs/{run}/papers/packing/": BOOKS,
    "/runs/{run}/papers/packed/{archive}/": BOOKS,
    "/runs/{run}/statements/": BOOKS,
    "/papers/internal-rules/": MONEY,
    "/withholding/": BOOKS,
    "/withholding/2026/pdf/": BOOKS,
    "/payees/": BOOKS,
    "/payees/missing/": BOOKS,
    "/payees/policy/": RATES,
    "/payees/sheets/": BOOKS,
    "/payees/{payee}/": BOOKS,
    "/payees/{payee}/enter/": ("accountant",),
    "/payees/{payee}/confirm/": BOOKS,
    "/payees/{payee}/reveal/": ("accountant",),
    "/payees/{payee}/tax/": ("accountant",),
    "/after/": CORRECTORS,
    "/after/statements/": ("head", "accountant"),
    "/after/statements/{statement}/": ("head", "accountant"),
    "/after/corrections/{correction}/": CORRECTORS,
    "/after/balances/": CORRECTORS,
    "/after/balances/rule/": RATES,
    "/after/balances/{payee}/": CORRECTORS,
    "/after/waivers/": BOOKS,
    "/after/waivers/of/{payee}/": ("accountant",),
    "/after/waivers/{waiver}/": BOOKS,
    "/after/unclaimed/": BOOKS,
    "/after/unclaimed/{unclaimed}/": BOOKS,
    "/after/tax/": BOOKS,
    "/after/tax/file.csv": BOOKS,
    "/after/tax/file.xlsx": BOOKS,
    "/papers/{paper}/": MONEY,
    "/papers/{paper}/pdf/": MONEY,
    "/rates/": RATE_READERS,
    "/rates/draft/": RATES,
    "/rates/try/": RATE_READERS,
    "/rates/try/template/": RATE_READERS,
    "/rates/schema/": RATE_READERS,
    "/rates/shipped/nd-18-2014-caps/": RATE_READERS,
    "/rates/{schedule}/": RATE_READERS,
    "/rates/{schedule}/file/": RATE_READERS,
    "/rates/{rate_draft}/edit/": RATES,
    "/rates/{rate_draft}/force/": RATES,
    "/rates/{schedule}/close/": RATES,
    "/rates/{rate_draft}/discard/": RATES,
    "/rates/what-if/": RATE_READERS,
    "/rates/what-if/list/": RATE_READERS,
    "/rates/what-if/proposal/?first=2026-07-01&last=2026-07-31&schedule=current": RATE_READERS,
    **MONEY_PAGES,
    **NEWSROOM_PAGES,
    **SETUP_PAGES,
}
# Pages of one's own login that everybody has, after a fresh proof: where they lead without one.
PROVED_FIRST = {
    "/security/pin/": "/security/",
    "/security/password/": "/security/again/",
    "/security/totp/": "/security/again/",
    "/security/passkeys/": "/security/again/",
    "/security/keys/new/": "/security/again/",
    "/prove/": "/security/",
}
OPEN_TO_ALL = {
    "login",
    "login_code",
    "login_first",
    "login_who",
    "login_second",
    "login_pin",
    "enter_by_link",
    "logout",
    "choose_portal",
    "language",
    "home",
    "verify",
    "verify_code",
    "verify_printed",
    "join_code",
    "join",
    "join_open",
    "joined",
    "joined_consent",
    "joined_consent_pdf",
    "joined_forget",
    "join_status",
    "style",
    "manifest",
    "help",
    "icon",
    "worker",
    "offline",
    "share",
    *NEWSROOM_OPEN_TO_ALL,
    *SETUP_OPEN_TO_ALL,
}
POST_ONLY = {
    "my_payee_confirm",
    "review_approve",
    "review_return",
    "review_decline",
    "forget_me",
    "forget_elsewhere",
    "access_key_withdraw",
    "consent_give",
    "my_data",
    "claim_for",
    "grant_confirm",
    "network_export",
    "network_state",
    "network_import_choose",
    "network_import_confirm",
    "network_import_discard",
    "network_dismiss",
    "run_step",
    "run_work",
    "job",
    "books_ask",
    "office_notices_read",
    "run_checks_told",
    "check_reply",
    "told",
    "elsewhere",
    *MONEY_POST_ONLY,
    "run_pack",
    "paper_again",
    "certificates",
    *NEWSROOM_POST_ONLY,
    *SETUP_POST_ONLY,
}
# Of one's own login, and only with a factor that is one's own: tests/web/test_second_factor.py.
OWN_FACTOR = {"remove_factor"}


def one_of_each(world: World, work_jobs) -> dict[str, object]:
    """What stands between braces in PAGES. The run is issued and its payouts are prepared; hoa has applied."""
    family = world.published(by="lan", photos_by=("lan",))
    run = world.run()
    freeze_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    compute_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    work_jobs()
    confirm_run(actor=world.actor("head"), run=run, seen_version=world.fresh(run).version)
    approve_run(actor=world.actor("holder"), run=run, seen_version=world.fresh(run).version)
    issue_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    work_jobs()
    archive = request_archive(actor=world.actor("accountant"), run=world.fresh(run))
    computed = world.run(since="2026-09-01", until="2026-10-01", pay="2026-10-05")
    freeze_run(actor=world.actor("accountant"), run=computed, seen_version=computed.version)
    compute_run(actor=world.actor("accountant"), run=computed, seen_version=world.fresh(computed).version)
    work_jobs()
    submitted = world.submitted(photos_by=("lan",))
    applied = world.people["hoa"]
    Contributor.objects.filter(pk=applied.pk).update(state=ContributorState.APPLIED)
    statement = Statement.objects.get(run=run, contributor=world.people["lan"])
    return {
        "draft": world.draft(by="lan").public_id,
        "family": family.public_id,
        "submitted": submitted.public_id,
        "approved": world.approved(by="lan").public_id,
        "photo": Photo.objects.get(piece=submitted).public_id,
        "statement": statement.public_id,
        "applied": applied.public_id,
        "payee": world.people["lan"].public_id,
        "run": run.public_id,
        "person": DraftLine.objects.filter(run=run).first().contributor.public_id,
        "payout": Payout.objects.get(statement=statement).public_id,
        "books_check": BooksCheck.objects.get(run=run).public_id,
        "archive": archive.public_id,
        "computed_run": computed.public_id,
        "paper": Paper.objects.get(run=run, kind="payment_list").public_id,
        "schedule": world.schedule.public_id,
        "rate_draft": draft_schedule(actor=system_actor(world.portal), rules=world.schedule.rules).public_id,
        **one_of_money(world, run),
        **_after_issue(world, statement),
        **_of_the_network(world),
        **_of_the_check(world, work_jobs),
        **one_of_the_newsroom(world, submitted),
    }


def _of_the_check(world: World, work_jobs) -> dict[str, object]:
    """A run of the month after, open to its people; one of them has no login."""
    piece = world.published(by="lan", when="2026-08-10T09:00", title="Tin tháng tám")
    person = registration.seat_founder(
        actor=system_actor(world.portal),
        full_name="Bùi Thị Không Máy",
        phone=new_phone(),
        account=registration.open_account(login_phone=new_phone(), name="Bùi Thị Không Máy", password=None),
        category="volunteer",
        unit=world.unit,
    )
    Contributor.objects.filter(pk=person.pk).update(account=None)
    piece.credits.filter(role="author").update(contributor=person)
    accountant, run = world.actor("accountant"), world.run("2026-08-01", "2026-09-01", "2026-09-05")
    freeze_run(actor=accountant, run=run, seen_version=run.version)
    compute_run(actor=accountant, run=run, seen_version=world.fresh(run).version)
    work_jobs()
    start_review(actor=accountant, run=run, seen_version=world.fresh(run).version, days=3)
    return {"review": run.public_id, "no_login": person.public_id}


def _after_issue(world: World, statement: Statement) -> dict[str, object]:
    """A correction of lan's statement, lan's waiver for years to come, and a statement whose money came back."""
    accountant, lan = world.actor("accountant"), world.people["lan"]
    line = Line.objects.filter(statement=statement, amount__gt=0).first()
    back = Payout.objects.exclude(statement=statement).filter(live=True).first()
    payouts.return_payout(actor=accountant, payout=back, reason="Sai số tài khoản")
    return {
        "correction": propose_correction(actor=accountant, line=line, amount=-100, reason="Nhầm").public_id,
        "waiver": record_waiver(
            actor=world.actor("lan"),
            contributor=lan,
            scope="standing",
            effective_from=clock.today() + timedelta(days=400),
            agreed=True,
        ).public_id,
        "unclaimed": back.statement.public_id,
    }


def _of_the_network(world: World) -> dict[str, object]:
    head, lan = world.actor("head"), world.people["lan"]
    for name, shown, capability in (
        ("focal", "Cao Văn Mối", "focal_person"),
        ("observer", "Trịnh Thị Xem", "observer"),
    ):
        world.accounts[name] = registration.open_account(login_phone=new_phone(), name=shown, password=None)
        seats.propose_grant(
            actor=system_actor(world.portal),
            account=world.accounts[name],
            capability=capability,
            effective_from=OPENED,
            decision_number="04/QĐ",
        )
    waiting = seats.propose_grant_by_phone(
        actor=head,
        phone=new_phone(),
        full_name="Hà Văn Chờ",
        capability="observer",
        effective_from=clock.today() + timedelta(days=1),
        decision_number="05/QĐ",
    )
    alike = registration.record_person(actor=head, full_name="Nguyễn Thị Lan", unit=world.unit)
    gone = registration.record_person(actor=head, full_name="Lê Văn Cũ")
    people = write_table(["Họ và tên"], [["Trần Thị Mới"]], "Người")
    places = write_table(["Loại", "Tên"], [["Ấp", "Ấp Mới"]], "Đơn vị")
    consenting.give_consent(actor=world.actor("lan"), contributor=lan, purpose="publication", version="2026-01")
    return {
        "welcomed": lan.public_id,
        "invitation": invitations.make_invitation(actor=head, unit=world.unit).public_id,
        "unit": world.unit.public_id,
        "seat": Seat.objects.get(seat="writer").public_id,
        "grant": waiting.public_id,
        "session": training.hold_session(actor=head, title="Buổi giới thiệu", held_on=clock.today()).public_id,
        "alike": alike.public_id,
        "claim": claims.propose_claim(actor=world.actor("lan"), contributor=lan, recorded=alike).public_id,
        "merge": merge_people(actor=head, survivor=lan, merged=gone, reason="Một người").public_id,
        "sheet": importing.check_people_sheet(actor=head, content=people, file_name="nguoi.xlsx").public_id,
        "units_sheet": unit_sheets.check_units_sheet(actor=head, content=places, file_name="don-vi.xlsx").public_id,
    }
