"""Opens the wall of one portal around every page."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation

from contributors import visits
from contributors.actors import actor_for, portals_of
from contributors.errors import DomainError
from contributors.models import Account, Portal
from contributors.scopes import portal_scope
from web.errors import refusal_page
from web.language import chosen_language
from web.public.entering import SESSION_PORTAL
from web.public.proving import ask_for_proof

# These doors open their own scope, or need none.
NOT_PAGES = ("/api/", "/healthz", "/readyz", "/static/")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class PortalMiddleware:
    """Sets `request.portal` and `request.actor` (None without login or choice) and the account's language.

    A login with several portals chooses one, kept in the session. A streamed answer reopens the scope for
    each of its chunks, since the scope around the view is closed when they are read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(NOT_PAGES):
            return self.get_response(request)
        request_id = _request_id(request)
        request.portal = None  # type: ignore[attr-defined]
        request.actor = None  # type: ignore[attr-defined]
        request.portals = []  # type: ignore[attr-defined]
        if isinstance(request.user, Account) and not visits.goes_on(request.session, request.user.pk):
            logout(request)
        translation.activate(chosen_language(request))
        if isinstance(request.user, Account):
            portals = portals_of(request.user)
            portal = _chosen(request, portals)
            request.portals = portals  # type: ignore[attr-defined]
            if portal is not None:
                response = self._inside(request, request.user, portal, request_id)
                response["X-Request-ID"] = request_id
                return response
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response

    def _inside(self, request: HttpRequest, account: Account, portal: Portal, request_id: str) -> HttpResponseBase:
        request.portal = portal  # type: ignore[attr-defined]
        request.actor = actor_for(  # type: ignore[attr-defined]
            account, portal, request_id=request_id, proved_at=visits.proved_at(request.session)
        )
        with timezone.override(ZoneInfo(portal.time_zone)), portal_scope(portal):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _reopened(portal, cast("Iterable[bytes]", response.streaming_content))
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """What a verb or question refuses outside a form becomes a page in the look, once for all views."""
        if not isinstance(problem, DomainError):
            return None
        return ask_for_proof(request, problem) or refusal_page(request, problem)


def _chosen(request: HttpRequest, portals: list[Portal]) -> Portal | None:
    if len(portals) == 1:
        return portals[0]
    chosen = request.session.get(SESSION_PORTAL)
    return next((portal for portal in portals if portal.pk == chosen), None)


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _reopened(portal: Portal, chunks: Iterable[bytes]) -> Iterator[bytes]:
    reader = iter(chunks)
    while True:
        with portal_scope(portal):
            chunk = next(reader, None)
        if chunk is None:
            return
        yield chunk
