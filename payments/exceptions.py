"""What a run pays and what it does not: every part of every published piece in exactly one bucket, and the proof.

A part is one credit of a piece; a piece that names nobody is one part. The proof has two sides that read different
rows: the left one what was frozen and what is up, the right one what the computation and the approval wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contributors.models import Piece, PieceState, Role
from payments.models import Bucket, DraftLine, Held, Line, LineKind, Run, RunExclusion, RunState
from payments.period_pieces import pieces_of_days
from payments.royalty.explanation import explain_reason

PAID = "paid"
BUCKETS: Mapping[str, str | Promise] = {
    PAID: _("chi kỳ này"),
    Bucket.HELD: _("tạm giữ"),
    Bucket.NO_FEE: _("không tính nhuận bút"),
    Bucket.OUTSIDE_RULES: _("ngoài quy định mức chi"),
    Bucket.WAITING: _("chờ vai trò hoặc điểm chấm"),
    Bucket.PAID_BEFORE: _("đã chi ở kỳ khác"),
}
OF_LINES = (PAID, Bucket.HELD, Bucket.NO_FEE)
APPROVED = frozenset({RunState.APPROVED, RunState.ISSUED, RunState.CLOSED})
AT_ONCE = 1000

FROZEN_SIDE = """
SELECT coalesce(sum(parts) FILTER (WHERE day >= %s), 0)::bigint, count(*) FILTER (WHERE day >= %s),
       coalesce(sum(parts) FILTER (WHERE day < %s), 0)::bigint, count(*) FILTER (WHERE day < %s)
  FROM (SELECT facts->>'on' AS day, greatest(1, jsonb_array_length(facts->'cr')) AS parts
          FROM payments_runitem WHERE run_id = %s) AS items
"""


@dataclass(frozen=True, slots=True)
class BucketCount:
    """One bucket. `amount` in đồng where it has lines; `pieces` may stand in several buckets, parts in one only."""

    bucket: str
    label: str
    parts: int
    pieces: int
    amount: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Both sides of the proof, in parts (and pieces, where one side alone is told)."""

    of_period: int
    of_period_pieces: int
    of_earlier: int
    of_earlier_pieces: int
    elsewhere: int
    elsewhere_pieces: int
    buckets: tuple[BucketCount, ...]

    @property
    def published(self) -> int:
        """The left side: of the period, still owed of earlier ones, and of the period but settled in another run."""
        return self.of_period + self.of_earlier + self.elsewhere

    @property
    def accounted(self) -> int:
        """The right side: the sum of the buckets."""
        return sum(bucket.parts for bucket in self.buckets)

    @property
    def difference(self) -> int:
        return self.published - self.accounted

    @property
    def closes(self) -> bool:
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part (or a whole piece of `parts` parts) in its bucket. `amount` in đồng; None where nothing is reckoned."""

    bucket: str
    piece_id: UUID | None
    title: str
    genre: str
    published_on: date | None
    person: str
    person_id: UUID | None
    role: str
    parts: int
    amount: int | None
    reason: str
    subject_key: str


def balance_of_run(run: Run) -> Balance:
    """The proof, each side by its own queries: six in all, whatever the size."""
    return Balance(*_published(run), _buckets(run))


def _published(run: Run) -> tuple[int, int, int, int, int, int]:
    """What was frozen, and what of the period was no item because another run had paid all of it."""
    first = run.period_from.isoformat()
    elsewhere = pieces_elsewhere(run)
    with connection.cursor() as cursor:
        cursor.execute(FROZEN_SIDE, [first, first, first, first, run.pk])
        period, period_pieces, earlier, earlier_pieces = cursor.fetchone()
        if elsewhere is None:
            return period, period_pieces, earlier, earlier_pieces, 0, 0
        sql, params = elsewhere
        cursor.execute(f"SELECT coalesce(sum(parts), 0)::bigint, count(*) FROM ({sql}) AS found", params)  # noqa: S608
        parts, pieces = cursor.fetchone()
        return period, period_pieces, earlier, earlier_pieces, parts, pieces


def pieces_elsewhere(run: Run) -> tuple[str, tuple[Any, ...]] | None:
    """SQL of (id, parts): pieces of the run's days that were up when it was frozen, and are no items of it."""
    if run.frozen_at is None:
        return None
    published, params = pieces_of_days(run.portal, run.period_from, run.period_until)
    sql = f"""
        SELECT p.id, greatest(1, (SELECT count(*) FROM contributors_credit c WHERE c.piece_id = p.id)) AS parts
          FROM (SELECT p.id FROM ({published}) AS p(id, day) JOIN contributors_piece q ON q.id = p.id
                 WHERE q.state_since <= %s
                EXCEPT SELECT i.piece_id FROM payments_runitem i WHERE i.run_id = %s) AS p"""  # noqa: S608
    return sql, (*params, run.frozen_at, run.pk)


