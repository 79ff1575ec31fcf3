"""Keys by which a program of one's own acts at the API: what there is, a new one shown once, and ending one."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contributors import clock
from contributors.access import require_proof
from contributors.access_keys import make_access_key, own_access_key, own_access_keys, withdraw_access_key
from contributors.models import AccessKey, KeyScope
from web.page import PageRequest, for_members, show
from web.public.security import again
from web.public.security_forms import AccessKeyForm

USUAL_DAYS = 90


def _shown(key: AccessKey) -> dict[str, object]:
    labels = [KeyScope(scope).label for scope in key.scopes]
    return {"row": key, "scopes": labels, "over": key.withdrawn_at is None and key.expires_at <= clock.now()}


@for_members
@never_cache
def keys_page(request: PageRequest) -> HttpResponseBase:
    keys = [_shown(key) for key in own_access_keys(request.actor)]
    return show(request, "security/keys.html", {"keys": keys})


@for_members
@never_cache
def new_key_page(request: PageRequest) -> HttpResponseBase:
    """The secret stands on the answer to the press and nowhere else."""
    if request.user.second_factor_since is not None:
        require_proof(request.actor)
    elif (first := again(request)) is not None:
        return first
    usual = clock.today(request.portal.time_zone) + timedelta(days=USUAL_DAYS)
    form = AccessKeyForm(request.POST or None, initial={"last_day": usual})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = make_access_key(
                actor=request.actor,
                name=form.cleaned_data["name"],
                scopes=form.scopes(),
                last_day=form.cleaned_data["last_day"],
            )
            shown = _shown(made.key) | {"secret": made.secret, "address": f"{settings.BASE_URL}/api/v1/me/"}
            return show(request, "security/key_made.html", shown)
    return show(request, "security/key_new.html", form=form)


@require_POST
@for_members
def withdraw_key_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    key = withdraw_access_key(actor=request.actor, key=own_access_key(request.actor, public_id))
    messages.success(request, _("Đã thu hồi khoá của “%(name)s”.") % {"name": key.name})
    return redirect("web:access_keys")
