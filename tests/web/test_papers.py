"""Pages of a run's papers: what each shows, who opens account numbers, what a code tells anyone."""

from __future__ import annotations

import hashlib

import pytest

from contributors.files import open_kept
from contributors.models import Event
from contributors.registration import record_person
from payments.models import Paper, RunArchive, RunSheet, Statement
from payments.runs import approve_run, compute_run, confirm_run, freeze_run
from tests.web.conftest import texts
from tests.web.pages import one_of_each
from tests.web.test_queries import asked


@pytest.fixture
def things(world, work_jobs):
    return one_of_each(world, work_jobs)


def test_papers_of_an_issued_run_stand_in_signing_order_with_hashes(world, things, as_):
    page = texts(as_("accountant").get(f"/runs/{things['run']}/papers/"))
    order = ["Giấy đề nghị thanh toán", "Bảng kê chi trả nhuận bút", "Bảng tổng hợp nhuận bút", "Bộ hồ sơ"]
    places = [page.index(f">{name}</th>") for name in order]
    assert places == sorted(places)
    for paper in Paper.objects.filter(run__public_id=things["run"]):
        assert paper.sha256 in page
        taken = f"/papers/{paper.public_id}/pdf/" in page
        assert taken == (paper.kind != "beneficiaries")
    head = texts(as_("head").get(f"/runs/{things['run']}/papers/"))
    assert "Kế toán hoặc thủ trưởng xem." in head
    assert "/statements/" not in head


def test_every_kept_paper_is_shown_and_proven(world, things, as_):
    client = as_("accountant")
    for paper in Paper.objects.filter(run__public_id=things["run"]).exclude(kind="beneficiaries"):
        assert client.get(f"/papers/{paper.public_id}/").status_code == 200
        answer = client.get(f"/papers/{paper.public_id}/pdf/")
        assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == paper.sha256
        page = texts(client.post(f"/papers/{paper.public_id}/again/"))
        assert "Giống hệt" in page, paper.kind
    paper = Paper.objects.get(kind="beneficiaries")
    assert client.get(f"/papers/{paper.public_id}/")["Location"] == f"/runs/{things['run']}/papers/accounts/"
    answer = client.get(f"/papers/{paper.public_id}/pdf/")
    assert answer.status_code == 409
    assert "không lưu sẵn" in texts(answer)


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_account_list_is_given_on_record(world, things, as_, form):
    answer = as_("holder").post(f"/runs/{things['run']}/papers/accounts/", {"form": form})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.get(kind="paper.accounts_shown").facts["form"] == form
    assert as_("head").post(f"/runs/{things['run']}/papers/accounts/", {"form": form}).status_code == 403


def test_account_list_asks_for_the_kind_of_file(world, things, as_):
    answer = as_("holder").post(f"/runs/{things['run']}/papers/accounts/", {"form": "exe"})
    assert answer.status_code == 422
    assert Event.objects.filter(kind="paper.accounts_shown").count() == 0


def test_budget_code_is_kept_and_refused_in_words(world, things, as_):
    client, address = as_("accountant"), f"/runs/{things['run']}/papers/check/"
    assert client.post(address, {"budget_code": "1234567"}).status_code == 302
    assert world.fresh(world.fund).budget_code == "1234567"
    assert "1234567" in texts(client.get(address))
    answer = client.post(address, {"budget_code": "<b>"})
    assert answer.status_code == 422
    assert "gồm chữ số" in texts(answer)
    assert as_("head").post(address, {"budget_code": "7"}).status_code in {403, 422}
    assert world.fresh(world.fund).budget_code == "1234567"


def test_preview_only_between_computing_and_issue(world, things, as_):
    client = as_("accountant")
    assert "bản nháp" in texts(client.get(f"/runs/{things['computed_run']}/papers/"))
    assert client.get(f"/runs/{things['run']}/papers/preview/summary/").status_code == 409
    assert client.get(f"/runs/{things['computed_run']}/papers/preview/nothing/").status_code == 404
    assert as_("head").get(f"/runs/{things['computed_run']}/papers/preview/statement/pdf/").status_code == 403


def test_statements_are_found_by_name_and_number(world, things, as_):
    client, address = as_("accountant"), f"/runs/{things['run']}/statements/"
    statement = Statement.objects.get(contributor=world.people["lan"])
    for q in ("nguyen thi lan", "Lan", str(statement.number)):
        page = texts(client.get(address, {"q": q}))
        assert str(statement.public_id) in page, q
    assert "Không có phiếu nào như vậy." in texts(client.get(address, {"q": "khongco"}))


