"""Questions of the way in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.errors import DomainError
from contributors.names import normal_phone
from web.forms import PageForm


class CodeField(forms.CharField):
    """Six digits; the phone's keyboard for numbers, and its offer to fill in what an SMS brought."""

    def __init__(self, *, autocomplete: str = "one-time-code", **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": autocomplete, "class": "short code"}),
        )
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)


class PinField(CodeField):
    """A PIN, not shown while it is typed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "short code", "maxlength": "6"}
        super().__init__(widget=forms.PasswordInput(attrs=attrs), **kwargs)


class LoginForm(PageForm):
    """Phone and password; the second button asks for a code instead."""

    phone = forms.CharField(
        label=_("Số điện thoại"),
        max_length=20,
        help_text=_("Số đã đăng ký với Ban biên tập, ví dụ 0912 345 678"),
        error_messages={"required": _("Hãy ghi số điện thoại.")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        required=False,
        max_length=200,
        strip=False,
        help_text=_("Chưa có mật khẩu thì để trống và bấm “Nhận mã”."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    shared = forms.BooleanField(required=False)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def by_code(self) -> bool:
        return self.data.get("way") == "code"

    def clean_phone(self) -> str:
        try:
            return normal_phone(self.cleaned_data["phone"])
        except DomainError as refused:
            raise forms.ValidationError(refused.message()) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.by_code and not cleaned.get("password"):
            self.add_error("password", _("Hãy ghi mật khẩu."))
        return cleaned


class CodeForm(PageForm):
    code = CodeField(label=_("Mã 6 chữ số"), error_messages={"required": _("Hãy ghi mã.")})


class HandedForm(PageForm):
    """A code that somebody read out, with the phone, or the receipt number of whoever has none."""

    phone = forms.CharField(
        label=_("Số điện thoại hoặc số biên nhận"),
        max_length=30,
        help_text=_("Ví dụ 0912 345 678 hoặc CTV-7K4M92QF"),
        error_messages={"required": _("Hãy ghi số điện thoại hoặc số biên nhận.")},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    code = CodeField(label=_("Mã 6 chữ số"), error_messages={"required": _("Hãy ghi mã.")})
    shared = forms.BooleanField(required=False)


class WhoForm(PageForm):
    """Which of the people; the choices are those who were proven."""

    person = forms.ChoiceField(
        label=_("Tên của bạn"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn tên của bạn."), "invalid_choice": _("Hãy chọn tên của bạn.")},
    )

    def __init__(self, people: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class PinForm(WhoForm):
    """Whose phone it is, and the PIN."""

    pin = PinField(label=_("Mã PIN của bạn"), error_messages={"required": _("Hãy ghi mã PIN.")})
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, people: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(people, *args, **kwargs)
        if len(people) == 1:
            self.fields["person"].widget = forms.HiddenInput()
            self.fields["person"].initial = people[0][0]


class ProofForm(PageForm):
    """A code of the application or of the paper, or what a passkey answered."""

    code = forms.CharField(
        label=_("Mã xác nhận"),
        required=False,
        max_length=20,
        help_text=_("6 chữ số trong ứng dụng mã, hoặc một mã dự phòng trên tờ giấy đã cất"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": "short code"}),
    )
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("code") and not cleaned.get("passkey"):
            self.add_error("code", _("Hãy ghi mã."))
        return cleaned
