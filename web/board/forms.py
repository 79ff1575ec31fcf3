"""Questions to the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.models import Photo
from payments.report_periods import EARLIEST, LATEST
from web.forms import CoefficientField, DayField, PageForm, SeenForm


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
    without_editors = forms.BooleanField(label=_("Không ghi công biên tập"), required=False)

    def __init__(self, *args: Any, photos: Sequence[Photo] = (), **kwargs: Any) -> None:
        """`photos` are those with a photographer: each may have a score of its own, the others share one."""
        super().__init__(*args, **kwargs)
        self.photos = {_photo_field(photo): photo for photo in photos}
        for place, name in enumerate(self.photos, start=1):
            field = CoefficientField(label=_("Hệ số ảnh %(place)d") % {"place": place}, required=False)
            field.widget.attrs["class"] = "short photo-score"
            self.fields[name] = field

    def photo_coefficients(self) -> dict[int, Decimal]:
        """By photo id; only those that were given one of their own."""
        found = {photo.pk: self.cleaned_data.get(name) for name, photo in self.photos.items()}
        return {pk: value for pk, value in found.items() if isinstance(value, Decimal)}

    def photo_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.photos]


def _photo_field(photo: Photo) -> str:
    return f"photo_{photo.public_id.hex}"


class PublishForm(SeenForm):
    published_url = forms.CharField(
        label=_("Địa chỉ bài trên trang"),
        help_text=_("Đăng xong, chép địa chỉ trên thanh trình duyệt rồi dán vào đây."),
        required=False,
        max_length=1000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )


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
        for name, day in (("first", first), ("last", last)):
            if day and not EARLIEST <= day.year <= LATEST:
                self.add_error(name, _("Hãy ghi năm từ %(first)d đến %(last)d.") % {"first": EARLIEST, "last": LATEST})
        if first and last and last < first:
            self.add_error("last", _("Ngày cuối không được trước ngày đầu."))
        return cleaned

    @property
    def period(self) -> tuple[date, date]:
        """`[from, until)`."""
        return self.cleaned_data["first"], self.cleaned_data["last"] + timedelta(days=1)
