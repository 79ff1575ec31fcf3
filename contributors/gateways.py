"""How a login code reaches a phone: the gateway that LOGIN_GATEWAY names.

A gateway only carries a text. Whether it went out is never told to the visitor, who could learn from that which
phones are registered; the operator reads it in the log, without the code and without the phone.
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from contributors.models import CodeChannel

log = logging.getLogger(__name__)

PATIENCE = 5.0
MOST_OF_AN_ANSWER = 10_000


class NotSentError(Exception):
    """The message did not go out; the text says why, without the phone and the code."""


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
        body = json.dumps(filled(json.loads(settings.LOGIN_GATEWAY_BODY), words), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if settings.LOGIN_GATEWAY_TOKEN:
            headers["Authorization"] = f"Bearer {settings.LOGIN_GATEWAY_TOKEN}"
        asked = urllib.request.Request(  # noqa: S310 - the address is the operator's own, checked to be http(s)
            settings.LOGIN_GATEWAY_URL, data=body, headers=headers, method="POST"
        )
        try:
            with urllib.request.build_opener(_NoRedirects).open(asked, timeout=PATIENCE) as answer:
                answer.read(MOST_OF_AN_ANSWER)
        except (OSError, HTTPException, ValueError) as problem:
            raise NotSentError(type(problem).__name__) from None


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
