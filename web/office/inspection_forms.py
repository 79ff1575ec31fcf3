"""Questions about a pack for inspectors."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.inspection.packs import LONGEST_REASON, LONGEST_RECEIVER
from web.accounting.fund_forms import JournalForm


class PackForm(JournalForm):
    """The period, with why and for whom. Verbs refuse what is blank, so that the API says the same."""

    handed_to = forms.CharField(
        label=_("Giao cho ai?"),
        help_text=_("Tên cơ quan, đoàn thanh tra, người nhận."),
        required=False,
        max_length=LONGEST_RECEIVER,
    )
    reason = forms.CharField(
        label=_("Lý do"),
        help_text=_("Ví dụ: theo quyết định thanh tra số nào."),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    with_photos = forms.BooleanField(
        label=_("Kèm tệp ảnh của các bài"),
        help_text=_("Bỏ ra thì gói nhẹ hơn nhiều; mã SHA-256 của từng ảnh vẫn còn."),
        required=False,
        initial=True,
    )
