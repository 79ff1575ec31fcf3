"""What a list of past years is asked: which column holds what, who is who, and why it is undone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contributors.past_sheet import NEEDED, NEW, SKIP, PastPerson
from web.forms import PageForm

LABELS: Mapping[str, Promise] = {
    "month": _("Tháng hoặc ngày đăng"),
    "person": _("Người làm"),
    "title": _("Tên tin, bài"),
    "unit": _("Ấp, ngành, đơn vị"),
    "genre": _("Thể loại"),
    "quantity": _("Số lượng"),
    "amount": _("Số tiền đã trả"),
}
PROBLEMS: Mapping[str, Promise] = {
    "month": _("không đọc được tháng; ghi như 03/2024"),
    "ahead": _("tháng chưa tới"),
    "in_system": _("tháng này trang đã có tin, bài trong hệ thống"),
    "person": _("thiếu tên người, hoặc tên không dùng được"),
    "unit": _("trang không có ấp, ngành này"),
    "genre": _("trang không có thể loại này"),
    "quantity": _("số lượng phải là số nguyên, từ 1"),
    "amount": _("số tiền phải là số nguyên, không âm"),
    "title": _("tên quá dài"),
    "total_differs": _("dòng cộng không khớp với các dòng trên"),
}


class PastColumnsForm(PageForm):
    """A choice of the file's headings for each thing that we read."""

    def __init__(self, *args: object, headings: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("không có")), *((said, said) for said in dict.fromkeys(headings))]
        for key, label in LABELS.items():
            self.fields[key] = forms.ChoiceField(
                label=str(label),
                required=key in NEEDED,
                choices=choices,
                error_messages={"required": _("Hãy chọn một cột."), "invalid_choice": _("Tệp không có cột này.")},
            )


class PastPeopleForm(PageForm):
    """A choice for each name that is not clear; nothing is chosen for anybody beforehand."""

    def __init__(self, *args: object, people: Sequence[PastPerson], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {_field(one.key): one.key for one in people}
        for one in people:
            same = [
                (each.public_id, gettext("là %(name)s (%(units)s)") % {"name": each.name, "units": each.units or "–"})
                for each in one.candidates
            ]
            self.fields[_field(one.key)] = forms.ChoiceField(
                label=f"{one.name}{f' – {one.unit}' if one.unit else ''}",
                help_text=gettext("%(count)d dòng trong sổ") % {"count": one.rows},
                required=False,
                initial=one.choice,
                choices=[
                    ("", gettext("chưa chọn")),
                    *same,
                    (NEW, gettext("người mới, chưa có đăng nhập")),
                    (SKIP, gettext("bỏ qua các dòng này")),
                ],
            )

    @property
    def chosen(self) -> dict[str, str]:
        return {self.keys[name]: choice for name, choice in self.cleaned_data.items() if choice}


class PastUndoForm(PageForm):
    reason = forms.CharField(
        label=_("Vì sao gỡ"),
        max_length=500,
        error_messages={"required": _("Hãy ghi lý do.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _field(key: str) -> str:
    return f"p{hashlib.sha256(key.encode()).hexdigest()[:16]}"
