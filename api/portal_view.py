"""What every resource does before its own work: who calls, in which portal, and is the question well put.

The portal's scope stays open around the whole view, rendering included.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.fields import DateField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from api.auth import proved_at
from api.bodies import BoundedJson, StrictBody
from api.errors import ApiError, field_error
from api.schema import PortalSchema
from contributors.actors import Actor, actor_for, portals_of
from contributors.models import Account, Portal
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
        super().initial(request, *args, **kwargs)
        self.check_parameters(request)

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
    """A resource of one portal: the one that X-Portal names, or the only one that the account belongs to."""

    portal_needed = True
    paged_actions = frozenset({"list"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self._scope:
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response):
                response.render()
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        portal = choose_portal(request, needed=self.portal_needed)
        if portal is not None:
            asked = cast("PortalRequest", request)
            self._scope.enter_context(portal_scope(portal))
            asked.portal = portal
            account = cast("Account", request.user)
            asked.actor = actor_for(account, portal, request_id=asked.request_id, proved_at=proved_at(asked, account))

    def known_parameters(self) -> frozenset[str]:
        if self.action not in self.paged_actions:
            return self.query_names
        filters = getattr(self, "filterset_class", None) if self.action == "list" else None
        return (
            self.query_names
            | getattr(self.paginator, "names", frozenset())
            | set(filters.base_filters if filters else ())
        )

    @property
    def portal(self) -> Portal:
        return cast("Portal", cast("PortalRequest", self.request).portal)

    @property
    def actor(self) -> Actor:
        return cast("Actor", cast("PortalRequest", self.request).actor)

    def asked_day(self, name: str) -> date:
        """A day that the address must name; raises a 422 at its name."""
        given = self.request.query_params.get(name)
        if given is None:
            raise ValidationError({name: "Give a day."})
        try:
            asked: date = DateField().run_validation(given)
        except ValidationError as wrong:
            raise ValidationError({name: wrong.detail}) from None
        return asked

    def read(self, body: type[StrictBody]) -> dict[str, Any]:
        """The request's body, checked; raises a 422 that names every wrong field."""
        reader = body(data=self.request.data, context=self.get_serializer_context())
        reader.is_valid(raise_exception=True)
        return cast("dict[str, Any]", reader.validated_data)


def choose_portal(request: Request, *, needed: bool) -> Portal | None:
    """Raises `portal_unknown` (the same for a foreign and a missing one) and `portal_needed`."""
    portals = portals_of(cast("Account", request.user))
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
