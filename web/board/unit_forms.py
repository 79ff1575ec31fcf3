"""Questions about units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contributors.models import Unit, UnitKind
from web.forms import DayField, PageForm

ON_REQUIRED = {"required": _("Hãy ghi ngày.")}
BELOW_THEIR_PARENTS = (F("parent__sort_key").asc(nulls_first=True), "parent_id", "sort_key", "pk")


class UnitChoice(forms.ModelChoiceField):
    """A unit with the one above it, because merged communes each bring their "Ấp 1"."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.parent.name})" if obj.parent else str(obj.name)


class UnitChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.parent.name})" if obj.parent else str(obj.name)


class _WithUnits(PageForm):
    unit_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.unit_fields:
            rows = Unit.objects.filter(closed__isnull=True).select_related("parent").order_by(*BELOW_THEIR_PARENTS)
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


def _unit_field(**kwargs: Any) -> UnitChoice:
    return UnitChoice(queryset=Unit.unscoped.none(), to_field_name="public_id", required=False, **kwargs)


def _name_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def _basis_field() -> forms.CharField:
    return forms.CharField(
        label=_("Số nghị quyết, quyết định"),
        help_text=_("Ví dụ 12/NQ-HĐND ngày 20/6/2026"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewUnitForm(_WithUnits):
    unit_fields = ("parent",)

    kind = forms.ChoiceField(label=_("Loại"), choices=UnitKind.choices, widget=forms.RadioSelect)
    name = _name_field(_("Tên ấp, ngành, đơn vị"))
    parent = _unit_field(label=_("Thuộc (nếu có)"), empty_label=_("Không thuộc đơn vị nào"))
    opened = DayField(label=_("Hoạt động từ ngày"), error_messages=ON_REQUIRED)
    legal_basis = forms.CharField(
        label=_("Số quyết định (nếu có)"), required=False, max_length=300, widget=forms.TextInput
    )


class ConfirmedForm(PageForm):
    """Asked once, shown again to be checked, and done with the second press."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def ask_again(self) -> None:
        """After a refusal: what was typed stays, and the next press is a first one again."""
        if isinstance(self.data, QueryDict):
            typed = self.data.copy()
            typed.pop("confirmed", None)
            self.data = typed

    def answers(self) -> list[tuple[str, str]]:
        """What was filled in, to be read once more."""
        rows = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if field.widget.is_hidden or not value:
                continue
            if isinstance(field, UnitChoices):
                said = ", ".join(field.label_from_instance(unit) for unit in value)
            elif isinstance(field, UnitChoice):
                said = field.label_from_instance(value)
            elif isinstance(field, DayField):
                said = f"{value:%d/%m/%Y}"
            else:
                said = str(value)
            rows.append((str(field.label), said))
        return rows


class RenameForm(ConfirmedForm):
    name = _name_field(_("Tên mới"))
    on = DayField(label=_("Từ ngày"), error_messages=ON_REQUIRED)
    legal_basis = _basis_field()
    seen_name = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)


class CloseForm(ConfirmedForm):
    on = DayField(
        label=_("Ngày đóng"), help_text=_("Từ ngày này đơn vị không còn hoạt động."), error_messages=ON_REQUIRED
    )
    legal_basis = _basis_field()


class MergeForm(ConfirmedForm, _WithUnits):
    """Either the name of a new unit, or one that goes on."""

    unit_fields = ("units", "into")

    units = UnitChoices(
        label=_("Các đơn vị nhập lại"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_name = _name_field(_("Tên đơn vị mới"))
    into = _unit_field(
        label=_("Hoặc nhập vào đơn vị đang có"),
        help_text=_("Đơn vị này giữ nguyên tên, nhận người của các đơn vị trên."),
        empty_label=_("Lập đơn vị mới"),
    )
    on = DayField(label=_("Từ ngày"), error_messages=ON_REQUIRED)
    legal_basis = _basis_field()


class CorrectForm(PageForm):
    """A slip of the pen, or the kind: the same unit."""

    name = _name_field(_("Tên đúng"))
    kind = forms.ChoiceField(label=_("Loại"), choices=UnitKind.choices)
    seen_name = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)


class MoveForm(_WithUnits):
    unit_fields = ("parent",)

    parent = _unit_field(label=_("Thuộc"), empty_label=_("Không thuộc đơn vị nào"))


class DayForm(PageForm):
    day = DayField(label=_("Xem ngày"), required=False)


class SheetForm(PageForm):
    file = forms.FileField(
        label=_("Tệp bảng tính"),
        help_text=_("Excel (.xlsx, .xls), OpenDocument (.ods) hoặc .csv, không quá 5 MB."),
        error_messages={"required": _("Hãy chọn tệp."), "empty": _("Tệp này trống.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )


class PlaceForm(PageForm):
    words = forms.CharField(
        label=_("Tìm xã, phường, đặc khu"),
        help_text=_("Gõ không dấu cũng được, ví dụ: tan an an giang"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
