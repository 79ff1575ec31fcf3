"""All data of one person as one download: readable tables, one machine-readable file, the papers.

Numbers are masked unless the person asks for them and has proved to be who they are. Files come in a fixed order.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contributors import clock
from contributors.access import require, require_proof
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import open_kept
from contributors.merging import rows_of_person
from contributors.models import Contributor, PieceState, Portal, Role
from contributors.own_newsroom import films_sent
from contributors.own_record import ground_record, photos_taken
from contributors.spreadsheets import write_table
from payments.earnings import explained
from payments.models import (
    BalanceEntry,
    Line,
    LineCheck,
    Paper,
    PayeeDetails,
    Payout,
    Statement,
    StatementState,
    TaxStatus,
    Waiver,
)
from payments.payee_numbers import masked
from payments.payees import current_details, reveal_number
from payments.royalty.explanation import explain

STATEMENT = (
    *("year", "number", "run__label", "issued_at", "line_count", "line_total", "carried_in", "carried_out", "gross"),
    *("tax", "net", "tax_status", "code"),
)
ZIP_MOMENT = (2026, 1, 1, 0, 0, 0)
OwnFile = tuple[str, Path | bytes]


def own_files(
    *, actor: Actor, contributor: Contributor, photos: bool = False, full_numbers: bool = False
) -> list[OwnFile]:
    """(name, content) of every file of the download, in order; written down as one event. With `photos` also films
    and recordings.

    By the person, or for them by an administrator. `full_numbers` only by the person, with the second factor where
    they have one; each is one more event. Raises `not_allowed`, `second_factor_needed`, `not_found`.
    """
    own = contributor.pk == actor.contributor_id
    require_taking(actor, contributor, full_numbers=full_numbers)
    with transaction.atomic():
        person = person_taken(contributor)
        ids = rows_of_person(person.pk)
        record = ground_record(person) | money_record(ids)
        if full_numbers:
            record["payee_numbers"] = _numbers(actor, person)
        papers = _papers(ids)
        taken = photos_taken(ids) if photos else []
        films = films_sent(ids) if photos else []
        record_event(
            actor=actor,
            kind="person.data_taken",
            subject=person,
            facts={
                "own": own,
                "photos": len(taken),
                "films": len(films),
                "full_numbers": full_numbers,
                "papers": len(papers),
            },
        )
    about = _about(Portal.objects.get(pk=actor.portal_id))
    return [
        ("doc-truoc.txt", about.encode()),
        ("du-lieu.json", _as_json(record)),
        ("tin-bai.xlsx", _pieces_table(record["pieces"])),
        ("nhuan-but.xlsx", _lines_table(record["lines"])),
        ("phieu-thanh-toan.xlsx", _statements_table(record["statements"])),
        *((f"phieu/{_file_name(paper.number)}.pdf", open_kept(paper.path)) for paper in papers),
        *((f"anh/{place:04d}.jpg", open_kept(photo.path)) for place, photo in enumerate(taken, start=1)),
        *(
            (f"phim/{place:04d}{Path(film.path).suffix}", open_kept(film.path))
            for place, film in enumerate(films, start=1)
        ),
    ]


def require_taking(actor: Actor, contributor: Contributor, *, full_numbers: bool = False) -> None:
    """By the person, or for them by an administrator with the second factor; full numbers by the person alone."""
    own = contributor.pk == actor.contributor_id
    require(actor, "contributor.take_data", own=own)
    if full_numbers and not own:
        raise DomainError("not_allowed")
    if full_numbers or not own:
        require_proof(actor)


def person_taken(contributor: Contributor) -> Contributor:
    """The row that stands for the person. Raises `not_found` for one that was merged into another."""
    person: Contributor | None = Contributor.objects.filter(pk=contributor.pk, merged_into__isnull=True).first()
    if person is None:
        raise DomainError("not_found")
    return person


def own_data(*, actor: Actor, contributor: Contributor, photos: bool = False, full_numbers: bool = False) -> IO[bytes]:
    """The same as one zip archive in a file without a name; films are too large for memory."""
    out = TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in own_files(actor=actor, contributor=contributor, photos=photos, full_numbers=full_numbers):
            inside = zipfile.ZipInfo(name, ZIP_MOMENT)
            inside.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(inside, "w") as target:
                if isinstance(content, bytes):
                    target.write(content)
                else:
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, target)
    out.seek(0)
    return out


def money_record(ids: Sequence[int]) -> dict[str, Any]:
    statements = list(
        Statement.objects.filter(contributor__in=ids, state=StatementState.ISSUED)
        .order_by("year", "number")
        .values("pk", *STATEMENT, "tax_template", "tax_values")
    )
    payouts: dict[int, list[dict[str, Any]]] = {}
    for payout in Payout.objects.filter(statement__contributor__in=ids).order_by("pk").prefetch_related("outcomes"):
        outcomes = sorted(payout.outcomes.all(), key=lambda outcome: outcome.pk)
        payouts.setdefault(payout.statement_id, []).append(
            {
                "method": payout.method,
                "amount": payout.amount,
                "bank_bin": payout.bank_bin,
                "bank_account": masked(payout.bank_account_tail),
                "outcomes": [
                    {"outcome": outcome.outcome, "reason": outcome.reason, "at": outcome.at} for outcome in outcomes
                ],
            }
        )
    language = (get_language() or "vi")[:2]
    for row in statements:
        template, values = row.pop("tax_template"), tuple(row.pop("tax_values"))
        row["tax_explained"] = explain(template, values, language) if template else ""
        row["payouts"] = payouts.get(row.pop("pk"), [])
    details = PayeeDetails.objects.filter(contributor__in=ids).order_by("changed_at", "pk")
    return {
        "payee_details": [_masked_details(row) for row in details],
        "tax_statuses": list(
            TaxStatus.objects.filter(contributor__in=ids)
            .order_by("effective_from", "pk")
            .values("status", "effective_from", "effective_until", "committed_year", "withhold_asked")
        ),
        "waivers": list(
            Waiver.objects.filter(contributor__in=ids)
            .order_by("pk")
            .values("scope", "run__label", "effective_from", "effective_until", "way", "consent", "recorded_at")
        ),
        "statements": statements,
        "lines": _lines(ids),
        "balance": list(
            BalanceEntry.objects.filter(contributor__in=ids).order_by("pk").values("amount", "reason", "at")
        ),
        "answers": list(
            LineCheck.objects.filter(contributor__in=ids)
            .order_by("pk")
            .values("run__label", "answer", "reason", "amount", "answered_at", "outcome", "reply", "replied_at")
        ),
    }


def _lines(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Lines of issued statements, with the reason of each amount."""
    rows = list(
        Line.objects.filter(contributor__in=ids, statement__state=StatementState.ISSUED)
        .select_related("statement", "run")
        .order_by("statement__year", "statement__number", "ordinal")
    )
    if not rows:
        return []
    shown = explained(rows, Portal.objects.get(pk=rows[0].portal_id))
    return [
        {
            "statement": f"{row.statement.number}/{row.statement.year}",
            "run": row.run.label,
            "kind": row.kind,
            "title": line.title,
            "genre": line.genre,
            "role": line.role,
            "published_on": line.published_on,
            "amount": line.amount,
            "explanation": line.explanation,
        }
        for row, line in zip(rows, shown, strict=True)
    ]