def _buckets(run: Run) -> tuple[BucketCount, ...]:
    """From lines, draft lines and exclusions alone. After approval what is paid is read from the lines themselves."""
    counts: dict[str, list[int]] = {bucket: [0, 0, 0] for bucket in BUCKETS}
    for bucket in OF_LINES:
        found = lines_in(run, bucket).aggregate(
            parts=Count("pk"), pieces=Count("piece", distinct=True), amount=Sum("amount")
        )
        counts[bucket] = [found["parts"], found["pieces"], int(found["amount"] or 0)]
    excluded = RunExclusion.objects.filter(run=run, generation=run.generation).values("bucket")
    for row in excluded.annotate(parts=Sum("parts"), pieces=Count("piece", distinct=True)).order_by():
        counts[row["bucket"]][0] += row["parts"]
        counts[row["bucket"]][1] += row["pieces"]
    return tuple(BucketCount(bucket, str(BUCKETS[bucket]), *counts[bucket]) for bucket in BUCKETS)


def lines_in(run: Run, bucket: str) -> QuerySet[Any]:
    """The lines of pieces in a bucket of OF_LINES."""
    if bucket != Bucket.HELD and run.state in APPROVED:
        lines: QuerySet[Any] = Line.objects.filter(run=run, kind=LineKind.FEE, piece__isnull=False)
    else:
        lines = DraftLine.objects.filter(run=run, generation=run.generation, piece__isnull=False)
        lines = lines.exclude(held="") if bucket == Bucket.HELD else lines.filter(held="")
    if bucket == Bucket.HELD:
        return lines
    return lines.filter(amount=0) if bucket == Bucket.NO_FEE else lines.exclude(amount=0)


def part_count(run: Run, bucket: str) -> int:
    """How many rows `parts_of_bucket` has."""
    rows = excluded_in(run, bucket).count()
    return rows + lines_in(run, bucket).count() if bucket in OF_LINES else rows


def excluded_in(run: Run, bucket: str) -> QuerySet[RunExclusion]:
    rows: QuerySet[RunExclusion] = RunExclusion.objects.filter(run=run, generation=run.generation, bucket=bucket)
    return rows


def parts_of_bucket(run: Run, bucket: str, first: int = 0, most: int = AT_ONCE) -> list[PartRow]:
    """Rows of a bucket in a steady order, lines before whole pieces; so many from the `first` (from 0). Seven queries
    at most.
    """
    found: list[PartRow] = []
    lines = lines_in(run, bucket).order_by("pk") if bucket in OF_LINES else None
    lined = lines.count() if lines is not None else 0
    if lines is not None and first < lined:
        page = list(lines.select_related("contributor")[first : first + most])
        found += _line_rows(run, bucket, page)
    left = most - len(found)
    if left > 0:
        start = max(0, first - lined)
        page = list(excluded_in(run, bucket).order_by("pk")[start : start + left])
        found += _excluded_rows(run, bucket, page)
    return found


def all_parts(run: Run) -> Iterator[PartRow]:
    """Every row of every bucket, in batches: memory does not grow with the run."""
    for bucket in BUCKETS:
        first = 0
        while rows := parts_of_bucket(run, bucket, first):
            yield from rows
            first += len(rows)


def _line_rows(run: Run, bucket: str, lines: Sequence[Any]) -> list[PartRow]:
    language = (get_language() or "vi")[:2]
    pieces = _pieces(run, {line.piece_id for line in lines})
    found = []
    for line in lines:
        held = getattr(line, "held", "")
        why = str(Held(held).label) if held else explain_reason(line.reason, language) if line.reason else ""
        piece = pieces[line.piece_id]
        found.append(
            PartRow(
                bucket=bucket,
                **piece,
                person=line.contributor.full_name,
                person_id=line.contributor.public_id,
                role=_role(line.role),
                parts=1,
                amount=line.amount,
                reason=why,
                subject_key=line.subject_key,
            )
        )
    return found


