"""Questions about one's own login."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import DayField, PageForm
from web.public.login_forms import CodeField, PinField


class AgainForm(PageForm):
    secret = forms.CharField(
        label=_("Mật khẩu, hoặc mã PIN của máy này"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Hãy ghi mật khẩu hoặc mã PIN.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class NewPinForm(PageForm):
    pin = PinField(label=_("Mã PIN 6 chữ số"), error_messages={"required": _("Hãy ghi mã PIN.")})
    repeated = PinField(label=_("Ghi lại mã PIN"), error_messages={"required": _("Hãy ghi lại mã PIN.")})
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("pin") and cleaned.get("repeated") and cleaned["pin"] != cleaned["repeated"]:
            self.add_error("repeated", _("Hai lần ghi chưa giống nhau."))
        return cleaned


def _password(label: Any, autocomplete: str, required: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        error_messages={"required": required},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class NewPasswordForm(PageForm):
    old = _password(_("Mật khẩu hiện tại"), "current-password", _("Hãy ghi mật khẩu hiện tại."))
    new = _password(_("Mật khẩu mới"), "new-password", _("Hãy ghi mật khẩu mới."))
    repeated = _password(_("Ghi lại mật khẩu mới"), "new-password", _("Hãy ghi lại mật khẩu mới."))

    def __init__(self, *args: Any, has_one: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = _("Ít nhất 8 chữ cái hoặc chữ số; một câu dễ nhớ là tốt nhất")
        if not has_one:
            del self.fields["old"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("new") and cleaned.get("repeated") and cleaned["new"] != cleaned["repeated"]:
            self.add_error("repeated", _("Hai lần ghi chưa giống nhau."))
        return cleaned


class NewTotpForm(PageForm):
    code = CodeField(label=_("Mã trong ứng dụng"), error_messages={"required": _("Hãy ghi mã.")})


class NewPasskeyForm(PageForm):
    name = forms.CharField(
        label=_("Đặt tên cho khoá này"),
        required=False,
        max_length=60,
        help_text=_("Ví dụ: điện thoại của tôi, khoá USB ở phòng"),
    )
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)


class DemandForm(PageForm):
    day = DayField(label=_("Từ ngày"), required=False, help_text=_("Để trống: chưa bắt buộc"))


class AccessKeyForm(PageForm):
    name = forms.CharField(
        label=_("Phần mềm nào"),
        max_length=100,
        help_text=_("Ví dụ: Cổng thông tin huyện, phần mềm kế toán"),
        error_messages={"required": _("Hãy ghi tên phần mềm.")},
    )
    write = forms.BooleanField(
        label=_("Ghi"), required=False, help_text=_("Gửi, sửa, duyệt tin, bài trong phạm vi quyền của bạn")
    )
    money = forms.BooleanField(
        label=_("Nhuận bút"), required=False, help_text=_("Cả kỳ chi, phiếu, dự toán, người nhận tiền (đã che số)")
    )
    last_day = DayField(
        label=_("Dùng đến hết ngày"),
        help_text=_("Nhiều nhất một năm"),
        error_messages={"required": _("Hãy chọn ngày hết hạn.")},
    )

    def scopes(self) -> list[str]:
        """Reading belongs to every key."""
        return ["read", *(scope for scope in ("write", "money") if self.cleaned_data[scope])]
