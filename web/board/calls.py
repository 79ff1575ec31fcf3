"""Đặt bài, as the board sees it: calls by hand or from the leaders' weekly schedule, and what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contributors import calls, clock
from contributors.access import require
from contributors.calls import NewCall
from contributors.errors import DomainError
from contributors.messaging import messages_to_tell
from contributors.models import Assignment, CountsAs, Genre, MessageKind, Topic, Unit
from contributors.weekly_schedule import Schedule, read_schedule, text_of_sheet
from payments.calling import calls_of_schedule, make_calls
from web.board.messages import lines_of
from web.board.work_forms import DAY_REQUIRED, HourField
from web.context import pays_today
from web.forms import ClientKeyForm, DayField, PageForm
from web.page import PageRequest, for_board, show

A_PAGE = 20
LARGEST = 5 * 1024 * 1024
STATES: Mapping[str, tuple[Promise, str]] = {
    "open": (gettext_lazy("chưa ai nhận"), "wait"),
    "taken": (gettext_lazy("đã có người nhận"), ""),
    "handed_in": (gettext_lazy("đã gửi bài"), "done"),
    "over": (gettext_lazy("quá hạn"), "stop"),
    "cancelled": (gettext_lazy("đã huỷ"), "still"),
}


@dataclass(frozen=True, slots=True)
class CallRow:
    call: Assignment
    state: str
    tone: str
    units: str


class GenreTopic(PageForm):
    genre = forms.ModelChoiceField(
        label=gettext_lazy("Thể loại cần"),
        queryset=Genre.unscoped.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Tuỳ người viết"),
    )
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Chuyên mục"),
        queryset=Topic.unscoped.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Không rõ"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        genres = Genre.objects.exclude(counts_as=CountsAs.DOCUMENT).order_by("position", "pk")
        self.fields["genre"].queryset = genres  # type: ignore[attr-defined]
        self.fields["topic"].queryset = Topic.objects.order_by("position", "pk")  # type: ignore[attr-defined]


class CallForm(GenreTopic, ClientKeyForm):
    title = forms.CharField(
        label=gettext_lazy("Cần tin, bài về việc gì"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    brief = forms.CharField(
        label=gettext_lazy("Dặn người viết (không bắt buộc)"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(
        label=gettext_lazy("Nơi diễn ra"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    deadline_on = DayField(label=gettext_lazy("Hạn nộp: ngày"), error_messages=DAY_REQUIRED)
    deadline_at = HourField(label=gettext_lazy("Giờ"), initial=time(17, 0))
    unit = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Mời trước đơn vị"),
        help_text=gettext_lazy("Không chọn: máy mời trước những đơn vị lâu chưa có tin, lần lượt từng nơi."),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("title", "brief", "genre", "topic", "place", "deadline_on", "deadline_at", "unit", "client_key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(closed__isnull=True).order_by("kind", "sort_key")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def call(self) -> NewCall:
        names = ("client_key", "title", "brief", "genre", "topic", "place")
        deadline = datetime.combine(self.cleaned_data["deadline_on"], self.cleaned_data["deadline_at"])
        return NewCall(deadline=timezone.make_aware(deadline), **{name: self.cleaned_data[name] for name in names})


class WeekForm(GenreTopic, ClientKeyForm):
    text = forms.CharField(
        label=gettext_lazy("Lịch làm việc tuần"),
        help_text=gettext_lazy("Dán nguyên lịch. Dòng ngày đứng trước, mỗi việc một dòng bắt đầu bằng giờ."),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 14, "class": "tall"}),
    )
    file = forms.FileField(label=gettext_lazy("Hoặc tệp bảng tính"), required=False)
    field_order = ("text", "file", "genre", "topic", "client_key")


class CancelCallForm(PageForm):
    reason = forms.CharField(
        label=gettext_lazy("Vì sao huỷ"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


@for_board
def calls_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "call.write")
    page = Paginator(calls.all_calls(), A_PAGE).get_page(request.GET.get("page"))
    rows = []
    for call in page.object_list:
        words, tone = STATES[calls.state_of(call)]
        offers = sorted(call.offers.all(), key=lambda offer: offer.position)
        rows.append(CallRow(call, str(words), tone, ", ".join(offer.unit.name for offer in offers)))
    told = lines_of(request, messages_to_tell(request.actor, kind=MessageKind.CALL))
    context = {"rows": rows, "page": page, "pays": pays_today(request.portal), "told_lines": told}
    return show(request, "board/calls/list.html", context)


@for_board
def new_call_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "call.write")
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            chosen = list(form.cleaned_data["unit"])
            make_calls(actor=request.actor, portal=request.portal, new=[form.call()], units=chosen or None)
            messages.success(request, _("Đã đặt bài."))
            return redirect("web:calls")
    return show(request, "board/calls/new.html", {"silent": calls.silent_units(5)}, form=form)


@for_board
def week_page(request: PageRequest) -> HttpResponseBase:
    """Paste or upload, look at what was read, correct it, then make all calls at once."""
    require(request.actor, "call.write")
    form = WeekForm(request.POST or None, request.FILES or None)
    read: Schedule | None = None
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            uploaded = form.cleaned_data["file"]
            if uploaded is not None:
                form = _typed_from(request, uploaded.name, uploaded.read(LARGEST + 1))
            read = read_schedule(_text(form), today=clock.today(request.portal.time_zone))
            if not read.activities:
                raise DomainError("schedule_empty", field="text")
            if "make" in request.POST and uploaded is None:
                made = calls_of_schedule(
                    actor=request.actor,
                    portal=request.portal,
                    activities=read.activities,
                    form_key=form.cleaned_data["client_key"],
                    genre=form.cleaned_data["genre"],
                    topic=form.cleaned_data["topic"],
                )
                text = ngettext("Đã đặt %(count)d bài.", "Đã đặt %(count)d bài.", len(made))
                messages.success(request, text % {"count": len(made)})
                return redirect("web:calls")
    return show(request, "board/calls/week.html", {"read": read}, form=form)


def _typed_from(request: PageRequest, name: str, content: bytes) -> WeekForm:
    """The form again, with the file's rows as text that can be corrected."""
    typed = request.POST.dict() | {"text": text_of_sheet(content=content, file_name=name)}
    form = WeekForm(typed)
    form.is_valid()
    return form


def _text(form: WeekForm) -> str:
    return str(form.cleaned_data.get("text") or "")


@for_board
def cancel_call_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require(request.actor, "call.write")
    call = Assignment.objects.filter(public_id=public_id).first()
    if call is None:
        raise DomainError("not_found")
    form = CancelCallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            calls.cancel_call(actor=request.actor, call=call, reason=form.cleaned_data["reason"])
            messages.success(request, _("Đã huỷ bài đặt."))
            return redirect("web:calls")
    return show(request, "board/calls/cancel.html", {"call": call}, form=form)
