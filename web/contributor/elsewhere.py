"""Opened inside Zalo: over to the phone's own browser, with the login where that is safe."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contributors.handovers import may_take_along, open_elsewhere
from contributors.visits import SHARED
from web.in_app import opened_in
from web.page import PageRequest, for_contributors, show
from web.public.entering import safe_next


@never_cache
@for_contributors
@require_POST
def elsewhere_page(request: PageRequest) -> HttpResponseBase:
    """The address to open there: works once and for minutes. On a shared phone, and for those who decide, the page's
    own address, where one logs in again.
    """
    wanted = safe_next(request, request.POST.get("next", ""))
    along = SHARED not in request.session and may_take_along(request.actor)
    path = wanted
    if along:
        token = open_elsewhere(actor=request.actor)
        path = f"{reverse('web:enter_by_link', args=[token])}?{urlencode({'next': wanted})}"
    base = urlsplit(settings.BASE_URL or request.build_absolute_uri("/"))
    context = {
        "along": along,
        "address": f"{base.scheme}://{base.netloc}{path}",
        "intent": f"intent://{base.netloc}{path}#Intent;scheme={base.scheme};package=com.android.chrome;end",
        "app": opened_in(request),
        "in_app": None,  # the page is the answer to that notice
    }
    return show(request, "contributor/elsewhere.html", context)
