"""Questions to the board."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.models import Genre
from web.forms import ClientKeyForm, CoefficientField, DayField, PageForm, SeenForm

DOCUMENT_TYPES = ("Quyết định", "Kế hoạch", "Thông báo", "Báo cáo", "Công văn", "Tờ trình", "Giấy mời", "Nghị quyết")


class ApproveForm(SeenForm):
    """The score. What the law allows is the verb's to say; the page shows the range."""

    coefficient = CoefficientField(label=_("Hệ số"), required=False)
    photo_coefficient = CoefficientField(label=_("Hệ số mỗi ảnh"), required=False)
    reason = forms.CharField(
        label=_("Ghi chú điểm chấm (không bắt buộc)"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PublishForm(SeenForm):
    published_url = forms.CharField(
        label=_("Địa chỉ bài trên trang"),
        help_text=_("Đăng xong, chép địa chỉ trên thanh trình duyệt rồi dán vào đây."),
        required=False,
        max_length=1000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )


class DocumentForm(ClientKeyForm):
    """A document that the deputy posts without review."""

    genre = forms.ModelChoiceField(queryset=Genre.unscoped.none(), widget=forms.HiddenInput, to_field_name="code")
    document_number = forms.CharField(
        label=_("Số, ký hiệu"),
        help_text=_("Ví dụ 45/KH-UBND"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    document_type = forms.CharField(
        label=_("Loại văn bản"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "document-types", "autocomplete": "off"}),
    )
    document_on = DayField(label=_("Ngày ban hành"), required=False)
    document_signer = forms.CharField(label=_("Người ký"), required=False, max_length=200)
    title = forms.CharField(
        label=_("Trích yếu"),
        max_length=500,
        error_messages={"required": _("Hãy ghi trích yếu.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    published_url = forms.CharField(
        label=_("Địa chỉ văn bản trên trang"),
        required=False,
        max_length=1000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["genre"].queryset = Genre.objects.filter(counts_as="document")  # type: ignore[attr-defined]

    def piece_fields(self) -> dict[str, Any]:
        names = ("title", "document_number", "document_type", "document_on", "document_signer")
        return {name: self.cleaned_data[name] for name in names}


class DecideForm(SeenForm):
    reason = forms.CharField(
        label=_("Lý do (khi không nhận)"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class PeriodForm(PageForm):
    """A period as people write it: first and last day."""

    first = DayField(label=_("Từ ngày"), error_messages={"required": _("Hãy ghi ngày đầu.")})
    last = DayField(label=_("Đến hết ngày"), error_messages={"required": _("Hãy ghi ngày cuối.")})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Ngày cuối không được trước ngày đầu."))
        return cleaned

    @property
    def period(self) -> tuple[date, date]:
        """`[from, until)`."""
        return self.cleaned_data["first"], self.cleaned_data["last"] + timedelta(days=1)
