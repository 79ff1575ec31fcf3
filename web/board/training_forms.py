"""Questions about a training session."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contributors.models import Contributor, ContributorState, TrainingSession, Unit
from web.forms import ClientKeyForm, DayField, PageForm, SeenForm

FIELDS = ("title", "introduction", "held_on", "place", "unit", "led_by", "note")


class SessionFields(PageForm):
    title = forms.CharField(
        label=_("Tên buổi"),
        help_text=_("Ví dụ: Buổi giới thiệu cho cộng tác viên mới"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    introduction = forms.TypedChoiceField(
        label=_("Buổi này là"),
        choices=[("1", _("buổi giới thiệu mà người mới nào cũng cần dự")), ("0", _("buổi học thêm"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    held_on = DayField(label=_("Ngày"), error_messages={"required": _("Hãy ghi ngày.")})
    place = forms.CharField(
        label=_("Nơi tổ chức"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    unit = forms.ModelChoiceField(
        label=_("Dành cho"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Mọi người"),
    )
    led_by = forms.ModelChoiceField(
        label=_("Người hướng dẫn"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Không ghi"),
    )
    note = forms.CharField(
        label=_("Ghi chú"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        unit.queryset = units  # type: ignore[attr-defined]
        if not everywhere:
            unit.empty_label = _("Chọn trong danh sách")  # type: ignore[attr-defined]
            unit.required = True
            unit.error_messages["required"] = _("Hãy chọn ấp, ngành.")
        board = Contributor.objects.filter(state=ContributorState.ACTIVE, seats__isnull=False)
        self.fields["led_by"].queryset = board.distinct().order_by("sort_key", "pk")  # type: ignore[attr-defined]

    def session_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


class NewSessionForm(SessionFields, ClientKeyForm):
    pass


class EditSessionForm(SessionFields, SeenForm):
    @staticmethod
    def values_of(session: TrainingSession) -> dict[str, Any]:
        return {
            "version": session.version,
            "title": session.title,
            "introduction": "1" if session.introduction else "0",
            "held_on": session.held_on,
            "place": session.place,
            "unit": session.unit.public_id if session.unit else None,
            "led_by": session.led_by.public_id if session.led_by else None,
            "note": session.note,
        }


class CancelForm(SeenForm):
    reason = forms.CharField(
        label=_("Vì sao huỷ (không bắt buộc)"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
