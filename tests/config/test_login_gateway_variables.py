"""A gateway that lacks something is named at start, not at the first login."""

from __future__ import annotations

import pytest

from config.environment import EnvironmentVariableError, read_environment

GROWN_UP = {
    "DATABASE_URL": "postgresql:///x",
    "SECRET_KEY": "s" * 50,
    "BUTLANG_KEYS": "first:" + "ab" * 32,
}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"LOGIN_GATEWAY": "pigeon"}, ["LOGIN_GATEWAY must be console, sms_http, zalo_http or email"]),
        ({"LOGIN_GATEWAY": "sms_http"}, ["LOGIN_GATEWAY_URL is missing"]),
        ({"LOGIN_GATEWAY": "zalo_http", "LOGIN_GATEWAY_URL": "ftp://x"}, ["LOGIN_GATEWAY_URL must be an http"]),
        ({"LOGIN_GATEWAY_BODY": "[1]"}, ["LOGIN_GATEWAY_BODY must be a JSON object"]),
        ({"LOGIN_GATEWAY_BODY": "{no"}, ["LOGIN_GATEWAY_BODY must be a JSON object"]),
        ({"LOGIN_GATEWAY": "email"}, ["LOGIN_EMAIL_TO is missing", "EMAIL_URL is missing", "MAIL_FROM is missing"]),
        ({"EMAIL_URL": "mail.example.vn"}, ["EMAIL_URL must be an smtp:// or smtps:// address"]),
    ],
)
def test_wrong_gateway_is_named(given, said):
    with pytest.raises(EnvironmentVariableError) as wrong:
        read_environment(GROWN_UP | given)
    assert [sentence for sentence in said if sentence not in str(wrong.value)] == []


def test_gateway_needs_nothing_by_default():
    assert read_environment(GROWN_UP)["LOGIN_GATEWAY"] == "console"
