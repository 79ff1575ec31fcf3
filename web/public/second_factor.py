"""Setting up and taking away what proves a person a second time."""

from __future__ import annotations

import json

import segno
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from contributors import passkeys, visits
from contributors.access import require_proof
from contributors.errors import DomainError
from contributors.second_factor import (
    NewTotp,
    begin_totp,
    confirm_totp,
    factors_of,
    remove_factor,
    renew_recovery_codes,
    waiting_totp,
)
from web.page import PageRequest, for_members, show
from web.public.proving import STATE, host_of
from web.public.security import again
from web.public.security_forms import NewPasskeyForm, NewTotpForm

WAITING = "totp_waiting"


def _before_adding(request: PageRequest) -> HttpResponseBase | None:
    """The first factor needs a fresh login; any further one a proof. Raises `second_factor_needed`."""
    if request.user.second_factor_since is not None:
        require_proof(request.actor)
        return None
    return again(request)


def _added(request: PageRequest, codes: list[str], said: str) -> HttpResponseBase:
    """A factor was proven just now; with the first one the recovery codes are shown, once."""
    visits.note_proof(request.session)
    if codes:
        return show(request, "security/recovery.html", {"codes": codes, "first": True})
    messages.success(request, said)
    return redirect("web:security")


@for_members
@never_cache
def totp_page(request: PageRequest) -> HttpResponseBase:
    """A code application: its QR, and a code of it before it counts."""
    if (first := _before_adding(request)) is not None:
        return first
    if factors_of(request.user).totp is not None:
        return redirect("web:security")
    new = _waiting(request)
    form = NewTotpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            codes = confirm_totp(actor=request.actor, sealed=new.sealed, code=form.cleaned_data["code"])
            request.session.pop(WAITING, None)
            return _added(request, codes, _("Đã đặt ứng dụng mã."))
    context = {
        "picture": segno.make(new.uri, error="m").svg_data_uri(scale=5, border=3, light="#fff"),
        "secret": " ".join(new.secret[at : at + 4] for at in range(0, len(new.secret), 4)),
        "uri": new.uri,
    }
    return show(request, "security/totp.html", context, form=form)


def _waiting(request: PageRequest) -> NewTotp:
    """The same secret while the page is open, so that a wrong code can be tried again."""
    sealed = request.session.get(WAITING)
    if sealed is not None:
        try:
            return waiting_totp(request.user, sealed)
        except DomainError:
            del request.session[WAITING]
    new = begin_totp(request.user)
    request.session[WAITING] = new.sealed
    return new


@for_members
@never_cache
def passkey_page(request: PageRequest) -> HttpResponseBase:
    """A passkey of this phone or computer; its browser makes it, so this page needs scripts."""
    if (first := _before_adding(request)) is not None:
        return first
    host = host_of(request)
    works = passkeys.works_at(host)
    form = NewPasskeyForm(request.POST or None)
    if request.method == "POST" and works and form.is_valid():
        with form.refusals():
            codes = passkeys.add_passkey(
                actor=request.actor,
                host=host,
                state=request.session.pop(STATE, {}),
                answer=form.cleaned_data["passkey"],
                name=form.cleaned_data["name"],
            )
            return _added(request, codes, _("Đã thêm khoá đăng nhập."))
    options = ""
    if works:
        asked, request.session[STATE] = passkeys.begin_passkey(request.user, host)
        options = json.dumps(asked, default=dict)
    return show(request, "security/passkey.html", {"works": works, "options": options}, form=form)


@for_members
@never_cache
def remove_page(request: PageRequest, factor: int) -> HttpResponseBase:
    """Asks once more: with the last one, what needs a proof cannot be done."""
    require_proof(request.actor)
    found = factors_of(request.user)
    one = next((one for one in [found.totp, *found.passkeys] if one is not None and one.id == factor), None)
    if one is None:
        raise DomainError("not_found")
    if request.method == "POST":
        remove_factor(actor=request.actor, factor=factor)
        messages.success(request, _("Đã bỏ."))
        return redirect("web:security")
    last = len(found.passkeys) + (found.totp is not None) == 1
    return show(request, "security/remove.html", {"factor": one, "last": last})


@for_members
@never_cache
def recovery_page(request: PageRequest) -> HttpResponseBase:
    """New recovery codes, shown in the answer to the press and never again."""
    require_proof(request.actor)
    if request.method == "POST":
        return show(request, "security/recovery.html", {"codes": renew_recovery_codes(actor=request.actor)})
    return show(request, "security/recovery.html", {"left": factors_of(request.user).recovery_left})
