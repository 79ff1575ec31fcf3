"""Whether a printed statement is ours: asked by anyone who holds the paper, by the code under its QR."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from redis.exceptions import RedisError

from contributors.callers import caller_address
from payments.models import Statement, StatementState
from payments.papers.verification import canonical_code
from web.page import show

log = logging.getLogger(__name__)

MOST_A_MINUTE = 30
TOO_MANY_REQUESTS = 429


def ask_page(request: HttpRequest) -> HttpResponseBase:
    """Type the code of the paper."""
    typed = request.GET.get("code", "").strip()
    if typed:
        return redirect("web:verify_code", code=(canonical_code(typed) or typed[:20]).replace("-", "").replace("/", ""))
    return show(request, "public/verify.html", {"asked": False})


def verify_page(request: HttpRequest, code: str) -> HttpResponse:
    """Number, day, amount and the masked name of an issued statement; nothing else of it is public.

    Codes belong to the whole installation, so every portal is looked through.
    """
    if _too_often(request):
        return _answered(request, {"asked": True, "too_often": True}, TOO_MANY_REQUESTS)
    canonical = canonical_code(code)
    statement = (
        Statement.unscoped.select_related("portal").filter(code=canonical, state=StatementState.ISSUED).first()
        if canonical
        else None
    )
    if statement is None:
        return _answered(request, {"asked": True, "typed": code}, 404)
    payee = (statement.frozen or {}).get("payee", {})
    context = {
        "asked": True,
        "statement": statement,
        "issuer": statement.portal.name,
        "name": masked_name(str(payee.get("full_name", ""))),
        "assumed": statement.portal.assumed_from is not None,
    }
    return _answered(request, context, 200)


def masked_name(name: str) -> str:
    """The family name and the first letters of the others: `Nguyễn T. L.`"""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[0]}." for other in others)])


def _answered(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    answer = show(request, "public/verify.html", context)
    answer.status_code = status
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _too_often(request: HttpRequest) -> bool:
    """Codes cannot be guessed; the limit keeps the attempt cheap for us."""
    key = f"verify:{caller_address(request.META)}"
    try:
        cache.add(key, 0, 60)
        return cache.incr(key) > MOST_A_MINUTE
    except (RedisError, ValueError) as problem:
        log.warning("verifications not counted: %s", type(problem).__name__)
        return False
