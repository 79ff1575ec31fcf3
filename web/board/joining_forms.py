"""Questions about invitations and about people whom others register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contributors.models import Category, Unit
from web.forms import ClientKeyForm, DayField, PageForm
from web.public.forms import ApplicationForm


class ManyInvitationsForm(PageForm):
    uses = forms.IntegerField(
        label=_("Bao nhiêu người dùng được mỗi lời mời"),
        error_messages={"required": _("Hãy ghi số người."), "invalid": _("Hãy ghi một số.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    last_day = DayField(
        label=_("Dùng đến hết ngày"),
        error_messages={"required": _("Hãy ghi ngày."), "invalid": _("Hãy ghi ngày như 05/02/2026.")},
    )

    def refuse(self, refused: Any) -> None:
        """The verb's end of an invitation is this form's last day."""
        super().refuse(refused)
        if refused.field in {"expires_at", "days"}:
            self.add_error("last_day", refused.message())


class InvitationForm(ManyInvitationsForm, ClientKeyForm):
    unit = forms.ModelChoiceField(
        label=_("Ấp, ngành"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        empty_label=_("Chọn trong danh sách"),
        error_messages={"required": _("Hãy chọn ấp, ngành.")},
    )
    note = forms.CharField(
        label=_("Ghi chú (chỉ Ban biên tập thấy)"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("unit", "uses", "last_day", "note", "client_key")

    def __init__(self, *args: Any, units: QuerySet[Unit] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uses"].label = _("Bao nhiêu người dùng được")
        if units is None:
            del self.fields["unit"], self.fields["uses"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class RegisterForm(ApplicationForm):
    """Somebody else enters it: a phone may be missing."""

    category = forms.ChoiceField(label=_("Là"), choices=Category.choices, initial=Category.VOLUNTEER)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("Không có thì để trống. Dùng chung số với người khác cũng được.")
        if self.asks_unit:
            self.fields["unit"].label = _("Ấp, ngành")
        if self.named:
            del self.fields["category"]
