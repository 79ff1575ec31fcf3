"""The office's own report on its website (báo cáo kết quả hoạt động), figures counted and words its own.

Its shape is that of the half-year reports that communes write: results, assessment, tasks to come. Any period will do.
An official paper is Vietnamese, whatever language its reader has chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.utils import translation

from contributors import clock
from contributors.accesses import Accesses, accesses_between
from contributors.actors import Actor, in_force
from contributors.charts import bar_chart
from contributors.errors import DomainError
from contributors.models import CountsAs, Mode, Portal, Seat, SeatName, Topic, TrainingSession
from contributors.output import Figures, figures, published_between
from contributors.output_cuts import Counts
from contributors.output_tables import Output, Row, figures_of, output_of
from contributors.papers.layout.table import dong
from contributors.portals import last_day, letterhead_on, payment_mode_on
from contributors.report_texts import report_texts
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import Run, RunState, Statement, StatementState
from payments.papers.docx_official import sentence_name
from payments.papers.report_blocks import Block, Drawn, Part, Report, Said, Table
from payments.papers.sheets import Letterhead, Signer
from payments.report_periods import Period
from payments.statements import ASSUMED_MARK
from payments.whatif import MOST_AT_ONCE, WhatIf, would_have_cost

RIGHT = "report.see"
MOST_NAMED = 12  # silent units, training sessions named one by one
FEWEST_BARS, MOST_BARS = 3, 12  # fewer say nothing, more cannot be told apart


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the report counts. `before` and `year_before` are None where nothing was up then."""

    period: Period
    figures: Figures
    output: Output
    before: Figures | None
    year_before: Figures | None
    document_kinds: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, int], ...]
    accesses: Accesses
    seats: Mapping[str, int]
    training: tuple[TrainingSession, ...]
    attendance: int
    mode: str
    cost: WhatIf | None
    paid: int
    people_paid: int


def activity_report(*, actor: Actor, portal: Portal, period: Period, dated: date | None = None) -> Report:
    """The report of a period, as it is counted now, under the letterhead of the day on which it is signed.

    Raises `not_allowed`, `report_no_letterhead`.
    """
    require_money(actor, RIGHT)
    try:
        head = letterhead_on(portal.pk, dated or clock.today(portal.time_zone))
    except DomainError:
        raise PaymentError("report_no_letterhead") from None
    texts = report_texts()
    with translation.override("vi"):
        known = known_of(portal, period)
        blocks = tuple(_blocks(portal, known, texts))
    assumed = portal.assumed_from is not None and period.until > portal.assumed_from
    body = f"{portal.name} {period.name}"
    return Report(
        letterhead=Letterhead(
            superior_body=head.superior_body.upper(), issuing_body=head.issuing_body.upper(), place=head.place
        ),
        number_label=texts["number_label"],
        dated=dated,
        summary=f"Kết quả hoạt động của {body}",
        addressee=texts["addressee"],
        grounds=(*head.grounds, *_lines(texts["grounds"])),
        opening=f"{sentence_name(head.issuing_body)} báo cáo kết quả hoạt động {body} như sau:",
        blocks=blocks,
        closing=(
            f"Trên đây là báo cáo kết quả hoạt động {body} và phương hướng, nhiệm vụ {period.after.name}."
            f"{' Trân trọng báo cáo ' + texts['addressee'] + '.' if texts['addressee'] else ''}/."
        ).replace("../.", "./."),
        signer=Signer(title=texts["signer_title"], name=texts["signer_name"], authority=texts["signer_authority"]),
        copies=tuple(_lines(texts["copies"])),
        data_mark=ASSUMED_MARK if assumed else "",
    )


def known_of(portal: Portal, period: Period) -> Known:
    """The counts of a report. A constant number of queries, whatever the size."""
    first, until = period.first, period.until
    last = last_day(until)
    published = published_between(portal, first, until).order_by()
    is_document = Q(genre__counts_as=CountsAs.DOCUMENT)
    held = TrainingSession.objects.filter(held_on__gte=first, held_on__lt=until, cancelled_at__isnull=True)
    training = tuple(held.annotate(came=Count("attendance")).order_by("held_on", "pk"))
    mode = payment_mode_on(portal.pk, last)
    runs = Run.objects.filter(
        state__in=[RunState.ISSUED, RunState.CLOSED], period_from__gte=first, period_until__lte=until
    )
    paid = Statement.objects.filter(run__in=runs, state=StatementState.ISSUED).aggregate(
        gross=Sum("gross"), people=Count("contributor", distinct=True)
    )
    output = output_of(portal, first, until)
    return Known(
        period=period,
        figures=figures_of(portal, until, output.counts),
        output=output,
        before=_earlier(portal, period.before),
        year_before=_earlier(portal, period.year_before),
        document_kinds=_counted(published.filter(is_document), "document_type"),
        topics=_topics(output.counts),
        accesses=accesses_between(first, until),
        seats=dict(
            Seat.objects.filter(in_force(last)).values_list("seat").annotate(Count("contributor", distinct=True))
        ),
        training=training,
        attendance=sum(session.came for session in training),
        mode=mode,
        cost=_cost(portal, period, output.counts.news_up) if mode != Mode.PAYING else None,
        paid=int(paid["gross"] or 0),
        people_paid=paid["people"],
    )


