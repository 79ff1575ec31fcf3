from __future__ import annotations

import re
from datetime import date

import pytest

from contributors.models import Contributor
from payments.models import Paper, Payout, Run, Statement
from tests.web.conftest import summary_of, texts

OPEN = {
    "label": "Tháng 7/2026",
    "period_from": "2026-07-01",
    "period_until": "2026-07-31",
    "payment_date": "2026-08-05",
}


def press(client, world, run, step):
    return client.post(f"/runs/{run.public_id}/{step}/", {"version": world.fresh(run).version})


@pytest.fixture
def issued(world, as_, work_jobs) -> Run:
    world.published(by="lan", photos_by=("hoa",))
    run = world.run()
    for name, step in (
        ("accountant", "freeze"),
        ("accountant", "compute"),
        ("head", "confirm"),
        ("holder", "approve"),
        ("accountant", "issue"),
    ):
        assert press(as_(name), world, run, step).status_code == 302, step
        work_jobs()
    return world.fresh(run)


def test_run_from_opening_to_closing_through_pages(world, as_, work_jobs):
    world.published(by="lan", photos_by=("hoa",))
    accountant = as_("accountant")
    answer = accountant.post("/runs/open/", {**OPEN, "fund": str(world.fund.public_id)})
    run = Run.objects.get()
    assert answer["Location"] == f"/runs/{run.public_id}/"
    assert (run.period_until, run.fund) == (date(2026, 8, 1), world.fund)
    states = []
    for name, step in (
        ("accountant", "freeze"),
        ("accountant", "compute"),
        ("head", "confirm"),
        ("holder", "approve"),
        ("accountant", "issue"),
        ("accountant", "pay"),
        ("accountant", "paid"),
        ("accountant", "close"),
    ):
        assert press(as_(name), world, run, step)["Location"] == f"/runs/{run.public_id}/", step
        work_jobs()
        states.append(world.fresh(run).state)
    assert states == ["frozen", "computed", "confirmed", "approved", "issued", "issued", "issued", "closed"]
    assert Statement.objects.filter(state="issued").count() == 4


@pytest.mark.parametrize(
    ("state", "who", "button"),
    [
        ("open", "accountant", "freeze"),
        ("open", "head", None),
        ("frozen", "accountant", "compute"),
        ("computed", "accountant", None),
        ("computed", "head", "confirm"),
        ("confirmed", "head", None),
        ("confirmed", "holder", "approve"),
        ("approved", "holder", None),
        ("approved", "accountant", "issue"),
    ],
)
def test_run_button_is_shown_only_to_who_may_press_it(world, as_, work_jobs, state, who, button):
    world.published(by="lan")
    run = world.run()
    for name, step, reached in (
        ("accountant", "freeze", "frozen"),
        ("accountant", "compute", "computed"),
        ("head", "confirm", "confirmed"),
        ("holder", "approve", "approved"),
    ):
        if world.fresh(run).state == state:
            break
        press(as_(name), world, run, step)
        work_jobs()
        assert world.fresh(run).state == reached
    shown = [step for step in as_(who).get(f"/runs/{run.public_id}/").context["steps"] if step.verb]
    assert [step.verb for step in shown if step.may] == ([button] if button else [])
    if not button:
        assert "Chờ " in shown[0].awaited


def test_run_period_overlapping_another_is_refused_with_what_was_typed(world, as_):
    world.run()
    answer = as_("accountant").post("/runs/open/", {**OPEN, "label": "Lần nữa"})
    assert (answer.status_code, summary_of(answer)) == (409, ["Các ngày này đã thuộc một kỳ chi trả khác."])
    assert 'value="Lần nữa"' in texts(answer)


