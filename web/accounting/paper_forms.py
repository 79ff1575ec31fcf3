"""Questions about papers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import PageForm


class BudgetCodeForm(PageForm):
    budget_code = forms.CharField(
        label=_("Mã đơn vị quan hệ ngân sách"),
        help_text=_("Như trên giấy rút dự toán. In trên danh sách người thụ hưởng và giấy đề nghị thanh toán."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )


class AccountsForm(PageForm):
    form = forms.ChoiceField(
        label=_("Dạng tệp"),
        choices=(("pdf", _("PDF để ký và nộp Kho bạc")), ("xlsx", _("Bảng tính để chuyển vào phần mềm ngân hàng"))),
        widget=forms.RadioSelect,
    )
