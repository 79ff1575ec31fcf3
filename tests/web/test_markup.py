"""What every page must keep: nothing inline, our own look on errors, small enough for a weak network."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from contributors.models import Seat
from tests.web.conftest import texts

TEMPLATES = sorted(Path("web/templates").rglob("*.html"))
FIRST_VIEW = 60_000
SCRIPTS = 25_000


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_template_has_nothing_inline(template):
    """The policy allows no inline script, style or handler; what it blocks fails silently in the browser."""
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"(?:src|href)=\"https?://", text)


def zipped(response) -> int:
    """Bytes of a page with every stylesheet, script and picture that it names."""
    page = response.content
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode())
    return sum(len(gzip.compress(part)) for part in (page, *(Path(finders.find(file)).read_bytes() for file in files)))


def scripts(response) -> int:
    files = re.findall(r'src="/static/([^"]+\.js)"', response.content.decode())
    return sum(len(gzip.compress(Path(finders.find(file)).read_bytes())) for file in files)


def test_first_views_are_small(world, as_):
    piece = world.submitted()
    draft = world.draft()
    for client, address in (
        (Client(), "/"),
        (Client(), "/login/"),
        (as_("lan"), "/me/"),
        (as_("lan"), f"/send/{draft.public_id}/photos/"),
        (as_("head"), f"/review/{piece.public_id}/"),
        (as_("accountant"), f"/runs/{world.run().public_id}/"),
    ):
        answer = client.get(address)
        assert zipped(answer) <= FIRST_VIEW, address
        assert scripts(answer) <= SCRIPTS, address


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