def _masked_details(row: PayeeDetails) -> dict[str, Any]:
    """A version as pages show it; of a payee other than the person only that there was one."""
    return {
        "version": row.version,
        "current": row.current,
        "legal_name": row.legal_name,
        "other_payee": bool(row.other_payee_name),
        "personal_id": masked(row.personal_id_tail),
        "bank_bin": row.bank_bin,
        "bank_account": masked(row.bank_account_tail),
        "sheet_signed_on": row.sheet_signed_on,
        "hold_until": row.hold_until,
        "changed_at": row.changed_at,
        "confirmed_at": row.confirmed_at,
        "confirmed_by_oneself": row.confirmed_by_payee,
    }


def _numbers(actor: Actor, person: Contributor) -> dict[str, str]:
    """The numbers that hold now, in full; each reveal is an event."""
    details = current_details(person.pk)
    if details is None:
        return {}
    there = {"personal_id": details.personal_id, "bank_account": details.bank_account}
    return {
        which: reveal_number(actor=actor, details=details, which=which, reason=_("Tải dữ liệu của mình"))
        for which in ("personal_id", "bank_account")
        if there[which]
    }


def _papers(ids: Sequence[int]) -> list[Paper]:
    """The newest rendering of each issued statement whose file is there."""
    newest: dict[int, Paper] = {}
    rows = Paper.objects.filter(statement__contributor__in=ids).select_related("statement")
    for paper in rows.order_by("statement__year", "statement__number", "template_version", "pk"):
        if paper.statement_id is not None:
            newest[paper.statement_id] = paper
    return [paper for paper in newest.values() if open_kept(paper.path).exists()]


