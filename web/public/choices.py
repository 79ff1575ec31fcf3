"""Choosing a portal, choosing a language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from contributors.models import Account
from web.language import KNOWN
from web.page import show
from web.public.entering import SESSION_PORTAL, safe_next


def choose_portal(request: HttpRequest) -> HttpResponse:
    """For a login that works in several portals; without any it says so."""
    if not isinstance(request.user, Account):
        return redirect("web:login")
    portals: list[Any] = request.portals  # type: ignore[attr-defined]
    if request.method == "POST":
        chosen = next((portal for portal in portals if str(portal.public_id) == request.POST.get("portal")), None)
        if chosen is not None:
            request.session[SESSION_PORTAL] = chosen.pk
            return redirect("web:home")
    return show(request, "choose_portal.html", {"choices": portals})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Kept on the account, or in a cookie for a visitor."""
    answer = redirect(safe_next(request, request.POST.get("next", "")))
    code = request.POST.get("language", "")
    if code in KNOWN:
        if isinstance(request.user, Account):
            Account.objects.filter(pk=request.user.pk).update(language=code)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=settings.SESSION_COOKIE_AGE, samesite="Lax", httponly=True
        )
    return answer