def test_statements_and_papers_ask_the_same_for_one_and_thirty(world, work_jobs, as_):
    world.published(by="lan")
    run = world.run()
    accountant = world.actor("accountant")
    freeze_run(actor=accountant, run=run, seen_version=run.version)
    compute_run(actor=accountant, run=run, seen_version=world.fresh(run).version)
    work_jobs()
    confirm_run(actor=world.actor("head"), run=run, seen_version=world.fresh(run).version)
    approve_run(actor=world.actor("holder"), run=run, seen_version=world.fresh(run).version)
    client, pages = as_("accountant"), ("papers", "statements")
    few = [asked(client, f"/runs/{run.public_id}/{page}/") for page in pages]
    like = Statement.objects.filter(run=run).first()
    for number in range(30):
        person = record_person(actor=world.actor("head"), full_name=f"Trần Văn Thứ {number}", unit=world.unit)
        Statement.objects.create(
            portal=world.portal, run=run, contributor=person, payee_details=like.payee_details, line_count=0,
            line_total=0, gross=0, tax=0, net=0, tax_status=like.tax_status,
        )  # fmt: skip
    assert [asked(client, f"/runs/{run.public_id}/{page}/") for page in pages] == few
    assert max(few) <= 30


def test_large_archive_is_packed_in_the_background(world, things, as_, work_jobs, monkeypatch):
    monkeypatch.setattr("payments.archives.STREAMED_BYTES", 10)
    client, address = as_("accountant"), f"/runs/{things['run']}/papers/"
    assert client.get(f"{address}zip/").status_code == 409
    RunArchive.objects.all().delete()
    assert "Đóng gói</button>" in texts(client.get(address))
    assert client.post(f"{address}pack/").status_code == 302
    assert "Đang đóng gói: 0 trên" in texts(client.get(address))
    assert "hx-get" in texts(client.get(f"{address}packing/"))
    work_jobs()
    assert client.get(f"{address}packing/")["HX-Refresh"] == "true"
    archive = RunArchive.objects.get()
    answer = client.get(f"{address}packed/{archive.public_id}/")
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == archive.sha256


def test_code_of_every_paper_tells_kind_number_rows_and_total(world, things, client):
    run = RunSheet.objects.filter(run__public_id=things["run"]).first().run
    codes = dict(RunSheet.objects.filter(run=run).values_list("kind", "code"))
    codes["payment_list"] = run.list_frozen["verification_code"]
    for kind, code in codes.items():
        page = texts(client.get(f"/v/{code.replace('-', '')}"))
        paper = Paper.objects.get(run=run, kind=kind)
        assert paper.get_kind_display() in page.lower() or paper.get_kind_display().capitalize() in page
        assert "1/2026" in page
        assert f'data-hashes="{paper.sha256}"' in page
        assert "Số người" in page
        assert "Nguyễn Thị Lan" not in page
    net = f"{run.net:,}".replace(",", ".")
    assert net in texts(client.get(f"/v/{codes['payment_list']}"))


def test_code_of_a_statement_gives_the_hash_of_its_file(world, things, client):
    statement = Statement.objects.get(contributor=world.people["lan"])
    page = texts(client.get(f"/v/{statement.code}/"))
    paper = Paper.objects.get(statement=statement)
    assert hashlib.sha256(open_kept(paper.path).read_bytes()).hexdigest() == paper.sha256
    assert f'data-hashes="{paper.sha256}"' in page
    assert 'type="file"' in page
    assert '<form method="post"' not in page.split('id="check-file"')[1].split("</section>")[0]
    assert "sha256sum" in page


def test_year_of_tax_is_listed(world, things, as_):
    page = texts(as_("accountant").get("/withholding/"))
    assert "Nguyễn Thị Lan" in page
    assert "Thuế khấu trừ năm 2026" in page
    assert as_("holder").post("/withholding/2026/certificates/").status_code == 403
    assert as_("accountant").post("/withholding/2026/certificates/").status_code == 200


def test_nobody_paid_is_an_empty_state(world, as_):
    assert "Chưa chi khoản nào." in texts(as_("accountant").get("/withholding/"))
