"""Questions about funds and the journal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.fund_policy import shipped_fund_policy
from payments.journal_accounts import PARTS, Accounts
from web.forms import DayField, MoneyField, PageForm

PLAIN = {"autocomplete": "off"}
ADD, CUT = "add", "cut"


def _words(label: Any, *, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=most, widget=forms.TextInput(attrs=PLAIN)
    )


class FundForm(PageForm):
    year = forms.IntegerField(
        label=_("Năm ngân sách"),
        error_messages={"required": _("Hãy ghi năm."), "invalid": _("Hãy ghi năm, ví dụ 2026.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **PLAIN}),
    )
    source = _words(_("Nguồn kinh phí"), most=200, help_text=_("Ví dụ: Ngân sách xã, sự nghiệp văn hoá thông tin."))
    amount = MoneyField(label=_("Số tiền (đồng)"), error_messages={"required": _("Hãy ghi số tiền.")})
    cut_off = DayField(
        label=_("Ngày khoá sổ"),
        help_text=_("Ngày cuối cùng còn phát hành được từ dự toán này."),
        error_messages={"required": _("Hãy ghi ngày khoá sổ.")},
    )
    decision_number = _words(_("Số quyết định giao dự toán"), most=100)

    @classmethod
    def of_year(cls, today: date) -> FundForm:
        return cls(initial={"year": today.year, "cut_off": date(today.year + 1, 1, 31)})


class FundChangeForm(PageForm):
    direction = forms.ChoiceField(
        label=_("Bổ sung hay cắt giảm?"),
        choices=[(ADD, _("Bổ sung")), (CUT, _("Cắt giảm"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn bổ sung hay cắt giảm.")},
    )
    change = MoneyField(label=_("Số tiền (đồng)"), min_value=0, error_messages={"required": _("Hãy ghi số tiền.")})
    decision_number = _words(_("Số quyết định"), most=100)
    reason = _words(_("Lý do"), most=500)

    @property
    def signed(self) -> int:
        amount: int = self.cleaned_data["change"]
        return -amount if self.cleaned_data["direction"] == CUT else amount


class FundPolicyForm(PageForm):
    warn_days = forms.IntegerField(
        label=_("Báo trước khoá sổ bao nhiêu ngày?"),
        error_messages={"required": _("Hãy ghi số ngày."), "invalid": _("Hãy ghi một số, ví dụ 45.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **PLAIN}),
    )
    effective_from = DayField(label=_("Áp dụng từ ngày"), error_messages={"required": _("Hãy ghi ngày áp dụng.")})
    decision_number = _words(_("Số quyết định (nếu có)"), most=100)

    @classmethod
    def shown(cls, days: int, today: date) -> FundPolicyForm:
        return cls(initial={"warn_days": days, "effective_from": today})

    @staticmethod
    def most() -> int:
        return shipped_fund_policy().most_warn_days


class JournalForm(PageForm):
    """The period as people write it, with its last day."""

    first = DayField(label=_("Từ ngày"), error_messages={"required": _("Hãy ghi ngày đầu.")})
    last = DayField(label=_("Đến hết ngày"), error_messages={"required": _("Hãy ghi ngày cuối.")})

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", _("Ngày cuối phải sau ngày đầu."))
        return said

    @property
    def period(self) -> tuple[date, date]:
        """`[since, until)`."""
        last: date = self.cleaned_data["last"]
        return self.cleaned_data["first"], last + timedelta(days=1)


class AccountsForm(PageForm):
    effective_from = DayField(label=_("Áp dụng từ ngày"), error_messages={"required": _("Hãy ghi ngày áp dụng.")})
    decision_number = _words(_("Số quyết định (nếu có)"), most=100)

    def __init__(self, *args: Any, accounts: Accounts, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {**accounts.numbers, "effective_from": today})
        super().__init__(*args, **kwargs)
        for part, label in PARTS.items():
            self.fields[part] = forms.CharField(
                label=str(label),
                required=False,
                max_length=20,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short", **PLAIN}),
            )

    @property
    def parts(self) -> list[forms.BoundField]:
        return [self[part] for part in PARTS]

    def accounts(self) -> dict[str, str]:
        return {part: self.cleaned_data[part] for part in PARTS}