def _earlier(portal: Portal, period: Period) -> Figures | None:
    found = figures(portal, period.first, period.until)
    return found if found.news or found.documents or found.photos else None


def _counted(pieces: object, name: str) -> tuple[tuple[str, int], ...]:
    """(name, pieces), most first, nameless ones last under ""."""
    rows = pieces.values_list(name).annotate(count=Count("pk"))  # type: ignore[attr-defined]
    return _most_first((said or "", count) for said, count in rows)


def _topics(counts: Counts) -> tuple[tuple[str, int], ...]:
    names = dict(Topic.objects.values_list("pk", "name"))
    return _most_first(
        (names[pk] if pk is not None else "", each.news) for pk, each in counts.topics.items() if each.news
    )


def _most_first(rows: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(rows, key=lambda row: (not row[0], -row[1], row[0])))


def _cost(portal: Portal, period: Period, pieces: int) -> WhatIf | None:
    if pieces > MOST_AT_ONCE:
        return None  # a report is waited for; a trial of rates takes any number
    try:
        return would_have_cost(portal=portal, period_from=period.first, period_until=period.until)
    except PaymentError:
        return None  # no schedule: nothing to reckon with


def _blocks(portal: Portal, known: Known, texts: Mapping[str, str]) -> Iterator[Block]:
    yield Part("I. KẾT QUẢ HOẠT ĐỘNG")
    yield Part("1. Tình hình cung cấp thông tin", 2)
    yield from _said(texts["information"])
    yield from _provided(known)
    yield from _tables(known)
    number = 2
    if texts["members"].strip():
        yield Part("2. Hoạt động của các trang thông tin điện tử thành viên", 2)
        yield from _said(texts["members"])
        number = 3
    yield Part(f"{number}. Tình hình hoạt động của Ban biên tập", 2)
    yield from _board(known, texts)
    yield Part("II. ĐÁNH GIÁ CHUNG")
    yield Part("1. Ưu điểm", 2)
    yield from _said(texts["strengths"])
    yield Part("2. Tồn tại, hạn chế", 2)
    yield from _said(texts["limits"])
    yield from _limits(portal, known)
    yield Part(f"III. PHƯƠNG HƯỚNG, NHIỆM VỤ {known.period.after.name.upper()}")
    yield from _said(texts["next_tasks"])


def _provided(known: Known) -> Iterator[Block]:
    found = known.figures
    if not (found.news or found.documents or found.photos):
        yield Said(f"Trong {known.period.name}, trang chưa đăng tin, bài, văn bản nào.")
        return
    yield Said(f"Trong {known.period.name}, trang đã đăng {dong(found.news)} tin, bài; {dong(found.photos)} ảnh.")
    kinds = ", ".join(f"{dong(count)} {name[0].lower()}{name[1:]}" for name, count in known.document_kinds if name)
    yield Said(f"Cập nhật được {dong(found.documents)} văn bản{f' (gồm {kinds})' if kinds else ''}.")
    seen = known.accesses
    if seen.total is None:
        yield Said("Lượt truy cập của trang trong kỳ: chưa có số liệu.")
    else:
        part = f" (số liệu của {seen.known}/{seen.months} tháng)" if seen.known < seen.months else ""
        yield Said(f"Lượt truy cập của trang trong kỳ: {dong(seen.total)}{part}; nguồn: {', '.join(seen.sources)}.")


def _tables(known: Known) -> Iterator[Block]:
    found, output = known.figures, known.output
    if not (found.news or found.documents):
        return
    yield _comparison(known)
    table = output.months
    if table.spans and found.news:
        labels = [span.label for span in table.spans]
        yield Drawn("Tin, bài đã đăng theo tháng", bar_chart(list(zip(labels, table.news, strict=True))))
    units = [row for row in output.units if row.total]
    if units:
        most = sorted(units, key=lambda row: -row.total)
        if FEWEST_BARS <= len(most) <= MOST_BARS:
            yield _numbered("Tin, bài theo ấp, ngành, đơn vị", [row.total for row in most])
        yield _of_units(most)
    genres = tuple((share.name, share.pieces) for share in output.genres)
    yield _listed("Tin, bài, văn bản theo thể loại", "Thể loại", genres)
    if any(name for name, _ in known.topics):
        if len(units) < FEWEST_BARS <= len(known.topics) <= MOST_BARS:
            yield _numbered("Tin, bài theo chuyên mục", [count for _, count in known.topics])
        yield _listed("Tin, bài theo chuyên mục", "Chuyên mục", known.topics, nameless="Chưa xếp chuyên mục")


