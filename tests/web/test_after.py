"""Pages of what comes after issue, as people press them."""

from __future__ import annotations

import re
from datetime import date

import pytest

from contributors import clock
from payments import funds, payouts
from payments.corrections import propose_correction
from payments.models import Correction, Line, Run, Statement, UnclaimedDecision, Waiver
from payments.waivers import record_waiver
from tests.factories.world import at
from tests.payments.after.steps import balance, issued, line_of, paid, policy, statement, wrote
from tests.payments.steps import computed_run
from tests.web.conftest import summary_of, texts
from tests.web.test_queries import MOST, asked


@pytest.fixture(autouse=True)
def _autumn():
    with clock.at(at("2026-09-10T09:00")):
        yield


def test_correction_from_choosing_the_statement_to_the_second_person(world, as_):
    wrote(world, 7)
    run = paid(world, 7)
    accountant, holder = as_("accountant"), as_("holder")
    found = accountant.get("/after/statements/?q=nguyen thi lan")
    address = re.search(r"/after/statements/[0-9a-f-]{36}/", texts(found))[0]
    wrong = accountant.post(address, {"line": "1", "way": "down", "amount": "379.501", "reason": "Nhầm"})
    assert (wrong.status_code, len(summary_of(wrong))) == (422, 1)
    assert "379.500" in summary_of(wrong)[0]
    assert accountant.post(address, {"line": "1", "way": "down", "amount": "", "reason": ""}).status_code == 422
    made = accountant.post(address, {"line": "1", "way": "down", "amount": "79.500", "reason": "Chấm nhầm"})
    row = Correction.objects.get()
    assert (made["Location"], row.amount) == (f"/after/corrections/{row.public_id}/", -79_500)
    assert "người khác xác nhận" in texts(accountant.get(made["Location"]))
    assert accountant.post(made["Location"], {"version": row.version}).status_code == 403
    assert holder.post(made["Location"], {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.line.run) == ("confirmed", run)
    dropped = accountant.post(made["Location"], {"version": row.version, "drop": "1", "reason": "Đã xem lại"})
    assert dropped.status_code == 302
    assert world.fresh(row).state == "cancelled"


def test_taking_a_paid_piece_down_leads_to_a_proposal(world, as_):
    piece = world.fresh(wrote(world, 7))
    paid(world, 7)
    piece = world.fresh(piece)
    answer = as_("head").post(
        f"/review/{piece.public_id}/retract/", {"version": piece.version, "reason": "Sai sự thật"}
    )
    assert answer.status_code == 302
    page = texts(as_("accountant").get("/after/"))
    assert "bài đã gỡ" in page
    assert "-379.500" in page.replace("−", "-").replace("&nbsp;", " ")


def test_empty_pages_say_what_will_stand_there(world, as_):
    client = as_("accountant")
    for address, said in (
        ("/after/", "Chưa có điều chỉnh nào"),
        ("/after/balances/", "Không ai có số dư"),
        ("/after/waivers/", "Chưa ai từ chối nhận"),
        ("/after/unclaimed/", "Không có phiếu nào chờ người nhận"),
        ("/after/tax/", "Trong năm này chưa chi cho ai"),
        ("/after/statements/", "Chưa có phiếu nào được phát hành"),
    ):
        assert said in texts(client.get(address)), address


def test_contributor_waives_and_takes_it_back(world, as_):
    lan = as_("lan")
    without = lan.post("/fees/waive/", {"scope": "standing", "effective_from": "2026-09-11"})
    assert (without.status_code, len(summary_of(without))) == (422, 1)
    done = lan.post("/fees/waive/", {"scope": "standing", "effective_from": "2026-09-11", "agreed": "on"})
    assert done["Location"] == "/fees/"
    row = Waiver.objects.get()
    assert (row.way, row.contributor) == ("self", world.people["lan"])
    assert "Nhận trở lại" in texts(lan.get("/fees/"))
    assert lan.post(f"/fees/waive/{row.public_id}/withdraw/", {"version": row.version}).status_code == 302
    assert world.fresh(row).withdrawn_at is not None
    assert as_("hoa").get(f"/fees/waive/{row.public_id}/withdraw/").status_code == 404


def test_signed_sheet_is_recorded_and_confirmed_by_two(world, as_):
    wrote(world, 8)
    with clock.at(at("2026-09-03T09:00")):
        run = computed_run(world, since="2026-08-01", until="2026-09-01", pay="2026-09-15")
    lan = world.people["lan"]
    accountant = as_("accountant")
    made = accountant.post(
        f"/after/waivers/of/{lan.public_id}/", {"scope": str(run.public_id), "sheet_signed_on": "2026-09-09"}
    )
    row = Waiver.objects.get()
    assert (made["Location"], row.run, row.confirmed_at) == (f"/after/waivers/{row.public_id}/", run, None)
    assert accountant.post(made["Location"], {"version": 1}).status_code == 403
    assert as_("holder").post(made["Location"], {"version": 1}).status_code == 302
    assert "từ chối nhận 379.500" in texts(accountant.get(f"/runs/{run.public_id}/"))
    key = run.draft_lines.get(contributor=world.people["lan"]).subject_key
    assert as_("lan").post("/fees/waive/", {"scope": key, "agreed": "on"})["Location"] == "/fees/"
    assert Waiver.objects.filter(scope="line", subject_key=key, run=run).exists()


def test_floor_is_set_and_the_contributor_sees_what_is_held(world, as_):
    holder = as_("holder")
    body = {"floor": "700.000", "recovery_percent": "30", "recovery_dong": "", "effective_from": "2026-09-10"}
    assert holder.post("/after/balances/rule/", {**body, "floor": "9.000.000"}).status_code == 422
    assert holder.post("/after/balances/rule/", {**body, "release_at_year_end": "on"}).status_code == 302
    wrote(world, 9)
    issued(world, 9)
    assert balance(world) == 379_500
    with clock.at(at("2026-10-10T09:00")):
        assert "Đang giữ cho bạn" in texts(as_("lan").get("/fees/"))
        assert "379.500" in texts(as_("accountant").get("/after/balances/"))
        page = as_("accountant").get(f"/after/balances/{world.people['lan'].public_id}/")
    assert "chưa đến mức chi tối thiểu" in texts(page)


def test_unclaimed_statement_is_noticed_kept_transferred_and_given_back(world, as_):
    wrote(world, 7)
    row = statement(world, issued(world, 7))
    fund = funds.enter_fund(
        actor=world.actor("accountant"), year=2027, source="Năm sau", amount=1, cut_off=date(2028, 1, 31)
    )
    client, address = as_("accountant"), f"/after/unclaimed/{row.public_id}/"
    assert "chỉ để nhắc" in texts(client.get(address))
    assert client.post(address, {"notice": "1", "on": "2026-09-09", "way": "phone"}).status_code == 302
    refused = client.post(address, {"transfer": "1", "fund": "", "decision_number": "", "reason": ""})
    assert refused.status_code == 422
    assert client.post(address, {"keep": "1", "reason": "Đi xa sẽ về"}).status_code == 302
    sent = client.post(
        address,
        {"transfer": "1", "fund": str(fund.public_id), "decision_number": "12/QĐ", "reason": "Không ai nhận"},
    )
    assert sent.status_code == 302
    decision = UnclaimedDecision.objects.get(state="transferred")
    back = client.post(address, {"reverse": "1", "version": decision.version, "reason": "Đã tới nhận"})
    assert back.status_code == 302
    assert world.fresh(decision).state == "reversed"


def test_tax_of_the_year_is_shown_and_taken_away(world, as_):
    wrote(world, 7)
    paid(world, 7)
    client = as_("accountant")
    assert "379.500" in texts(client.get("/after/tax/?year=2026"))
    taken = client.get("/after/tax/file.csv?year=2026")
    assert taken["Content-Disposition"] == 'attachment; filename="thue-2026.csv"'
    assert client.get("/after/tax/file.xlsx?year=2026").content.startswith(b"PK")
    assert client.get("/after/tax/?year=20x6").status_code == 422


def test_run_page_warns_of_payments_that_reach_the_threshold_together(world, as_):
    for number in range(10, 18):
        wrote(world, 7, coefficient="2", number=number)
        wrote(world, 8, coefficient="2", number=number)
    issued(world, 7)
    with clock.at(at("2026-09-03T09:00")):
        run = computed_run(world, since="2026-08-01", until="2026-09-01", pay="2026-09-05")
    assert "Cộng lại sẽ tới mức" not in texts(as_("accountant").get(f"/runs/{run.public_id}/"))
    Run.objects.filter(pk=run.pk).update(payment_date="2026-08-31")
    page = texts(as_("accountant").get(f"/runs/{run.public_id}/"))
    assert "Cộng lại sẽ tới mức khấu trừ thuế" in page
    assert "Không được tách" in page


# ── queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    ["/after/", "/after/statements/", "/after/balances/", "/after/waivers/", "/after/unclaimed/", "/after/tax/"],
)
def test_list_asks_the_same_for_one_and_for_many(world, as_, address):
    """One person of three in the first count, all with several rows in the second."""
    policy(world, floor=0)
    wrote(world, 7)
    run = issued(world, 7)
    client = as_("accountant")
    counts = []
    for names in (("lan",), ("head", "publisher")):
        for name in names:
            _rows_of(world, run, name)
        counts.append(asked(client, address))
    assert counts[0] == counts[1] <= MOST


def _rows_of(world, run, name) -> None:
    row = Statement.objects.get(run=run, contributor=world.people[name])
    line = Line.objects.filter(statement=row).first()
    propose_correction(actor=world.actor("accountant"), line=line, amount=5, reason="Nhầm")
    record_waiver(
        actor=world.actor(name),
        contributor=world.people[name],
        scope="standing",
        effective_from=clock.today(),
        agreed=True,
    )
    if name != "lan":
        accountant = world.actor("accountant")
        fresh = world.fresh(run)
        for made in payouts.prepare_payouts(actor=accountant, run=fresh, seen_version=fresh.version):
            payouts.return_payout(actor=accountant, payout=made, reason="Sai số")


def test_line_that_is_corrected_is_found_from_the_statement(world, as_):
    wrote(world, 7)
    run = paid(world, 7)
    page = texts(as_("accountant").get(f"/fees/{statement(world, run).public_id}/"))
    assert f"/after/statements/{statement(world, run).public_id}/" in page
    assert "Điều chỉnh một khoản" not in texts(as_("lan").get(f"/fees/{statement(world, run).public_id}/"))
    assert line_of(world, run).ordinal == 1
