"""What a visitor is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contributors.applications import wrong_in_application
from contributors.consents import ConsentText, consent_text, current_consents
from contributors.errors import DomainError
from contributors.models import Unit
from web.forms import ClientKeyForm, PageForm


class CodeForm(PageForm):
    code = forms.CharField(
        label=_("Mã trên tờ giới thiệu"),
        help_text=_("12 chữ và số, ví dụ 2BCD-3FGH-4JKM"),
        max_length=40,
        error_messages={"required": _("Hãy ghi mã.")},
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "autocapitalize": "characters"}),
    )


class ApplicationForm(ClientKeyForm):
    """Name, phone, where, and a box per purpose. What is wrong is asked of the domain, for all fields at once."""

    full_name = forms.CharField(
        label=_("Họ và tên"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )
    phone = forms.CharField(
        label=_("Số điện thoại"),
        help_text=_("Ban biên tập gọi hoặc nhắn Zalo số này. Vợ chồng, hàng xóm dùng chung một số cũng được."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "short"}),
    )
    unit = forms.ModelChoiceField(
        label=_("Ấp, ngành của bạn"),
        queryset=Unit.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Chọn trong danh sách"),
    )
    pen_name = forms.CharField(
        label=_("Bút danh"),
        help_text=_("Tên ghi cạnh bài thay cho họ tên."),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_year = forms.IntegerField(
        label=_("Năm sinh"),
        help_text=_("Bốn chữ số, ví dụ 1965"),
        required=False,
        error_messages={"invalid": _("Hãy ghi bốn chữ số, ví dụ 1965.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    texts_version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    alone = False  # nobody known enters it for them

    def __init__(self, *args: Any, units: QuerySet[Unit] | None, named: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = named
        self.texts = self._texts()
        self.fields["texts_version"].initial = self.texts[0].version
        for text in self.texts:
            self.fields[f"consent_{text.purpose}"] = forms.BooleanField(label=str(text.title), required=False)
        self.asks_unit = units is not None
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if named:
            del self.fields["full_name"]

    def _texts(self) -> tuple[ConsentText, ...]:
        """The wording that the person has seen, even if a new one came into force since the page was opened."""
        now = current_consents()
        shown = self.data.get(self.add_prefix("texts_version"), "") if self.is_bound else ""
        try:
            return tuple(consent_text(shown, text.purpose) for text in now) if shown else now
        except DomainError:
            return now

    @property
    def questions(self) -> list[tuple[ConsentText, Any]]:
        """Each text with its box."""
        return [(text, self[f"consent_{text.purpose}"]) for text in self.texts]

    def consents_given(self) -> list[tuple[str, str]]:
        ticked = [text for text in self.texts if self.cleaned_data.get(f"consent_{text.purpose}")]
        return [(text.purpose, text.version) for text in ticked]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for refused in wrong_in_application(
            full_name="Tên đã biết" if self.named else cleaned.get("full_name", ""),
            phone=cleaned.get("phone", ""),
            unit=cleaned.get("unit"),
            consents=self.consents_given(),
            pen_name=cleaned.get("pen_name", ""),
            birth_year=cleaned.get("birth_year"),
            alone=self.alone,
            named=not self.asks_unit,
        ):
            field = self._place_of(refused)
            if field is None or field not in self.errors:
                self.add_error(field, refused.message())
        cleaned.setdefault("full_name", "")
        return cleaned

    def refuse(self, refused: DomainError) -> None:
        super().refuse(refused)
        if refused.field == "consents":
            self.add_error(self._place_of(refused), refused.message())

    def _place_of(self, refused: DomainError) -> str | None:
        """Consents are one question to the domain and several boxes here."""
        if refused.field == "consents":
            return next((f"consent_{text.purpose}" for text in self.texts if text.required), None)
        return refused.field if refused.field in self.fields else None


class JoinForm(ApplicationForm):
    """A visitor's own application: a phone is needed."""

    alone = True


class StatusForm(PageForm):
    receipt = forms.CharField(
        label=_("Số biên nhận"),
        help_text=_("Ví dụ CTV-2BCD3FGH"),
        max_length=30,
        error_messages={"required": _("Hãy ghi số biên nhận.")},
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    tail = forms.CharField(
        label=_("3 số cuối của số điện thoại đã đăng ký"),
        max_length=3,
        error_messages={"required": _("Hãy ghi 3 số cuối.")},
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
    )
