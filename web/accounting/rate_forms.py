"""Questions about rate schedules: where a draft begins, its terms, putting it in force, closing it, trying it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.errors import DomainError
from payments import rates
from payments.inherited_rates import is_inherited
from payments.models import RateSchedule
from payments.rate_editing import Figure, Terms, figures_of
from payments.rate_yaml import MOST_BYTES
from payments.royalty.explanation import written_number
from payments.royalty.money import MoneyError, exact
from web.forms import DayField, MoneyField, PageForm

PERCENT_ERROR = _("Hãy ghi một số, ví dụ 20 hoặc 62,5.")


class NumberField(forms.CharField):
    """An exact number as people write it; what is bounded is the schedule's to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "short"})

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").strip().replace(",", ".")
        if text:
            try:
                exact(text)
            except MoneyError:
                raise forms.ValidationError(PERCENT_ERROR) from None
        return str(text)

    def prepare_value(self, value: Any) -> Any:
        try:
            return written_number(exact(value)) if value else value
        except (MoneyError, TypeError):
            return value


class FileForm(PageForm):
    """A form with a schedule file: each mistake in it is a line of its own in the error summary."""

    schedule_field = "file"
    other_field = "file"

    def refuse(self, refused: DomainError) -> None:
        of_schedule = refused.code.startswith("schedule")
        problems = refused.values.get("problems")
        if problems:
            self.refusal = refused
            for problem in problems:
                self.add_error(self.schedule_field, str(problem))
            return
        if refused.field not in self.fields:
            refused.field = self.schedule_field if of_schedule else self.other_field
        super().refuse(refused)


