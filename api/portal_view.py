"""What every resource does before its own work: who calls, in which portal, and is the question well put.

The portal's scope stays open around the whole view, rendering included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from api import preconditions
from api.auth import proved_at
from api.bodies import BoundedJson, StrictBody
from api.errors import ApiError, TooManyRequestsError, field_error
from api.fields import FIELDS, asked_names, narrowed
from api.idempotency import Once
from api.rates import AddressRate
from api.schema import PortalSchema
from contributors.actors import Actor, actor_for, portals_of
from contributors.models import AccessKey, Account, KeyScope, Portal
from contributors.models.tenancy import new_public_id
from contributors.scopes import portal_scope

PORTAL_HEADER = "X-Portal"
REQUEST_HEADER = "X-Request-ID"


class PortalRequest(Request):
    """A request with its person. `portal` and `actor` are None where a view does not need them."""

    request_id: str = ""
    portal: Portal | None = None
    actor: Actor | None = None


class StrictView(APIView):
    """Numbered requests, JSON of bounded size, and no query parameter that nobody reads."""

    parser_classes = [BoundedJson]
    metadata_class = None
    schema = PortalSchema()
    query_names: frozenset[str] = frozenset()

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        plain = super().initialize_request(request, *args, **kwargs)
        numbered = PortalRequest(
            request,
            parsers=plain.parsers,
            authenticators=self.get_authenticators(),
            negotiator=plain.negotiator,
            parser_context=plain.parser_context,
        )
        numbered.request_id = _request_id(request)
        return numbered

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        rate = AddressRate()  # before anybody is asked who they are: guessing is counted too
        if not rate.allow_request(request, self):
            self.throttled(request, rate.wait())
        super().initial(request, *args, **kwargs)
        self.check_parameters(request)

    def throttled(self, request: Request, wait: float | None) -> NoReturn:  # noqa: ARG002
        raise TooManyRequestsError(wait)

    def known_parameters(self) -> frozenset[str]:
        return self.query_names

    def check_parameters(self, request: Request) -> None:
        """A misspelt filter is an error, never a longer list."""
        known = self.known_parameters()
        for name, values in request.query_params.lists():
            if name not in known:
                raise field_error(name, "unknown_parameter")
            if len(values) > 1:
                raise field_error(name, "parameter_twice")

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, cast("Response", response), *args, **kwargs)
        final[REQUEST_HEADER] = getattr(request, "request_id", "")
        final.setdefault("Cache-Control", "private, no-cache")
        return final


class PortalView(StrictView, GenericViewSet):
    """A resource of one portal: the one that X-Portal names, or the only one that the account belongs to.

    `money` says that what is here is of money (or `money_actions`, where only some of it is): programs need that scope,
    and answers to a named request are kept for good. `wide` names the row of each paged action whose callers may ask
    for some of its fields only.
    """

    portal_needed = True
    money = False
    money_actions: frozenset[str] = frozenset()
    paged_actions = frozenset({"list"})
    wide: Mapping[str, type[Serializer[Any]]] = {}
    asked_fields: frozenset[str] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self._scope:
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response):
                response.render()
            return preconditions.unless_unchanged(request, response)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.auth if isinstance(request.auth, AccessKey) else None
        if key is not None:
            self.check_scopes(request, key)
        portal = choose_portal(request, needed=self.portal_needed)
        if portal is None:
            return
        asked = cast("PortalRequest", request)
        self._scope.enter_context(portal_scope(portal))
        asked.portal = portal
        account = cast("Account", request.user)
        once = Once.named_by(request, portal=portal, account=account, for_good=self.of_money)
        if once is not None:
            self.answer_once(once)
            if once.known:  # a code of the second factor was spent the first time
                return
        asked.actor = actor_for(
            account,
            portal,
            request_id=asked.request_id,
            proved_at=proved_at(asked, account),
            access_key=str(key.public_id) if key else "",
        )

    def check_scopes(self, request: Request, key: AccessKey) -> None:
        """Raise `key_scope` unless the program was given what this needs."""
        needed = [KeyScope.READ if request.method in SAFE_METHODS else KeyScope.WRITE]
        needed += [KeyScope.MONEY] if self.of_money else []
        for scope in needed:
            if scope not in key.scopes:
                raise ApiError("key_scope", scope=scope)

    def answer_once(self, once: Once) -> None:
        """Let this request's handler be called through `once`."""
        method = cast("str", self.request.method).lower()
        handler = getattr(self, method, self.http_method_not_allowed)

        def through(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return once.answer(lambda: self.rendered(request, handler(request, *args, **kwargs), *args, **kwargs))

        setattr(self, method, through)

    def rendered(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer as it will be sent, for keeping."""
        final = self.finalize_response(request, response, *args, **kwargs)
        if isinstance(final, Response):
            final.render()
        return cast("HttpResponseBase", final)

    def known_parameters(self) -> frozenset[str]:
        if self.action not in self.paged_actions:
            return self.query_names
        filters = getattr(self, "filterset_class", None) if self.action == "list" else None
        return (
            self.query_names
            | getattr(self.paginator, "names", frozenset())
            | ({FIELDS} if self.wide_row else set())
            | set(filters.base_filters if filters else ())
        )

    def check_parameters(self, request: Request) -> None:
        super().check_parameters(request)
        self.asked_fields = asked_names(request, self.wide_row)

    def get_paginated_response(self, data: Any) -> Response:
        return super().get_paginated_response(narrowed(data, self.asked_fields))

    @property
    def wide_row(self) -> type[Serializer[Any]] | None:
        return self.wide.get(self.action or "")

    @property
    def of_money(self) -> bool:
        return self.money or self.action in self.money_actions

    @property
    def portal(self) -> Portal:
        return cast("Portal", cast("PortalRequest", self.request).portal)

    @property
    def actor(self) -> Actor:
        return cast("Actor", cast("PortalRequest", self.request).actor)

    def read(self, body: type[StrictBody]) -> dict[str, Any]:
        """The request's body, checked; raises a 422 that names every wrong field."""
        reader = body(data=self.request.data, context=self.get_serializer_context())
        reader.is_valid(raise_exception=True)
        return cast("dict[str, Any]", reader.validated_data)


def choose_portal(request: Request, *, needed: bool) -> Portal | None:
    """Raises `portal_unknown` (the same for a foreign and a missing one) and `portal_needed`. A key has one portal."""
    portals = portals_of(cast("Account", request.user))
    if isinstance(request.auth, AccessKey):
        portals = [portal for portal in portals if portal.pk == request.auth.portal_id]
    slug = request.headers.get(PORTAL_HEADER)
    if slug is not None:
        for portal in portals:
            if portal.slug == slug:
                return portal
        raise ApiError("portal_unknown", field=PORTAL_HEADER, portal=slug[:50])
    if len(portals) == 1:
        return portals[0]
    if not needed:
        return None
    if portals:
        raise ApiError("portal_needed", field=PORTAL_HEADER)
    raise ApiError("portal_unknown", field=PORTAL_HEADER, portal="")


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get(REQUEST_HEADER, "")
    return given if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else str(new_public_id())
