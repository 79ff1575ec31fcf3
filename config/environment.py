"""Every environment variable that the product reads, in one typed map.

`read_environment()` returns the values or raises `EnvironmentVariableError` that names every wrong
variable at once, so that an operator mends the file in one go.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class EnvironmentVariableError(Exception):
    """One or more variables are missing or malformed; the message lists them all."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: how its text is read, what stands in when it is absent, what it is for."""

    name: str
    parse: Callable[[str], Any]
    default: str | None
    meaning: str


def _text(value: str) -> str:
    if not value.strip():
        message = "must not be empty"
        raise ValueError(message)
    return value


def _optional(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.lower() not in known:
        message = "must be 1 or 0"
        raise ValueError(message)
    return known[value.lower()]


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        message = "must be a whole number, 0 or more"
        raise ValueError(message)
    return number


def _names(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _postgres(value: str) -> str:
    if value and urlsplit(value).scheme not in {"postgres", "postgresql"}:
        message = "must be a postgresql:// address"
        raise ValueError(message)
    return value


def _redis(value: str) -> str:
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        message = "must be a redis://, rediss:// or unix:// address"
        raise ValueError(message)
    return value


def _keys(value: str) -> list[str]:
    keys = _names(value)
    for key in keys:
        name, _, secret = key.partition(":")
        if not name or len(bytes.fromhex(secret)) != 32:  # noqa: PLR2004 - AES-256
            message = "must be a list of name:64-hex-digits, the first one wraps new keys"
            raise ValueError(message)
    return keys


def _gateway(value: str) -> str:
    if value not in {"console", "sms_http", "zalo_http", "email"}:
        message = "must be console, sms_http, zalo_http or email"
        raise ValueError(message)
    return value


def _message_gateway(value: str) -> str:
    if value not in {"none", "sms_http", "zalo_http", "email"}:
        message = "must be none, sms_http, zalo_http or email"
        raise ValueError(message)
    return value


def _hours(value: str) -> tuple[int, int]:
    first, _, last = value.partition("-")
    if not (first.isdecimal() and last.isdecimal() and 0 <= int(first) < int(last) <= 24):  # noqa: PLR2004 - hours
        message = "must be two hours of a day such as 7-21"
        raise ValueError(message)
    return int(first), int(last)


def _webhook(value: str) -> str:
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        message = "must be an http:// or https:// address"
        raise ValueError(message)
    return value


def _json_object(value: str) -> str:
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        message = "must be a JSON object"
        raise ValueError(message)  # noqa: TRY004 - a wrong value of a variable, whatever its type
    return value


def _mail_server(value: str) -> str:
    if value and (urlsplit(value).scheme not in {"smtp", "smtps"} or not urlsplit(value).hostname):
        message = "must be an smtp:// or smtps:// address"
        raise ValueError(message)
    return value


VARIABLES: tuple[Variable, ...] = (
    Variable("BUTLANG_VAR", Path, str(ROOT / "var"), "Folder of everything that changes: engines, files, logs."),
    Variable("DATABASE_URL", _postgres, "", "PostgreSQL 15 or newer; empty: the embedded one."),
    Variable("MIGRATION_DATABASE_URL", _postgres, "", "The owner's address for migrations; empty: DATABASE_URL."),
    Variable("REDIS_URL", _redis, "", "Redis 7 or newer, or Valkey; empty: the embedded one."),
    Variable("SECRET_KEY", _optional, "", "Django's key; required unless embedded (then kept in BUTLANG_VAR)."),
    Variable(
        "BUTLANG_KEYS",
        _keys,
        "",
        "Key list that wraps the data keys of payee details, name:hex,…; required unless embedded.",
    ),
    Variable("DEBUG", _flag, "0", "Django's debug pages; never in production."),
    Variable("ALLOWED_HOSTS", _names, "127.0.0.1,localhost,[::1]", "Host names that the web answers to."),
    Variable("BASE_URL", _text, "http://127.0.0.1:8000", "Address printed on papers and in QR codes."),
    Variable("HTTPS", _flag, "0", "Behind TLS: secure cookies, HSTS, redirects."),
    Variable("PRIVATE_WEBSITES", _flag, "0", "A commune's website may lie in a private network (see docs/operate.md)."),
    Variable("TRUSTED_PROXIES", _whole, "0", "How many proxies of your own stand before the web; 0: none is believed."),
    Variable("API_RATE_CALLER", _whole, "600", "Most requests a minute to the API of one account or key; 0: no limit."),
    Variable("API_RATE_ADDRESS", _whole, "1800", "The same of one address, logged in or not; 0: no limit."),
    Variable(
        "LOGIN_GATEWAY", _gateway, "console", "How login codes reach phones: console, sms_http, zalo_http, email."
    ),
    Variable("LOGIN_GATEWAY_URL", _webhook, "", "Webhook of the SMS or Zalo provider, for sms_http and zalo_http."),
    Variable("LOGIN_GATEWAY_TOKEN", _optional, "", "Sent to it as a bearer token."),
    Variable(
        "LOGIN_GATEWAY_BODY",
        _json_object,
        '{"to": "{phone}", "text": "{text}"}',
        "JSON that is sent to it; {phone} is +84…, {digits} 84…, {code} the code, {text} the whole message.",
    ),
    Variable("LOGIN_EMAIL_TO", _optional, "", "For email: the address of a phone, such as {digits}@sms.example.vn."),
    Variable(
        "MESSAGE_GATEWAY",
        _message_gateway,
        "none",
        "How messages reach contributors: none (told by hand), sms_http, zalo_http, email.",
    ),
    Variable("MESSAGE_GATEWAY_URL", _webhook, "", "Webhook of the provider of messages, for sms_http and zalo_http."),
    Variable("MESSAGE_GATEWAY_TOKEN", _optional, "", "Sent to it as a bearer token."),
    Variable(
        "MESSAGE_GATEWAY_BODY",
        _json_object,
        '{"to": "{phone}", "text": "{text}"}',
        "JSON that is sent to it; {phone} is +84…, {digits} 84…, {text} the message, {key} the same when sent again.",
    ),
    Variable("MESSAGE_EMAIL_TO", _optional, "", "For email: the address of a phone, such as {digits}@sms.example.vn."),
    Variable("MESSAGE_HOURS", _hours, "7-21", "Messages are sent between these hours only, by the portal's clock."),
    Variable("EMAIL_URL", _mail_server, "", "Mail server, smtp://user:password@host:587 or smtps://…:465."),
    Variable("MAIL_FROM", _optional, "", "Sender of mail."),
    Variable("MEDIA_ROOT", _optional, "", "Folder of photos and papers; empty: BUTLANG_VAR/files."),
    Variable("FONT_FOLDER", _optional, "", "Folder with Times New Roman or Liberation Serif for papers."),
    Variable("DB_POOL_MAX", _whole, "8", "Most connections a process keeps to PostgreSQL."),
    Variable("JOB_LEASE_SECONDS", _whole, "60", "After so long without an end a job's claim expires."),
    Variable("LOG_LEVEL", _text, "INFO", "Least severity that is logged."),
)


def _kept_secret(var: Path, name: str, make: Callable[[], str]) -> str:
    """A secret of the embedded size: made once, kept in a file that only the owner reads."""
    path = var / name
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        draft = var / f".{name}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)  # the first of several processes wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _gateway_problems(values: Mapping[str, Any]) -> list[str]:
    """What the chosen gateways of login codes and messages need and do not have."""
    mail = ("EMAIL_URL", "MAIL_FROM")
    problems = []
    for name, url, to in (
        ("LOGIN_GATEWAY", "LOGIN_GATEWAY_URL", "LOGIN_EMAIL_TO"),
        ("MESSAGE_GATEWAY", "MESSAGE_GATEWAY_URL", "MESSAGE_EMAIL_TO"),
    ):
        chosen = values.get(name, "")
        needs = {"sms_http": (url,), "zalo_http": (url,), "email": (to, *mail)}
        missing = [each for each in needs.get(chosen, ()) if not values.get(each)]
        problems += [f"{each} is missing: {name}={chosen} needs it" for each in missing]
    return problems


def read_environment(source: Mapping[str, str]) -> dict[str, Any]:
    """Values by variable name. Raises `EnvironmentVariableError` naming every wrong one."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for variable in VARIABLES:
        text = source.get(variable.name, variable.default)
        if text is None:
            problems.append(f"{variable.name} is missing: {variable.meaning}")
            continue
        try:
            values[variable.name] = variable.parse(text)
        except ValueError as wrong:
            problems.append(f"{variable.name} {wrong}: {variable.meaning}")
    embedded = not source.get("DATABASE_URL")
    for name, make in (
        ("SECRET_KEY", lambda: secrets.token_urlsafe(48)),
        ("BUTLANG_KEYS", lambda: f"embedded:{secrets.token_hex(32)}"),
    ):
        if values.get(name):
            continue
        if not embedded:
            problems.append(f"{name} is missing: it must be set where DATABASE_URL is")
        elif not problems:
            kept = _kept_secret(values["BUTLANG_VAR"], name.lower().replace("_", "-"), make)
            values[name] = _keys(kept) if name == "BUTLANG_KEYS" else kept
    problems += _gateway_problems(values)
    if problems:
        raise EnvironmentVariableError("\n".join(problems))
    values["EMBEDDED"] = embedded
    return values
