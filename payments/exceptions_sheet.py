"""The exceptions of a run as a file: every part with its bucket, the sums under them, and the proof."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.spreadsheets import write_table
from payments.access import require_money
from payments.exceptions import BUCKETS, all_parts, balance_of_run
from payments.models import Run

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LEADS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | date | None


def exceptions_file(*, actor: Actor, run: Run, kind: str) -> bytes:
    """`xlsx`, or `csv` with a mark of UTF-8 for office programs. Text stays text. Raises `not_allowed`, `not_found`."""
    require_money(actor, "run.see")
    if kind not in KINDS:
        raise DomainError("not_found")
    if kind == "xlsx":
        return write_table(_headings(), _rows(run), _("Không tính, và vì sao"))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_headings())
    writer.writerows([_defused(cell) for cell in row] for row in _rows(run))
    return out.getvalue().encode("utf-8-sig")


def _headings() -> list[str]:
    return [
        _("Nhóm"),
        _("Tin, bài"),
        _("Thể loại"),
        _("Ngày đăng"),
        _("Họ và tên"),
        _("Vai trò"),
        _("Số phần"),
        _("Số tiền"),
        _("Lý do"),
        _("Mã khoản"),
    ]


def _rows(run: Run) -> Iterator[list[Cell]]:
    for row in all_parts(run):
        yield [
            str(BUCKETS[row.bucket]),
            row.title,
            row.genre,
            row.published_on,
            row.person,
            row.role,
            row.parts,
            row.amount,
            row.reason,
            row.subject_key,
        ]
    balance = balance_of_run(run)
    yield []
    for bucket in balance.buckets:
        yield [bucket.label, _("Cộng"), "", None, "", "", bucket.parts, bucket.amount]
    yield [_("Cộng các nhóm"), "", "", None, "", "", balance.accounted]
    yield [_("Đã đăng, còn phải xét"), "", "", None, "", "", balance.published]
    yield [_("Chênh lệch"), "", "", None, "", "", balance.difference]


def _defused(cell: Cell) -> str | int:
    """As an office program shows it: a text that would begin a formula is marked as text."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, str) and cell.startswith(LEADS_A_FORMULA):
        return f"'{cell}"
    return cell
