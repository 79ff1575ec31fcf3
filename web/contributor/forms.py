"""Questions to contributors: one thing per page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from contributors.drafting import LANGUAGES
from contributors.genres import offered_genres, offered_topics
from contributors.models import Contributor, ContributorState, CountsAs, Genre, Origin, Piece, Topic
from web.forms import ClientKeyForm, DayField, PageForm, SeenForm


class GenreForm(PageForm):
    """Asked by GET, so that coming back shows the choice again."""

    genre = forms.ModelChoiceField(
        label=_("Bạn muốn gửi gì?"),
        queryset=Genre.unscoped.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Hãy chọn một loại."), "invalid_choice": _("Hãy chọn một loại.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["genre"].queryset = genres_for_contributors()  # type: ignore[attr-defined]


def genres_for_contributors() -> Any:
    return offered_genres().filter(for_contributors=True).exclude(counts_as=CountsAs.DOCUMENT)


TEXT = (
    *("title", "body", "event_on", "event_place", "topic", "leader_activity"),
    *("origin", "source", "language"),
)


class TextFields(PageForm):
    title = forms.CharField(
        label=_("Tiêu đề"),
        help_text=_("Một câu ngắn, nói được chuyện chính."),
        max_length=500,
        error_messages={"required": _("Hãy ghi tiêu đề.")},
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )
    body = forms.CharField(
        label=_("Nội dung"),
        help_text=_("Trả lời ba câu là thành tin: việc gì đã diễn ra, ở đâu, ai tham gia? Đọc cho máy ghi cũng được."),
        required=False,
        error_messages={"required": _("Hãy viết nội dung.")},
        widget=forms.Textarea(attrs={"rows": 12, "class": "tall"}),
    )
    event_on = DayField(label=_("Ngày diễn ra"), required=False)
    event_place = forms.CharField(
        label=_("Nơi diễn ra"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    topic = forms.ModelChoiceField(
        label=_("Chuyên mục"),
        queryset=Topic.unscoped.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Để Ban biên tập chọn"),
    )
    leader_activity = forms.BooleanField(
        label=_("Hoạt động của lãnh đạo"),
        help_text=_("Tin về lãnh đạo xã họp, thăm, kiểm tra: cần lên trang ngay trong ngày."),
        required=False,
    )
    origin = forms.ChoiceField(label=_("Bài này"), choices=Origin.choices, required=False)
    source = forms.CharField(
        label=_("Lấy từ đâu"),
        help_text=_("Chỉ ghi khi không phải tự viết: tên báo, trang, sách, người kể."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Viết bằng"), choices=list(LANGUAGES.items()), required=False)

    def __init__(self, *args: Any, piece: Piece | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = offered_topics()
        if piece is not None and piece.topic_id is not None:
            topics = topics | Topic.objects.filter(pk=piece.topic_id)
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]

    def piece_fields(self) -> dict[str, Any]:
        """What the form asked for; a choice that was left out is the usual one."""
        given = {name: self.cleaned_data[name] for name in TEXT}
        return given | {"origin": given["origin"] or Origin.ORIGINAL, "language": given["language"] or "vi"}


class NewTextForm(TextFields, ClientKeyForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    genre = forms.ModelChoiceField(queryset=Genre.unscoped.none(), to_field_name="code", widget=forms.HiddenInput)
    # For whom it is entered; empty: for oneself.
    author = forms.UUIDField(required=False, widget=forms.HiddenInput)
    practice = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["genre"].queryset = Genre.objects.exclude(counts_as=CountsAs.DOCUMENT)  # type: ignore[attr-defined]

    def show_newest(self, version: int) -> None:
        """After a stale version: what was typed stays, and the next press counts for the version shown now."""
        if self.stale:
            self.data = {**dict(self.data.items()), "version": str(version)}


class EditTextForm(TextFields, SeenForm):
    genre = forms.ModelChoiceField(
        label=_("Thể loại"),
        queryset=Genre.unscoped.none(),
        to_field_name="code",
        required=False,
        empty_label=None,
    )

    def __init__(self, *args: Any, piece: Piece, **kwargs: Any) -> None:
        super().__init__(*args, piece=piece, **kwargs)
        alike = genres_for_contributors().filter(counts_as=piece.genre.counts_as)
        self.fields["genre"].queryset = alike | Genre.objects.filter(pk=piece.genre_id)  # type: ignore[attr-defined]

    def piece_fields(self) -> dict[str, Any]:
        return super().piece_fields() | {"genre": self.cleaned_data["genre"]}

    @classmethod
    def of(cls, piece: Piece) -> EditTextForm:
        initial = {name: getattr(piece, name) for name in (*TEXT, "version")}
        initial["genre"] = piece.genre.code
        initial["topic"] = piece.topic.code if piece.topic is not None else None
        return cls(initial=initial, piece=piece)


class SubmitForm(SeenForm):
    """Sending in, with the version of the pledge that the page showed."""

    pledge = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Its value is a list of files, empty where none was chosen. What a file holds is the verb's to say."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        del initial
        return list(data) if isinstance(data, list | tuple) else [data] if data else []


class PhotosForm(SeenForm):
    """Photos with their captions. Without JavaScript one caption and one photographer go to all chosen files."""

    photos = ManyFilesField(
        label=_("Chọn ảnh"),
        help_text=_("Chụp ngay hoặc lấy từ máy. JPEG, PNG, WebP hoặc HEIC, mỗi ảnh không quá 20 MB."),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/*", "multiple": True}),
    )
    caption = forms.CharField(
        label=_("Chú thích"),
        help_text=_("Ai, đang làm gì, ở đâu."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    who = forms.ChoiceField(
        label=_("Ai chụp?"),
        required=False,
        widget=forms.RadioSelect,
    )
    other = forms.ModelChoiceField(
        label=_("Tên người chụp"),
        queryset=Contributor.unscoped.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Chọn trong danh sách"),
    )

    def __init__(self, *args: Any, piece: Piece, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.piece = piece
        ask_who(self, piece, own=own)
        self.chosen: list[ChosenPhoto] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        files = cleaned.get("photos", [])
        if not files:
            self.add_error("photos", _("Hãy chọn ít nhất một ảnh, hoặc bấm “Tiếp tục” nếu không có ảnh."))
        self.chosen = [self._chosen(place, file) for place, file in enumerate(files)]
        return cleaned

    def _chosen(self, place: int, file: UploadedFile) -> ChosenPhoto:
        own = f"caption-{place}" in self.data
        suffix = f"-{place}" if own else ""
        who = self.data.get(f"who{suffix}", "")
        person: Contributor | None = None
        if who == "me":
            person = self.piece.contributor
        elif who == "other":
            person = self._person(self.data.get(f"other{suffix}", ""))
        elif who != "unknown":
            self.add_error("who", _("Hãy cho biết ai chụp."))
        return ChosenPhoto(file, self.data.get(f"caption{suffix}", ""), person)

    def _person(self, public_id: str) -> Contributor | None:
        try:
            found: Contributor | None = self.fields["other"].clean(public_id)
        except forms.ValidationError:
            found = None
        if found is None:
            self.add_error("other", _("Hãy chọn tên người chụp."))
        return found


def ask_who(form: PageForm, piece: Piece, *, own: bool) -> None:
    """The choices of "who took it": nobody is chosen beforehand."""
    me = _("Tôi chụp") if own else _("Tác giả chụp")
    choices = [("me", me), ("other", _("Người khác chụp")), ("unknown", _("Không rõ ai chụp"))]
    form.fields["who"].choices = choices  # type: ignore[attr-defined]
    form.fields["other"].queryset = (  # type: ignore[attr-defined]
        Contributor.objects.filter(
            state__in=[ContributorState.ACTIVE, ContributorState.RECORDED], merged_into__isnull=True
        )
        .exclude(pk=piece.contributor_id)
        .order_by("sort_key", "pk")
    )


class ChosenPhoto:
    """One file of the answer, with what was said about it."""

    def __init__(self, file: UploadedFile, caption: str, photographer: Contributor | None) -> None:
        self.file = file
        self.caption = caption
        self.photographer = photographer
