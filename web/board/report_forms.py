"""What a report is asked with: its period and day, the office's own words, accesses of a month or of a sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.accesses import month_of, number_of
from contributors.errors import DomainError
from web.board.forms import PeriodForm
from web.forms import DayField, PageForm

T = TypeVar("T")


class ReportForm(PeriodForm):
    dated = DayField(label=_("Ngày ký (để trống nếu chưa biết)"), required=False)


class SendReportForm(PageForm):
    """`seen`: the figures that were on the page, so that no others are sent."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=200)


class WordsForm(PageForm):
    """The keys of `contributors/report_texts.yaml`."""

    addressee = forms.CharField(label=_("Kính gửi"), required=False, max_length=300)
    grounds = forms.CharField(
        label=_("Căn cứ"),
        help_text=_("Mỗi dòng một căn cứ. Căn cứ ở phần đầu văn bản của trang tự có."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    information = forms.CharField(
        label=_("Tình hình cung cấp thông tin"),
        help_text=_("Mỗi dòng một ý. Số tin, bài, ảnh, văn bản máy tự đếm và tự viết."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    members = forms.CharField(
        label=_("Hoạt động của các trang thành viên"),
        help_text=_("Để trống thì báo cáo không có mục này."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    board = forms.CharField(
        label=_("Hoạt động của Ban biên tập"),
        help_text=_("Số người, cộng tác viên, buổi tập huấn máy tự viết."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    strengths = forms.CharField(label=_("Ưu điểm"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    limits = forms.CharField(
        label=_("Tồn tại, hạn chế"),
        help_text=_("Bài đăng chậm, đơn vị chưa có tin, nhuận bút chưa chi máy tự viết thêm."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    next_tasks = forms.CharField(
        label=_("Phương hướng, nhiệm vụ kỳ tới"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    copies = forms.CharField(
        label=_("Nơi nhận"), help_text=_("Mỗi dòng một nơi."), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    number_label = forms.CharField(label=_("Số, ký hiệu"), required=False, max_length=100)
    signer_authority = forms.CharField(
        label=_("Dòng trên chức vụ"), help_text=_("Ví dụ: TM. ỦY BAN NHÂN DÂN"), required=False, max_length=100
    )
    signer_title = forms.CharField(label=_("Chức vụ người ký"), required=False, max_length=100)
    signer_name = forms.CharField(
        label=_("Người ký"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _read(reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text)
    except DomainError as refused:
        raise forms.ValidationError(refused.message()) from None


class AccessForm(PageForm):
    month = forms.CharField(
        label=_("Tháng"),
        help_text=_("Ví dụ: 01/2026"),
        max_length=20,
        error_messages={"required": _("Hãy ghi tháng.")},
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
    )
    count = forms.CharField(
        label=_("Lượt truy cập"),
        max_length=20,
        error_messages={"required": _("Hãy ghi số lượt.")},
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=_("Lấy từ đâu"),
        help_text=_("Ví dụ: bộ đếm trên trang, Google Analytics, bên cung cấp trang"),
        max_length=200,
        error_messages={"required": _("Hãy ghi số này lấy từ đâu.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_month(self) -> date:
        return _read(month_of, self.cleaned_data["month"])

    def clean_count(self) -> int:
        return _read(number_of, self.cleaned_data["count"])


class AccessSheetForm(PageForm):
    """Field names differ from `AccessForm`'s: both stand on one page."""

    file = forms.FileField(
        label=_("Tệp bảng tính (xlsx, xls, ods, csv)"),
        help_text=_("Hai cột: Tháng, Lượt truy cập."),
        error_messages={"required": _("Hãy chọn tệp."), "empty": _("Tệp không có gì bên trong.")},
    )
    sheet_source = forms.CharField(
        label=_("Các số này lấy từ đâu"),
        max_length=200,
        error_messages={"required": _("Hãy ghi số này lấy từ đâu.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
