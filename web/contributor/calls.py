"""Đặt bài, as contributors see it: what is wanted, taking it, writing it, giving it back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors import calls
from contributors.access import require
from contributors.errors import DomainError
from contributors.models import Assignment
from web.context import pays_today
from web.forms import ClientKeyForm
from web.page import PageRequest, for_contributors, person_of, show

A_PAGE = 20


@for_contributors
def my_calls_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "call.take")
    page = Paginator(calls.calls_open_to(request.actor), A_PAGE).get_page(request.GET.get("page"))
    return show(request, "contributor/calls.html", _frame(request) | {"page": page})


@for_contributors
def call_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    call = _call(request, public_id)
    return _shown(request, call, ClientKeyForm())


@for_contributors
@require_POST
def call_step_view(request: PageRequest, public_id: uuid.UUID, step: str) -> HttpResponseBase:
    """Take it, give it back, or begin to write."""
    call = _call(request, public_id)
    form = ClientKeyForm(request.POST)
    if form.is_valid():
        with form.refusals():
            if step == "begin":
                piece = calls.start_for_call(actor=request.actor, call=call, client_key=form.cleaned_data["client_key"])
                return redirect("web:send_piece_text", public_id=piece.public_id)
            if step == "take":
                calls.take_call(actor=request.actor, call=call)
                messages.success(request, _("Bạn đã nhận bài này. Viết xong thì gửi trước hạn."))
            else:
                calls.give_call_back(actor=request.actor, call=call)
                messages.success(request, _("Đã trả lại; người khác nhận được bài này."))
            return redirect(
                "web:my_calls" if step == "give-back" else "web:call", *(() if step == "give-back" else (public_id,))
            )
    return _shown(request, call, form)


def _call(request: PageRequest, public_id: uuid.UUID) -> Assignment:
    """One that the person may take or has taken."""
    require(request.actor, "call.take")
    found = calls.calls_open_to(request.actor).filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found


def _frame(request: PageRequest) -> dict[str, object]:
    return {"pays": pays_today(request.portal), "me": person_of(request)}


def _shown(request: PageRequest, call: Assignment, form: ClientKeyForm) -> HttpResponseBase:
    context = _frame(request) | {"call": call, "state": calls.state_of(call)}
    return show(request, "contributor/call.html", context, form=form)