def _excluded_rows(run: Run, bucket: str, rows: Sequence[RunExclusion]) -> list[PartRow]:
    """With who was paid by which other run, where that is the reason."""
    language = (get_language() or "vi")[:2]
    pieces = _pieces(run, {row.piece_id for row in rows})
    paid: dict[int, list[Line]] = defaultdict(list)
    if bucket == Bucket.PAID_BEFORE:
        wanted = Q(piece_id__in=[row.piece_id for row in rows]) & ~Q(run=run)
        for line in Line.objects.filter(wanted).select_related("run", "contributor").order_by("pk"):
            paid[line.piece_id or 0].append(line)
    found = []
    for row in rows:
        lines = [line for line in paid[row.piece_id] if not row.subject_key or line.subject_key == row.subject_key]
        one = lines[0] if row.subject_key and lines else None
        reason = explain_reason(row.reason, language)
        runs = ", ".join(sorted({line.run.label for line in lines}))
        found.append(
            PartRow(
                bucket=bucket,
                **pieces[row.piece_id],
                person=one.contributor.full_name if one else "",
                person_id=one.contributor.public_id if one else None,
                role=_role(one.role) if one else "",
                parts=row.parts,
                amount=sum(line.amount for line in lines) if lines else None,
                reason=f"{reason}: {runs}" if runs else reason,
                subject_key=row.subject_key,
            )
        )
    return found


def _pieces(run: Run, ids: set[int]) -> dict[int, dict[str, Any]]:
    zone = ZoneInfo(run.portal.time_zone)
    return {
        piece.pk: {
            "piece_id": piece.public_id,
            "title": piece.title,
            "genre": piece.genre.name,
            "published_on": piece.published_at.astimezone(zone).date() if piece.published_at else None,
        }
        for piece in Piece.objects.filter(pk__in=ids).select_related("genre").defer("body")
    }


def _role(role: str) -> str:
    return str(Role(role).label) if role in Role.values else ""


@dataclass(frozen=True, slots=True)
class ChangedPiece:
    """A piece that is not what it was at the freeze. `what`: `new` goes to the next run, `gone` was taken down."""

    piece_id: UUID
    title: str
    published_on: date | None
    what: str
    amount: int


def changed_since_freeze(run: Run, most: int = 200) -> list[ChangedPiece]:
    """Until the run is approved: what went up (or was written down) for its days after the freeze, and what was taken
    down though the run pays it. Reopen to take it in, or leave it to the next run. Four queries.
    """
    if run.frozen_at is None or run.state in APPROVED | {RunState.CANCELLED}:
        return []
    zone = ZoneInfo(run.portal.time_zone)
    published, params = pieces_of_days(run.portal, run.period_from, run.period_until)
    sql = f"""
        SELECT p.id FROM ({published}) AS p(id, day) JOIN contributors_piece q ON q.id = p.id
         WHERE q.state_since > %s
           AND NOT EXISTS (SELECT 1 FROM payments_runitem i WHERE i.run_id = %s AND i.piece_id = p.id)
         ORDER BY p.day, p.id LIMIT %s"""  # noqa: S608 - the inner query is the ORM's own
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, run.frozen_at, run.pk, most])
        late = [row[0] for row in cursor.fetchall()]
    amounts = DraftLine.objects.filter(run=run, generation=run.generation, held="", piece__isnull=False)
    gone = dict(
        amounts.exclude(piece__state=PieceState.PUBLISHED)
        .values_list("piece_id")
        .annotate(sum=Sum("amount"))
        .order_by("piece_id")[:most]
    )
    pieces = Piece.objects.filter(pk__in=[*late, *gone]).defer("body").order_by("published_at", "pk")
    return [
        ChangedPiece(
            piece_id=piece.public_id,
            title=piece.title,
            published_on=piece.published_at.astimezone(zone).date() if piece.published_at else None,
            what="gone" if piece.pk in gone else "new",
            amount=int(gone.get(piece.pk, 0)),
        )
        for piece in pieces
    ]
