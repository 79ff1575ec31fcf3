"""How a text reaches a phone: login codes by the gateway LOGIN_GATEWAY, messages to people by MESSAGE_GATEWAY.

A gateway only carries a text. Whether a code went out is never told to the visitor, who could learn from that which
phones are registered; the operator reads it in the log, without the code and without the phone. What became of a
message is kept on its row (`contributors.messaging`).
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from smtplib import SMTPRecipientsRefused
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.utils.translation import gettext as _

from contributors.models import CodeChannel, MessageWay

log = logging.getLogger(__name__)

PATIENCE = 5.0
MOST_OF_AN_ANSWER = 10_000
SERVER_ERRORS = 500  # from here on it is the other side's trouble, and may pass


class NotSentError(Exception):
    """The message did not go out; the text says why, without the phone and the code.

    `refused`: the other side said no, so that asking again is of no use.
    """

    def __init__(self, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused


class Gateway(Protocol):
    """`slow`: it asks another machine, so the page does not wait for it."""

    channel: CodeChannel
    slow: bool

    def send(self, *, phone: str, code: str, text: str) -> None:
        """Raises NotSentError. `phone` is E.164, `text` is the whole message with the code in it."""


class ConsoleGateway:
    """A line for the operator, who reads it out; only where operator and server are one (embedded, development)."""

    channel = CodeChannel.CONSOLE
    slow = False

    def send(self, *, phone: str, code: str, text: str) -> None:  # noqa: ARG002 - the gateways' common signature
        if not (settings.DEBUG or settings.EMBEDDED):
            message = "the console gateway is silent outside of the embedded size: set LOGIN_GATEWAY"
            raise NotSentError(message)
        log.warning("LOGIN CODE of the phone ending in %s: %s", phone[-3:], code)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A code must not be carried on to wherever a gateway points."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class HttpGateway:
    """A POST of JSON to the webhook of an SMS or Zalo provider; LOGIN_GATEWAY_BODY says in which form."""

    slow = True

    def __init__(self, channel: CodeChannel) -> None:
        self.channel = channel

    def send(self, *, phone: str, code: str, text: str) -> None:
        words = {"phone": phone, "digits": phone.removeprefix("+"), "code": code, "text": text}
        post_json(settings.LOGIN_GATEWAY_URL, settings.LOGIN_GATEWAY_TOKEN, settings.LOGIN_GATEWAY_BODY, words)


def post_json(url: str, token: str, template: str, words: Mapping[str, str], *, key: str = "") -> None:
    """The template with its words to a webhook; by `key` the other side knows what comes twice. Raises NotSentError."""
    body = json.dumps(filled(json.loads(template), words), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if key:
        headers["Idempotency-Key"] = key
    asked = urllib.request.Request(  # noqa: S310 - the address is the operator's own, checked to be http(s)
        url, data=body, headers=headers, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(asked, timeout=PATIENCE) as answer:
            answer.read(MOST_OF_AN_ANSWER)
    except urllib.error.HTTPError as problem:
        raise NotSentError(f"HTTP {problem.code}", refused=problem.code < SERVER_ERRORS) from None
    except (OSError, HTTPException, ValueError) as problem:
        raise NotSentError(type(problem).__name__) from None


class NoticeGateway(Protocol):
    """Carries a message to a person; `channel` is what the list of messages calls the way."""

    channel: MessageWay

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Raises NotSentError. `phone` is E.164; `key` is the same when the same message is sent once more."""


class HttpNotices:
    """A POST of JSON to the office's SMS or Zalo provider, in the form that MESSAGE_GATEWAY_BODY says."""

    def __init__(self, channel: MessageWay) -> None:
        self.channel = channel

    def send(self, *, phone: str, text: str, key: str) -> None:
        words = {"phone": phone, "digits": phone.removeprefix("+"), "text": text, "key": key}
        url, token = settings.MESSAGE_GATEWAY_URL, settings.MESSAGE_GATEWAY_TOKEN
        post_json(url, token, settings.MESSAGE_GATEWAY_BODY, words, key=key)


class EmailNotices:
    """By Django's mail, to the address that MESSAGE_EMAIL_TO makes of a phone (mail-to-SMS services)."""

    channel = MessageWay.EMAIL

    def send(self, *, phone: str, text: str, key: str) -> None:
        to = filled(settings.MESSAGE_EMAIL_TO, {"phone": phone, "digits": phone.removeprefix("+")})
        letter = EmailMessage(_("Tin từ Bút Làng"), text, None, [to], headers={"X-Message-Key": key})
        try:
            letter.send()
        except SMTPRecipientsRefused:
            refusal = "recipient refused"
            raise NotSentError(refusal, refused=True) from None
        except (OSError, ValueError) as problem:
            raise NotSentError(type(problem).__name__) from None


def notice_gateway() -> NoticeGateway | None:
    """The one that carries messages to people; None where the office tells them by hand."""
    match settings.MESSAGE_GATEWAY:
        case "sms_http":
            return HttpNotices(MessageWay.SMS)
        case "zalo_http":
            return HttpNotices(MessageWay.ZALO)
        case "email":
            return EmailNotices()
        case _:
            return None


class EmailGateway:
    """By Django's mail, to the address that LOGIN_EMAIL_TO makes of a phone (mail-to-SMS services)."""

    channel = CodeChannel.EMAIL
    slow = True

    def send(self, *, phone: str, code: str, text: str) -> None:  # noqa: ARG002 - the gateways' common signature
        to = filled(settings.LOGIN_EMAIL_TO, {"phone": phone, "digits": phone.removeprefix("+")})
        try:
            send_mail(_("Mã đăng nhập Bút Làng"), text, None, [to])
        except (OSError, ValueError) as problem:
            raise NotSentError(type(problem).__name__) from None


def gateway() -> Gateway:
    """The one that the installation uses."""
    match settings.LOGIN_GATEWAY:
        case "sms_http":
            return HttpGateway(CodeChannel.SMS)
        case "zalo_http":
            return HttpGateway(CodeChannel.ZALO)
        case "email":
            return EmailGateway()
        case _:
            return ConsoleGateway()


def reaches_phones() -> bool:
    """Whether a code comes to the phone by itself; otherwise a focal person hands it over."""
    return bool(settings.LOGIN_GATEWAY != "console")


def send_code(*, phone: str, code: str, text: str) -> None:
    """Send now; a gateway on another machine in a thread of its own, so that the page answers equally fast for
    phones that are known and phones that are not.
    """
    chosen = gateway()
    if chosen.slow:
        threading.Thread(target=_send, args=(chosen, phone, code, text), name="login code").start()
    else:
        _send(chosen, phone, code, text)


def _send(chosen: Gateway, phone: str, code: str, text: str) -> None:
    try:
        chosen.send(phone=phone, code=code, text=text)
    except NotSentError as problem:
        log.warning("a login code was not sent by %s: %s", chosen.channel, problem)


def filled(template: Any, words: Mapping[str, str]) -> Any:
    """A template of JSON values with {phone}, {digits}, {code} and {text} put in; braces of a value stay text."""
    if isinstance(template, str):
        return "".join(_parts(template, words))
    if isinstance(template, list):
        return [filled(part, words) for part in template]
    if isinstance(template, dict):
        return {key: filled(part, words) for key, part in template.items()}
    return template


def _parts(template: str, words: Mapping[str, str]) -> list[str]:
    parts = []
    while "{" in template:
        before, _, rest = template.partition("{")
        name, closed, after = rest.partition("}")
        if closed and name in words:
            parts += [before, words[name]]
            template = after
        else:
            parts += [before, "{"]
            template = rest
    return [*parts, template]