def _comparison(known: Known) -> Table:
    now = known.figures
    rows = []
    for name, key in (("Tin, bài", "news"), ("Ảnh", "photos"), ("Văn bản", "documents")):
        count = getattr(now, key)
        before = getattr(known.before, key) if known.before else None
        year = getattr(known.year_before, key) if known.year_before else None
        change = "–" if before is None else _signed(count - before)
        rows.append((name, dong(count), _or_dash(before), change, _or_dash(year)))
    names = ("Nội dung", "Kỳ này", "Kỳ trước", "Tăng, giảm", "Cùng kỳ năm trước")
    missing = " (dấu – là chưa có số liệu)" if known.before is None or known.year_before is None else ""
    return Table(f"So sánh với kỳ trước và cùng kỳ năm trước{missing}", names, tuple(rows), total=False)


def _numbered(caption: str, counts: list[int]) -> Drawn:
    """Bars with the numbers of the table's rows: names are too long to stand below a bar."""
    numbered = [(str(place), count) for place, count in enumerate(counts, start=1)]
    return Drawn(f"{caption} (số thứ tự theo bảng dưới)", bar_chart(numbered))


def _of_units(rows: list[Row]) -> Table:
    body = tuple((row.name or "Không thuộc đơn vị nào", dong(row.total)) for row in rows)
    total = ("Cộng", dong(sum(row.total for row in rows)))
    return Table("Tin, bài theo ấp, ngành, đơn vị", ("Ấp, ngành, đơn vị", "Tin, bài"), (*body, total))


def _listed(caption: str, name: str, rows: tuple[tuple[str, int], ...], *, nameless: str = "") -> Table:
    body = tuple((said or nameless, dong(count)) for said, count in rows)
    return Table(caption, (name, "Số lượng"), (*body, ("Cộng", dong(sum(count for _, count in rows)))))


def _board(known: Known, texts: Mapping[str, str]) -> Iterator[Block]:
    board = known.figures.board
    heads = [(SeatName.HEAD, "trưởng ban"), (SeatName.DEPUTY, "phó ban")]
    named = [(known.seats.get(seat, 0), word) for seat, word in heads]
    others = board - sum(count for count, _ in named)
    parts = ", ".join(f"{count:02d} {word}" for count, word in [*named, (others, "thành viên")] if count > 0)
    if board:
        yield Said(f"Ban biên tập có {board:02d} người ({parts}).")
    else:
        yield Said("Ban biên tập chưa có người nào được ghi.")
    yield from _said(texts["board"])
    count = known.figures.contributors_registered
    if count:
        yield Said(f"Đến hết kỳ có {dong(count)} cộng tác viên của các ấp, ngành, đơn vị đăng ký.")
    else:
        yield Said("Đến nay chưa có cộng tác viên nào đăng ký.")
    if known.training:
        named_sessions = "; ".join(
            f"{session.title} (ngày {session.held_on:%d/%m/%Y})" for session in known.training[:MOST_NAMED]
        )
        more = "; …" if len(known.training) > MOST_NAMED else ""
        yield Said(
            f"Đã tổ chức {len(known.training):02d} buổi tập huấn với {dong(known.attendance)} lượt người dự: "
            f"{named_sessions}{more}."
        )


def _limits(portal: Portal, known: Known) -> Iterator[Block]:
    """What the rows themselves say."""
    found = known.figures
    if found.late:
        yield Said(
            f"Có {dong(found.late)}/{dong(found.news)} tin, bài đăng chậm hơn hạn của Ban biên tập (tin hoạt động "
            f"của lãnh đạo: trong ngày; tin, bài khác: {portal.promise_days} ngày sau sự kiện)."
        )
    silent = [row.name for row in known.output.units if row.name and not row.total]
    if silent:
        named = ", ".join(silent[:MOST_NAMED]) + (" và nơi khác" if len(silent) > MOST_NAMED else "")
        yield Said(f"Còn {len(silent):02d} ấp, ngành, đơn vị chưa có tin, bài nào trong kỳ: {named}.")
    if known.mode == Mode.PAYING:
        if known.people_paid:
            yield Said(f"Đã chi trả nhuận bút, thù lao {dong(known.paid)} đồng cho {dong(known.people_paid)} người.")
        else:
            yield Said("Nhuận bút, thù lao của kỳ này chưa chi trả.")
        return
    yield Said(f"Chưa hỗ trợ tiền nhuận bút cho việc viết, duyệt và đăng tin, bài.{_would_cost(known.cost)}")


def _would_cost(cost: WhatIf | None) -> str:
    if cost is None or not cost.high:
        return ""
    span = dong(cost.low) if cost.low == cost.high else f"{dong(cost.low)} đến {dong(cost.high)}"
    return f" Nếu chi theo {cost.schedule_title} thì kỳ này cần {span} đồng."


def _said(text: str) -> Iterator[Block]:
    for line in _lines(text):
        yield Said(line)


def _lines(text: str) -> list[str]:
    return [line.strip().lstrip("-–• ").strip() for line in text.splitlines() if line.strip()]


def _or_dash(number: int | None) -> str:
    return "–" if number is None else dong(number)


def _signed(change: int) -> str:
    return f"+{dong(change)}" if change > 0 else dong(change)
