"""Codes leave by the gateway that the installation names; what lies outside is a server of the test."""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail

from contributors import gateways
from contributors.gateways import filled, send_code

MESSAGE = {"phone": "+84912345678", "code": "482913", "text": "Mã: 482913"}


def sent_and_waited_for() -> None:
    send_code(**MESSAGE)
    for thread in threading.enumerate():
        if thread.name == "login code":
            thread.join(10)


@pytest.fixture
def provider():
    """What an SMS provider was sent, and what it answers."""
    seen: dict = {"status": 200, "requests": []}

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen["requests"].append((self.path, self.headers.get("Authorization"), json.loads(body)))
            self.send_response(seen["status"])
            if seen["status"] == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen["url"] = f"http://127.0.0.1:{server.server_port}/send"
    yield seen
    server.shutdown()
    server.server_close()


@pytest.fixture
def webhook(provider, settings):
    settings.LOGIN_GATEWAY = "zalo_http"
    settings.LOGIN_GATEWAY_URL = provider["url"]
    settings.LOGIN_GATEWAY_TOKEN = "khoa-cua-nha-mang"
    settings.LOGIN_GATEWAY_BODY = '{"phone": "{digits}", "template_data": {"otp": "{code}"}, "say": ["{text}"], "n": 1}'
    return provider


def test_webhook_gets_the_body_of_the_template(webhook):
    sent_and_waited_for()
    assert webhook["requests"] == [
        (
            "/send",
            "Bearer khoa-cua-nha-mang",
            {"phone": "84912345678", "template_data": {"otp": "482913"}, "say": ["Mã: 482913"], "n": 1},
        )
    ]
    assert gateways.gateway().channel == "zalo"


@pytest.mark.parametrize("status", [500, 403, 302])
def test_webhook_that_fails_is_logged_without_phone_and_code(webhook, caplog, status):
    webhook["status"] = status
    with caplog.at_level(logging.WARNING):
        sent_and_waited_for()
    assert "not sent by zalo" in caplog.text
    assert "482913" not in caplog.text
    assert "912345678" not in caplog.text
    assert len(webhook["requests"]) == 1  # a redirect is not followed


def test_webhook_that_is_away_fails_softly(webhook, settings, caplog):
    settings.LOGIN_GATEWAY_URL = "http://127.0.0.1:1/"
    sent_and_waited_for()
    assert "not sent by zalo" in caplog.text


def test_mail_goes_to_the_address_of_the_phone(settings):
    settings.LOGIN_GATEWAY = "email"
    settings.LOGIN_EMAIL_TO = "{digits}@sms.example.vn"
    settings.DEFAULT_FROM_EMAIL = "trang@xa.example.vn"
    sent_and_waited_for()
    (letter,) = mail.outbox
    assert (letter.to, letter.from_email, letter.body) == (
        ["84912345678@sms.example.vn"],
        "trang@xa.example.vn",
        "Mã: 482913",
    )


@pytest.mark.parametrize(
    ("embedded", "debug", "shown"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_console_shows_the_code_only_where_the_operator_is_at_hand(settings, caplog, embedded, debug, shown):
    settings.LOGIN_GATEWAY, settings.EMBEDDED, settings.DEBUG = "console", embedded, debug
    with caplog.at_level(logging.WARNING):
        send_code(**MESSAGE)
    assert ("482913" in caplog.text) is shown
    assert "912345678" not in caplog.text
    assert not gateways.reaches_phones()


def test_template_leaves_other_braces_alone():
    words = {"code": "1{text}2", "text": "x"}
    assert filled({"a": "{code}", "b": "{other} {", "c": 5, "d": [None]}, words) == {
        "a": "1{text}2",
        "b": "{other} {",
        "c": 5,
        "d": [None],
    }
