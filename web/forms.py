"""The base of every form: our field markup, refusals of verbs, the error summary, optimistic locking."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contributors.errors import DomainError

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One sentence of the error summary and the place that it leads to ("" where there is none)."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    heading: str
    lines: list[SummaryLine]


class PageRenderer(TemplatesSetting):
    field_template_name = "web/components/field.html"


class PageForm(forms.Form):
    """Rendered field by field with `field.as_field_group`. Browser bubbles are off: our words stand at the top."""

    default_renderer = PageRenderer
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.refusal: DomainError | None = None

    def __getitem__(self, name: str) -> forms.BoundField:
        """Every field is asked with the right keyboard, and a browser offers nothing it does not know to be right."""
        bound = super().__getitem__(name)
        _help(name, bound.field)
        return bound

    def refuse(self, refused: DomainError) -> None:
        """Say what a verb refused, at its field if the form has it."""
        self.refusal = refused
        field = self.fields.get(refused.field or "")
        shown = refused.field if field is not None and not field.widget.is_hidden else None
        self.add_error(shown, refused.message())

    def refusals(self) -> Refusals:
        """`with form.refusals():` around a verb turns its DomainError into this form's error summary."""
        return Refusals(self)

    @property
    def stale(self) -> bool:
        return self.refusal is not None and self.refusal.code == "stale_version"

    def status(self) -> int:
        """HTTP status of the page that shows this form."""
        if self.refusal is not None:
            return self.refusal.status
        return UNPROCESSABLE if self.is_bound and self.errors else 200

    def summary(self) -> Summary | None:
        """What the error summary says; None where nothing is wrong."""
        if not (self.is_bound and self.errors):
            return None
        lines = [SummaryLine(str(text)) for text in self.non_field_errors()]
        for name in self.fields:
            lines += [
                SummaryLine(str(text), "" if self[name].is_hidden else f"#{self[name].id_for_label}")
                for text in self.errors.get(name, ())
            ]
        if self.refusal is not None and not (self.refusal.field and self.refusal.field in self.fields):
            return Summary(str(_("Chưa làm được")), lines)
        return Summary(
            ngettext("Còn %(count)d chỗ cần sửa", "Còn %(count)d chỗ cần sửa", len(lines)) % {"count": len(lines)},
            lines,
        )

    def clean(self) -> dict[str, Any]:
        return super().clean() or self.cleaned_data


def _help(name: str, field: forms.Field) -> None:
    """`inputmode` and `autocomplete` where the field itself says nothing else."""
    widget = field.widget
    if widget.is_hidden or not isinstance(widget, forms.TextInput | forms.NumberInput | forms.Textarea):
        if isinstance(widget, forms.DateInput | forms.TimeInput | forms.Select):
            widget.attrs.setdefault("autocomplete", "off")
        return
    attrs = widget.attrs
    attrs.setdefault("autocomplete", "off")
    if isinstance(field, forms.DecimalField):
        attrs.setdefault("inputmode", "decimal")
    elif isinstance(field, forms.IntegerField):
        attrs.setdefault("inputmode", "numeric")
    if name.endswith("phone") and isinstance(widget, forms.TextInput) and attrs.get("autocomplete") != "username":
        attrs.setdefault("inputmode", "tel")


class Refusals:
    """Swallows the DomainError of a verb into a form; anything else passes."""

    def __init__(self, form: PageForm) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(problem, DomainError) and problem.code != "second_factor_needed":  # that has a page of its own
            self.form.refuse(problem)
            return True
        return False


class SeenForm(PageForm):
    """A form that says which version its person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def seen_version(self) -> int:
        return int(self.cleaned_data["version"])

    def show_newest(self, version: int) -> None:
        """After a stale version: what was typed stays, and the next press counts for the version shown now."""
        if self.stale:
            self.renew(version)

    def renew(self, version: int) -> None:
        """The hidden version becomes that of the page as it is shown again."""
        typed = dict(self.data.items())
        typed[self.add_prefix("version")] = str(version)
        self.data = typed


class ReasonForm(SeenForm):
    """Return, decline, retract, cancel: the verb itself insists on the reason."""

    reason = forms.CharField(
        label=_("Lý do"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ClientKeyForm(PageForm):
    """A form that makes something new: the key is made when the form is shown, so that sending twice is one thing."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_key"].initial = uuid.uuid4


class CoefficientField(forms.DecimalField):
    """A coefficient as people write it: "1,5" or "1.5"."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 7)
        kwargs.setdefault("decimal_places", 3)
        invalid = {"invalid": _("Hãy ghi một số, ví dụ 1,5.")}
        kwargs["error_messages"] = invalid | kwargs.get("error_messages", {})
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "short"})

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A day: the phone's own picker, and 05/02/2026 typed by hand where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"])
        invalid = {"invalid": _("Hãy ghi ngày như 05/02/2026.")}
        kwargs["error_messages"] = invalid | kwargs.get("error_messages", {})
        super().__init__(**kwargs)


class MoneyField(forms.IntegerField):
    """Whole đồng as people write it: 1.265.000."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        invalid = {"invalid": _("Hãy ghi số tiền, ví dụ 1.265.000.")}
        kwargs["error_messages"] = invalid | kwargs.get("error_messages", {})
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off", "class": "short"})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(value.strip().replace(".", "").replace(" ", "") if isinstance(value, str) else value)
