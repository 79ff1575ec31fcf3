"""Money going out over HTTP; every answer is held against the document by the client itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributors.models import Job, JobState
from contributors.scopes import portal_scope
from payments.models import Fund, Payout, PayoutBatch
from tests.api.conftest import EVERYBODY
from tests.factories.world import World
from tests.payments.steps import issued_run
from tests.web.money_pages import bank_answer

MONEY = {"head", "deputy", "accountant", "holder"}


@pytest.fixture
def issued(world: World) -> Any:
    with portal_scope(world.portal):
        world.published("lan", photos_by=("hoa",))
        run = issued_run(world)
        assert not Job.unscoped.filter(state=JobState.PENDING).exists()
        return run


@pytest.fixture
def batch(issued: Any, as_: Any) -> dict[str, Any]:
    client = as_("accountant")
    run = client.get(f"/api/v1/runs/{issued.public_id}/").json()
    assert client.post(f"/api/v1/runs/{run['id']}/pay/", {"version": run["version"]}).status_code == 200
    made = client.post(
        "/api/v1/payout-batches/", {"run": run["id"], "kind": "bank", "template": "bank-full", "purpose": "Tháng 7"}
    )
    assert made.status_code == 201, made.content
    return made.json()  # type: ignore[no-any-return]


def test_batch_from_gathering_to_the_banks_answer(world: World, issued: Any, batch: dict[str, Any], as_: Any) -> None:
    client, address = as_("accountant"), f"/api/v1/payout-batches/{batch['id']}/"
    assert (batch["state"], batch["number"], batch["findings"]) == ("prepared", 1, [])
    early = client.post(f"{address}send/", {"version": batch["version"]})
    assert (early.status_code, early.json()["code"]) == (409, "batch_file_missing")
    for kind, media in (("csv", "text/csv"), ("xlsx", "spreadsheetml")):
        file = client.post(f"{address}file/", {"format": kind})
        assert (file.status_code, media in file["Content-Type"]) == (200, True)
    sent = client.post(f"{address}send/", {"version": batch["version"]})
    assert sent.json()["state"] == "sent"
    stale = client.post(f"{address}dissolve/", {"version": 1, "reason": "Nhầm"})
    assert stale.json()["code"] == "stale_version"

    listed = client.get("/api/v1/payouts/", {"run": str(issued.public_id)}).json()["results"]
    assert {row["state"] for row in listed} == {"sent"}
    assert not [row for row in listed if "account" in row]  # the tail alone
    by_name = {row["contributor"]["name"]: row for row in listed}
    content = bank_answer(
        (by_name["Nguyễn Thị Lan"]["reference"], by_name["Nguyễn Thị Lan"]["amount"], "Thành công", ""),
        (by_name["Lê Hoà"]["reference"], by_name["Lê Hoà"]["amount"], "Không thành công", "Sai số tài khoản"),
        ("NB99D999N0001", 5, "Thành công", ""),
    )
    upload = {"file": SimpleUploadedFile("ket-qua.csv", content)}
    result = client.post(f"{address}results/", upload, format="multipart")
    assert result.status_code == 201, result.content
    assert [row["verdict"] for row in result.json()["rows"]] == ["matched", "matched", "unmatched"]
    applied = client.post(f"/api/v1/bank-results/{result.json()['id']}/apply/")
    assert (applied.json()["state"], applied.json()["applied"], applied.json()["rows"]) == ("applied", 2, [])
    again = client.post(f"/api/v1/bank-results/{result.json()['id']}/discard/")
    assert again.json()["code"] == "result_wrong_state"

    figures = client.get("/api/v1/payouts/figures/", {"run": str(issued.public_id)}).json()
    assert (figures["counts"]["paid"], figures["counts"]["returned"]) == (1, 1)
    back = client.post(f"/api/v1/payouts/{by_name['Lê Hoà']['id']}/again/")
    assert (back.status_code, back.json()["attempts"], back.json()["batch"]) == (201, 2, None)
    own = client.post(f"/api/v1/payouts/{by_name['Nguyễn Thị Lan']['id']}/revoke/", {"reason": "Ghi nhầm"})
    assert own.json()["code"] == "revoker_is_confirmer"
    taken = as_("holder").post(f"/api/v1/payouts/{by_name['Nguyễn Thị Lan']['id']}/revoke/", {"reason": "Ghi nhầm"})
    assert (taken.status_code, taken.json()["state"]) == (200, "waiting")
    rest = client.post("/api/v1/payouts/confirm/", {"run": str(issued.public_id), "happened_on": "2026-08-03"})
    assert rest.json() == {"payouts": 4}
    gone = client.post(f"/api/v1/payouts/{by_name['Lê Hoà']['id']}/return/", {"reason": "Sai"})
    assert gone.json()["code"] == "payout_not_live"


@pytest.mark.parametrize("name", EVERYBODY)
def test_money_is_shown_to_those_of_the_table(world: World, batch: dict[str, Any], as_: Any, name: str) -> None:
    client = as_(name)
    fund = Fund.unscoped.get(portal=world.portal).public_id
    run = str(PayoutBatch.unscoped.get().run.public_id) if name in MONEY else batch["run"]["id"]
    seen = {
        client.get(address, query).status_code
        for address, query in (
            ("/api/v1/payout-batches/", {}),
            (f"/api/v1/payout-batches/{batch['id']}/", {}),
            ("/api/v1/payouts/", {"run": run}),
            ("/api/v1/payouts/figures/", {"run": run}),
            ("/api/v1/payout-templates/", {}),
            ("/api/v1/payout-templates/bank-full/", {}),
            ("/api/v1/funds/", {}),
            (f"/api/v1/funds/{fund}/", {}),
            (f"/api/v1/funds/{fund}/unpaid/", {}),
            ("/api/v1/fund-policy/", {}),
        )
    }
    assert seen == ({200} if name in MONEY else {403})
    journal = client.get("/api/v1/journal/", {"from": "2026-08-01", "until": "2026-09-01"})
    assert journal.status_code == (200 if name in {"accountant", "holder"} else 403)
    posted = client.post(f"/api/v1/payout-batches/{batch['id']}/file/", {"format": "csv"})
    assert posted.status_code == (200 if name == "accountant" else 403)


def test_batches_of_another_portal_do_not_exist(batch: dict[str, Any], elsewhere: World) -> None:
    from tests.api.conftest import CheckedClient

    client = CheckedClient()
    client.force_authenticate(elsewhere.accounts["accountant"])
    for address in (f"payout-batches/{batch['id']}/", f"payouts/?run={batch['run']['id']}"):
        assert client.get(f"/api/v1/{address}").status_code == 404
    payout = Payout.unscoped.first().public_id
    assert client.post(f"/api/v1/payouts/{payout}/again/").status_code == 404


def test_template_is_tried_saved_and_given_up(as_: Any) -> None:
    client = as_("accountant")
    body = {
        "code": "ngan-hang-xa",
        "title": "Ngân hàng của xã",
        "kind": "bank",
        "unaccented": True,
        "separator": "\t",
        "encoding": "windows-1258",
        "columns": [
            {"title": "TK", "source": "account"},
            {"title": "Tên", "source": "name"},
            {"title": "Tiền", "source": "amount", "type": "number"},
            {"title": "Ngày", "source": "day", "date_format": "yyyymmdd"},
        ],
        "result": {"reference": ["Mã"], "status": ["TT"]},
    }
    tried = client.post("/api/v1/payout-templates/preview/", body).json()
    assert (tried["headings"][0], tried["rows"][0]) == ("TK", ["0012345678", "Nguyen Thi Mau", "379500", "20260803"])
    made = client.post("/api/v1/payout-templates/", body)
    assert (made.status_code, made.json()["version"], made.json()["separator"]) == (201, 1, "\t")
    assert made.json()["result"]["reference"] == ["Mã"]
    assert client.get("/api/v1/payout-templates/ngan-hang-xa/").json() == made.json()
    wrong = client.post("/api/v1/payout-templates/", body | {"columns": body["columns"][1:2]})
    assert wrong.json()["code"] == "template_wrong"
    assert client.delete("/api/v1/payout-templates/ngan-hang-xa/").status_code == 204
    assert client.get("/api/v1/payout-templates/ngan-hang-xa/").json()["code"] == "template_unknown"
    assert client.delete("/api/v1/payout-templates/bank-full/").json()["code"] == "template_shipped"


def test_fund_over_http(world: World, as_: Any) -> None:
    client = as_("accountant")
    new = {"year": 2026, "source": "Sự nghiệp văn hoá", "amount": 5_000_000, "cut_off": "2027-01-31"}
    made = client.post("/api/v1/funds/", new)
    assert made.status_code == 201, made.content
    address = f"/api/v1/funds/{made.json()['id']}/"
    changed = client.post(
        f"{address}change/", {"change": -1_000_000, "decision_number": "07/QĐ", "reason": "Cắt giảm"}
    ).json()
    assert (changed["amount"], changed["left"], len(changed["changes"]), len(changed["months"])) == (
        4_000_000,
        4_000_000,
        1,
        12,
    )
    assert client.post("/api/v1/funds/", new).json()["code"] == "fund_twice"
    with portal_scope(world.portal):
        world.published("lan")
        main = world.fund.public_id
    assert client.get(f"/api/v1/funds/{main}/").json()["expected"] == 409_500
    unpaid = client.get(f"/api/v1/funds/{main}/unpaid/").json()
    assert (unpaid["amount"], len(unpaid["pieces"]), unpaid["warns"]) == (409_500, 1, False)
    policy = client.post("/api/v1/fund-policy/", {"warn_days": 200, "effective_from": "2026-08-03"})
    assert policy.json()["warn_days"] == 200
    assert client.get(f"/api/v1/funds/{main}/unpaid/").json()["warns"] is True
    assert (
        as_("holder").post(f"{address}change/", {"change": 1, "decision_number": "1", "reason": "x"}).status_code == 403
    )


def test_journal_over_http(issued: Any, as_: Any) -> None:
    client = as_("accountant")
    answer = client.get("/api/v1/journal/", {"from": "2026-08-01", "until": "2026-09-01"}).json()
    assert (answer["total"], answer["difference"]) == (issued.gross, 0)
    assert client.get("/api/v1/journal/", {"from": "2026-08-01"}).status_code == 422
    assert client.get("/api/v1/journal/", {"from": "2026-01-01", "until": "2026-02-01"}).json()["entries"] == []
    for kind in ("csv", "xlsx"):
        body = {"from": "2026-08-01", "until": "2026-09-01", "format": kind}
        assert client.post("/api/v1/journal/file/", body).status_code == 200
    accounts = client.get("/api/v1/journal/accounts/").json()
    assert (accounts["own"], accounts["doubt"], accounts["accounts"]["expense"]) == (False, True, "611")
    own = client.post(
        "/api/v1/journal/accounts/", accounts["accounts"] | {"bank": "1122", "effective_from": "2026-08-03"}
    )
    assert (own.status_code, own.json()["own"], own.json()["accounts"]["bank"]) == (201, True, "1122")
    assert as_("holder").get("/api/v1/journal/accounts/").status_code == 200
    assert as_("holder").post("/api/v1/journal/accounts/", {}).status_code == 403


def test_lists_ask_as_much_for_many_as_for_few(world: World, batch: dict[str, Any], as_: Any) -> None:
    client = as_("accountant")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = ("/api/v1/payout-batches/", f"/api/v1/payouts/?run={batch['run']['id']}", "/api/v1/funds/")
    few = [asked(f"{address}{'&' if '?' in address else '?'}page_size=1") for address in addresses]
    many = [asked(address) for address in addresses]
    assert few == many
    assert max(many) <= 30
