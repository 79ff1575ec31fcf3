"""A file is checked in the browser against the issued hash, and leaves it in no request."""

from __future__ import annotations

import pytest

from contributors import clock
from contributors.files import open_kept
from payments.models import Paper, Statement
from tests.browser.chromium import PHONE
from tests.payments.steps import AUGUST, issued_run

pytestmark = pytest.mark.browser
MARK = b"only on this phone 7d1c9f"


@pytest.fixture
def statement(site, committed_world) -> Statement:
    """Issued and printed into the site's own folder."""
    committed_world.published("lan")
    with clock.at(AUGUST):
        issued_run(committed_world)
    return Statement.objects.get(contributor=committed_world.people["lan"])


def shown(page) -> list[str]:
    return page.eval_on_selector_all(
        "[data-result]", "all => all.filter(each => !each.hidden).map(each => each.dataset.result)"
    )


def test_file_is_compared_without_being_sent(visitor, statement, tmp_path):
    paper = Paper.objects.get(statement=statement)
    right, wrong = tmp_path / "phieu.pdf", tmp_path / "sua.pdf"
    right.write_bytes(open_kept(paper.path).read_bytes())
    wrong.write_bytes(right.read_bytes() + MARK)
    guest = visitor(width=PHONE)
    assert guest.go(f"/v/{statement.code}/") == 200
    sent: list[tuple[str, str, bytes]] = []
    guest.page.on("request", lambda asked: sent.append((asked.method, asked.url, asked.post_data_buffer or b"")))
    for path, expected in ((right, "same"), (wrong, "differs"), (right, "same")):
        guest.page.set_input_files("#file", path)
        guest.page.locator(f"[data-result={expected}]").wait_for(state="visible")
        assert shown(guest.page) == [expected]
    guest.page.wait_for_timeout(300)
    assert [asked for asked in sent if "/static/" not in asked[1]] == []  # the page's own picture may come late
    assert [asked for asked in sent if asked[0] != "GET" or asked[2]] == []
    assert guest.page.inner_text("[data-digest] code") == paper.sha256
    assert guest.look("verified") == []
    # Even the page's own form, pressed afterwards, takes nothing of the file along.
    guest.page.fill("#code", statement.code)
    guest.page.click("form button:has-text('Kiểm tra')")
    guest.page.wait_for_load_state()
    assert [asked for asked in sent if "/v/" in asked[1]]
    assert [asked for asked in sent if asked[0] != "GET" or asked[2] or ".pdf" in asked[1]] == []


def test_control_sees_a_file_that_is_sent(visitor, statement, tmp_path):
    """The same listening finds a page that does send the file."""
    path = tmp_path / "phieu.pdf"
    path.write_bytes(MARK)
    guest = visitor()
    guest.go(f"/v/{statement.code}/")
    sent: list[bytes] = []
    guest.page.on("request", lambda asked: sent.append(asked.post_data_buffer or b""))
    guest.page.set_input_files("#file", path)
    guest.page.evaluate(
        """async () => {
          const file = document.getElementById("file").files[0];
          await fetch("/v/", {method: "POST", body: await file.text()}).catch(() => {});
        }"""
    )
    assert any(MARK in each for each in sent)


def test_without_scripts_the_hash_and_the_way_are_shown(visitor, statement):
    guest = visitor(scripts=False, width=PHONE)
    guest.go(f"/v/{statement.code}/")
    page = guest.page
    assert not page.locator("#file").is_visible()
    assert "Trình duyệt đang tắt JavaScript" in page.inner_text("main")
    page.click("summary")
    words = page.inner_text("#check-file")
    assert Paper.objects.get(statement=statement).sha256 in words
    assert "sha256sum" in words


def test_pages_of_papers_are_in_order(visitor, statement):
    run = statement.run.public_id
    for width in (PHONE, 1280):
        books = visitor("accountant", width=width)
        wrong = []
        for name, address in (
            ("papers", f"/runs/{run}/papers/"),
            ("preflight", f"/runs/{run}/papers/check/"),
            ("accounts", f"/runs/{run}/papers/accounts/"),
            ("statements", f"/runs/{run}/statements/"),
            ("withholding", "/withholding/"),
        ):
            assert books.go(address) == 200
            wrong += books.look(name)
        assert wrong == []
