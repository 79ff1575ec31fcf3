"""Pages about payee details: masks, the change form, the second person, one number on record, sheets by hamlet."""

from __future__ import annotations

import io

import pypdf
import pytest

from contributors import clock
from contributors.models import Consent, Event, PaymentMode
from payments import payees, payouts
from payments.models import Fund, PayeeDetails, TaxStatus
from payments.payee_policy import policy_on
from tests.factories.world import _join, at
from tests.payments.steps import issued_run
from tests.web.conftest import summary_of, texts
from tests.web.test_queries import same_for_one_and_many

NUMBER, ACCOUNT = "089188900777", "0071000777888"
FORM = {
    "version": "1",
    "legal_name": "Nguyễn Thị Lan",
    "personal_id": NUMBER,
    "method": "transfer",
    "bank_bin": "970436",
    "bank_account": ACCOUNT,
    "account_name": "NGUYEN THI LAN",
}
SHEET = {"sheet_signed_on": "2026-08-01", "personal_id": NUMBER, "bank_account": ACCOUNT}


@pytest.fixture(autouse=True)
def _august():
    with clock.at(at("2026-08-03T08:00")):
        yield


def current(world, name="lan") -> PayeeDetails:
    return PayeeDetails.objects.get(contributor=world.people[name], current=True)


def of(world, name="lan", page="") -> str:
    return f"/payees/{world.people[name].public_id}/{page}"


def test_own_page_shows_last_digits_only_and_is_kept_by_nobody(world, as_):
    answer = as_("lan").get("/payee/")
    assert current(world).personal_id_tail in texts(answer)
    assert "no-store" in answer["Cache-Control"]
    as_("lan").post("/payee/change/", FORM | {"agreed": "on"})
    page = texts(as_("lan").get("/payee/"))
    assert (NUMBER in page, ACCOUNT in page) == (False, False)
    assert "•••••••• 0777" in page
    assert "tiền chỉ chi từ ngày 10/08/2026" in page


def test_own_change_keeps_numbers_left_empty_and_asks_for_the_consent(world, as_):
    client = as_("lan")
    refused = client.post("/payee/change/", FORM)
    assert (refused.status_code, summary_of(refused)) == (422, ["Cần đánh dấu đồng ý thì mới lưu được."])
    client.post("/payee/change/", FORM | {"agreed": "on"})
    kept = FORM | {"agreed": "on", "version": "2", "personal_id": "", "bank_account": "", "account_name": "LAN"}
    client.post("/payee/change/", kept)
    row = current(world)
    assert (row.version, row.personal_id_tail, row.bank_account_tail, row.name_differs) == (3, "0777", "7888", True)
    assert Consent.objects.filter(contributor=world.people["lan"], purpose="payment").count() == 2
    client.post("/payee/change/", kept | {"version": "3", "method": "cash"})
    assert (current(world).bank_bin, current(world).bank_account_tail) == ("", "")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"personal_id": "123"}, "Số định danh phải có 12 chữ số, hoặc mã số thuế cũ 10 chữ số."),
        ({"bank_account": "12"}, "Số tài khoản phải có 6 đến 19 chữ số."),
        ({"bank_bin": ""}, "Hãy chọn ngân hàng của số tài khoản này."),
        ({"bank_bin": "970999"}, "Hãy chọn ngân hàng trong danh mục."),
        ({"legal_name": " "}, "Hãy ghi họ và tên."),
        ({"version": "9"}, "Nội dung đã được người khác thay đổi. Hãy tải lại trang, xem bản mới rồi làm tiếp."),
    ],
)
def test_own_change_says_what_is_wrong_and_writes_nothing(world, as_, fields, sentence):
    answer = as_("lan").post("/payee/change/", FORM | {"agreed": "on"} | fields)
    assert summary_of(answer) == [sentence]
    assert current(world).version == 1


