"""How often a piece was opened, as the office writes it down from its website."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors import clock
from contributors.access import require
from contributors.readers import SOURCE_LENGTH, readers_entered, record_readers
from web.forms import DayField, PageForm
from web.page import PageRequest, for_board, show
from web.pieces import seen_piece


class ReadersForm(PageForm):
    count = forms.CharField(
        label=gettext_lazy("Số lượt xem"),
        max_length=20,
        error_messages={"required": gettext_lazy("Hãy ghi số lượt xem.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    as_of = DayField(
        label=gettext_lazy("Tính đến hết ngày"), error_messages={"required": gettext_lazy("Hãy ghi ngày.")}
    )
    source = forms.CharField(
        label=gettext_lazy("Xem ở đâu"),
        help_text=gettext_lazy("Ví dụ: thống kê của trang, Facebook của xã"),
        required=False,
        max_length=SOURCE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_count(self) -> int:
        """As people write it: 1.280."""
        said: Any = self.cleaned_data["count"].strip().replace(".", "").replace(" ", "")
        if not (said.isascii() and said.isdigit()):
            raise forms.ValidationError(_("Hãy ghi một số, ví dụ 1.280."))
        return int(said)


@for_board
def readers_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require(request.actor, "piece.readers")
    piece = seen_piece(request.actor, public_id)
    form = ReadersForm(request.POST or None, initial={"as_of": clock.today(piece.portal.time_zone)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            record_readers(actor=request.actor, piece=piece, **form.cleaned_data)
            messages.success(request, _("Đã ghi. Người viết thấy số này trên trang của bài."))
            return redirect("web:readers", public_id=public_id)
    return show(request, "board/readers.html", {"piece": piece, "entered": readers_entered(piece)}, form=form)
