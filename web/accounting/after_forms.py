"""Questions of what comes after issue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.models import DraftLine, Fund, NoticeWay
from payments.waivers import lines_to_waive
from web.forms import CoefficientField, DayField, MoneyField, PageForm

LINE_OF_TEXT = {"autocomplete": "off"}


def reason_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2, **LINE_OF_TEXT})
    )


def _title(line: DraftLine) -> str:
    return line.piece.title if line.piece else ""


class CorrectForm(PageForm):
    """Which line, up or down, how much. The amount is typed without a sign: a lost minus would turn it round."""

    line = forms.ChoiceField(
        label=_("Khoản nào?"), widget=forms.RadioSelect, error_messages={"required": _("Hãy chọn một khoản.")}
    )
    way = forms.ChoiceField(
        label=_("Điều chỉnh"),
        choices=[("down", _("Giảm, thu lại")), ("up", _("Tăng, chi thêm"))],
        initial="down",
        widget=forms.RadioSelect,
    )
    amount = MoneyField(label=_("Số tiền (đ)"), min_value=0, error_messages={"required": _("Hãy ghi số tiền.")})
    reason = reason_field(_("Lý do, in trên phiếu của người nhận"))

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines  # type: ignore[attr-defined]

    @property
    def signed(self) -> int:
        amount: int = self.cleaned_data["amount"]
        return -amount if self.cleaned_data["way"] == "down" else amount


class CarryPolicyForm(PageForm):
    floor = MoneyField(
        label=_("Mức chi tối thiểu (đ)"),
        help_text=_("Ít hơn mức này thì giữ lại, cộng vào lần sau. Ghi 0 nếu luôn chi."),
        error_messages={"required": _("Hãy ghi mức chi tối thiểu.")},
    )
    recovery_percent = CoefficientField(
        label=_("Mỗi lần chi thu hồi nhiều nhất (%)"), help_text=_("Để trống nếu không đặt."), required=False
    )
    recovery_dong = MoneyField(
        label=_("Mỗi tháng thu hồi nhiều nhất (đ)"), help_text=_("Để trống nếu không đặt."), required=False
    )
    release_at_year_end = forms.BooleanField(label=_("Cuối năm chi hết số đang giữ"), required=False)
    effective_from = DayField(label=_("Áp dụng từ ngày"), error_messages={"required": _("Hãy ghi ngày áp dụng.")})
    decision_number = forms.CharField(
        label=_("Số quyết định (nếu có)"), required=False, max_length=100, widget=forms.TextInput(attrs=LINE_OF_TEXT)
    )


class WaiveForm(PageForm):
    """One's own: from a day on, or a run that is not approved yet, or one amount of it."""

    scope = forms.ChoiceField(label=_("Tôi không nhận"), widget=forms.RadioSelect)
    effective_from = DayField(label=_("Từ ngày chi"), required=False)
    agreed = forms.BooleanField(label=_("Tôi đồng ý với lời khai trên"), required=False)

    def __init__(self, *args: Any, person: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = lines_to_waive(person)
        self.runs = {str(line.run.public_id): line.run for line in lines}
        self.lines = {line.subject_key: line for line in lines if line.piece is not None}
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            ("standing", _("mọi khoản, từ một ngày trở đi")),
            *((key, _("cả kỳ “%(run)s”") % {"run": run.label}) for key, run in self.runs.items()),
            *((key, _("chỉ khoản của “%(title)s”") % {"title": _title(line)}) for key, line in self.lines.items()),
        ]
        self.fields["scope"].initial = "standing"

    def chosen(self) -> dict[str, Any]:
        """What `record_waiver` takes of it."""
        run = self.runs.get(self.cleaned_data["scope"])
        if run is not None:
            return {"scope": "run", "run": run}
        line = self.lines.get(self.cleaned_data["scope"])
        if line is not None:
            return {"scope": "line", "run": line.run, "subject_key": line.subject_key}
        return {"scope": "standing", "effective_from": self.cleaned_data["effective_from"]}


class WaiveForOtherForm(WaiveForm):
    """From a sheet that the person signed."""

    agreed = None  # type: ignore[assignment]
    sheet_signed_on = DayField(label=_("Ngày người ấy ký trên giấy"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].label = _("Người ấy không nhận")


class NoticeForm(PageForm):
    on = DayField(label=_("Ngày báo"), error_messages={"required": _("Hãy ghi ngày báo.")})
    way = forms.ChoiceField(label=_("Cách báo"), choices=NoticeWay.choices, widget=forms.RadioSelect, initial="phone")
    note = forms.CharField(
        label=_("Ghi chú"), required=False, max_length=300, widget=forms.TextInput(attrs=LINE_OF_TEXT)
    )


class TransferForm(PageForm):
    fund = forms.ModelChoiceField(
        label=_("Chuyển vào dự toán"),
        queryset=Fund.unscoped.none(),
        empty_label=_("Chưa chọn"),
        error_messages={"required": _("Hãy chọn dự toán."), "invalid_choice": _("Hãy chọn dự toán.")},
    )
    decision_number = forms.CharField(
        label=_("Số quyết định chuyển quỹ"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs=LINE_OF_TEXT),
    )
    reason = reason_field(_("Lý do"))

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        funds = Fund.objects.filter(year__gt=year).order_by("year", "source")
        self.fields["fund"].queryset = funds  # type: ignore[attr-defined]
        self.fields["fund"].to_field_name = "public_id"  # type: ignore[attr-defined]


class KeepForm(PageForm):
    reason = reason_field(_("Vì sao giữ lại?"))
