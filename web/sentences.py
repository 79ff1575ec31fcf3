"""What became of a piece, in one honest sentence: who has it, since when, what its author must do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors.models import Event, Piece, PieceState
from web.templatetags.web_format import viet_moment, when

TONES = {
    PieceState.DRAFT: "still",
    PieceState.SUBMITTED: "",
    PieceState.RETURNED: "wait",
    PieceState.DECLINED: "stop",
    PieceState.WITHDRAWN: "still",
    PieceState.APPROVED: "",
    PieceState.SCHEDULED: "",
    PieceState.PUBLISHED: "done",
    PieceState.RETRACTED: "stop",
}
YOURS = frozenset({PieceState.DRAFT, PieceState.RETURNED})

# The log's kinds in the words of the trade. Seats, not names: whose decision it was stays with the board.
HAPPENED = {
    "piece.started": gettext_lazy("Bắt đầu viết"),
    "piece.edited": gettext_lazy("Sửa nội dung, ảnh"),
    "photo.blurred": gettext_lazy("Làm mờ khuôn mặt trong ảnh"),
    "piece.submit": gettext_lazy("Gửi cho Ban biên tập"),
    "piece.return": gettext_lazy("Ban biên tập trả lại để sửa"),
    "piece.decline": gettext_lazy("Ban biên tập không dùng"),
    "piece.reopen": gettext_lazy("Mở lại để viết tiếp"),
    "piece.withdraw": gettext_lazy("Rút lại"),
    "piece.approve": gettext_lazy("Trưởng ban hoặc phó ban đã duyệt"),
    "piece.score_proposed": gettext_lazy("Chấm lần một, chờ người thứ hai"),
    "credit.confirmed": gettext_lazy("Người cùng làm đã xác nhận"),
    "credit.disputed": gettext_lazy("Người cùng làm đề nghị xem lại"),
    "credit.settled": gettext_lazy("Ban biên tập đã trả lời đề nghị xem lại"),
    "piece.drop_approval": gettext_lazy("Sửa sau khi duyệt nên cần duyệt lại"),
    "piece.schedule": gettext_lazy("Hẹn giờ đăng"),
    "piece.publish": gettext_lazy("Đã đăng lên trang"),
    "piece.publish_document": gettext_lazy("Đã đăng lên trang"),
    "piece.retract": gettext_lazy("Đã gỡ khỏi trang"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A piece as its author's list shows it. `yours`: the next step is the author's."""

    piece: Piece
    state: str
    tone: str
    sentence: str
    yours: bool


@dataclass(frozen=True, slots=True)
class Step:
    words: str
    moment: str


def tell(piece: Piece) -> Told:
    """Needs no further query."""
    return Told(
        piece=piece,
        state=str(PieceState(piece.state).label),
        tone=TONES[PieceState(piece.state)],
        sentence=_sentence(piece),
        yours=piece.state in YOURS,
    )


def _sentence(piece: Piece) -> str:  # noqa: PLR0911 - one sentence per state
    since = when(piece.state_since)
    values = {"since": since, "reason": piece.state_reason}
    match piece.state:
        case PieceState.DRAFT:
            return _("Chưa gửi. Viết tiếp rồi gửi cho Ban biên tập.")
        case PieceState.SUBMITTED:
            return _("Ban biên tập đang xem, từ %(since)s. Bạn chưa phải làm gì.") % values
        case PieceState.RETURNED:
            return _("Ban biên tập trả lại %(since)s: “%(reason)s” Sửa xong thì gửi lại.") % values
        case PieceState.DECLINED:
            return _("Ban biên tập không dùng, %(since)s: “%(reason)s”") % values
        case PieceState.WITHDRAWN:
            return _("Bạn đã rút %(since)s.") % values
        case PieceState.APPROVED:
            return _("Đã duyệt %(since)s, người đăng đang đưa lên trang. Bạn không phải làm gì.") % values
        case PieceState.SCHEDULED:
            return _("Đã duyệt, hẹn đăng lúc %(at)s.") % {"at": viet_moment(piece.scheduled_for)}
        case PieceState.PUBLISHED:
            return _("Đã lên trang %(since)s.") % {"since": when(piece.published_at)}
        case _:
            return _("Đã gỡ khỏi trang %(since)s: “%(reason)s”") % values


def story(piece: Piece) -> list[Step]:
    """What happened to a piece, newest first; saves in a row are told once."""
    events = Event.objects.filter(subject_type="piece", subject_id=piece.pk).order_by("-pk").only("kind", "at")
    steps: list[Step] = []
    for event in events:
        words = str(HAPPENED.get(event.kind, ""))
        if words and not (steps and event.kind == "piece.edited" and steps[-1].words == words):
            steps.append(Step(words, viet_moment(event.at)))
    return steps