def _as_json(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
    return text.encode()


def _file_name(number: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in number)


def _day(moment: datetime | date | None) -> date | None:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def _pieces_table(pieces: Sequence[Mapping[str, Any]]) -> bytes:
    headings = (
        *(_("Tiêu đề"), _("Thể loại"), _("Trạng thái"), _("Bài tập"), _("Bắt đầu viết"), _("Gửi"), _("Đăng")),
        *(_("Địa chỉ bài trên trang"), _("Đơn vị"), _("Vai trò"), _("Hệ số"), _("Cùng làm")),
    )
    return write_table(headings, _piece_rows(pieces), _("Tin, bài"))


def _piece_rows(pieces: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str | int | Decimal | date | None]]:
    for piece in pieces:
        mine = [str(Role(credit["role"]).label) for credit in piece["credits"] if credit["mine"]]
        others = [credit["name"] for credit in piece["credits"] if not credit["mine"]]
        scores = [score["coefficient"] for score in piece["scores"] if score["accepted"] and score["coefficient"]]
        yield (
            piece["title"],
            piece["genre__name"],
            str(PieceState(piece["state"]).label),
            _("có") if piece["practice"] else "",
            _day(piece["created_at"]),
            _day(piece["submitted_at"]),
            _day(piece["published_at"]),
            piece["published_url"] or "",
            piece["unit__name"] or "",
            ", ".join(mine),
            scores[0] if scores else None,
            ", ".join(others),
        )


def _lines_table(lines: Sequence[Mapping[str, Any]]) -> bytes:
    headings = (
        *(_("Phiếu số"), _("Kỳ chi trả"), _("Tên tác phẩm"), _("Thể loại"), _("Vai trò"), _("Ngày đăng")),
        *(_("Số tiền (đ)"), _("Cách tính")),
    )
    columns = ("statement", "run", "title", "genre", "role", "published_on", "amount", "explanation")
    return write_table(headings, ([line[column] for column in columns] for line in lines), _("Nhuận bút"))


def _statements_table(statements: Sequence[Mapping[str, Any]]) -> bytes:
    headings = (
        *(_("Phiếu số"), _("Kỳ chi trả"), _("Ngày phát hành"), _("Tổng số tiền (đ)"), _("Thuế TNCN khấu trừ (đ)")),
        *(_("Thực lĩnh (đ)"), _("Cách chi"), _("Kết quả chi")),
    )
    return write_table(headings, _statement_rows(statements), _("Phiếu thanh toán"))


def _statement_rows(statements: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str | int | Decimal | date | None]]:
    for row in statements:
        payout = row["payouts"][-1] if row["payouts"] else None
        outcomes = payout["outcomes"] if payout else []
        yield (
            f"{row['number']}/{row['year']}",
            row["run__label"],
            _day(row["issued_at"]),
            row["gross"],
            row["tax"],
            row["net"],
            payout["method"] if payout else "",
            outcomes[-1]["outcome"] if outcomes else "",
        )


def _about(portal: Portal) -> str:
    return _(
        "Dữ liệu của bạn tại %(portal)s, lấy ngày %(day)s.\n\n"
        "du-lieu.json: mọi thứ hệ thống biết về bạn, để máy đọc.\n"
        "tin-bai.xlsx, nhuan-but.xlsx, phieu-thanh-toan.xlsx: bảng để người đọc.\n"
        "phieu/: các phiếu thanh toán đã phát hành. anh/: ảnh bạn chụp, phim/: phim, ghi âm bạn gửi (nếu có chọn).\n\n"
        "Không có thông tin riêng của người khác: người cùng làm chỉ ghi tên như ở bài.\n"
        "Thấy chỗ sai, hãy sửa ở trang “Thông tin của tôi” hoặc báo Ban biên tập.\n"
    ) % {"portal": portal.name, "day": f"{clock.today(portal.time_zone):%d/%m/%Y}"}
