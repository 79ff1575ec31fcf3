"""What the living page of components shows in them: invented people and pieces, nothing from the database.

Texts here are contents, as if people had written them, so they stay Vietnamese in every language.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from contributors.models import Message, Upload, UploadState
from contributors.recognition_rules import rules_on
from contributors.revisions import Change
from web.accounting.checks import ReplyForm
from web.forms import DayField, MoneyField, PageForm, Summary, SummaryLine

NOBODY = uuid.UUID(int=0)  # an address that leads nowhere: parts with buttons are shown inert
MOMENT = datetime(2026, 2, 5, 8, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LONG = "Nguyễn Phước Công Tằng Tôn Nữ Thị Bé Năm, ấp Hoà Long Thạnh Đông, tổ liên gia tự quản số 12"


class SampleForm(PageForm):
    """One field of each kind; shown empty, refused and locked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    title = forms.CharField(label=_("Tiêu đề"), help_text=_("Một câu ngắn."))
    phone = forms.CharField(label=_("Số điện thoại"), widget=forms.TextInput(attrs={"class": "short"}))
    amount = MoneyField(label=_("Số tiền (đồng)"))
    on = DayField(label=_("Ngày"))
    unit = forms.ChoiceField(label=_("Ấp, ngành"), choices=[("", "Ấp Hoà Long"), ("2", LONG)])
    who = forms.ChoiceField(
        label=_("Ai chụp?"), choices=[("me", _("Tôi chụp")), ("other", _("Người khác"))], widget=forms.RadioSelect
    )
    shared = forms.BooleanField(
        label=_("Máy dùng chung"), help_text=_("Không nhớ tôi trên máy này; để yên 30 phút là tự đăng xuất")
    )
    reason = forms.CharField(label=_("Lý do"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label=_("Chọn tệp"))


def _form(prefix: str, **given: str) -> SampleForm:
    form = SampleForm(given or None, auto_id=f"{prefix}_%s")
    if given:
        form.add_error("title", _("Hãy ghi tiêu đề."))
        form.add_error("phone", _("Số điện thoại phải có 10 chữ số."))
    return form


def _off() -> SampleForm:
    """As a form stands that nobody may change now."""
    form = SampleForm(initial={"title": "Ấp ra quân dọn đường"}, auto_id="off_%s")
    for field in form.fields.values():
        field.disabled = True
    return form


def _line(title: str, amount: int, held: str = "") -> SimpleNamespace:
    return SimpleNamespace(
        title=title,
        amount=amount,
        genre="Tin",
        role="tác giả",
        published_on=MOMENT.date(),
        held=held,
        explanation="1,5 × 253.000 đ = 379.500 đ",
        grounds=[],
    )


def _photo(caption: str) -> SimpleNamespace:
    return SimpleNamespace(
        public_id=NOBODY,
        address=static("web/mark.svg"),
        width=320,
        height=240,
        caption=caption,
        photographer=SimpleNamespace(full_name="Lê Hoà"),
    )


def _upload(name: str, state: str, received: int) -> Upload:
    return Upload(file_name=name, state=state, size=100, received=received)


def _told(state: str, **given: Any) -> SimpleNamespace:
    """A message as it stands beside what it is about, still to be told or gone."""
    message = Message(state=state, kind="piece_published", text="Tin của cô đã lên trang.", created_at=MOMENT, **given)
    message.public_id = uuid.uuid5(NOBODY, state)
    return SimpleNamespace(message=message, whom="Lê Hoà", phone="", tone="wait", open=state == "by_hand")


def samples() -> dict[str, Any]:
    """The values of every component, by the names that its template asks for."""
    counts = {"agreed": 12, "disputed": 1, "silent": 3, "running": 4, "untold": 2}
    states = ("agreed", "disputed", "untold", "running", "partly", "silent")
    return {
        "blank": _form("blank"),
        "refused": _form("refused", phone="12"),
        "off": _off(),
        "sample_summary": Summary(
            str(_("Còn 1 chỗ cần sửa")), [SummaryLine(str(_("Hãy ghi tiêu đề.")), "#refused_title")]
        ),
        "sample_changes": [
            Change("Địa điểm", "Ấp Hoà Long", "Nhà văn hoá ấp Hoà Long"),
            Change("Ảnh 2", "", "Bà con dọn cỏ"),
            Change("Chú thích", LONG, ""),
        ],
        "counts": SimpleNamespace(**counts),
        "reply": ReplyForm(initial={"version": 1}, auto_id="reply_%s"),
        "message": "Mời cô chú xem các khoản nhuận bút tháng 2: https://xa-mau.example/check/",
        "run": SimpleNamespace(public_id=NOBODY, label="Kỳ tháng 2"),
        "check": SimpleNamespace(
            public_id=NOBODY,
            reply="Đã xem lại, số tiền đúng theo quy định.",
            replied_by=SimpleNamespace(name="Tạ Thị Số"),
            replied_at=MOMENT,
            get_outcome_display="giữ nguyên",
        ),
        "states": [SimpleNamespace(state=state, unanswered=state == "disputed", changed=False) for state in states],
        "units": [
            SimpleNamespace(key="1", name="Ấp Hoà Long", people=7, untold=2),
            SimpleNamespace(key="2", name=LONG, people=12, untold=0),
        ],
        "lines": [_line("Ấp ra quân dọn đường", 379_500), _line(LONG, 126_500, "chờ người nhận khai thông tin")],
        "attachments": [
            SimpleNamespace(
                public_id=NOBODY, get_kind_display="ghi âm", seconds=200, caption="Lời bà Năm", url="", size=2_400_000
            ),
            SimpleNamespace(
                public_id=NOBODY,
                get_kind_display="video",
                seconds=None,
                caption="",
                url="https://xa-mau.example/video",
                size=0,
            ),
        ],
        "sample_notices": [
            SimpleNamespace(
                notice=SimpleNamespace(public_id=NOBODY),
                url="#content",
                title="Ấp ra quân dọn đường",
                words="Chờ duyệt",
                due="06/02/2026",
            )
        ],
        "page": Paginator(range(60), 20).page(2),
        "photos": [_photo("Bà con dọn cỏ"), _photo("")],
        "piece": SimpleNamespace(public_id=NOBODY, version=1),
        "uploads": [
            _upload("IMG_2041.jpg", UploadState.RECEIVING, 40),
            _upload("IMG_2042.jpg", UploadState.PROCESSING, 100),
        ],
        "long": LONG,
        "told_lines": [_told("by_hand"), _told("sent", ended_at=MOMENT, way="zalo")],
        "sample_rules": rules_on(MOMENT.date()),
        "sample_app": SimpleNamespace(name="Zalo", apple=False),
        "sample_actor": SimpleNamespace(contributor_id=1),
    }
