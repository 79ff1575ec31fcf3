"""Questions about people."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.directory import NO_UNIT, PeopleFilter
from contributors.models import Category, ContributorState, Unit
from contributors.people_sheet import CREATE, SAME, SKIP
from web.forms import DayField, PageForm, SeenForm

WEEKS = [("4", _("4 tuần")), ("8", _("8 tuần")), ("12", _("12 tuần")), ("26", _("nửa năm"))]
CHOICE = re.compile(r"row-(\d{1,6})")


class DirectoryForm(PageForm):
    """Search and filters, as a plain GET form; every field may be empty."""

    q = forms.CharField(
        label=_("Tìm theo tên, số điện thoại, số biên nhận"),
        help_text=_("Gõ không dấu cũng được."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Ấp, ngành, đơn vị"), required=False)
    state = forms.ChoiceField(
        label=_("Tình trạng"), required=False, choices=[("", _("Tất cả")), *ContributorState.choices]
    )
    category = forms.ChoiceField(label=_("Diện"), required=False, choices=[("", _("Tất cả")), *Category.choices])
    silent_weeks = forms.ChoiceField(
        label=_("Lâu chưa có tin, bài"), required=False, choices=[("", _("Không lọc")), *WEEKS]
    )
    active_since = DayField(label=_("Đang cộng tác từ ngày này trở về trước"), required=False)
    needs_introduction = forms.BooleanField(label=_("Chưa dự buổi hướng dẫn đầu tiên"), required=False)
    missing_payee = forms.BooleanField(label=_("Chưa có thông tin nhận tiền"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.filter(closed__isnull=True).order_by("parent__sort_key", "sort_key", "pk")
        units = [
            (str(public_id), f"{name} ({above})" if above else name)
            for public_id, name, above in rows.values_list("public_id", "name", "parent__name")
        ]
        field = self.fields["unit"]
        field.choices = [("", _("Tất cả")), (NO_UNIT, _("Chưa thuộc đơn vị nào")), *units]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> PeopleFilter:
        """What was asked; a field that could not be read asks nothing."""
        given = getattr(self, "cleaned_data", {})
        weeks, state = given.get("silent_weeks"), given.get("state")
        return PeopleFilter(
            q=given.get("q", ""),
            unit=given.get("unit") or None,
            state=(state,) if state else (),
            category=given.get("category", ""),
            active_since=given.get("active_since"),
            silent_weeks=int(weeks) if weeks else None,
            needs_introduction=bool(given.get("needs_introduction")),
        )

    @property
    def missing(self) -> bool:
        return bool(getattr(self, "cleaned_data", {}).get("missing_payee"))

    @property
    def more_is_asked(self) -> bool:
        """Whether a filter besides the search is on, so that the fold stands open."""
        return any(value for name, value in getattr(self, "cleaned_data", {}).items() if name != "q")


class StateForm(SeenForm):
    """Suspend, take back, end: each with a reason."""

    reason = forms.CharField(label=_("Lý do"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class UploadForm(PageForm):
    file = forms.FileField(
        label=_("Tệp danh sách"),
        help_text=_("Excel (.xlsx, .xls), OpenDocument (.ods) hoặc .csv, tối đa 5 MB."),
        allow_empty_file=True,
        error_messages={"required": _("Hãy chọn tệp.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )


class ConfirmForm(PageForm):
    """Confirms exactly the preview that was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class MergeForm(PageForm):
    survivor = forms.ChoiceField(label=_("Giữ lại dòng nào?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Vì sao biết là một người (không bắt buộc)"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def chosen_rows(typed: Any) -> dict[int, str]:
    """Row numbers to choices, from the fields `row-12` of the preview."""
    found = {}
    for name, value in typed.items():
        number = CHOICE.fullmatch(name)
        if number and value in {SKIP, CREATE, SAME}:
            found[int(number[1])] = value
    return found
