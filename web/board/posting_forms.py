"""Questions about documents, the list of pieces, the website and its feed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from contributors.documents import MOST_BYTES, DocumentToPost
from contributors.finding import PieceFilter
from contributors.models import Contributor, Genre, Origin, PieceState, Topic, Unit
from web.forms import ClientKeyForm, DayField, PageForm

DOCUMENT_TYPES = ("Quyết định", "Kế hoạch", "Thông báo", "Báo cáo", "Công văn", "Tờ trình", "Giấy mời", "Nghị quyết")
ALL = ("", _("Tất cả"))
YES_NO = [ALL, ("true", _("Có")), ("false", _("Không"))]
STEPS = [
    ("submitted", _("ngày gửi")),
    ("created", _("ngày bắt đầu viết")),
    ("approved", _("ngày duyệt")),
    ("published", _("ngày đăng")),
]
LANGUAGES = [ALL, ("vi", _("Tiếng Việt")), ("km", _("Tiếng Khmer")), ("cjm", _("Tiếng Chăm")), ("en", _("Tiếng Anh"))]


class DocumentForm(ClientKeyForm):
    """A document that the deputy posts without review; the names are those of `DocumentToPost`."""

    number = forms.CharField(
        label=_("Số, ký hiệu"),
        help_text=_("Ví dụ 45/KH-UBND"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.CharField(
        label=_("Loại văn bản"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "document-types", "autocomplete": "off"}),
    )
    issuer = forms.CharField(label=_("Cơ quan ban hành"), required=False, max_length=200)
    issued_on = DayField(label=_("Ngày ban hành"), required=False)
    signer = forms.CharField(label=_("Người ký"), required=False, max_length=200)
    title = forms.CharField(
        label=_("Trích yếu"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    url = forms.CharField(
        label=_("Địa chỉ văn bản trên trang"),
        required=False,
        max_length=1000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    file = forms.FileField(
        label=_("Hoặc tệp văn bản"),
        help_text=_("PDF, Word, Excel hoặc OpenDocument, không quá 20 MB. Có thể vừa gửi tệp vừa ghi địa chỉ."),
        required=False,
        error_messages={"empty": _("Tệp này trống.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.doc,.docx,.xls,.xlsx,.odt,.ods"}),
    )

    @property
    def document(self) -> DocumentToPost:
        names = ("number", "kind", "issuer", "issued_on", "signer", "title", "url")
        return DocumentToPost(**{name: self.cleaned_data[name] for name in names})

    @property
    def sent_file(self) -> tuple[str, bytes] | None:
        """One byte more than is taken, so that the verb sees what is too large without reading it whole."""
        file = self.cleaned_data.get("file")
        return (file.name or "", file.read(MOST_BYTES + 1)) if file else None


class ArchiveForm(PageForm):
    """Search and filters of all pieces, as a plain GET form; every field may be empty."""

    q = forms.CharField(
        label=_("Tìm trong tiêu đề và nội dung"),
        help_text=_("Gõ không dấu cũng được. Để trong ngoặc kép nếu các chữ phải đi liền nhau."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    state = forms.MultipleChoiceField(
        label=_("Tình trạng"), required=False, choices=PieceState.choices, widget=forms.CheckboxSelectMultiple
    )
    genre = forms.ChoiceField(label=_("Thể loại"), required=False)
    topic = forms.ChoiceField(label=_("Chuyên mục"), required=False)
    unit = forms.ChoiceField(label=_("Ấp, ngành, đơn vị"), required=False)
    contributor = forms.UUIDField(required=False, widget=forms.HiddenInput)
    step = forms.ChoiceField(label=_("Tính theo"), required=False, choices=STEPS)
    first = DayField(label=_("Từ ngày"), required=False)
    last = DayField(label=_("Đến hết ngày"), required=False)
    event_first = DayField(label=_("Việc xảy ra từ ngày"), required=False)
    event_last = DayField(label=_("Việc xảy ra đến hết ngày"), required=False)
    origin = forms.ChoiceField(label=_("Nguồn gốc"), required=False, choices=[ALL, *Origin.choices])
    language = forms.ChoiceField(label=_("Ngôn ngữ"), required=False, choices=LANGUAGES)
    leader_activity = forms.ChoiceField(label=_("Hoạt động của lãnh đạo"), required=False, choices=YES_NO)
    on_website = forms.ChoiceField(label=_("Đã có địa chỉ trên trang"), required=False, choices=YES_NO)
    for_other = forms.ChoiceField(label=_("Nhập hộ"), required=False, choices=YES_NO)
    practice = forms.ChoiceField(label=_("Bài tập"), required=False, choices=YES_NO)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("genre", Genre.objects.order_by("position", "pk").values_list("code", "name")),
            ("topic", Topic.objects.order_by("position", "pk").values_list("code", "name")),
            ("unit", _units()),
        ):
            self.fields[name].choices = [ALL, *rows]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for first, last in (("first", "last"), ("event_first", "event_last")):
            one, other = cleaned.get(first), cleaned.get(last)
            if isinstance(one, date) and isinstance(other, date) and other < one:
                self.add_error(last, _("Ngày cuối không được trước ngày đầu."))
        return cleaned

    @property
    def wanted(self) -> PieceFilter:
        given: dict[str, Any] = self.cleaned_data
        plain = (
            "q",
            "genre",
            "topic",
            "origin",
            "language",
            "first",
            "last",
            "event_first",
            "event_last",
            "contributor",
        )
        flags = ("leader_activity", "on_website", "for_other", "practice")
        filters: dict[str, Any] = {name: given[name] for name in plain}
        filters |= {name: given[name] == "true" if given[name] else None for name in flags}
        filters["state"] = tuple(given["state"])
        filters["unit"] = UUID(given["unit"]) if given["unit"] else None
        filters["step"] = given["step"] or "submitted"
        return PieceFilter(**filters)

    @property
    def asked(self) -> dict[str, str]:
        """What is filtered, as an address has it; several states with commas."""
        found = {}
        for name in self.fields:
            value = self.cleaned_data.get(name)
            if value and not (name == "step" and not (self.cleaned_data.get("first") or self.cleaned_data.get("last"))):
                found[name] = ",".join(value) if isinstance(value, list) else str(value)
        return found

    @property
    def told(self) -> list[str]:
        """What is filtered, in words, so that the fold can stay closed."""
        said = []
        for name, value in self.asked.items():
            field = self.fields[name]
            if name in {"q", "contributor"}:
                continue
            if isinstance(field, forms.ChoiceField):
                labels = {str(code): str(label) for code, label in field.widget.choices}
                words = ", ".join(labels.get(code, code) for code in value.split(","))
            else:
                words = f"{self.cleaned_data[name]:%d/%m/%Y}"
            said.append(f"{field.label}: {words}")
        return said

    @property
    def person(self) -> str:
        """The name of the one whose pieces are asked for, which comes from a link and is typed nowhere."""
        asked = self.cleaned_data.get("contributor")
        name = Contributor.objects.filter(public_id=asked).values_list("full_name", flat=True).first() if asked else ""
        return name or ""


def _units() -> list[tuple[str, str]]:
    rows = Unit.objects.filter(closed__isnull=True).order_by("parent__sort_key", "sort_key", "pk")
    return [
        (str(public_id), f"{name} ({above})" if above else name)
        for public_id, name, above in rows.values_list("public_id", "name", "parent__name")
    ]


class ViewForm(PageForm):
    name = forms.CharField(
        label=_("Tên bộ lọc"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shared = forms.BooleanField(label=_("Cho cả Ban biên tập cùng dùng"), required=False)


class WebsiteForm(PageForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    address = forms.CharField(
        label=_("Địa chỉ trang"),
        help_text=_("Ví dụ https://xa-mau.example"),
        required=False,
        max_length=300,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    feed = forms.CharField(
        label=_("Địa chỉ nguồn tin (RSS, Atom) hoặc sơ đồ trang (sitemap)"),
        help_text=_("Nằm trên chính trang đó. Để trống thì không theo dõi."),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )


class FeedKeyForm(PageForm):
    name = forms.CharField(
        label=_("Khoá này cho trang nào dùng?"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AnswerForm(PageForm):
    """Whether an address seen on the website is the piece; the version is the piece's."""

    version = forms.IntegerField(widget=forms.HiddenInput)
