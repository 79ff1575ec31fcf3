"""The directory as a file to take away: on record, for those who hold the right, written as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from contributors.access import require
from contributors.actors import Actor
from contributors.directory import PeopleFilter, PersonRow, every_person, narrowed
from contributors.events import record_event
from contributors.models import Portal
from contributors.spreadsheets import write_table


def export_people(*, actor: Actor, wanted: PeopleFilter, also: Q | None = None) -> bytes:
    """A workbook of everybody whom the filter finds. Phones are whole only for those who may see them."""
    require(actor, "contributor.export")
    people = narrowed(actor, wanted, also=also).count()
    record_event(
        actor=actor,
        kind="directory.exported",
        subject=Portal.objects.get(pk=actor.portal_id),
        facts={"people": people, "searched": bool(wanted.q)},
    )
    headings = (
        *(gettext("Họ và tên"), gettext("Bút danh"), gettext("Đơn vị"), gettext("Diện"), gettext("Tình trạng")),
        *(gettext("Từ ngày"), gettext("Điện thoại"), gettext("Năm sinh")),
        *(gettext("Tin, bài gần nhất"), gettext("Đã đăng trong năm")),
    )
    return write_table(headings, _lines(every_person(actor, wanted, also=also)), gettext("Cộng tác viên"))


def _lines(people: Iterator[PersonRow]) -> Iterator[tuple[str | int | date | None, ...]]:
    for row in people:
        yield (
            *(row.full_name, ", ".join(row.pen_names), row.unit, row.category_label, row.state_label),
            *(timezone.localtime(row.since).date(), f"0{row.phone[3:]}" if row.phone.startswith("+84") else row.phone),
            *(str(row.birth_year or ""), row.last_piece_on, row.published_this_year),
        )
