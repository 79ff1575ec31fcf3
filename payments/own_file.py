"""Hồ sơ của tôi: a person's pieces, parts, scores, statements and tax as one PDF or one workbook, for them to keep.

The readable sister of `own_data`: it says the same things from the same rows and is given to the same people. Numbers
of persons and accounts are not in it at all. It is Vietnamese, as papers are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import translation

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.joining_papers import printed_letterhead, written_phone
from contributors.merging import rows_of_person
from contributors.models import Category, Contributor, ContributorState, CreditState, PieceState, Portal, Role, SeatName
from contributors.own_record import ground_record
from contributors.papers.fonts import load_faces
from contributors.portals import last_day
from payments.models import Outcome, PayoutMethod, Statement, StatementState, TaxKind
from payments.own_data import money_record, person_taken, require_taking
from payments.papers.own_file import Cell, OwnFileSheet, OwnTable, columns_of, own_file_pdf, own_file_xlsx, rows_of
from payments.statements import ASSUMED_MARK
from payments.unpaid import ended

PDF, XLSX = FORMS = ("pdf", "xlsx")
NOTE = (
    "Chỉ gồm những gì ghi về chính người này: tin, bài, vai trò, điểm chấm, phiếu thanh toán đã phát hành và thuế. "
    "Số định danh, số tài khoản không ghi ở đây. Thấy chỗ sai, hãy báo Ban biên tập."
)


def take_own_file(*, actor: Actor, contributor: Contributor, form: str) -> bytes:
    """The file as `pdf` or `xlsx`, written down as one event. By the person, also one who has left, or for them by an
    administrator with the second factor, as `own_data.own_files`. Raises `not_allowed`, `second_factor_needed`,
    `not_found`.
    """
    if form not in FORMS:
        raise DomainError("not_found")
    require_taking(actor, contributor)
    with transaction.atomic():
        person = person_taken(contributor)
        sheet = own_file_sheet(person)
        own = contributor.pk == actor.contributor_id
        record_event(actor=actor, kind="person.data_taken", subject=person, facts={"own": own, "form": form})
    if form == XLSX:
        return own_file_xlsx(sheet)
    return own_file_pdf(sheet, faces=load_faces(settings.FONT_FOLDER or None))


def own_file_sheet(person: Contributor) -> OwnFileSheet:
    """What the file says. A fixed number of queries, whatever the person did."""
    ids = rows_of_person(person.pk)
    with translation.override("vi"):
        record = ground_record(person) | money_record(ids)
    portal = Portal.objects.get(pk=person.portal_id)
    today = clock.today(portal.time_zone)
    on = _local_day(ZoneInfo(portal.time_zone))
    with translation.override("vi"):
        return OwnFileSheet(
            letterhead=printed_letterhead(portal, today),
            name=person.full_name,
            dated=today,
            about=tuple((label, text) for label, text in _about(record, on) if text),
            tables=tuple(_tables(record, ids, on)),
            note=NOTE,
            data_mark=ASSUMED_MARK if portal.assumed_from is not None and portal.assumed_from <= today else "",
        )


Day = Callable[[datetime | None], date | None]


def _local_day(zone: ZoneInfo) -> Day:
    return lambda moment: moment.astimezone(zone).date() if moment is not None else None


def _about(record: Mapping[str, Any], on: Day) -> Iterator[tuple[str, str]]:
    person = record["person"]
    yield "Số biên nhận", person["receipt_number"]
    since = on(person["state_since"])
    yield "Tình trạng", f"{ContributorState(person['state']).label}, từ {since:%d/%m/%Y}"
    yield "Bút danh", "; ".join(_during(row, row["name"]) for row in record["pen_names"])
    yield "Đơn vị", "; ".join(_during(row, row["unit__name"]) for row in record["units"])
    yield "Diện", str(Category(person["category"]).label)
    yield "Năm sinh", str(person["birth_year"] or "")
    yield "Diện thuế", "; ".join(_during(row, str(TaxKind(row["status"]).label)) for row in record["tax_statuses"])
    yield "Điện thoại", written_phone(person["phone"])
    yield (
        "Trong Ban biên tập",
        "; ".join(_during(row, str(SeatName(row["seat"]).label)) for row in record["seats"]),
    )


def _during(row: Mapping[str, Any], said: str) -> str:
    until = row["effective_until"]
    end = f"đến {last_day(until):%d/%m/%Y}" if until else "đến nay"
    return f"{said} (từ {row['effective_from']:%d/%m/%Y} {end})"


def _tables(record: Mapping[str, Any], ids: Sequence[int], on: Day) -> Iterator[OwnTable]:
    """Money only where there ever was any: an office that pays nothing has no empty tables of it."""
    pieces: Sequence[Mapping[str, Any]] = record["pieces"]
    names, widths = columns_of(
        ("Tiêu đề", 30),
        ("Thể loại", 11),
        ("Đơn vị", 12),
        ("Gửi", 10),
        ("Đăng", 10),
        ("Tình trạng", 12),
        ("Địa chỉ", 22),
    )
    yield OwnTable(
        title="Tin, bài",
        sheet="Tin, bài",
        columns=names,
        widths=widths,
        rows=rows_of(
            [
                (
                    _titled(piece),
                    piece["genre__name"],
                    piece["unit__name"] or "",
                    on(piece["submitted_at"]),
                    on(piece["published_at"]),
                    str(PieceState(piece["state"]).label),
                    piece["published_url"] or "",
                )
                for piece in pieces
            ]
        ),
        empty="Chưa có tin, bài nào.",
    )
    names, widths = columns_of(
        ("Tiêu đề", 40), ("Vai trò", 14), ("Tỷ lệ (%)", 10), ("Số lượng", 10), ("Ý kiến về phần này", 20)
    )
    yield OwnTable(
        title="Vai trò trong từng tin, bài",
        sheet="Vai trò",
        columns=names,
        widths=widths,
        rows=rows_of(list(_parts(pieces))),
        figures=frozenset({2, 3}),
        empty="Chưa có phần nào được ghi.",
    )
    names, widths = columns_of(("Tiêu đề", 44), ("Hệ số", 10), ("Mức", 12), ("Ngày chấm", 12), ("Được dùng", 12))
    yield OwnTable(
        title="Điểm chấm",
        sheet="Điểm chấm",
        columns=names,
        widths=widths,
        rows=rows_of(list(_scores(pieces, on))),
        figures=frozenset({1}),
        empty="Chưa có tin, bài nào được chấm.",
    )
    if record["statements"] or record["lines"]:
        yield from _money_tables(record, ids, on)


def _titled(piece: Mapping[str, Any]) -> str:
    return f"{piece['title']} (bài tập)" if piece["practice"] else str(piece["title"])


def _parts(pieces: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    for piece in pieces:
        for credit in piece["credits"]:
            if credit["mine"]:
                yield (
                    _titled(piece),
                    str(Role(credit["role"]).label),
                    credit["share"],
                    credit["quantity"],
                    str(CreditState(credit["state"]).label),
                )


def _scores(pieces: Sequence[Mapping[str, Any]], on: Day) -> Iterator[tuple[Cell, ...]]:
    for piece in pieces:
        for score in piece["scores"]:
            used = "có" if score["accepted"] else ""
            yield (_titled(piece), _number(score["coefficient"]), score["grade"] or "", on(score["at"]), used)


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _money_tables(record: Mapping[str, Any], ids: Sequence[int], on: Day) -> Iterator[OwnTable]:
    names, widths = columns_of(
        *(("Phiếu số", 9), ("Tên tác phẩm", 26), ("Vai trò", 11), ("Ngày đăng", 10), ("Số tiền (đ)", 12)),
        ("Cách tính", 34),
    )
    yield OwnTable(
        title="Nhuận bút theo phiếu đã phát hành",
        sheet="Nhuận bút",
        columns=names,
        widths=widths,
        rows=rows_of(
            [
                (
                    line["statement"],
                    line["title"],
                    line["role"],
                    line["published_on"],
                    line["amount"],
                    line["explanation"],
                )
                for line in record["lines"]
            ]
        ),
        figures=frozenset({4}),
        sums=frozenset({4}),
    )
    names, widths = columns_of(
        *(("Phiếu số", 10), ("Kỳ chi trả", 24), ("Phát hành", 11), ("Tổng số (đ)", 13), ("Thuế (đ)", 12)),
        *(("Thực lĩnh (đ)", 13), ("Cách chi", 12), ("Kết quả", 14)),
    )
    yield OwnTable(
        title="Phiếu thanh toán",
        sheet="Phiếu thanh toán",
        columns=names,
        widths=widths,
        rows=rows_of([_statement(row, on) for row in record["statements"]]),
        figures=frozenset({3, 4, 5}),
        sums=frozenset({3, 4, 5}),
    )
    names, widths = columns_of(
        ("Năm chi trả", 14), ("Số lần", 10), ("Thu nhập (đ)", 18), ("Thuế TNCN khấu trừ (đ)", 20), ("Thực lĩnh (đ)", 18)
    )
    yield OwnTable(
        title="Thuế theo năm chi trả",
        sheet="Thuế theo năm",
        columns=names,
        widths=widths,
        rows=rows_of(tax_years(ids)),
        figures=frozenset({1, 2, 3, 4}),
        sums=frozenset({2, 3, 4}),
        empty="Chưa có khoản nào được chi.",
    )


def _statement(row: Mapping[str, Any], on: Day) -> tuple[Cell, ...]:
    payout = row["payouts"][-1] if row["payouts"] else None
    outcomes = payout["outcomes"] if payout else []
    return (
        f"{row['number']}/{row['year']}",
        row["run__label"],
        on(row["issued_at"]),
        row["gross"],
        row["tax"],
        row["net"],
        str(PayoutMethod(payout["method"]).label) if payout else "",
        str(Outcome(outcomes[-1]["outcome"]).label) if outcomes else "",
    )


def tax_years(ids: Sequence[int]) -> list[tuple[Cell, ...]]:
    """(year, payments, gross, tax, net) by the year of the payment date, as the office's own list of a year counts
    them: statements that will never be paid are left out. One query.
    """
    issued = Statement.objects.filter(contributor__in=ids, state=StatementState.ISSUED, gross__gt=0).exclude(ended())
    rows = (
        issued.order_by("run__payment_date__year")
        .values_list("run__payment_date__year")
        .annotate(Count("pk"), Sum("gross"), Sum("tax"), Sum("net"))
    )
    return [(str(year), *sums) for year, *sums in rows]
