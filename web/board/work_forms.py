"""Questions about how the board works: rules, own days, hand-overs, hours of posting, disputes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributors.models import HANDED_BY, BoardRules, Contributor, HandedRight
from web.forms import CoefficientField, DayField, PageForm, SeenForm

WEEKDAYS = [
    ("1", _("Thứ hai")),
    ("2", _("Thứ ba")),
    ("3", _("Thứ tư")),
    ("4", _("Thứ năm")),
    ("5", _("Thứ sáu")),
    ("6", _("Thứ bảy")),
    ("7", _("Chủ nhật")),
]
DAY_REQUIRED = {"required": _("Hãy ghi ngày.")}


class HourField(forms.TimeField):
    """An hour of the day: 07:30, or 7h30 as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"class": "short", "autocomplete": "off"}))
        kwargs.setdefault("error_messages", {"invalid": _("Hãy ghi giờ như 07:30."), "required": _("Hãy ghi giờ.")})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> time | None:
        written = value.strip().lower().replace("h", ":").rstrip(":") if isinstance(value, str) else value
        return super().to_python(f"{written}:00" if isinstance(written, str) and written.isdigit() else written)


class HoursField(CoefficientField):
    """Working hours as people write them: "4" or "1,5"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=4, decimal_places=1, **kwargs)
        self.error_messages["required"] = _("Hãy ghi số giờ.")


class RulesForm(PageForm):
    effective_from = DayField(label=_("Áp dụng từ ngày"), error_messages=DAY_REQUIRED)
    review_hours = HoursField(
        label=_("Trả lời tác giả trong mấy giờ làm việc"),
        help_text=_("Tính từ lúc tin, bài được gửi tới lúc duyệt, trả lại hoặc từ chối."),
    )
    publish_hours = HoursField(
        label=_("Đăng trong mấy giờ làm việc"), help_text=_("Tính từ lúc duyệt tới lúc lên trang.")
    )
    leader_same_day = forms.TypedChoiceField(
        label=_("Hoạt động của lãnh đạo"),
        choices=[("1", _("lên trang ngay trong ngày diễn ra")), ("0", _("theo hạn chung"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Ngày làm việc"),
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một ngày.")},
    )
    day_from = HourField(label=_("Sáng từ"))
    noon_from = HourField(label=_("Nghỉ trưa từ"))
    noon_until = HourField(label=_("Chiều từ"))
    day_until = HourField(label=_("Chiều đến"))
    second_score_above = CoefficientField(
        label=_("Hệ số cao hơn mức nào thì cần hai người chấm (không bắt buộc)"),
        help_text=_("Hệ số cao hơn mức này thì người thứ hai chấm lại. Để trống: một người chấm là đủ."),
        required=False,
    )
    offer_units = forms.IntegerField(
        label=_("Đặt bài: mời trước mấy đơn vị lâu chưa có tin"),
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    offer_hours = forms.IntegerField(
        label=_("Đặt bài: dành riêng trong mấy giờ"),
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    decision_number = forms.CharField(
        label=_("Số quy chế, quyết định (không bắt buộc)"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @staticmethod
    def values_of(rules: BoardRules) -> dict[str, Any]:
        plain = ("review_hours", "publish_hours", "day_from", "noon_from", "noon_until", "day_until")
        more = ("second_score_above", "offer_units", "offer_hours", "decision_number")
        return {name: getattr(rules, name) for name in (*plain, *more)} | {
            "weekdays": list(rules.weekdays),
            "leader_same_day": "1" if rules.leader_same_day else "0",
        }

    def rules(self) -> dict[str, Any]:
        return self.cleaned_data | {"weekdays": "".join(self.cleaned_data["weekdays"])}


class OwnDayForm(PageForm):
    on = DayField(label=_("Ngày"), error_messages=DAY_REQUIRED)
    working = forms.TypedChoiceField(
        label=_("Ngày này"),
        choices=[("0", _("nghỉ")), ("1", _("làm việc"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )
    note = forms.CharField(
        label=_("Ghi chú"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class HandOverForm(PageForm):
    """What is one's own to hand over, and to whom on the board."""

    right = forms.ChoiceField(label=_("Uỷ quyền việc"), choices=HandedRight.choices, widget=forms.RadioSelect)
    receiver = forms.ModelChoiceField(
        label=_("Cho"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        empty_label=_("Chọn người trong Ban biên tập"),
        error_messages={"required": _("Hãy chọn người."), "invalid_choice": _("Hãy chọn người.")},
    )
    effective_from = DayField(label=_("Từ ngày"), error_messages=DAY_REQUIRED)
    last_day = DayField(label=_("Đến hết ngày"), error_messages=DAY_REQUIRED)
    reason = forms.CharField(
        label=_("Lý do"),
        help_text=_("Ví dụ: đi tập huấn, nghỉ phép"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, seats: frozenset[str], people: list[Contributor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [choice for choice in HandedRight.choices if seats & HANDED_BY[choice[0]]]
        self.fields["right"].choices = own  # type: ignore[attr-defined]
        self.initial.setdefault("right", own[0][0] if own else None)
        board = Contributor.objects.filter(pk__in=[person.pk for person in people]).order_by("sort_key", "pk")
        self.fields["receiver"].queryset = board  # type: ignore[attr-defined]


class ScheduleForm(SeenForm):
    day = DayField(label=_("Ngày đăng"), error_messages=DAY_REQUIRED)
    at = HourField(label=_("Giờ đăng"))

    def moment(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"]))


class SettleForm(PageForm):
    stands = forms.TypedChoiceField(
        label=_("Ban biên tập quyết định"),
        choices=[("1", _("giữ như đã khai")), ("0", _("người này không làm phần đó, không tính nhuận bút"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một cách.")},
    )
    reason = forms.CharField(label=_("Lý do"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
