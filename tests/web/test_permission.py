"""Who sees which page: every page × every person of the small world, and the reverse: no view is left out."""

from __future__ import annotations

from string import Formatter

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from tests.web.pages import EVERYBODY, OPEN_TO_ALL, OWN_FACTOR, PAGES, POST_ONLY, PROVED_FIRST, one_of_each
from web.urls import urlpatterns


@pytest.fixture
def things(world, work_jobs) -> dict[str, object]:
    return one_of_each(world, work_jobs)


def test_every_page_answers_those_it_is_for_and_no_others(world, things, as_):
    wrong = []
    browsers = {name: as_(name) for name in EVERYBODY}
    for page, allowed in PAGES.items():
        address = page.format(**things)
        for name, browser in browsers.items():
            status = browser.get(address).status_code
            if (status == 200) != (name in allowed) or status not in {200, 403, 404}:
                wrong.append((page, name, status))
    assert wrong == []


def test_pages_that_change_the_login_ask_for_a_fresh_one_first(world, things, as_):
    for page, first in PROVED_FIRST.items():
        answers = [as_(name).get(page) for name in EVERYBODY]
        assert {(answer.status_code, answer["Location"].split("?")[0]) for answer in answers} == {(302, first)}, page


def test_every_page_sends_a_visitor_to_the_login(things):
    for page in [*PAGES, *PROVED_FIRST]:
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

    things = {name for page in PAGES for _, name, _, _ in Formatter().parse(page) if name}
    sample = dict.fromkeys(things, "01a207cd-eb83-746d-8361-0e00a25519f9") | {"credit": "1"}
    listed = {resolve(page.format(**sample).split("?")[0]).url_name for page in [*PAGES, *PROVED_FIRST]}
    assert set(names(urlpatterns)) == listed | OPEN_TO_ALL | POST_ONLY | OWN_FACTOR


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
