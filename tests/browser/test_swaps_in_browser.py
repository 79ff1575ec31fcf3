"""Where htmx replaces a part of a page, nobody is thrown out of it and what is new is said aloud."""

from __future__ import annotations

import pytest

from contributors import clock
from contributors.scopes import portal_scope
from payments import runs
from tests.payments.steps import AUGUST, NEXT_MONTH, approved_run, frozen_run, issue

pytestmark = pytest.mark.browser
STANDS_IN = "(place) => document.activeElement !== document.body && !!document.activeElement.closest(place)"
SAID = "document.getElementById('said').textContent"


def test_focus_stays_and_news_are_said_where_parts_are_replaced(committed_world, visitor):
    world = committed_world
    with portal_scope(world.portal), clock.at(AUGUST):
        world.published("lan", photos_by=("hoa",))
        issued = issue(world, approved_run(world))
        world.published("writer", when="2026-08-02T09:00")
        second = frozen_run(world, **NEXT_MONTH)
        runs.compute_run(actor=world.actor("accountant"), run=second, seen_version=second.version)
        piece = world.submitted("lan")

    accountant = visitor("accountant")
    page = accountant.page
    # Asked for by a press: the link is gone, and its reader stands in what came instead.
    accountant.go(f"/runs/{issued.public_id}/")
    page.locator("a[hx-target]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".why-list")
    assert page.evaluate(STANDS_IN, "div:has(> .why-list)")

    # Replaced every second, as nobody asked: the link under the fingers is the same one again, the count is said.
    accountant.go(f"/runs/{second.public_id}/")
    page.evaluate("document.querySelector('#progress').dataset.old = '1'")
    page.locator("#progress a").focus()
    page.wait_for_selector("#progress:not([data-old])")
    assert page.evaluate(STANDS_IN, "#progress a")
    assert page.evaluate(SAID) == page.inner_text("#progress [data-said]")

    # While a score is typed the amounts follow, and the typing goes on.
    head = visitor("head")
    head.go(f"/review/{piece.public_id}/")
    before = head.page.inner_text("#amounts")
    head.page.fill("#id_coefficient", "1,2")
    head.page.wait_for_function("(old) => document.getElementById('amounts').innerText !== old", arg=before)
    assert head.page.evaluate(STANDS_IN, "#id_coefficient")
    assert head.page.get_attribute("#amounts", "aria-live") == "polite"
