"""Báo cáo tổng hợp: one paper of a superior about all portals below it, figures counted, nobody named.

It has the form of the office's own report (`activity_report`), under the superior's letterhead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils import translation

from contributors import clock
from contributors.actors import Actor
from contributors.charts import bar_chart
from contributors.errors import DomainError
from contributors.models import Portal
from contributors.papers.layout.table import dong
from contributors.portals import letterhead_on
from contributors.report_texts import report_texts
from payments.errors import PaymentError
from payments.papers.docx_official import sentence_name
from payments.papers.report_blocks import Block, Drawn, Part, Report, Said, Table
from payments.papers.sheets import Letterhead, Signer
from payments.report_periods import Period
from payments.statements import ASSUMED_MARK
from payments.superiors import Beside, SideBySide, side_by_side

FEWEST_BARS, MOST_BARS = 2, 12
MOST_NAMED = 60


def consolidated_report(*, actor: Actor, portal: Portal, period: Period, dated: date | None = None) -> Report:
    """All portals below, as they are counted now. Raises `not_allowed`, `report_no_letterhead`."""
    found = side_by_side(actor=actor, portal=portal, period=period, order="name")
    try:
        head = letterhead_on(portal.pk, dated or clock.today(portal.time_zone))
    except DomainError:
        raise PaymentError("report_no_letterhead") from None
    texts = report_texts()
    with translation.override("vi"):
        blocks = tuple(_blocks(found))
    assumed = portal.assumed_from is not None and period.until > portal.assumed_from
    about = f"của các trang thông tin điện tử cấp dưới {period.name}"
    to = f". Trân trọng báo cáo {texts['addressee']}" if texts["addressee"] else ""
    return Report(
        letterhead=Letterhead(
            superior_body=head.superior_body.upper(), issuing_body=head.issuing_body.upper(), place=head.place
        ),
        number_label=texts["number_label"],
        dated=dated,
        summary=f"Tổng hợp kết quả hoạt động {about}",
        addressee=texts["addressee"],
        grounds=tuple(head.grounds),
        opening=f"{sentence_name(head.issuing_body)} tổng hợp kết quả hoạt động {about} như sau:",
        blocks=blocks,
        closing=f"Trên đây là tổng hợp kết quả hoạt động {about}{to}./.",
        signer=Signer(title=texts["signer_title"], name=texts["signer_name"], authority=texts["signer_authority"]),
        copies=tuple(line.strip() for line in texts["copies"].splitlines() if line.strip()),
        data_mark=ASSUMED_MARK if assumed else "",
    )


def _blocks(found: SideBySide) -> Iterator[Block]:
    whole, rows = found.total, found.rows
    yield Part("I. TÌNH HÌNH BÁO CÁO")
    if not rows:
        yield Said("Chưa có trang thông tin điện tử nào thuộc cơ quan.")
        return
    yield Said(
        f"Có {len(rows):02d} trang cấp dưới; {found.arrived:02d}/{found.awaited:02d} trang phải báo cáo đã gửi báo cáo "
        f"{found.period.name}."
    )
    missing = [row.name for row in found.missing]
    if missing:
        named = "; ".join(missing[:MOST_NAMED]) + (" và trang khác" if len(missing) > MOST_NAMED else "")
        yield Said(f"Còn {len(missing):02d} trang chưa gửi báo cáo: {named}.")
    changed = [row.name for row in rows if row.changed]
    if changed:
        yield Said(
            f"Số liệu hiện nay khác số đã báo cáo ở {len(changed):02d} trang: {'; '.join(changed[:MOST_NAMED])}."
        )
    yield Part("II. KẾT QUẢ HOẠT ĐỘNG")
    now = whole.now
    yield Said(
        f"Trong {found.period.name}, các trang đã đăng {dong(now.news)} tin, bài; {dong(now.photos)} ảnh; "
        f"{dong(now.documents)} văn bản{_against(now.news, whole.before.news, known=not whole.before.empty)}."
    )
    yield from _drawn(rows)
    yield _table(
        "Tin, bài, ảnh, văn bản đã đăng",
        ("Tin, bài", "Kỳ trước", "Ảnh", "Văn bản"),
        [(_name(row), (row.now.news, row.before.news, row.now.photos, row.now.documents)) for row in rows],
    )
    yield Part("III. MẠNG LƯỚI, TIẾN ĐỘ VÀ KINH PHÍ")
    yield from _said_of(whole)
    yield _table(
        "Tin, bài đăng muộn; cộng tác viên; ấp, ngành chưa có tin; tiền đã chi trong kỳ (đồng)",
        ("Đăng muộn", "Cộng tác viên", "Ấp, ngành chưa có tin", "Đã chi"),
        [(_name(row), (row.now.late, row.now.contributors, row.now.silent, row.spent)) for row in rows],
    )
    quiet = [row.name for row in rows if row.now.empty]
    if quiet:
        yield Said(
            f"Có {len(quiet):02d} trang không đăng gì trong kỳ: {'; '.join(quiet[:MOST_NAMED])}"
            f"{' và trang khác' if len(quiet) > MOST_NAMED else ''}."
        )


def _said_of(whole: Beside) -> Iterator[Said]:
    now = whole.now
    yield Said(
        f"Đến hết kỳ có {dong(now.contributors)} cộng tác viên; {dong(now.silent)}/{dong(now.units)} ấp, ngành, đơn vị "
        "chưa có tin, bài nào trong kỳ."
    )
    if now.news:
        yield Said(f"Có {dong(now.late)}/{dong(now.news)} tin, bài đăng chậm hơn hạn của Ban biên tập từng trang.")
    spent = f"Nhuận bút, thù lao đã chi trong kỳ: {dong(whole.spent)} đồng"
    if whole.fund:
        spent += f"; dự toán cả năm {dong(whole.fund)} đồng, đã chi {dong(whole.fund_issued)} đồng"
    yield Said(f"{spent}.")


def _drawn(rows: Sequence[Beside]) -> Iterator[Drawn]:
    if FEWEST_BARS <= len(rows) <= MOST_BARS and any(row.now.news for row in rows):
        numbered = [(str(place), row.now.news) for place, row in enumerate(rows, start=1)]
        yield Drawn("Tin, bài của từng trang (số thứ tự theo bảng dưới)", bar_chart(numbered))


def _table(caption: str, names: tuple[str, ...], rows: Sequence[tuple[str, tuple[int, ...]]]) -> Table:
    body = tuple((name, *map(dong, counts)) for name, counts in rows)
    sums = tuple(dong(sum(column)) for column in zip(*(counts for _, counts in rows), strict=True))
    return Table(caption, ("Trang", *names), (*body, ("Cộng", *sums)))


def _name(row: Beside) -> str:
    return row.name if row.depth == 1 else f"{row.name} (thuộc {row.above})"


def _against(now: int, before: int, *, known: bool) -> str:
    if not known:
        return ""
    change = now - before
    if not change:
        return f" (bằng kỳ trước: {dong(before)} tin, bài)"
    return f" ({'tăng' if change > 0 else 'giảm'} {dong(abs(change))} tin, bài so với kỳ trước)"
