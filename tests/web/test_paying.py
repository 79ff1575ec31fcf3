"""Paying through pages: gather, take the file, send, tick, read the bank's answer, pay again; funds and journal."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contributors import clock
from contributors.models import Event
from payments import batches, payouts
from payments.models import (
    BankResult,
    Fund,
    FundChange,
    JournalAccounts,
    Payout,
    PayoutBatch,
    PayoutEvent,
    PayoutTemplate,
)
from tests.factories.world import at
from tests.payments.batch_steps import by_name, gathered, sent
from tests.payments.steps import AUGUST, issued_run, work
from tests.web.conftest import summary_of, texts
from tests.web.money_pages import bank_answer
from tests.web.test_queries import MOST, asked


@pytest.fixture(autouse=True)
def _on_payday():
    with clock.at(at("2026-08-06T09:00")):
        yield


@pytest.fixture
def issued(world):
    world.published("lan", photos_by=("hoa",))
    with clock.at(AUGUST):
        return issued_run(world)


def test_run_is_paid_through_the_pages(world, issued, as_):
    client = as_("accountant")
    page = f"/runs/{issued.public_id}/payouts/"
    assert "Lập lệnh chi" in texts(client.get(page))
    client.post(f"/runs/{issued.public_id}/pay/", {"version": issued.version})
    shown = client.get(page)
    assert [option for option, _ in shown.context["gather"].fields["template"].choices] == [
        *("bank:bank-full", "bank:bank-short", "treasury:treasury-list")
    ]
    made = client.post(page, {"template": "treasury:treasury-list", "purpose": "Nhuận bút tháng 7"}, follow=True)
    batch = PayoutBatch.objects.get()
    assert made.redirect_chain == [(f"/batches/{batch.public_id}/", 302)]
    assert "•••• " in texts(made)  # the preview opens no number
    account = f"00{world.people['lan'].pk:08d}"
    assert account not in texts(made)

    refused = client.post(f"/batches/{batch.public_id}/send/", {"version": batch.version})
    assert (refused.status_code, len(summary_of(refused))) == (409, 1)
    file = client.post(f"/batches/{batch.public_id}/file/csv/")
    assert (file.status_code, file["Cache-Control"]) == (200, "private, no-store")
    assert account in file.content.decode("utf-8-sig")
    assert client.post(f"/batches/{batch.public_id}/send/", {"version": batch.version}).status_code == 302

    mine = by_name(batch)
    tick = {"payout": [str(mine["Nguyễn Thị Lan"].public_id)], "batch": str(batch.public_id)}
    assert client.post(f"/runs/{issued.public_id}/payouts/confirm/", tick).status_code == 302
    nobody = client.post(f"/runs/{issued.public_id}/payouts/confirm/", {"batch": str(batch.public_id)})
    assert (nobody.status_code, summary_of(nobody)) == (422, ["Hãy đánh dấu ít nhất một người."])
    assert PayoutEvent.objects.filter(outcome="confirmed").count() == 1

    content = bank_answer(
        *(
            (item.reference, item.payout.amount, "Thành công", "")
            for item in batches.items_of(batch)
            if item.payout.payee_details.legal_name != "Lê Hoà"
        ),
        (next(i.reference for i in batches.items_of(batch) if i.payout == mine["Lê Hoà"]), 126_500, "Từ chối", "Sai"),
    )
    answer = client.post(
        f"/batches/{batch.public_id}/", {"file": SimpleUploadedFile("ket-qua.csv", content)}, follow=True
    )
    result = BankResult.objects.get()
    assert answer.redirect_chain == [(f"/batches/results/{result.public_id}/", 302)]
    assert [answer.context["counts"][verdict] for verdict in ("matched", "already", "contradicts")] == [3, 1, 0]
    client.post(f"/batches/results/{result.public_id}/")
    assert "bị trả lại" in texts(client.get(page))
    back = Payout.objects.get(pk=mine["Lê Hoà"].pk)
    assert client.post(f"/payouts/{back.public_id}/again/").status_code == 302
    assert Payout.objects.filter(statement=back.statement, live=True).count() == 1
    # A wrong confirmation: the holder takes it back, the accountant is not offered it.
    lan = Payout.objects.get(pk=mine["Nguyễn Thị Lan"].pk)
    assert f"/payouts/{lan.public_id}/revoke/" not in texts(client.get(page))
    assert f"/payouts/{lan.public_id}/revoke/" in texts(as_("holder").get(page))
    done = as_("holder").post(f"/payouts/{lan.public_id}/revoke/", {"reason": "Ngân hàng chưa ghi có"})
    assert done.status_code == 302
    assert client.get(f"/batches/{batch.public_id}/").context["figures"].waiting == 1


def test_batch_that_is_not_ready_says_why_and_is_dissolved(world, issued, as_):
    client = as_("accountant")
    batch = gathered(world, issued)
    from payments.models import Bank

    Bank.objects.update(active=False)
    shown = texts(client.get(f"/batches/{batch.public_id}/"))
    assert "Phải sửa trước khi lấy tệp" in shown
    assert "Tải tệp Excel" not in shown
    refused = client.post(f"/batches/{batch.public_id}/file/xlsx/")
    assert (refused.status_code, len(summary_of(refused))) == (409, 1)
    assert client.post(f"/batches/{batch.public_id}/dissolve/", {"version": batch.version}).status_code == 422
    client.post(f"/batches/{batch.public_id}/dissolve/", {"version": batch.version, "reason": "Sai ngân hàng"})
    assert PayoutBatch.objects.get().state == "dissolved"
    assert client.get(f"/runs/{issued.public_id}/payouts/").context["loose"][0][1] == batch.payouts


def test_template_is_tried_saved_and_given_up(world, as_):
    client = as_("accountant")
    form = client.get("/payout-templates/treasury-list/").context["form"]
    said = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    said = {name: value for name, value in said.items() if value is not True or name == "total"}
    said |= {"c6_title": "Diễn giải", "c7_title": "VietQR", "c7_source": "vietqr"}
    tried = client.post("/payout-templates/treasury-list/", said | {"preview": "1"})
    assert tried.context["preview_titles"][-2:] == ["Diễn giải", "VietQR"]
    assert tried.context["preview"][0][-1].startswith("000201")
    assert PayoutTemplate.objects.count() == 0
    wrong = client.post("/payout-templates/treasury-list/", said | {"c3_title": "", "c3_source": "", "c7_as": "number"})
    assert wrong.status_code == 422
    assert "thiếu cột “số tài khoản”" in summary_of(wrong)[0]
    assert client.post("/payout-templates/treasury-list/", said).status_code == 302
    assert "của trang, bản 1" in texts(client.get("/payout-templates/"))
    assert client.post("/payout-templates/treasury-list/", {"retire": "1"}).status_code == 302
    assert "của trang" not in texts(client.get("/payout-templates/"))
    assert as_("head").post("/payout-templates/treasury-list/", said).status_code == 403


def test_fund_is_entered_changed_and_shown(world, as_):
    client = as_("accountant")
    made = client.post(
        "/funds/new/",
        {
            "year": "2026",
            "source": "Sự nghiệp văn hoá",
            "amount": "12.000.000",
            "cut_off": "2027-01-31",
            "decision_number": "03/QĐ-UBND",
        },
    )
    fund = Fund.objects.get(source="Sự nghiệp văn hoá")
    assert made["Location"] == f"/funds/{fund.public_id}/"
    twice = client.post(
        "/funds/new/", {"year": "2026", "source": "Sự nghiệp văn hoá", "amount": "5", "cut_off": "2027-01-31"}
    )
    assert twice.status_code == 409
    cut = {"direction": "cut", "change": "2.000.000", "decision_number": "07/QĐ", "reason": "Cắt giảm 10 %"}
    assert client.post(f"/funds/{fund.public_id}/change/", cut).status_code == 302
    assert FundChange.objects.get().amount == -2_000_000
    shown = texts(client.get(f"/funds/{fund.public_id}/"))
    assert "10.000.000" in shown
    assert "Cắt giảm 10 %" in shown
    deep = client.post(f"/funds/{fund.public_id}/change/", cut | {"change": "10.000.001"})
    assert (deep.status_code, len(summary_of(deep))) == (409, 1)


def test_card_before_the_cut_off_stands_on_the_list_of_runs(world, as_):
    world.published("lan", title="Tin cuối năm", when="2026-12-20T09:00")
    for moment, there in (("2026-12-16T08:00", False), ("2026-12-21T08:00", True)):
        with clock.at(at(moment)):
            assert ("Sẽ mất nếu chưa chi" in texts(as_("accountant").get("/runs/"))) is there
    with clock.at(at("2026-12-21T08:00")):
        assert "Tin cuối năm" in texts(as_("head").get(f"/funds/{world.fund.public_id}/"))


def test_approver_sees_what_is_left_after_all_that_is_coming(world, as_):
    world.published("lan", title="Chưa chi", when="2026-08-05T09:00")
    piece = world.submitted("hoa")
    client = as_("head")
    page = client.get(f"/review/{piece.public_id}/")
    amounts = page.context["amounts"]
    assert amounts.left_after == 50_000_000 - amounts.shown.total
    assert 'hx-get="/desk/fund/"' in page.content.decode()
    ahead = texts(client.get("/desk/fund/")).replace("\N{NO-BREAK SPACE}", " ")
    assert "còn 1 tin, bài đã duyệt chưa vào kỳ nào, ước cần 409.500 đ" in ahead
    assert "dự toán còn 49.590.500 đ" in ahead
    assert "<h1" not in client.get("/desk/fund/", headers={"HX-Request": "true"}).content.decode()


def test_journal_says_when_nothing_happened_and_gives_files(world, issued, as_):
    client = as_("accountant")
    assert "chưa phát hành phiếu nào" in texts(client.get("/journal/?first=2026-01-01&last=2026-01-31"))
    assert client.get("/journal/?first=2026-02-01&last=2026-01-31").status_code == 422
    page = client.get("/journal/?first=2026-08-01&last=2026-08-31")
    assert page.context["journal"].difference == 0
    for kind in ("xlsx", "csv"):
        file = client.post(f"/journal/file/{kind}/", {"first": "2026-08-01", "last": "2026-08-31"})
        assert (file.status_code, len(file.content) > 200) == (200, True)
    assert Event.objects.filter(kind="journal.taken").count() == 2
    form = {"expense": "611.1", "payable": "3348", "tax": "3335", "treasury": "1121", "bank": "1122", "cash": "1111"}
    wrong = client.post("/journal/accounts/", form | {"tax": "ba", "effective_from": "2026-08-06"})
    assert wrong.status_code == 422
    assert client.post("/journal/accounts/", form | {"effective_from": "2026-08-06"}).status_code == 302
    assert JournalAccounts.objects.get().accounts["bank"] == "1122"


@pytest.mark.parametrize("name", ["payouts", "batch", "fund", "journal", "runs"])
def test_pages_ask_as_much_for_many_people_as_for_few(world, as_, name):
    """One run of one author, one of three with more pieces; both with an answered batch."""
    pages = []
    for month, people in ((7, ("lan",)), (8, ("lan", "hoa", "writer", "head"))):
        for number, by in enumerate(people * 3):
            approver = "head" if by != "head" else None
            if approver is None:
                continue
            world.published(by, when=f"2026-{month:02d}-{number + 2:02d}T09:00", title=f"Tin {number}")
        with clock.at(at(f"2026-{month + 1:02d}-03T08:00")):
            run = issued_run(
                world,
                since=f"2026-{month:02d}-01",
                until=f"2026-{month + 1:02d}-01",
                pay=f"2026-{month + 1:02d}-05",
            )
            batch = sent(world, run)
            payouts.confirm_payouts(
                actor=world.actor("accountant"), run=run, chosen=[next(iter(by_name(batch).values())).pk]
            )
            work()
        pages.append(
            {
                "payouts": f"/runs/{run.public_id}/payouts/",
                "batch": f"/batches/{batch.public_id}/",
                "fund": f"/funds/{world.fund.public_id}/",
                "journal": f"/journal/?first=2026-{month + 1:02d}-01&last=2026-{month + 1:02d}-28",
                "runs": "/runs/",
            }[name]
        )
        if name in {"fund", "runs"}:
            with clock.at(at("2026-09-06T09:00")):
                pages[-1] = asked(as_("accountant"), pages[-1])
    with clock.at(at("2026-09-06T09:00")):
        counts = [each if isinstance(each, int) else asked(as_("accountant"), each) for each in pages]
    assert counts[0] == counts[1] <= MOST
