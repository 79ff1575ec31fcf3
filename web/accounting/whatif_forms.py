"""Questions of a what-if: by what, against what, which days, whose list; and the proposal's own words."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.errors import DomainError
from contributors.spreadsheets import MEGABYTE, MOST_BYTES
from payments.funding_proposals import Wishes
from payments.whatif_sides import NONE, Offer
from web.board.forms import PeriodForm
from web.forms import DayField, MoneyField, PageForm

MOST_CARRIED = MEGABYTE  # of a list that a page carries from one step to the next, so that nobody uploads twice


class WhatIfForm(PeriodForm):
    """By which schedule, against which, over which days."""

    field_order: tuple[str, ...] = ("schedule", "against", "first", "last")

    schedule = forms.ChoiceField(label=_("Tính theo"), error_messages={"required": _("Hãy chọn quy định.")})
    against = forms.ChoiceField(label=_("So với"), error_messages={"required": _("Hãy chọn quy định để so.")})

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(offer.key, offer.title) for offer in offers]
        # Paying nothing is something to hold a schedule against, and nothing to reckon by.
        self.fields["schedule"].choices = [choice for choice in choices if choice[0] != NONE]  # type: ignore[attr-defined]
        if "against" in self.fields:
            self.fields["against"].choices = choices  # type: ignore[attr-defined]

    def refuse(self, refused: DomainError) -> None:
        """The period's end is our last day."""
        if refused.field == "until":
            refused.field = "last"
        super().refuse(refused)


class WhatIfListForm(WhatIfForm):
    """The same over a list that is not kept."""

    field_order = ("work", "schedule", "against", "first", "last")

    work = forms.FileField(
        label=_("Danh sách (.xlsx hoặc .csv)"),
        help_text=_("Nhiều nhất 20.000 dòng, 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Hãy chọn tệp danh sách."), "empty": _("Tệp này trống.")},
    )

    def clean_work(self) -> Any:
        work = self.cleaned_data["work"]
        if work.size > MOST_BYTES:
            limit = MOST_BYTES // MEGABYTE
            raise forms.ValidationError(DomainError("spreadsheet_too_large", limit=limit).message())
        return work

    def refuse(self, refused: DomainError) -> None:
        if refused.field == "file":
            refused.field = "work"
        super().refuse(refused)


class ProposedForm(WhatIfForm):
    """What a proposal is about, carried unseen from the page that was looked at."""

    against = None  # type: ignore[assignment]

    carried = forms.CharField(required=False, widget=forms.HiddenInput)
    list_name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = forms.HiddenInput()

    def clean_carried(self) -> bytes:
        try:
            content = base64.b64decode(self.cleaned_data["carried"], validate=True)
        except binascii.Error:
            raise forms.ValidationError(_("Hãy tải danh sách lên lần nữa.")) from None
        if len(content) > MOST_CARRIED:
            raise forms.ValidationError(_("Hãy tải danh sách lên lần nữa."))
        return content


def carried(content: bytes) -> str:
    """A list as a hidden field; "" for one that is too large for a page."""
    return base64.b64encode(content).decode() if len(content) <= MOST_CARRIED else ""


class ProposalForm(PageForm):
    """What the office writes itself into its funding proposal."""

    asked = MoneyField(label=_("Số tiền đề nghị (đồng)"), error_messages={"required": _("Hãy ghi số tiền đề nghị.")})
    asked_year = forms.IntegerField(
        label=_("Trong dự toán năm"),
        min_value=2000,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
        error_messages={"required": _("Hãy ghi năm."), "invalid": _("Hãy ghi năm.")},
    )
    recipient = forms.CharField(
        label=_("Kính gửi"), max_length=300, error_messages={"required": _("Hãy ghi nơi nhận tờ trình.")}
    )
    source = forms.CharField(
        label=_("Nguồn kinh phí"), max_length=300, error_messages={"required": _("Hãy ghi nguồn kinh phí.")}
    )
    number_label = forms.CharField(
        label=_("Số, ký hiệu"), required=False, max_length=60, help_text=_("Chưa có số thì ghi tay sau.")
    )
    dated = DayField(label=_("Ngày ký"), required=False, help_text=_("Để trống thì ghi tay sau."))
    signer_authority = forms.CharField(label=_("Ký thay mặt"), required=False, max_length=200)
    signer_title = forms.CharField(label=_("Chức vụ người ký"), required=False, max_length=200)
    signer_name = forms.CharField(label=_("Họ tên người ký"), required=False, max_length=200)
    copies = forms.CharField(
        label=_("Nơi nhận"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi nơi một dòng. Để trống thì lấy theo phần đầu văn bản của trang."),
    )

    @staticmethod
    def usual(wishes: Wishes, asked: int) -> dict[str, Any]:
        """What the form offers before anything is typed."""
        names = ("asked_year", "recipient", "source", "number_label", "signer_authority", "signer_title", "signer_name")
        return {name: getattr(wishes, name) for name in names} | {"asked": f"{asked:,}".replace(",", ".")}

    def wishes(self) -> Wishes:
        said = self.cleaned_data
        copies = [line.strip() for line in said["copies"].splitlines() if line.strip()]
        return Wishes(**{**said, "copies": copies})