def test_what_the_office_typed_is_confirmed_by_its_person_as_shown(world, as_):
    as_("accountant").post(of(world, page="enter/"), FORM)
    page = texts(as_("lan").get("/payee/"))
    assert "Tạ Thị Sổ nhập giúp bạn" in page
    assert as_("lan").post("/payee/confirm/", {"version": "1"}).status_code == 409
    assert as_("lan").post("/payee/confirm/", {"version": "2"}).status_code == 302
    assert current(world).confirmed_by_payee is True


def test_second_person_confirms_from_the_sheet_and_the_first_does_not(world, as_):
    as_("accountant").post(of(world, page="enter/"), FORM | {"sheet_signed_on": "2026-08-01"})
    assert as_("accountant").post(of(world, page="confirm/"), SHEET).status_code == 403
    wrong = as_("holder").post(of(world, page="confirm/"), SHEET | {"bank_account": "0071000777889"})
    assert (wrong.status_code, len(summary_of(wrong))) == (422, 1)
    assert as_("holder").post(of(world, page="confirm/"), SHEET).status_code == 302
    row = current(world)
    assert (row.confirmed_by_payee, row.confirmed_by_id) == (False, world.accounts["holder"].pk)


def test_number_is_shown_by_post_alone_with_a_reason(world, as_):
    as_("lan").post("/payee/change/", FORM | {"agreed": "on"})
    client = as_("accountant")
    assert NUMBER not in texts(client.get(of(world, page="reveal/") + "?which=personal_id&reason=x"))
    refused = client.post(of(world, page="reveal/"), {"which": "personal_id", "reason": " "})
    assert summary_of(refused) == ["Hãy ghi vì sao cần xem số đầy đủ; lý do được lưu vào nhật ký."]
    shown = client.post(of(world, page="reveal/"), {"which": "bank_account", "reason": "Ngân hàng hỏi lại"})
    assert (ACCOUNT in texts(shown), NUMBER in texts(shown)) == (True, False)
    assert "no-store" in shown["Cache-Control"]
    assert Event.objects.filter(kind="payee.revealed").count() == 1
    assert ACCOUNT not in texts(client.get(of(world)))


def test_list_is_narrowed_and_counted(world, as_):
    PayeeDetails.objects.filter(contributor=world.people["hoa"]).delete()
    as_("accountant").post(of(world, page="enter/"), FORM)
    page = as_("accountant").get("/payees/")
    assert [(need, count) for need, _, count in page.context["needs"]] == [
        ("missing", 1),
        ("to_confirm", 1),
        ("on_hold", 1),
    ]
    narrowed = as_("accountant").get(f"/payees/?need=missing&unit={world.unit.public_id}&q=hoa")
    assert [row["person"].full_name for row in narrowed.context["rows"]] == ["Lê Hoà"]
    assert "Không có ai như vậy." in texts(as_("accountant").get("/payees/?q=khong co ten nay"))


def test_sheets_of_everybody_who_is_missing_are_one_file(world, as_):
    PayeeDetails.objects.filter(contributor__in=[world.people["hoa"], world.people["writer"]]).delete()
    answer = as_("accountant").get("/payees/sheets/?need=missing")
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/pdf", True)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) == 2
    assert ["Lê Hoà" in pages[0], "Phan Thị Viết" in pages[1], "Ấp Mẫu" in pages[1]] == [True] * 3
    assert as_("accountant").get("/payees/sheets/?q=khong co").status_code == 404


def test_tax_status_is_proposed_set_and_ended(world, as_):
    TaxStatus.objects.filter(contributor=world.people["lan"]).delete()
    client = as_("accountant")
    assert client.get(of(world, page="tax/")).context["form"].initial["kind"] == "resident_no_contract"
    wrong = client.post(
        of(world, page="tax/"), {"kind": "other_body", "effective_from": "2026-08-01", "committed_year": "2026"}
    )
    assert summary_of(wrong) == ["Chỉ cá nhân cư trú không ký hợp đồng lao động mới làm cam kết."]
    client.post(of(world, page="tax/"), {"kind": "other_body", "effective_from": "2026-08-01"})
    client.post(of(world, page="tax/"), {"end": "1", "effective_until": "2026-08-03"})
    row = TaxStatus.objects.get(contributor=world.people["lan"])
    assert (row.status, f"{row.effective_until}") == ("other_body", "2026-08-03")


