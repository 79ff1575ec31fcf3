"""Pages that lead through a pack: the copy of each piece, lists of pieces and of statements, the first page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.html import escape

from contributors.files import open_kept
from contributors.models import Credit, Photo, Piece, Role, Score
from contributors.packages import clean_html
from contributors.portals import last_day
from payments.archives import numbered
from payments.inspection.markup import counted, facts, link, page, table
from payments.inspection.newsroom_tables import written
from payments.inspection.plan import Plan, run_folder
from payments.inspection.tables import Context, Table
from payments.models import InspectionPack, Paper, PaperKind, Run, Statement

ON_A_PAGE = 500
HOME = "Hồ sơ thanh tra"


@dataclass(frozen=True, slots=True)
class Told:
    """What the first page says besides the plan: rows of each table, the links of the chain, files of rules."""

    rows: Mapping[str, int]
    anchors: Mapping[str, Any]
    rules: Sequence[tuple[str, str]]


def copies(context: Context, ids: Sequence[int], *, with_photos: bool) -> Iterator[tuple[str, bytes | Path]]:
    """Name and content of the copies of these pieces: a page each, and its photos."""
    pieces = Piece.objects.select_related("genre", "unit", "contributor").in_bulk(ids)
    people: dict[int, list[Credit]] = defaultdict(list)
    for credit in Credit.objects.filter(piece__in=ids).select_related("contributor").order_by("pk"):
        people[credit.piece_id].append(credit)
    scores: dict[int, list[Score]] = defaultdict(list)
    for score in Score.objects.filter(piece__in=ids, accepted=True, photo__isnull=True).select_related("scorer"):
        scores[score.piece_id].append(score)
    photos: dict[int, list[Photo]] = defaultdict(list)
    shown = Photo.objects.filter(piece__in=ids, removed_at__isnull=True).select_related("photographer")
    for photo in shown.order_by("position", "pk"):
        photos[photo.piece_id].append(photo)
    for pk in ids:
        kept = [(photo, f"anh-{place:02d}.jpg") for place, photo in enumerate(photos[pk], start=1)]
        there = {name for photo, name in kept if with_photos and photo.path and open_kept(photo.path).exists()}
        yield (
            f"{context.folders[pk]}/noi-dung.html",
            _copy(context, pieces[pk], people[pk], scores[pk], [(photo, name, name in there) for photo, name in kept]),
        )
        for photo, name in kept:
            if name in there:
                yield f"{context.folders[pk]}/{name}", open_kept(photo.path)


def _copy(
    context: Context,
    piece: Piece,
    people: Sequence[Credit],
    scores: Sequence[Score],
    photos: Sequence[tuple[Photo, str, bool]],
) -> bytes:
    named = [
        f"{escape(credit.contributor.full_name)} ({escape(Role(credit.role).label)}"
        + (f", {written(credit.share)} %" if credit.share is not None else "")
        + (f", {credit.quantity}" if credit.quantity is not None else "")
        + ")"
        for credit in people
    ]
    scored = [
        f"{written(score.coefficient) or escape(score.grade)}, {escape(score.scorer.full_name)}"
        + (f": {escape(score.reason)}" if score.reason else "")
        for score in scores
    ]
    head = facts(
        [
            ("Số trong hồ sơ", context.folders[piece.pk].split("/")[1][:5]),
            ("Thể loại", escape(piece.genre.name)),
            ("Đăng lúc", context.moment(piece.published_at)),
            ("Địa chỉ trên trang", f"<code>{escape(piece.published_url)}</code>" if piece.published_url else ""),
            ("Người gửi", escape(piece.contributor.full_name)),
            ("Đơn vị", escape(piece.unit.name) if piece.unit else ""),
            ("Trạng thái", escape(str(piece.get_state_display()))),
            ("Vai trò", "<br>".join(named)),
            ("Điểm chấm", "<br>".join(scored)),
            ("Nguồn", escape(piece.source)),
        ]
    )
    shown = "".join(_figure(photo, name, there=there) for photo, name, there in photos)
    body = f'{head}<h2>Nội dung</h2><div lang="{escape(piece.language)}">{clean_html(piece.body)}</div>{shown}'
    return page(piece.title, body, depth=2, up=HOME)


def _figure(photo: Photo, name: str, *, there: bool) -> str:
    words = escape(photo.caption) or "Ảnh"
    if photo.photographer:
        words += f" (Ảnh: {escape(photo.photographer.full_name)})"
    picture = f'<img src="{name}" alt="{words}" width="{photo.width}" height="{photo.height}">' if there else ""
    missing = "" if there else f" Không kèm tệp ảnh; SHA-256 của ảnh: <code>{photo.sha256}</code>."
    return f"<figure>{picture}<figcaption>{words}.{missing}</figcaption></figure>"


def piece_lists(context: Context) -> Iterator[tuple[str, bytes]]:
    """Every piece of the pack with the way to its copy, so many on a page."""
    ids = context.plan.pieces
    for number, start in enumerate(range(0, len(ids), ON_A_PAGE), start=1):
        part = ids[start : start + ON_A_PAGE]
        pieces = Piece.objects.select_related("genre", "contributor").in_bulk(part)
        rows = (
            (
                context.folders[pk].split("/")[1][:5],
                link(f"../{context.folders[pk]}/noi-dung.html", pieces[pk].title or "(không tiêu đề)"),
                escape(pieces[pk].genre.name),
                escape(pieces[pk].contributor.full_name),
                context.moment(pieces[pk].published_at),
            )
            for pk in part
        )
        title = f"Tin, bài {start + 1}–{start + len(part)}"
        body = table(("Số", "Tiêu đề", "Thể loại", "Người gửi", "Đăng lúc"), rows)
        yield f"muc-luc/bai-{number:03d}.html", page(title, body, depth=1, up=HOME)


def statement_lists(context: Context) -> Iterator[tuple[str, bytes]]:
    """Every statement with the way to its file."""
    ids = context.plan.statements
    files = {name for name, _paper in context.plan.papers}
    for number, start in enumerate(range(0, len(ids), ON_A_PAGE), start=1):
        part = ids[start : start + ON_A_PAGE]
        found = Statement.objects.select_related("run").in_bulk(part)
        rows = []
        for pk in part:
            row = found[pk]
            said = f"{row.number}/{row.year}"
            file = f"{run_folder(row.run)}/phieu/phieu-thanh-toan-{numbered(said)}.pdf"
            name = escape((row.frozen or {}).get("payee", {}).get("full_name", ""))
            shown = link(f"../{file}", said) if file in files else said
            rows.append((shown, name, escape(row.run.label), counted(row.gross), counted(row.tax), counted(row.net)))
        title = f"Phiếu thanh toán {start + 1}–{start + len(part)}"
        body = table(("Phiếu", "Họ tên", "Kỳ", "Thu nhập", "Thuế TNCN", "Thực lĩnh"), rows, numbers=(3, 4, 5))
        yield f"muc-luc/phieu-{number:03d}.html", page(title, body, depth=1, up=HOME)


def first_page(context: Context, pack: InspectionPack, tables: Sequence[Table], told: Told) -> bytes:
    """Where everything is, what is masked, what is missing, how it is proven."""
    plan, portal = context.plan, context.portal
    period = f"từ ngày {pack.period_from:%d/%m/%Y} đến hết ngày {last_day(pack.period_until):%d/%m/%Y}"
    parts = [
        facts(
            [
                ("Trang", escape(portal.name)),
                ("Thời gian", period),
                ("Lập lúc", context.moment(pack.requested_at)),
                ("Người lập", escape(pack.requested_by.name)),
                ("Giao cho", escape(pack.handed_to)),
                ("Lý do", escape(pack.reason)),
            ]
        ),
        *([_EMPTY] if plan.empty else []),
        _tables(context, tables, told),
        _pieces(context, pack),
        _money(context),
        _rules(told),
        _chain(told),
        _said_openly(plan),
    ]
    return page(f"{HOME} {period}", "\n".join(parts))


_EMPTY = (
    '<p class="note">Trong thời gian này trang không đăng tin, bài nào, không phát hành phiếu nào, không chi khoản nào '
    "và nhật ký không có việc nào. Các bảng dưới đây vì thế chỉ có dòng đầu.</p>"
)


def _tables(context: Context, tables: Sequence[Table], told: Told) -> str:
    rows = [
        (
            escape(one.title),
            counted(told.rows.get(one.name, 0)),
            " · ".join([link(one.csv, "CSV"), *([link(one.xlsx, "Excel")] if one.workbook else [])]),
        )
        for one in tables
    ]
    inside = f"{context.plan.in_period} bài đăng trong thời gian này"
    others = len(context.plan.pieces) - context.plan.in_period
    more = f", {others} bài đăng trước mà được chi trong thời gian này" if others else ""
    return f"<h2>Bảng số liệu</h2><p>{inside}{more}.</p>{table(('Bảng', 'Số dòng', 'Tệp'), rows, numbers=(1,))}"


def _pieces(context: Context, pack: InspectionPack) -> str:
    pages = range(1, -(-len(context.plan.pieces) // ON_A_PAGE) + 1)
    links = [link(f"muc-luc/bai-{number:03d}.html", f"Danh mục {number}") for number in pages]
    kept = "" if pack.with_photos else " Gói này không kèm tệp ảnh; mã SHA-256 của từng ảnh ghi ở bản sao."
    said = " · ".join(links) or "Không có bài nào."
    return f"<h2>Bản sao tin, bài</h2><p>{said}{kept}</p>"


def _money(context: Context) -> str:
    plan = context.plan
    pages = range(1, -(-len(plan.statements) // ON_A_PAGE) + 1)
    links = [link(f"muc-luc/phieu-{number:03d}.html", f"Danh mục phiếu {number}") for number in pages]
    of_run: dict[str, list[str]] = defaultdict(list)
    papers = Paper.objects.exclude(kind=PaperKind.STATEMENT).in_bulk(
        [paper for name, paper in plan.papers if "/phieu/" not in name]
    )
    for name, paper in plan.papers:
        if paper in papers:
            of_run[name.rpartition("/")[0]].append(
                link(name, f"{papers[paper].get_kind_display()} {papers[paper].number}")
            )
    runs = Run.objects.in_bulk(plan.runs)
    rows = [
        (
            escape(runs[pk].label),
            *(counted(runs[pk].gross or 0), counted(runs[pk].tax or 0), counted(runs[pk].net or 0)),
            "<br>".join(of_run.get(run_folder(runs[pk]), [])) or "chưa in",
        )
        for pk in plan.runs
    ]
    if not rows:
        return "<h2>Chi trả</h2><p>Không có kỳ chi trả nào phát hành trong thời gian này.</p>"
    sums = facts(
        [
            ("Thu nhập", f"{counted(plan.totals['gross'])} đồng"),
            ("Thuế TNCN khấu trừ", f"{counted(plan.totals['tax'])} đồng"),
            ("Thực lĩnh", f"{counted(plan.totals['net'])} đồng"),
        ]
    )
    listed = table(("Kỳ", "Thu nhập", "Thuế TNCN", "Thực lĩnh", "Giấy tờ"), rows, numbers=(1, 2, 3))
    return f"<h2>Chi trả</h2>{sums}{listed}<p>{' · '.join(links)}</p>"


def _rules(told: Told) -> str:
    listed = "".join(f"<li>{link(name, title)}</li>" for name, title in told.rules)
    return f"<h2>Quy định mức chi</h2>{f'<ul>{listed}</ul>' if listed else '<p>Không có quy định nào áp dụng.</p>'}"


def _chain(told: Told) -> str:
    """What proves that no event was taken out or changed."""
    anchors = told.anchors
    if not anchors:
        return "<h2>Nhật ký</h2><p>Không có việc nào trong thời gian này.</p>"
    after = anchors["after"]
    rows = [
        ("Mắt xích đầu và cuối", f"{counted(anchors['first'])} – {counted(anchors['last'])}"),
        ("Mã trước mắt xích đầu", f"<code>{anchors['before']['hash']}</code>"),
        ("Mã của mắt xích cuối", f"<code>{anchors['end']['hash']}</code>"),
        ("Mã của mắt xích kế tiếp", f"<code>{after['hash']}</code>" if after else "chưa có"),
        ("Việc chưa vào chuỗi", counted(anchors["unsealed"]) if anchors["unsealed"] else ""),
    ]
    return (
        "<h2>Nhật ký</h2><p>Mỗi dòng nhật ký mang mã SHA-256 tính từ chính nó và từ mã của dòng trước. Bỏ, thêm hay "
        "sửa một dòng thì các mã sau đó không khớp nữa. Đoạn này liền từ việc đầu đến việc cuối của thời gian này; "
        "việc nào ghi xen giữa cũng có ở đây để chuỗi không đứt. "
        f"{link('nhat-ky/su-kien.jsonl', 'Tệp để tính lại mã')}.</p>"
        f"{facts(rows)}"
    )


def _said_openly(plan: Plan) -> str:
    missing = ""
    if plan.missing:
        names = "".join(f"<li>{escape(name)}</li>" for name in plan.missing)
        missing = (
            f'<div class="note"><p>Không tìm thấy tệp của những giấy tờ sau khi lập gói:</p><ul>{names}</ul></div>'
        )
    return (
        '<h2>Điều cần biết khi đọc</h2><p class="note calm">Số định danh cá nhân, mã số thuế và số tài khoản ngân hàng '
        "chỉ ghi bốn số cuối, phần còn lại thay bằng dấu chấm. Số điện thoại không có trong gói. Danh sách người "
        "thụ hưởng có số tài khoản đầy đủ không lưu ở đâu nên không có ở đây; mã SHA-256 của nó có trên bìa hồ sơ "
        "của kỳ.</p>"
        f"{missing}<p>{link('cach-kiem-tra.html', 'Cách kiểm tra hồ sơ này, từng bước')} · "
        f"{link('SHA256SUMS', 'Danh sách tệp và mã')}</p>"
    )
