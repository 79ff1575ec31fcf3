"""Questions about seats and rights."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.board import may_sit
from contributors.models import Capability, Contributor, SeatName, Unit
from web.board.unit_forms import BELOW_THEIR_PARENTS, ON_REQUIRED, UnitChoice
from web.forms import DayField, PageForm


def _decision() -> forms.CharField:
    return forms.CharField(
        label=_("Số quyết định"),
        help_text=_("Ví dụ 45/QĐ-UBND"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SeatForm(PageForm):
    contributor = forms.ModelChoiceField(
        label=_("Người"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        empty_label=_("Chọn người"),
        error_messages={"required": _("Hãy chọn người."), "invalid_choice": _("Hãy chọn người.")},
    )
    seat = forms.ChoiceField(label=_("Vai trong Ban biên tập"), choices=SeatName.choices, widget=forms.RadioSelect)
    effective_from = DayField(label=_("Từ ngày"), error_messages=ON_REQUIRED)
    effective_until = DayField(label=_("Đến trước ngày (không bắt buộc)"), required=False)
    decision_number = _decision()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Contributor.objects.filter(pk__in=[person.pk for person in may_sit()])
        self.fields["contributor"].queryset = people.order_by("sort_key", "pk")  # type: ignore[attr-defined]


class GrantForm(PageForm):
    """Somebody of the network, or an officer who never wrote a line, named by their phone."""

    full_name = forms.CharField(
        label=_("Họ và tên"), required=False, max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("Số điện thoại đăng nhập"),
        help_text=_("Nếu số này đã đăng nhập được, họ tên phải khớp."),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "short"}),
    )
    capability = forms.ChoiceField(label=_("Quyền"), choices=Capability.choices, widget=forms.RadioSelect)
    unit = UnitChoice(
        label=_("Đầu mối của ấp, ngành nào"),
        help_text=_("Chỉ chọn khi cấp quyền đầu mối."),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Mọi ấp, ngành"),
    )
    effective_from = DayField(label=_("Từ ngày"), error_messages=ON_REQUIRED)
    effective_until = DayField(label=_("Đến trước ngày (không bắt buộc)"), required=False)
    decision_number = _decision()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.filter(closed__isnull=True).select_related("parent").order_by(*BELOW_THEIR_PARENTS)
        self.fields["unit"].queryset = rows  # type: ignore[attr-defined]


class EndForm(PageForm):
    on = DayField(
        label=_("Thôi từ ngày"), help_text=_("Ngày cuối cùng còn giữ là hôm trước."), error_messages=ON_REQUIRED
    )
    decision_number = _decision()


class DeclineForm(PageForm):
    reason = forms.CharField(label=_("Lý do"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
