"""Who sees which page: every page × every person of the small world, and the reverse: no view is left out."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from contributors.document_sheets import check_documents_sheet, documents_template
from contributors.documents import DocumentToPost, post_document
from contributors.models import Contributor, ContributorState, DocumentFile, Photo
from payments import payouts
from payments.issuing import issue_run
from payments.models import DraftLine, Paper, Payout, Statement
from payments.runs import approve_run, compute_run, confirm_run, freeze_run
from web.urls import urlpatterns

EVERYBODY = ("head", "deputy", "writer", "publisher", "accountant", "holder", "admin", "lan", "hoa")
BOARD = ("head", "deputy", "writer", "publisher")
PERSONS = (*BOARD, "lan", "hoa")
MONEY = ("head", "deputy", "accountant", "holder")
BOOKS = ("accountant", "holder")
READERS = (*BOARD, "accountant", "holder", "lan")

# Page, and who gets 200; 403 or 404 for the others, the login page for visitors.
PAGES: dict[str, tuple[str, ...]] = {
    "/me/": PERSONS,
    "/send/": PERSONS,
    "/send/text/?genre=news_item": PERSONS,
    "/send/{draft}/text/": ("lan",),
    "/send/{draft}/photos/": ("lan",),
    "/send/{draft}/check/": ("lan",),
    "/send/{submitted}/done/": ("lan",),
    "/pieces/{submitted}/": READERS,
    "/pieces/{submitted}/withdraw/": ("lan",),
    "/pieces/{submitted}/reopen/": ("lan",),
    "/fees/": PERSONS,
    "/fees/{statement}/": ("lan", *BOOKS),
    "/fees/{statement}/pdf/": ("lan", *BOOKS),
    "/photos/{photo}/": READERS,
    "/desk/": BOARD,
    "/review/{submitted}/": BOARD,
    "/review/{submitted}/amounts/": BOARD,
    "/publish/{approved}/": ("deputy", "publisher"),
    "/publish/{approved}/zip/": BOARD,
    "/applications/{applied}/": ("head", "deputy"),
    "/review/{submitted}/alike/": BOARD,
    "/review/{submitted}/alike/{approved}/": BOARD,
    "/archive/": (*BOARD, "accountant", "holder"),
    "/documents/": ("deputy",),
    "/documents/files/{file}/": (*BOARD, "accountant", "holder"),
    "/documents/sheet/": ("deputy",),
    "/documents/sheet/template/": ("deputy",),
    "/documents/sheet/{sheet}/": ("deputy",),
    "/sightings/": ("deputy", "publisher"),
    "/website/": ("head", "admin"),
    "/enter/": BOARD,
    "/output/": BOARD,
    "/runs/": MONEY,
    "/runs/open/": ("accountant",),
    "/runs/{run}/": MONEY,
    "/runs/{run}/close/": MONEY,
    "/runs/{run}/cancel/": MONEY,
    "/runs/{run}/progress/": MONEY,
    "/runs/{run}/people/{person}/": MONEY,
    "/runs/{run}/payouts/{payout}/return/": MONEY,
    "/payee/": PERSONS,
    "/payee/change/": PERSONS,
    "/payees/": BOOKS,
    "/payees/missing/": BOOKS,
    "/payees/policy/": ("holder", "admin"),
    "/payees/sheets/": BOOKS,
    "/payees/{payee}/": BOOKS,
    "/payees/{payee}/enter/": ("accountant",),
    "/payees/{payee}/confirm/": BOOKS,
    "/payees/{payee}/reveal/": ("accountant",),
    "/payees/{payee}/tax/": ("accountant",),
    "/papers/{paper}/": MONEY,
    "/papers/{paper}/pdf/": MONEY,
}
OPEN_TO_ALL = {
    "login",
    "logout",
    "choose_portal",
    "language",
    "home",
    "verify",
    "verify_code",
    "verify_printed",
    "style",
    "feed",
    "feed_by_header",
    "feed_photo",
}
POST_ONLY = {
    *("my_payee_confirm", "review_approve", "review_return", "review_decline"),
    *("view_save", "view_delete", "look", "sighting_answer", "feed_key_make", "feed_key_revoke"),
}


@pytest.fixture
def things(world, work_jobs) -> dict[str, str]:
    """One of each that pages are about; the run is issued and its payouts are prepared."""
    world.published(by="lan", photos_by=("lan",))
    run = world.run()
    freeze_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    compute_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    work_jobs()
    confirm_run(actor=world.actor("head"), run=run, seen_version=world.fresh(run).version)
    approve_run(actor=world.actor("holder"), run=run, seen_version=world.fresh(run).version)
    issue_run(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    payouts.prepare_payouts(actor=world.actor("accountant"), run=run, seen_version=world.fresh(run).version)
    work_jobs()
    submitted = world.submitted(photos_by=("lan",))
    applied = world.people["hoa"]
    Contributor.objects.filter(pk=applied.pk).update(state=ContributorState.APPLIED)
    statement = Statement.objects.get(run=run, contributor=world.people["lan"])
    return {
        "draft": world.draft(by="lan").public_id,
        "submitted": submitted.public_id,
        "approved": world.approved(by="lan").public_id,
        "photo": Photo.objects.get(piece=submitted).public_id,
        "statement": statement.public_id,
        "applied": applied.public_id,
        "payee": world.people["lan"].public_id,
        "run": run.public_id,
        "person": DraftLine.objects.filter(run=run).first().contributor.public_id,
        "payout": Payout.objects.get(statement=statement).public_id,
        "paper": Paper.objects.get(run=run, statement=None).public_id,
        **document_things(world),
    }


def document_things(world) -> dict[str, str]:
    """A document with its file, and a sheet of documents that waits for a word."""
    deputy = world.actor("deputy")
    piece = post_document(
        actor=deputy,
        client_key=uuid.uuid4(),
        document=DocumentToPost("45/KH", "Kế hoạch", "Kế hoạch năm"),
        file=("ke-hoach.pdf", b"%PDF-1.7"),
    )
    sheet = check_documents_sheet(actor=deputy, content=documents_template(), file_name="vb.xlsx")
    return {"file": DocumentFile.objects.get(piece=piece).public_id, "sheet": sheet.public_id}


def test_every_page_answers_those_it_is_for_and_no_others(world, things, as_):
    wrong = []
    for page, allowed in PAGES.items():
        address = page.format(**things)
        for name in EVERYBODY:
            status = as_(name).get(address).status_code
            if (status == 200) != (name in allowed) or status not in {200, 403, 404}:
                wrong.append((page, name, status))
    assert wrong == []


def test_every_page_sends_a_visitor_to_the_login(things):
    for page in PAGES:
        answer = Client().get(page.format(**things))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/"), page


def test_refusal_shows_nothing_of_the_thing(world, things, as_):
    answer = as_("admin").get(PAGES_STATEMENT.format(**things))
    assert answer.status_code == 404
    assert "Nguyễn Thị Lan" not in answer.content.decode()


PAGES_STATEMENT = "/fees/{statement}/"


def test_every_view_stands_in_the_table():
    """A new page must say whom it is for."""

    def names(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from names(pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                yield pattern.name

    from django.urls import resolve

    sample = dict.fromkeys(
        (
            "draft",
            "submitted",
            "approved",
            "photo",
            "statement",
            "applied",
            "run",
            "person",
            "payout",
            "paper",
            "payee",
            "file",
            "sheet",
        ),
        "01a207cd-eb83-746d-8361-0e00a25519f9",
    )
    listed = {resolve(page.format(**sample).split("?")[0]).url_name for page in PAGES}
    assert set(names(urlpatterns)) == listed | OPEN_TO_ALL | POST_ONLY


@pytest.mark.parametrize("name", ["publisher", "writer", "lan", "accountant"])
def test_decisions_are_refused_to_those_without_the_right(world, as_, name):
    piece = world.submitted(by="hoa")
    for step in ("approve", "decline"):
        answer = as_(name).post(
            f"/review/{piece.public_id}/{step}/",
            {"version": piece.version, "reason": "Không", "coefficient": "1"},
        )
        assert answer.status_code in {403, 404}, (name, step, answer.status_code)
    assert world.fresh(piece).state == "submitted"


def test_accountant_may_not_approve_the_spending(world, as_, work_jobs):
    world.published(by="lan")
    run = world.run()
    accountant = as_("accountant")
    for step in ("freeze", "compute"):
        accountant.post(f"/runs/{run.public_id}/{step}/", {"version": world.fresh(run).version})
        work_jobs()
    as_("head").post(f"/runs/{run.public_id}/confirm/", {"version": world.fresh(run).version})
    answer = accountant.post(f"/runs/{run.public_id}/approve/", {"version": world.fresh(run).version})
    assert answer.status_code == 403
    assert world.fresh(run).state == "confirmed"
