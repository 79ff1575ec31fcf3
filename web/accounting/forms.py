"""Questions to the accountant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.models import Fund
from web.forms import DayField, PageForm


class OpenRunForm(PageForm):
    """The period is asked as people write it, with its last day; the verb takes `[from, until)`."""

    label = forms.CharField(
        label=_("Tên kỳ"), required=False, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    period_from = DayField(label=_("Từ ngày"), error_messages={"required": _("Hãy ghi ngày đầu kỳ.")})
    period_until = DayField(label=_("Đến hết ngày"), error_messages={"required": _("Hãy ghi ngày cuối kỳ.")})
    payment_date = DayField(
        label=_("Ngày chi dự kiến"),
        help_text=_("Thuế tính theo quy định của ngày này."),
        error_messages={"required": _("Hãy ghi ngày chi.")},
    )
    fund = forms.ModelChoiceField(
        label=_("Dự toán"), queryset=Fund.unscoped.none(), required=False, empty_label=_("Chưa chọn")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.order_by("-year", "source")  # type: ignore[attr-defined]
        self.fields["fund"].to_field_name = "public_id"  # type: ignore[attr-defined]

    @classmethod
    def of_last_month(cls, today: date) -> OpenRunForm:
        """Filled in for the month that is over, paid today."""
        until = today.replace(day=1)
        last = until - timedelta(days=1)
        fund = Fund.objects.filter(year=today.year).order_by("-amount").first()
        return cls(
            initial={
                "label": f"Tháng {last:%m/%Y}",
                "period_from": last.replace(day=1),
                "period_until": last,
                "payment_date": today,
                "fund": fund.public_id if fund else None,
            }
        )

    @property
    def until(self) -> date:
        last: date = self.cleaned_data["period_until"]
        return last + timedelta(days=1)


class PayoutReturnForm(PageForm):
    reason = forms.CharField(
        label=_("Lý do ngân hàng hoặc người nhận trả lại"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