def test_days_of_the_hold_are_set_by_the_account_holder(world, as_):
    answer = as_("holder").post("/payees/policy/", {"hold_days": "3", "effective_from": "2026-08-03"})
    assert answer.status_code == 302
    assert policy_on(world.portal.pk, clock.today()).hold_days == 3
    refused = as_("holder").post("/payees/policy/", {"hold_days": "400", "effective_from": "2026-08-03"})
    assert summary_of(refused) == ["Số ngày giữ phải từ 0 đến 90."]


def test_run_names_who_waits_and_lets_the_others_be_confirmed(world, as_):
    world.published("lan")
    with clock.at(at("2026-08-03T08:00")):
        run = issued_run(world)
        payees.enter_payee_details(
            actor=world.actor("lan"), contributor=world.people["lan"], legal_name="Nguyễn Thị Lan", personal_id=None
        )
    client = as_("accountant")
    page = texts(client.get(f"/runs/{run.public_id}/"))
    assert "Nguyễn Thị Lan: thông tin nhận tiền vừa đổi, chi được từ ngày 10/08/2026" in page
    client.post(f"/runs/{run.public_id}/pay/", {"version": world.fresh(run).version})
    steps = client.get(f"/runs/{run.public_id}/").context["steps"]
    assert [step.verb for step in steps if step.may] == ["paid"]
    client.post(f"/runs/{run.public_id}/paid/", {"version": world.fresh(run).version})
    again = client.post(f"/runs/{run.public_id}/pay/", {"version": world.fresh(run).version})
    assert summary_of(again) == ["1 khoản còn lại đang chờ: thông tin nhận tiền vừa đổi hoặc chưa được xác nhận."]
    assert payouts.unpaid_statements(run) == 1


def test_what_is_missing_tells_the_office_and_each_hamlet(world, as_):
    PayeeDetails.objects.filter(contributor=world.people["hoa"]).delete()
    missing = as_("accountant").get("/payees/missing/").context["missing"]
    assert (missing.account_holder, missing.accountant, missing.head) == ("Đoàn Văn Ấn", "Tạ Thị Sổ", "Võ Văn Trưởng")
    assert (missing.decision_number, missing.fund, missing.pays, missing.ready) == (
        "01/QĐ-UBND",
        world.fund,
        True,
        True,
    )
    assert [(unit.name, unit.missing, unit.to_confirm) for unit in missing.units] == [("Ấp Mẫu", 1, 0)]
    Fund.objects.all().delete()
    gone = as_("holder").get("/payees/missing/")
    assert (gone.context["missing"].ready, "Chưa nhập dự toán còn hạn." in texts(gone)) == (False, True)


def test_portal_that_pays_nobody_asks_nobody(world, as_):
    PaymentMode.objects.all().update(mode="unpaid")
    assert as_("lan").get("/payee/").status_code == 404
    assert "/payee/" not in texts(as_("lan").get("/me/"))
    PaymentMode.objects.all().update(mode="trial")
    assert as_("lan").get("/payee/").status_code == 200


def test_pages_ask_as_many_questions_for_thirty_people_as_for_one(world, as_):
    def add(count):
        for _ in range(count):
            _join(world, f"p{len(world.people)}", f"Người Thứ {len(world.people)}")

    same_for_one_and_many(as_("accountant"), "/payees/", add)
    same_for_one_and_many(as_("accountant"), "/payees/missing/", add, many=5)
    same_for_one_and_many(as_("accountant"), "/payees/sheets/", add, many=5)
