"""What every page of the map keeps, counted from the map itself: small, few requests, nothing inline, a title of its
own. How it looks and feels in a browser: tests/browser/test_every_page_in_browser.py.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import resolve

from tests.web.pages import OPEN_TO_ALL, OWN_FACTOR, PAGES, one_of_each
from tests.web.shown import NO_PAGES, browsers_of, everything_shown

FIRST_VIEW, SCRIPTS = 60_000, 25_000  # bytes, gzipped: the page with all that it names, and its scripts
REQUESTS = 12  # the page, its styles, scripts and mark
# A field of this name opens that keyboard.
KEYBOARDS = (
    (r"^(phone|login_phone)$", "tel"),
    (r"(^|_)(amount|dong|floor|asked|change)$|^(year|birth_year|personal_id|bank_account)$", "numeric"),
    (r"(^|_)(coefficient|percent|share|hours)$", "decimal"),
    (r"(^|_)url$", "url"),
)
# Doors without a page of their own; `join_open` leads on where an installation has more than one portal.
NOT_SHOWN = {"logout", "language", "verify_printed", "joined_consent_pdf", "joined_forget", "join_open"}
NOT_SHOWN |= {"feed", "feed_by_header", "feed_photo", "manifest", "icon", "worker", "share"}
INLINE = re.compile(r"<style\b|<script(?![^>]*\bsrc=)|<[^>]+\s(?:style|on[a-z]+)\s*=\s*[\"']", re.IGNORECASE)
# One page in several states, or the same paper for others: these share a title.
ONE_TITLE = (
    {"/j/", "/j/{token}/", "/j/{ended}/"},
    {"/v/", "/v/{code}/", "/v/{unknown}/"},
    {"/send/text/?genre=news_item", "/send/{draft}/text/"},
    {"/joined/", "/registered/{applied}/"},
    {"/joined/consent/", "/consents/{applied}/"},
    {"/login/second/", "/prove/"},
)


@pytest.fixture
def map_of(world, work_jobs, monkeypatch):
    from web.public import verify

    monkeypatch.setattr(verify, "MOST_A_MINUTE", 1000)
    things = one_of_each(world, work_jobs)
    shown = everything_shown(world, things)
    return things, shown, browsers_of(world)


def pages_that_hide(things, browsers) -> dict[str, int]:
    """Pages behind NO_PAGES: what is listed there is to be a file or a part of a page."""
    hidden = {}
    for page, allowed in PAGES.items():
        if NO_PAGES.search(page):
            answer = browsers[allowed[0]].get(page.format(**things))
            start = next(iter(answer.streaming_content), b"") if answer.streaming else answer.content
            if start[:15].lower() == b"<!doctype html>":
                hidden[page] = answer.status_code
    return hidden


def badly_asked(page: str) -> list[str]:
    """Fields without the right keyboard, or for which a browser would guess what to fill in."""
    wrong = []
    for asked in re.findall(r"<(?:input|textarea|select)\b[^>]*>", page):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', asked))
        name, kind = given.get("name", ""), given.get("type", "text")
        if kind in {"hidden", "checkbox", "radio", "file", "range", "submit"} or "readonly" in asked or not name:
            continue
        mode = given.get("inputmode", "tel" if kind == "tel" else "")
        wanted = next((keyboard for words, keyboard in KEYBOARDS if re.search(words, name)), mode)
        if kind == "number":
            wanted = mode or "numeric"
        if given.get("autocomplete") == "username" or name.startswith("result_") or asked.startswith("<select"):
            wanted = (
                mode  # a phone or the number of a receipt; the words of a column, or a choice, not what stands in it
            )
        if not given.get("autocomplete") or (mode != wanted and kind not in {"date", "password"}):
            wrong.append(asked[:160])
    return wrong


def named_files(page: str) -> dict[str, bytes]:
    """Styles, scripts and pictures of ours that a page loads."""
    names = dict.fromkeys(re.findall(r'(?:href|src)="/static/([^"]+)"', page))
    return {name: Path(finders.find(name)).read_bytes() for name in names}


def test_every_page_is_small_and_strict_and_has_a_title_of_its_own(map_of, capsys):
    things, shown, browsers = map_of
    assert pages_that_hide(things, browsers) == {}
    names = {resolve(each.address.split("?")[0]).url_name for each in shown if each.page != "/404/"}
    assert (OPEN_TO_ALL | OWN_FACTOR) - names == NOT_SHOWN
    wrong, titles, sizes = [], defaultdict(set), {}
    squeezed: dict[str, int] = {}
    for each in shown:
        answer = browsers[each.who].get(each.address)
        page = answer.content.decode()
        if answer.status_code != each.status or not page.startswith("<!doctype html>"):
            wrong.append(f"{each.page}: {answer.status_code} {page[:60]!r}")
            continue
        files = named_files(page)
        for name, content in files.items():
            squeezed.setdefault(name, len(gzip.compress(content)))
        size = len(gzip.compress(answer.content)) + sum(squeezed[name] for name in files)
        scripts = sum(squeezed[name] for name in files if name.endswith(".js"))
        sizes[each.page] = (size, scripts, 1 + len(files))
        if size > FIRST_VIEW or scripts > SCRIPTS or 1 + len(files) > REQUESTS:
            wrong.append(f"{each.page}: {size} bytes, {scripts} of scripts, {1 + len(files)} requests")
        policy = answer.headers.get("Content-Security-Policy", "")
        if "script-src 'self'" not in policy or "style-src 'self'" not in policy or "unsafe" in policy:
            wrong.append(f"{each.page}: policy {policy!r}")
        wrong += [f"{each.page}: inline {found}" for found in INLINE.findall(page)]
        wrong += [f"{each.page}: asked badly {field}" for field in badly_asked(page)]
        title = re.search(r"<title>(.*?) – Bút Làng</title>", page, re.DOTALL)
        if not title or len(title[1].strip()) < 2:
            wrong.append(f"{each.page}: no title")
        else:
            titles[title[1]].add(each.page)
    shared = {title: pages for title, pages in titles.items() if len(pages) > 1 and pages not in ONE_TITLE}
    wrong += [f"{title}: {sorted(pages)}" for title, pages in shared.items()]
    assert wrong == [], "\n".join(wrong)
    with capsys.disabled():
        page, (size, _, _) = max(sizes.items(), key=lambda row: row[1][0])
        print(f"\nlargest first view {size} bytes ({page}), most scripts {max(row[1] for row in sizes.values())}")
