"""Reading one address of the portal's own website, and nothing else on any network.

The host is the one that was set up. Its name is resolved once, the address is checked, and the connection goes to
exactly that address, so a name that changes its mind in between leads nowhere. Redirects are followed on the same
host only. Bytes and seconds are bounded.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

from contributors.errors import DomainError

MOST_BYTES = 4 * 1024 * 1024
CHUNK = 64 * 1024
CONNECT_SECONDS = 5.0
SECONDS = 15.0
MOST_REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
AGENT = "ButLang/1 (+feed reader of the website's own office)"


def fetch(address: str, *, host: str) -> bytes:
    """The body at an address of `host`. Raises `website_elsewhere`, `website_private`, `website_unreachable`,
    `website_large`, `website_refuses`.
    """
    deadline = time.monotonic() + SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        parts = _checked(address, host)
        status, location, body = _asked(parts, deadline)
        if status == http.HTTPStatus.OK:
            return body
        if status not in {301, 302, 303, 307, 308} or not location:
            raise DomainError("website_refuses")
        address = urljoin(address, location)
    raise DomainError("website_refuses")


def _checked(address: str, host: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise DomainError("website_elsewhere", field="feed", host=host) from None
    if parts.scheme not in PORTS or (parts.hostname or "").lower() != host.lower() or parts.username is not None:
        raise DomainError("website_elsewhere", field="feed", host=host)
    if port not in {None, *PORTS.values()} and not settings.PRIVATE_WEBSITES:
        raise DomainError("website_elsewhere", field="feed", host=host)
    return parts


def _place(parts: SplitResult) -> tuple[str, int]:
    """One address behind the name; every one of them must be public."""
    port = parts.port or PORTS[parts.scheme]
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise DomainError("website_unreachable") from None
    if not settings.PRIVATE_WEBSITES and not all(_is_public(address) for address in found):
        raise DomainError("website_private", field="address")
    return min(found, key=lambda address: (":" in address, address)), port


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(known, "ipv4_mapped", None)
    return (inner or known).is_global and not known.is_multicast


def _asked(parts: SplitResult, deadline: float) -> tuple[int, str, bytes]:
    address, port = _place(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Encoding": "identity"}
    connection = http.client.HTTPConnection(str(parts.hostname), port, timeout=CONNECT_SECONDS)
    try:
        plain = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        connection.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
            if parts.scheme == "https"
            else plain
        )
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            return answer.status, answer.getheader("Location", ""), b""
        return answer.status, "", _read(answer, deadline)
    except (OSError, http.client.HTTPException, UnicodeError):
        raise DomainError("website_unreachable") from None
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    body = bytearray()
    while chunk := answer.read1(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise DomainError("website_large")
        if time.monotonic() > deadline:
            raise DomainError("website_unreachable")
    return bytes(body)
