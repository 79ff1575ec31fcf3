"""Handing a code to somebody one knows: a message to copy into Zalo, or six digits to read out."""

from __future__ import annotations

import uuid

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from contributors.access import require
from contributors.handing import HandedCode, hand_over_code, hand_over_to_officer, may_hand_over
from contributors.message_words import words_for
from contributors.models import Contributor, Grant
from web.forms import PageForm
from web.page import PageRequest, for_members, show


class HandOverForm(PageForm):
    way = forms.ChoiceField(
        label=_("Trao bằng cách nào?"),
        choices=[
            ("link", _("Tin nhắn Zalo: chép rồi gửi, dùng trong 3 ngày")),
            ("digits", _("Đọc 6 chữ số cho người ấy nghe, dùng trong 30 phút")),
        ],
        initial="link",
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một cách.")},
    )
    reset = forms.BooleanField(required=False)


@for_members
@never_cache
def hand_over_page(request: PageRequest, person: uuid.UUID) -> HttpResponseBase:
    """The code stands in the answer to the press and nowhere else; a reload makes a new one, the old one ends."""
    contributor = get_object_or_404(Contributor.objects.select_related("account"), public_id=person)
    may_hand_over(request.actor, contributor)
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            handed = hand_over_code(
                actor=request.actor,
                contributor=contributor,
                way=form.cleaned_data["way"],
                reset=form.cleaned_data["reset"],
            )
            context = {"person": contributor, "handed": handed, "message": message_of(request, handed)}
            return show(request, "board/handed.html", context)
    return show(request, "board/hand_over.html", {"person": contributor}, form=form)


class FirstCodeForm(PageForm):
    """Nothing to fill in; refusals stand in its summary."""


@for_members
@never_cache
def officer_code_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """For the accountant's or account holder's first time: the digits stand in the answer to the press alone."""
    require(request.actor, "code.hand_over_to_decider")
    grant = get_object_or_404(Grant.objects.select_related("account"), public_id=public_id)
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    context = {"grant": grant, "code": ""}
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            context["code"] = hand_over_to_officer(actor=request.actor, grant=grant)
    return show(request, "board/officer_code.html", context, form=form)


def message_of(request: PageRequest, handed: HandedCode) -> str:
    """What is pasted into Zalo, in Vietnamese whoever copies it; empty for digits that are read out."""
    if handed.url is None:
        return ""
    return words_for("way_in", name=handed.contributor.full_name, portal=request.portal.name, link=handed.url)
