"""Tables of the newsroom: pieces, who did what in them, scores with reasons, decisions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from contributors.models import Credit, CreditSource, CreditState, Event, EventDetail, Piece, Role, Score
from payments.inspection.decision_words import DECISION_WORDS
from payments.inspection.tables import Cell, Context, Table, day, yes
from payments.models import Run

_UNSAID = frozenset({"from", "to", "revision"})


def _pieces(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    pieces = Piece.objects.select_related("genre", "topic", "unit", "contributor").in_bulk(ids)
    for pk in ids:
        piece = pieces[pk]
        folder = context.folders[pk]
        yield (
            *(_mark(context, pk), piece.title, piece.genre.name, piece.topic.name if piece.topic else ""),
            *(piece.contributor.full_name, piece.unit.name if piece.unit else ""),
            *(context.moment(piece.submitted_at), context.moment(piece.approved_at)),
            *(context.moment(piece.published_at), piece.published_url or "", str(piece.get_state_display())),
            *(piece.state_reason, str(piece.get_origin_display()), piece.source, piece.revision_number),
            *(piece.document_number, day(piece.document_on), f"{folder}/noi-dung.html", str(piece.public_id)),
        )


def _credits(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    rows = Credit.objects.filter(piece__in=ids).select_related("contributor", "unit", "piece")
    for credit in _ordered(ids, rows.order_by("pk")):
        yield (
            *(_mark(context, credit.piece_id), credit.piece.title, credit.contributor.full_name),
            *(str(Role(credit.role).label), written(credit.share), credit.quantity),
            *(str(CreditState(credit.state).label), str(CreditSource(credit.source).label)),
            *(credit.unit.name if credit.unit else "", credit.no_fee_reason),
        )


def _scores(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    rows = Score.objects.filter(piece__in=ids).select_related("scorer", "photo", "piece")
    for score in _ordered(ids, rows.order_by("at", "pk")):
        photo = f"Ảnh {score.photo.position}: {score.photo.caption}" if score.photo else ""
        yield (
            *(_mark(context, score.piece_id), score.piece.title, photo, score.scorer.full_name),
            *(written(score.coefficient), score.grade, score.reason, yes(score.accepted)),
            *(score.revision_number, context.moment(score.at)),
        )


def _decisions(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    events = Event.objects.in_bulk(ids)
    people = context.people(event.actor_account_id for event in events.values())
    subjects: dict[str, set[int]] = defaultdict(set)
    for event in events.values():
        subjects[event.subject_type].add(event.subject_id)
    pieces = {
        pk: (title, state, reason)
        for pk, title, state, reason in Piece.objects.filter(pk__in=subjects["piece"]).values_list(
            "pk", "title", "state", "state_reason"
        )
    }
    runs = dict(Run.objects.filter(pk__in=subjects["run"]).values_list("pk", "label"))
    said = {
        event: str(values.get("reason", ""))
        for event, values in EventDetail.objects.filter(event__in=ids).values_list("event_id", "values")
    }
    scored = _score_reasons(subjects["piece"])
    for pk in ids:
        event = events[pk]
        about, reason = runs.get(event.subject_id, "") if event.subject_type == "run" else "", said.get(pk, "")
        if event.subject_type == "piece" and event.subject_id in pieces:
            about, state, now = pieces[event.subject_id]
            reason = reason or scored.get((event.subject_id, event.facts.get("revision"), event.kind), "")
            reason = reason or (now if event.facts.get("to") == state else "")
        yield (
            *(event.pk, context.moment(event.at), str(DECISION_WORDS.get(event.kind, event.kind)), about),
            _mark(context, event.subject_id) if event.subject_type == "piece" else "",
            people.get(event.actor_account_id or 0, "máy"),
            *(reason or str(event.facts.get("reason", "")), facts_in_words(event.facts)),
        )


def _score_reasons(pieces: set[int]) -> Mapping[tuple[int, int, str], str]:
    """Why a piece was scored as it was, by piece, revision and the event that says it."""
    rows = Score.objects.filter(piece__in=pieces, photo__isnull=True).exclude(reason="")
    return {
        (piece, revision, "piece.approve" if accepted else "piece.score_proposed"): reason
        for piece, revision, accepted, reason in rows.values_list("piece_id", "revision_number", "accepted", "reason")
    }


def facts_in_words(facts: Mapping[str, object]) -> str:
    """What an event keeps besides: "coefficient: 1.5; until: 2026-08-01"."""
    return "; ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in facts.items()
        if name not in _UNSAID and value not in (None, "", [], {})
    )


def written(number: Decimal | None) -> str:
    """Decimals the Vietnamese way, without zeros at the end."""
    if number is None:
        return ""
    return f"{number.normalize():f}".replace(".", ",")


def _mark(context: Context, piece: int | None) -> str:
    """The number of a piece in the pack; "" for one that is not in it."""
    return context.folders.get(piece or 0, "bai/").split("/")[1][:5]


def _ordered(ids: Sequence[int], rows: object) -> Iterator[Any]:
    """In the order of the pieces."""
    place = {pk: number for number, pk in enumerate(ids)}
    yield from sorted(rows, key=lambda row: place[row.piece_id])  # type: ignore[call-overload]


PIECES = Table(
    "tin-bai",
    "Tin, bài",
    (
        *("Số trong hồ sơ", "Tiêu đề", "Thể loại", "Chuyên mục", "Người gửi", "Đơn vị", "Gửi lúc", "Duyệt lúc"),
        *("Đăng lúc", "Địa chỉ trên trang", "Trạng thái", "Lý do", "Nguồn gốc", "Nguồn", "Bản thứ"),
        *("Số văn bản", "Ngày văn bản", "Bản sao trong hồ sơ", "Mã bài"),
    ),
    lambda plan: plan.pieces,
    _pieces,
    frozenset({"Bản thứ"}),
)
CREDITS = Table(
    "vai-tro",
    "Vai trò của từng người",
    (
        *("Số trong hồ sơ", "Tiêu đề", "Họ tên", "Vai trò", "Phần trăm", "Số lượng", "Xác nhận", "Căn cứ ghi"),
        *("Đơn vị", "Lý do không tính"),
    ),
    lambda plan: plan.pieces,
    _credits,
    frozenset({"Số lượng"}),
)
SCORES = Table(
    "diem-cham",
    "Điểm chấm và lý do",
    (
        *("Số trong hồ sơ", "Tiêu đề", "Ảnh", "Người chấm", "Hệ số", "Bậc", "Lý do", "Được dùng để tính"),
        *("Bản thứ", "Lúc"),
    ),
    lambda plan: plan.pieces,
    _scores,
    frozenset({"Bản thứ"}),
)
DECISIONS = Table(
    "quyet-dinh",
    "Quyết định",
    ("Số sự kiện", "Lúc", "Việc", "Về", "Số bài trong hồ sơ", "Người quyết định", "Lý do", "Chi tiết"),
    lambda plan: plan.decisions,
    _decisions,
    frozenset({"Số sự kiện"}),
)
