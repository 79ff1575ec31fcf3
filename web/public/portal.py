"""A portal's page for everybody: whom it looks for, what it takes and pays, thanks, and how to join."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from contributors.models import Portal
from contributors.public_face import public_face
from contributors.scopes import portal_scope
from payments.fee_ranges import fees_offered
from web.page import show
from web.public.joining import only_portal


def portal_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    portal = Portal.objects.filter(slug=slug, closed_on__isnull=True).select_related("parent").first()
    if portal is None:
        raise Http404
    return show_portal(request, portal)


def show_portal(request: HttpRequest, portal: Portal) -> HttpResponseBase:
    with ExitStack() as inside:
        inside.enter_context(timezone.override(ZoneInfo(portal.time_zone)))
        inside.enter_context(portal_scope(portal))
        context: dict[str, Any] = {
            "face": public_face(portal),
            "fees": {each.code: each for each in fees_offered(portal)},
            "address": settings.BASE_URL + reverse("web:portal", args=[portal.slug]),
            "open": only_portal() is not None,
        }
        if request.user.is_authenticated:  # the frame is theirs already
            return show(request, "public/portal.html", context)
        return show(request, "public/portal.html", context | {"portal": portal})
