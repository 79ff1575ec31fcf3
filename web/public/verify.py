"""Whether a printed paper is ours: asked by anyone who holds it, by the code under its QR."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from redis.exceptions import RedisError

from contributors.callers import caller_address
from payments.inspection.cover import pack_by_code
from payments.papers.verification import canonical_code
from payments.verifying import paper_by_code
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
    """Kind, number, day, amount and the masked name, or the rows, of an issued paper; nothing else of it is public.

    The page also gives the hashes of its file, by which the browser checks a file without sending it anywhere.
    """
    if _too_often(request):
        return _answered(request, {"asked": True, "too_often": True}, TOO_MANY_REQUESTS)
    paper = paper_by_code(code)
    if paper is None:
        pack = pack_by_code(code)
        if pack is not None:
            return _answered(request, {"asked": True, "pack": pack, "assumed": pack.assumed}, 200)
        return _answered(request, {"asked": True, "typed": code}, 404)
    return _answered(request, {"asked": True, "paper": paper, "assumed": paper.assumed}, 200)


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