def test_run_step_of_a_stale_page_is_refused(world, as_):
    world.published(by="lan")
    run = world.run()
    client = as_("accountant")
    seen = run.version
    client.post(f"/runs/{run.public_id}/freeze/", {"version": seen})
    answer = client.post(f"/runs/{run.public_id}/compute/", {"version": seen})
    assert answer.status_code == 409
    assert summary_of(answer) == ["Nội dung đã được người khác thay đổi. Hãy tải lại trang, xem bản mới rồi làm tiếp."]
    assert world.fresh(run).state == "frozen"


def test_run_progress_survives_a_reload_and_ends_with_a_refresh(world, as_, work_jobs):
    world.published(by="lan")
    run = world.run()
    client = as_("accountant")
    press(client, world, run, "freeze")
    press(client, world, run, "compute")
    for _ in range(2):
        page = texts(client.get(f"/runs/{run.public_id}/"))
        assert 'hx-trigger="every 1s"' in page
        assert "Đang tính nhuận bút" in page
    fragment = client.get(f"/runs/{run.public_id}/progress/", headers={"hx-request": "true"})
    assert (fragment.status_code, "HX-Refresh" in fragment) == (200, False)
    assert "<html" not in texts(fragment)
    work_jobs()
    assert client.get(f"/runs/{run.public_id}/progress/")["HX-Refresh"] == "true"
    assert "every 1s" not in texts(client.get(f"/runs/{run.public_id}/"))


def test_run_irreversible_step_asks_first_with_the_figures(world, as_, issued):
    press(as_("accountant"), world, issued, "pay")
    page = texts(as_("accountant").get(f"/runs/{issued.public_id}/paid/"))
    assert "Mọi người đã nhận đủ tiền?" in page
    assert "536.000\u00a0đ" in page
    assert not Payout.objects.filter(outcomes__isnull=False).exists()


def test_run_unknown_step_is_not_found(world, as_):
    assert as_("accountant").get(f"/runs/{world.run().public_id}/steal/").status_code == 404


def test_run_amounts_add_up_on_the_page(world, as_, issued):
    page = texts(as_("accountant").get(f"/runs/{issued.public_id}/"))
    foot = re.search(r"<tfoot>.*</tfoot>", page, re.DOTALL)
    assert foot is not None
    # author 1,5 × 253.000 + photo 0,5 × 253.000 + 20.000 approving + 10.000 posting
    assert re.findall(r"([\d.]+)\u00a0đ", foot.group()) == ["536.000", "0", "536.000"]


def test_run_person_opens_to_lines_with_their_explanation(world, as_, issued):
    address = f"/runs/{issued.public_id}/people/{world.people['lan'].public_id}/"
    client = as_("accountant")
    whole, part = client.get(address), client.get(address, headers={"hx-request": "true"})
    assert "1,5 × 253.000 đ = 379.500 đ" in texts(whole)
    assert "1,5 × 253.000 đ = 379.500 đ" in texts(part)
    assert ("<html" in texts(whole), "<html" in texts(part)) == (True, False)


def test_payout_returned_needs_a_reason_and_can_be_ordered_again(world, as_, issued):
    client = as_("accountant")
    press(client, world, issued, "pay")
    payout = Payout.objects.get(statement__contributor=world.people["lan"])
    address = f"/runs/{issued.public_id}/payouts/{payout.public_id}/return/"
    assert summary_of(client.post(address, {"reason": ""})) == ["Hãy ghi lý do để tác giả biết."]
    assert client.post(address, {"reason": "Sai số tài khoản"}).status_code == 302
    assert client.post(address, {"reason": "Sai số tài khoản"}).status_code == 409
    press(client, world, issued, "pay")
    assert Payout.objects.filter(statement__contributor=world.people["lan"], live=True).count() == 1


def test_cancel_needs_a_reason(world, as_):
    run = world.run()
    client = as_("accountant")
    answer = client.post(f"/runs/{run.public_id}/cancel/", {"version": run.version, "reason": ""})
    assert (answer.status_code, world.fresh(run).state) == (422, "open")
    client.post(f"/runs/{run.public_id}/cancel/", {"version": run.version, "reason": "Nhầm tháng"})
    assert world.fresh(run).state == "cancelled"


