"""Questions of setting a portal up: few, each with an example, each of which can be answered again later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributors.founding import Named
from contributors.models import Capability, Mode, SeatName, UnitKind
from web.forms import DayField, PageForm

DAY_REQUIRED = {"required": _("Hãy ghi ngày.")}
PHONE = {"type": "tel", "inputmode": "tel", "autocomplete": "off", "class": "short"}
# What each seat does, for who fills the form in from the decision.
SEAT_HINTS: Mapping[str, Promise] = {
    SeatName.HEAD: _("duyệt và chấm tin, bài; xác nhận danh sách trước khi chi"),
    SeatName.DEPUTY: _("duyệt thay khi trưởng ban vắng hoặc là người viết; đăng văn bản"),
    SeatName.WRITER: _("viết tin, bài và nhập hộ bà con"),
    SeatName.PUBLISHER: _("chép bài đã duyệt lên trang của xã"),
    SeatName.RAPPORTEUR: _("xem thống kê, làm báo cáo sáu tháng"),
}
OFFICER_HINTS: Mapping[str, Promise] = {
    Capability.ACCOUNTANT: _("tính nhuận bút, lập danh sách và chi"),
    Capability.ACCOUNT_HOLDER: _("duyệt chi; không được là người tính"),
    Capability.ADMIN: _("thêm một người quản trị để có người thay"),
}


def _text(label: Any, *, most: int, hint: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


class BeginForm(PageForm):
    """The first page of all: what the portal is called, and who its first administrator is."""

    name = _text(_("Tên trang"), most=200, hint=_("Ví dụ: Trang thông tin điện tử xã Tân Thạnh"))
    full_name = _text(_("Họ và tên của bạn"), most=300, autocomplete="name")
    phone = _text(_("Số điện thoại của bạn"), most=30, hint=_("Dùng để đăng nhập"), **PHONE | {"autocomplete": "tel"})
    password = forms.CharField(
        label=_("Mật khẩu"),
        help_text=_("Ít nhất 8 ký tự. Số đã đăng nhập được ở đây thì gõ mật khẩu đang dùng."),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    seat = forms.ChoiceField(
        label=_("Bạn có trong Ban biên tập không?"),
        choices=[("", _("Không, tôi chỉ cài đặt giúp")), *SeatName.choices],
        required=False,
    )


class NameForm(PageForm):
    name = _text(_("Tên trang"), most=200)
    time_zone = forms.ChoiceField(
        label=_("Múi giờ"),
        help_text=_("Việt Nam dùng Asia/Ho_Chi_Minh. Ngày đăng, ngày hết hạn tính theo giờ này."),
        choices=[(zone, zone) for zone in sorted(available_timezones()) if zone.startswith("Asia/")],
    )


class LetterheadForm(PageForm):
    issuing_body = _text(_("Cơ quan ban hành"), most=300, hint=_("Ví dụ: UỶ BAN NHÂN DÂN XÃ TÂN THẠNH"))
    superior_body = _text(
        _("Cơ quan cấp trên (không bắt buộc)"), most=300, hint=_("Uỷ ban nhân dân cấp xã không ghi dòng này.")
    )
    place = _text(_("Địa danh ghi cạnh ngày tháng"), most=100, hint=_("Ví dụ: Tân Thạnh"))
    grounds = forms.CharField(
        label=_("Căn cứ (không bắt buộc)"),
        help_text=_("Mỗi dòng một căn cứ, in ở đầu quyết định, tờ trình."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    recipients = forms.CharField(
        label=_("Nơi nhận (không bắt buộc)"),
        help_text=_("Mỗi dòng một nơi."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    effective_from = DayField(
        label=_("Dùng từ ngày"), help_text=_("Giấy tờ đã phát hành giữ tiêu đề cũ."), error_messages=DAY_REQUIRED
    )

    def letterhead(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        for name in ("grounds", "recipients"):
            given[name] = [line.strip() for line in given[name].splitlines() if line.strip()]
        return given


class PeopleForm(PageForm):
    """The decision, and one line for each place: name and phone, or nothing for now."""

    places: Mapping[str, Promise] = {}

    decision_number = _text(_("Số quyết định"), most=100, hint=_("Ví dụ 45/QĐ-UBND"))
    effective_from = DayField(label=_("Từ ngày"), error_messages=DAY_REQUIRED)

    def __init__(self, *args: Any, taken: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [place for place in self.places if place not in taken]
        for place in self.asked:
            self.fields[f"{place}_full_name"] = _text(_("Họ và tên"), most=300)
            self.fields[f"{place}_phone"] = _text(_("Số điện thoại"), most=30, **PHONE)

    def lines(self) -> list[tuple[str, Any, Any, Any]]:
        """(title, hint, name, phone) of each place that is still open."""
        return [
            (
                str(self.label_of(place)).capitalize(),
                self.places[place],
                self[f"{place}_full_name"],
                self[f"{place}_phone"],
            )
            for place in self.asked
        ]

    def label_of(self, place: str) -> Any:
        raise KeyError(place)

    def named(self) -> list[Named]:
        """Whoever has a name or a phone; the verb says what is missing of the other."""
        said = [
            Named(place, self.cleaned_data[f"{place}_full_name"], self.cleaned_data[f"{place}_phone"])
            for place in self.asked
        ]
        return [each for each in said if each.full_name or each.phone]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.named():
            raise forms.ValidationError(_("Hãy ghi ít nhất một người."))
        return cleaned


class BoardForm(PeopleForm):
    places = SEAT_HINTS

    def label_of(self, place: str) -> Any:
        return SeatName(place).label


class OfficersForm(PeopleForm):
    places = OFFICER_HINTS

    def label_of(self, place: str) -> Any:
        return Capability(place).label


class UnitNamesForm(PageForm):
    kind = forms.ChoiceField(
        label=_("Loại"), choices=UnitKind.choices, initial=UnitKind.HAMLET, widget=forms.RadioSelect
    )
    names = forms.CharField(
        label=_("Tên, mỗi dòng một nơi"),
        help_text=_("Chép từ Word, Excel vào đây cũng được."),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
    )


class ModeForm(PageForm):
    mode = forms.ChoiceField(label=_("Trang chi nhuận bút thế nào?"), choices=Mode.choices, widget=forms.RadioSelect)
    effective_from = DayField(label=_("Từ ngày"), error_messages=DAY_REQUIRED)
    decision_number = _text(_("Số quyết định"), most=100, hint=_("Chỉ cần khi chi nhuận bút. Ví dụ 753/QĐ-UBND"))


class MonthForm(PageForm):
    """How much goes up in a month, roughly: what that would cost."""

    news_item = forms.IntegerField(label=_("Tin"), min_value=0, max_value=9999, required=False)
    article = forms.IntegerField(label=_("Bài"), min_value=0, max_value=9999, required=False)
    photo = forms.IntegerField(label=_("Ảnh"), min_value=0, max_value=9999, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"})

    def works(self) -> dict[str, int]:
        return {name: count or 0 for name, count in self.cleaned_data.items()}