class DraftForm(FileForm):
    """Where a new draft begins."""

    source = forms.ChoiceField(
        label=_("Bắt đầu từ"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn nơi bắt đầu.")},
    )
    effective_from = DayField(
        label=_("Áp dụng từ ngày"),
        required=False,
        help_text=_("Sửa lại sau được. Bắt đầu từ tệp thì lấy ngày ghi trong tệp."),
    )
    level = NumberField(
        label=_("Hưởng bao nhiêu phần trăm biểu của cấp trên"),
        required=False,
        help_text=_("Chỉ khi bắt đầu từ biểu của cấp trên, ví dụ 20."),
    )
    file = forms.FileField(
        label=_("Tệp quy định (.yaml)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        help_text=_("Chỉ khi bắt đầu từ tệp. Tệp sai thì máy chỉ ra từng dòng, không lưu gì."),
    )

    def __init__(self, *args: Any, copies: list[RateSchedule], has_parent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"shipped:{name}", title) for name, title in shipped_titles()]
        choices += [(f"copy:{row.public_id}", _("Chép từ: %(title)s") % {"title": row.title}) for row in copies]
        if has_parent:
            choices.append(("parent", str(_("Theo tỷ lệ phần trăm biểu của cấp trên"))))
        choices.append(("file", str(_("Một tệp đã soạn sẵn"))))
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        if not has_parent:
            del self.fields["level"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        source = said.get("source", "")
        if source == "file":
            check_size(self, "file", said.get("file"))
            if not said.get("file") and not self.errors.get("file"):
                self.add_error("file", _("Hãy chọn tệp."))
        elif source and not said.get("effective_from") and "effective_from" not in self.errors:
            self.add_error("effective_from", _("Hãy ghi ngày bắt đầu áp dụng."))
        if source == "parent" and not said.get("level") and "level" not in self.errors:
            self.add_error("level", _("Hãy ghi tỷ lệ phần trăm."))
        return said


def check_size(form: PageForm, name: str, file: Any) -> None:
    if file is not None and file.size > MOST_BYTES:
        form.add_error(name, _("Tệp lớn hơn 256 kB."))


def shipped_titles() -> list[tuple[str, str]]:
    """The tables that come with the product, as they call themselves."""
    return [
        (name, str(rates.shipped_schedule(name).get("title", {}).get("vi", name))) for name in rates.shipped_names()
    ]


class TermsForm(PageForm):
    """The simple things of a draft. Fields of figures are made from its table."""

    seen = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Tên quy định"), max_length=300, error_messages={"required": _("Hãy ghi tên quy định.")}
    )
    number = forms.CharField(
        label=_("Số quyết định"),
        max_length=100,
        required=False,
        help_text=_("Chưa có số thì chỉ tính thử được, chưa chi được."),
    )
    issuer = forms.CharField(label=_("Cơ quan ban hành"), max_length=200, required=False)
    issued_on = DayField(label=_("Ngày ký"), required=False)
    signer = forms.CharField(label=_("Người ký"), max_length=200, required=False)
    effective_from = DayField(
        label=_("Áp dụng từ ngày"), error_messages={"required": _("Hãy ghi ngày bắt đầu áp dụng.")}
    )
    effective_until = DayField(label=_("Đến trước ngày"), required=False, help_text=_("Để trống nếu chưa biết."))
    level = NumberField(label=_("Trang này hưởng bao nhiêu phần trăm của biểu"))
    unit_percent = NumberField(label=_("Một hệ số bằng bao nhiêu phần trăm lương cơ sở"), required=False)
    unit_dong = MoneyField(
        label=_("Hoặc một hệ số bằng bao nhiêu đồng"), required=False, help_text=_("Chỉ ghi một trong hai.")
    )

    # What the schedule calls its entries, where we ask otherwise.
    ENTRIES = {
        "from": "effective_from",
        "until": "effective_until",
        "level": "level",
        "code": "title",
        "unit.percent_of_base_salary": "unit_percent",
        "unit.vnd": "unit_dong",
        "unit": "unit_percent",
    }

    def __init__(self, *args: Any, rules: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.figures: dict[str, Figure] = {field_name(figure.path): figure for figure in figures_of(rules)}
        for name, figure in self.figures.items():
            made = MoneyField if figure.kind == "dong" else NumberField
            # A field that is left empty keeps nothing: the rules would be incomplete.
            self.fields[name] = made(
                label=figure.name, initial=figure.value, error_messages={"required": _("Hãy ghi một số.")}
            )
        if is_inherited(rules):
            del self.fields["unit_percent"], self.fields["unit_dong"]

    @classmethod
    def of(cls, row: RateSchedule) -> TermsForm:
        """Filled in with what the draft says now."""
        rules = row.rules
        unit = rules.get("unit", {})
        decision = rules.get("decision", {})
        return cls(
            rules=rules,
            initial={
                "seen": rates.fingerprint(row),
                "title": rules.get("title", {}).get("vi", row.title),
                "number": decision.get("number", ""),
                "issuer": decision.get("issuer", ""),
                "issued_on": row.decided_on,
                "signer": decision.get("signer", ""),
                "effective_from": row.effective_from,
                "effective_until": row.effective_until,
                "level": str(rules.get("level", 100)),
                "unit_percent": str(unit.get("percent_of_base_salary", "")),
                "unit_dong": unit.get("vnd"),
            },
        )

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Fields of figures by what they are about, for the page."""
        grouped: dict[str, list[Any]] = {}
        for name, figure in self.figures.items():
            grouped.setdefault(figure.group, []).append(self[name])
        return list(grouped.items())

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if "unit_percent" in self.fields and not self.errors:
            both = bool(said["unit_percent"]) + (said["unit_dong"] is not None)
            if both != 1:
                self.add_error("unit_percent", _("Hãy ghi đúng một trong hai: phần trăm lương cơ sở, hoặc số đồng."))
        return said

    def terms(self) -> Terms:
        said = self.cleaned_data
        names = ("title", "number", "issuer", "issued_on", "signer", "effective_from", "effective_until", "level")
        unit = {"unit_percent": said.get("unit_percent", ""), "unit_dong": said.get("unit_dong")}
        return Terms(**{name: said[name] for name in names}, **unit)

    def changed_figures(self) -> dict[str, str | int]:
        return {figure.path: self.cleaned_data[name] for name, figure in self.figures.items()}

    def refuse(self, refused: DomainError) -> None:
        """At the field of the entry that the schedule names, or of the first one inside it."""
        entry = refused.field or ""
        paths = {figure.path: name for name, figure in self.figures.items()}
        inside = next((name for path, name in paths.items() if path.startswith(f"{entry}.")), None)
        found = self.ENTRIES.get(entry) or paths.get(entry) or (inside if "[" in entry else None)
        if found in self.fields:
            refused.field = found
        super().refuse(refused)


def field_name(path: str) -> str:
    """`genres[0].rates[1].low` as a name that addresses of a page may hold."""
    return re.sub(r"[^a-z0-9_]+", "-", path).strip("-")


class ForceForm(PageForm):
    """Putting a draft in force; gaps are filled or accepted with a reason."""

    seen = forms.CharField(widget=forms.HiddenInput)
    gaps_reason = forms.CharField(
        label=_("Lý do vẫn cho áp dụng dù còn chỗ trống"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lý do được lưu vào nhật ký cùng các chỗ trống."),
    )


class CloseForm(PageForm):
    until = DayField(label=_("Ngày đầu tiên không còn áp dụng"), error_messages={"required": _("Hãy ghi ngày.")})
    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SeenDraftForm(PageForm):
    """One press on a draft as it was seen."""

    seen = forms.CharField(widget=forms.HiddenInput)


class TryForm(FileForm):
    """A schedule and a list; neither is kept."""

    schedule_field = "schedule_file"
    other_field = "work"

    schedule = forms.ChoiceField(label=_("Tính theo"), error_messages={"required": _("Hãy chọn quy định.")})
    schedule_file = forms.FileField(
        label=_("Tệp quy định (.yaml)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        help_text=_("Chỉ khi chọn “Tệp tải lên”."),
    )
    work = forms.FileField(
        label=_("Danh sách (.xlsx hoặc .csv)"),
        help_text=_("Nhiều nhất 20.000 dòng, 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Hãy chọn tệp danh sách."), "empty": _("Tệp này trống.")},
    )
    on = DayField(
        label=_("Ngày đăng của những dòng không ghi ngày"),
        required=False,
        help_text=_("Để trống nếu dòng nào cũng có."),
    )

    def __init__(self, *args: Any, rows: list[RateSchedule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.public_id), f"{row.title} ({row.get_state_display()})") for row in rows]
        choices += [(f"shipped:{name}", title) for name, title in shipped_titles()]
        choices.append(("file", str(_("Tệp tải lên"))))
        self.fields["schedule"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("schedule") == "file":
            check_size(self, "schedule_file", said.get("schedule_file"))
            if not said.get("schedule_file") and "schedule_file" not in self.errors:
                self.add_error("schedule_file", _("Hãy chọn tệp quy định."))
        return said
