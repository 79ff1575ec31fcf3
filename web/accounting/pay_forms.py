"""Questions about money going out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.batch_templates import (
    DATE_FORMATS,
    ENCODINGS,
    MOST_COLUMNS,
    NUMBER,
    RESULT_KEYS,
    SEPARATORS,
    SOURCES,
    TEXT,
    Template,
    result_headings,
    templates_offered,
)
from payments.models import BatchKind
from web.forms import DayField, PageForm, SeenForm

PLAIN = {"autocomplete": "off"}
SPARE_COLUMNS = 3
SEPARATOR_WORDS = {";": _("chấm phẩy ;"), ",": _("phẩy ,"), "|": _("gạch đứng |"), "\t": _("tab")}


class GatherForm(PageForm):
    """One choice says kind and columns at once."""

    template = forms.ChoiceField(
        label=_("Đợt chi qua đâu, theo mẫu nào?"), error_messages={"required": _("Hãy chọn một mẫu.")}
    )
    purpose = forms.CharField(
        label=_("Nội dung chi"),
        help_text=_("Để trống thì ghi “Chi nhuận bút” và tên kỳ."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args: Any, kinds: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [each for each in templates_offered() if each.kind in kinds]
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            (f"{each.kind}:{each.code}", f"{BatchKind(each.kind).label.capitalize()}: {each.title}") for each in offered
        ]

    @property
    def chosen(self) -> tuple[str, str]:
        kind, _colon, code = self.cleaned_data["template"].partition(":")
        return kind, code


class TickForm(PageForm):
    """Who has the money: ticked rows, or everybody who waits."""

    happened_on = DayField(label=_("Ngày nhận tiền"), required=False)
    received_by = forms.CharField(
        label=_("Người nhận thay (nếu có)"),
        help_text=_("Chỉ khi người khác ký nhận tiền mặt."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=PLAIN),
    )


class DissolveForm(SeenForm):
    reason = forms.CharField(
        label=_("Lý do bỏ đợt"), required=False, max_length=500, widget=forms.TextInput(attrs=PLAIN)
    )


class RevokeForm(PageForm):
    reason = forms.CharField(
        label=_("Vì sao xác nhận ấy sai?"), required=False, max_length=500, widget=forms.TextInput(attrs=PLAIN)
    )


class ResultFileForm(PageForm):
    file = forms.FileField(
        label=_("Tệp kết quả của ngân hàng (xlsx, xls, csv)"),
        error_messages={"required": _("Hãy chọn tệp."), "empty": _("Tệp này trống.")},
    )


class TemplateForm(PageForm):
    """A template with a row of questions for each column; rows without a title are left out."""

    code = forms.CharField(
        label=_("Mã mẫu"),
        help_text=_("Chữ thường không dấu, số, gạch nối. Trùng mã mẫu có sẵn thì thay mẫu ấy."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=PLAIN),
    )
    title = forms.CharField(label=_("Tên mẫu"), required=False, max_length=100, widget=forms.TextInput(attrs=PLAIN))
    kind = forms.ChoiceField(label=_("Dùng cho đợt chi"), choices=BatchKind.choices)
    unaccented = forms.BooleanField(label=_("Tên viết không dấu"), required=False)
    capitals = forms.BooleanField(label=_("Tên viết hoa"), required=False)
    longest = forms.IntegerField(
        label=_("Tên dài nhất (ký tự)"),
        initial=70,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    total = forms.BooleanField(label=_("Có dòng cộng ở cuối"), required=False)
    separator = forms.ChoiceField(
        label=_("Dấu ngăn cột của tệp CSV"), choices=[(each, SEPARATOR_WORDS[each]) for each in SEPARATORS]
    )
    encoding = forms.ChoiceField(label=_("Bảng mã của tệp CSV"), choices=[(each, each.upper()) for each in ENCODINGS])

    RESULT_LABELS = {
        "reference": _("Cột mã tham chiếu"),
        "account": _("Cột số tài khoản"),
        "name": _("Cột tên"),
        "amount": _("Cột số tiền"),
        "status": _("Cột trạng thái"),
        "reason": _("Cột lý do"),
        "paid_words": _("Chữ nghĩa là đã chi"),
        "returned_words": _("Chữ nghĩa là trả lại"),
    }

    def __init__(self, *args: Any, template: Template | None = None, **kwargs: Any) -> None:
        if template is not None:
            kwargs.setdefault("initial", self._initial(template))
        super().__init__(*args, **kwargs)
        shown = len(template.columns) if template else 0
        self.count = min(MOST_COLUMNS, max(shown, self._typed()) + SPARE_COLUMNS)
        for place in range(1, self.count + 1):
            self._add_column(place)
        for key in RESULT_KEYS:
            self.fields[f"result_{key}"] = forms.CharField(
                label=self.RESULT_LABELS[key], required=False, max_length=400, widget=forms.TextInput(attrs=PLAIN)
            )

    def _typed(self) -> int:
        return max((place for place in range(1, MOST_COLUMNS + 1) if self.data.get(f"c{place}_title")), default=0)

    def _add_column(self, place: int) -> None:
        said = {"place": place}
        self.fields[f"c{place}_title"] = forms.CharField(
            label=_("Tên cột %(place)d") % said, required=False, max_length=60, widget=forms.TextInput(attrs=PLAIN)
        )
        self.fields[f"c{place}_source"] = forms.ChoiceField(
            label=_("Nội dung cột %(place)d") % said, required=False, choices=[("", "–"), *SOURCES.items()]
        )
        self.fields[f"c{place}_as"] = forms.ChoiceField(
            label=_("Kiểu cột %(place)d") % said,
            required=False,
            choices=[(TEXT, _("dạng chữ")), (NUMBER, _("dạng số"))],
        )
        self.fields[f"c{place}_value"] = forms.CharField(
            label=_("Chữ cố định cột %(place)d") % said,
            required=False,
            max_length=100,
            widget=forms.TextInput(attrs=PLAIN),
        )
        self.fields[f"c{place}_date"] = forms.ChoiceField(
            label=_("Cách ghi ngày cột %(place)d") % said,
            required=False,
            choices=[(each, each) for each in DATE_FORMATS],
        )

    @staticmethod
    def _initial(template: Template) -> dict[str, Any]:
        values: dict[str, Any] = {
            "code": template.code,
            "title": template.title,
            "kind": template.kind,
            "unaccented": template.unaccented,
            "capitals": template.capitals,
            "longest": template.longest_name,
            "total": template.total,
            "separator": template.separator,
            "encoding": template.encoding,
        }
        for place, column in enumerate(template.columns, start=1):
            values |= {
                f"c{place}_title": column.title,
                f"c{place}_source": column.source,
                f"c{place}_as": column.kind,
                f"c{place}_value": column.value,
                f"c{place}_date": column.date_format,
            }
        for key, words in result_headings(template).items():
            values[f"result_{key}"] = ", ".join(words)
        return values

    @property
    def columns(self) -> list[list[forms.BoundField]]:
        parts = ("title", "source", "as", "value", "date")
        return [[self[f"c{place}_{part}"] for part in parts] for place in range(1, self.count + 1)]

    @property
    def switches(self) -> list[forms.BoundField]:
        return [self[name] for name in ("unaccented", "capitals", "total")]

    @property
    def result_fields(self) -> list[forms.BoundField]:
        return [self[f"result_{key}"] for key in RESULT_KEYS]

    def rules(self) -> dict[str, Any]:
        """As `payments.batch_templates.read_template` takes them."""
        said = self.cleaned_data
        return {
            "code": said["code"],
            "title": said["title"],
            "kind": said["kind"],
            "names": {
                "unaccented": said["unaccented"],
                "capitals": said["capitals"],
                "longest": said["longest"],
            },
            "csv": {"separator": said["separator"], "encoding": said["encoding"]},
            "total": said["total"],
            "columns": [
                {
                    "title": said[f"c{place}_title"],
                    "source": said[f"c{place}_source"],
                    "as": said[f"c{place}_as"] or TEXT,
                    "value": said[f"c{place}_value"],
                    "date_format": said[f"c{place}_date"],
                }
                for place in range(1, self.count + 1)
                if said[f"c{place}_title"] or said[f"c{place}_source"]
            ],
            "result": {
                key: [word.strip() for word in said[f"result_{key}"].split(",") if word.strip()] for key in RESULT_KEYS
            },
        }