def test_papers_are_downloads_that_cannot_be_misread(world, as_, issued):
    client = as_("accountant")
    paper = Paper.objects.get(run=issued, kind="payment_list")
    statement = Statement.objects.get(run=issued, contributor=world.people["lan"])
    for address, kept in (
        (f"/papers/{paper.public_id}/pdf/", True),
        (f"/papers/{paper.public_id}/pdf/?show", False),
        (f"/fees/{statement.public_id}/pdf/", True),
    ):
        answer = client.get(address)
        assert b"".join(answer.streaming_content)[:5] == b"%PDF-"
        assert answer["Content-Disposition"].startswith("attachment" if kept else "inline")
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
        assert answer["Cache-Control"] == "private, no-store"
    assert f"/papers/{paper.public_id}/pdf/?show" in texts(client.get(f"/papers/{paper.public_id}/"))


def test_paper_not_rendered_yet_says_wait(world, as_, issued, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    paper = Paper.objects.get(run=issued, kind="payment_list")
    answer = as_("accountant").get(f"/papers/{paper.public_id}/pdf/")
    assert answer.status_code == 404
    assert "Giấy tờ đang được in" in texts(answer)


def test_contributor_sees_own_statement_with_every_line(world, as_, issued):
    statement = Statement.objects.get(run=issued, contributor=world.people["lan"])
    client = as_("lan")
    assert statement.run.label in texts(client.get("/fees/"))
    page = texts(client.get(f"/fees/{statement.public_id}/"))
    assert "379.500\u00a0đ" in page
    assert "1,5 × 253.000 đ = 379.500 đ" in page
    assert statement.code in page


def test_verify_tells_number_day_amount_and_a_masked_name(world, issued, client):
    statement = Statement.objects.get(run=issued, contributor=world.people["lan"])
    page = texts(client.get(f"/v/{statement.code.replace('-', '')}"))
    assert f"{statement.number}/2026" in page
    assert "379.500\u00a0đ" in page
    assert "Nguyễn T. L." in page
    assert "Nguyễn Thị Lan" not in page


def test_verify_reads_what_people_type(world, issued, client):
    statement = Statement.objects.get(run=issued, contributor=world.people["lan"])
    typed = f" {statement.code.lower()} "
    answer = client.get("/v/", {"code": typed})
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("code", ["7K4M92QFXD8B", "abc", "0000-0000-0000", "<b>"])
def test_verify_unknown_code_says_so(world, client, code):
    answer = client.get(f"/v/{code}/")
    assert answer.status_code == 404
    assert "Không có giấy tờ nào mang mã này" in texts(answer)


def test_verify_statement_not_issued_is_unknown(world, as_, work_jobs, client):
    world.published(by="lan")
    run = world.run()
    for name, step in (("accountant", "freeze"), ("accountant", "compute"), ("head", "confirm"), ("holder", "approve")):
        press(as_(name), world, run, step)
        work_jobs()
    assert Statement.objects.filter(state="approved").exists()
    assert client.get("/v/None/").status_code == 404


def test_verify_too_many_questions_are_put_off(world, client):
    answers = [client.get("/v/7K4M92QFXD8B/").status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]


def test_held_people_are_named_with_the_reason(world, as_, work_jobs):
    from payments.models import PayeeDetails

    world.published(by="lan")
    PayeeDetails.objects.filter(contributor=world.people["lan"]).update(current=False)
    run = world.run()
    for step in ("freeze", "compute"):
        press(as_("accountant"), world, run, step)
        work_jobs()
    page = texts(as_("accountant").get(f"/runs/{run.public_id}/"))
    assert "chưa có thông tin nhận tiền" in page
    assert "Đang tạm giữ" in page
    assert Contributor.objects.get(pk=world.people["lan"].pk).full_name in page
