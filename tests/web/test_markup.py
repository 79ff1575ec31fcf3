"""What every page must keep: nothing inline, our own look on errors, squeezed on its way (how small each page is:
test_every_page.py).
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from contributors.models import Seat
from tests.web.conftest import texts

TEMPLATES = sorted(Path("web/templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_template_has_nothing_inline(template):
    """The policy allows no inline script, style or handler; what it blocks fails silently in the browser."""
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"(?:src|href)=\"https?://", text)


def test_what_is_replaced_says_what_is_new():
    """A region that is itself replaced is no live region: page.js says its words. See test_swaps_in_browser.py."""
    polled = [text for template in TEMPLATES if 'hx-trigger="every' in (text := template.read_text(encoding="utf-8"))]
    assert polled
    assert all("data-said" in text and "aria-live" not in text for text in polled)


def test_pages_travel_squeezed_and_papers_do_not(world, as_):
    client = as_("lan")
    page = client.get("/me/", HTTP_ACCEPT_ENCODING="gzip")
    assert (page["Content-Encoding"], page["Vary"].count("Accept-Encoding")) == ("gzip", 1)
    assert "Tin, bài của tôi" in gzip.decompress(page.content).decode()
    assert "Content-Encoding" not in client.get("/me/")
    sheet = as_("admin").get("/network/imports/template/", HTTP_ACCEPT_ENCODING="gzip")
    assert (sheet.status_code, "Content-Encoding" in sheet) == (200, False)


def test_page_not_found_keeps_the_look_and_names_whom_to_ask(world, as_):
    for client in (Client(), as_("lan")):
        answer = client.get("/khong-co-trang-nay/")
        assert answer.status_code == 404
        assert "Không tìm thấy trang" in texts(answer)
        assert "web/base.css" in texts(answer)
    assert "Võ Văn Trưởng" in texts(as_("lan").get("/khong-co-trang-nay/"))
    assert "tel:+84" in texts(as_("lan").get("/khong-co-trang-nay/"))
    visited = texts(Client().get("/khong-co-trang-nay/"))
    assert "Võ Văn Trưởng" not in visited
    assert 'href="/login/"' in visited


def test_page_forbidden_keeps_the_look_says_no_more_and_names_whom_to_ask(world, as_):
    answer = as_("lan").get("/desk/")
    assert answer.status_code == 403
    assert "Trang này không dành cho bạn" in texts(answer)
    assert "Võ Văn Trưởng" in texts(answer)
    assert "Võ Văn Trưởng</b> ·" not in texts(as_("head").get("/retention/"))  # nobody is sent to themselves
    assert "Lê Thị Phó</b> ·" in texts(as_("head").get("/retention/"))


def test_conflict_leads_back_to_the_page_from_which_it_came(world, as_):
    world.submitted()
    seat = Seat.objects.filter(seat="writer").get()
    admin, address = as_("admin"), f"/setup/board/{seat.public_id}/undo/"
    answer = admin.post(address, headers={"referer": "http://testserver/setup/board/?next=/settings/"})
    assert answer.status_code == 409
    assert "Đã có tin, bài gửi về" in texts(answer)
    assert 'href="/setup/board/?next=/settings/"' in texts(answer)
    elsewhere = admin.post(address, headers={"referer": "https://ke-gian.example/"})
    assert "ke-gian" not in texts(elsewhere)


def test_form_without_token_is_told_that_nothing_was_sent(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.accounts["lan"])
    answer = client.post("/send/text/", {"title": "Tin"})
    assert answer.status_code == 403
    assert "Chưa có gì được gửi đi." in texts(answer)


def test_server_error_keeps_the_look(world, monkeypatch):
    from web.public import front

    def broken(*args, **kwargs):
        message = "broken on purpose"
        raise RuntimeError(message)

    monkeypatch.setattr(front, "portals_shown", broken)
    client = Client(raise_request_exception=False)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Máy gặp lỗi" in texts(answer)
    assert "broken on purpose" not in texts(answer)
    assert "/static/web/base.css" in texts(answer)
    assert f"{timezone.localdate():%d/%m/%Y}" in texts(answer)  # what to say on the telephone


def test_policy_goes_with_every_page(world, as_):
    policy = as_("lan").get("/me/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_every_post_form_carries_the_token(world, as_):
    for name, address in (("lan", "/me/"), ("head", "/desk/"), ("accountant", f"/runs/{world.run().public_id}/")):
        page = texts(as_(name).get(address))
        forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
        assert forms
        assert all("csrfmiddlewaretoken" in form for form in forms)
