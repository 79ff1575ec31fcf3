"""Proving oneself once more: at login, and before what moves money or rights."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from contributors import passkeys, visits
from contributors.errors import DomainError
from contributors.models import Account
from contributors.second_factor import factors_of, prove_by_code
from web.page import show
from web.public.entering import safe_next
from web.public.login_forms import ProofForm

STATE = "passkey_state"


def proof_page(request: HttpRequest, account: Account, template: str, then: Callable[[], HttpResponse]) -> HttpResponse:
    """Ask for a code or a passkey of the account; `then` is done once the proof is right."""
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if form.cleaned_data["passkey"]:
                passkeys.prove_by_passkey(
                    account=account,
                    host=host_of(request),
                    state=request.session.pop(STATE, {}),
                    answer=form.cleaned_data["passkey"],
                )
            else:
                prove_by_code(account=account, code=form.cleaned_data["code"])
            request.session.pop(STATE, None)
            return then()
    asked = passkeys.begin_proof(account, host_of(request))
    if asked is not None:
        request.session[STATE] = asked[1]
    context = {
        "factors": factors_of(account),
        "options": json.dumps(asked[0], default=dict) if asked else "",
        "next": safe_next(request, request.POST.get("next") or request.GET.get("next", "")),
    }
    return show(request, template, context, form=form)


@never_cache
def prove_page(request: HttpRequest) -> HttpResponse:
    """The second factor again, and back to where it was asked for."""
    account = request.user
    if not isinstance(account, Account):
        return redirect("web:login")
    if account.second_factor_since is None:
        return redirect(f"{reverse('web:security')}?{urlencode({'needed': 1})}")

    def back() -> HttpResponse:
        visits.note_proof(request.session)
        return redirect(safe_next(request, request.POST.get("next", "")))

    return proof_page(request, account, "security/prove.html", back)


def ask_for_proof(request: HttpRequest, refused: DomainError) -> HttpResponse | None:
    """What becomes of a view that a verb refused for want of a proof: the page that asks for it leads back.

    Nothing that was sent is kept or sent again by itself: the person sees once more what they do, then presses.
    """
    if refused.code != "second_factor_needed" or not isinstance(request.user, Account):
        return None
    back = request.get_full_path() if request.method == "GET" else _came_from(request)
    address = f"{reverse('web:prove')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=refused.status, headers={"HX-Redirect": address})
    return redirect(address)


def _came_from(request: HttpRequest) -> str:
    """The page on which the form stood; of the address only our own path is taken."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host():
        return reverse("web:home")
    return f"{came.path}?{came.query}" if came.query else came.path


def host_of(request: HttpRequest) -> str:
    """The host's name without the port; checked by Django against ALLOWED_HOSTS."""
    return urlsplit(f"//{request.get_host()}").hostname or ""
