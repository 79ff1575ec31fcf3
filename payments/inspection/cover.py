"""The sheet that is signed when a pack is handed over, and what anyone who holds it may ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Letterhead as LetterheadRow
from contributors.models import Portal
from contributors.portals import last_day, letterhead_on
from payments.access import require_money
from payments.inspection.markup import counted
from payments.inspection.packs import RIGHT, check_built, pack_name
from payments.models import InspectionPack
from payments.papers.inspection_cover import InspectionCover, render_inspection_cover
from payments.papers.sheets import Letterhead, Signer
from payments.papers.verification import canonical_code, verification_url
from payments.rendering import faces
from payments.statements import ASSUMED_MARK


@dataclass(frozen=True, slots=True)
class VerifiedPack:
    """What is public of a pack: that it is ours, of which days, and its hashes. Neither reason nor receiver."""

    issuer: str
    first: date
    last: date
    built_at: datetime
    files: int
    size: int
    manifest_sha256: str
    sha256: str
    code: str
    assumed: bool


def cover_sheet(*, actor: Actor, pack: InspectionPack) -> bytes:
    """The PDF of a built pack. Raises `not_allowed`, `pack_not_ready`."""
    require_money(actor, RIGHT)
    check_built(pack)
    portal = Portal.objects.get(pk=pack.portal_id)
    zone = ZoneInfo(portal.time_zone)
    built = pack.built_at.astimezone(zone) if pack.built_at else pack.requested_at.astimezone(zone)
    rows = pack.counts["rows"]
    sheet = InspectionCover(
        letterhead=_letterhead(portal, built.date()),
        number_label="Số: ……/………",
        issued_on=built.date(),
        run_label="",
        period=f"từ ngày {pack.period_from:%d/%m/%Y} đến hết ngày {last_day(pack.period_until):%d/%m/%Y}",
        net_in_words="",
        rate_schedule="",
        legal_basis=(),
        signers=(Signer(title="BÊN GIAO", name=""), Signer(title="BÊN NHẬN", name="")),
        verification_code=pack.code or "",
        verification_url=verification_url(f"{settings.BASE_URL}/v", pack.code or ""),
        data_mark=ASSUMED_MARK if portal.assumed_from else "",
        facts=(
            ("Bên giao:", portal.name),
            ("Người lập:", f"{pack.requested_by.name}, lập xong lúc {built:%d/%m/%Y %H:%M}"),
            ("Bên nhận:", pack.handed_to),
            ("Lý do:", pack.reason),
            ("Tệp:", f"{pack_name(pack)}.zip, {counted(pack.size)} byte, {counted(pack.files)} tệp bên trong"),
            (
                "Gồm:",
                "; ".join(
                    f"{counted(number)} {word}"
                    for number, word in (
                        (rows["tin-bai"], "tin, bài"),
                        (rows["phieu"], "phiếu"),
                        (rows["khoan"], "khoản"),
                        (pack.counts["papers"], "giấy tờ"),
                        (rows["su-kien"], "dòng nhật ký"),
                    )
                ),
            ),
        ),
        manifest_sha256=pack.manifest_sha256,
        sha256=pack.sha256,
    )
    return render_inspection_cover(sheet, faces=faces())


def pack_by_code(typed: str) -> VerifiedPack | None:
    """The built pack with this code, typed in any way; packs of the whole installation. One query."""
    code = canonical_code(typed)
    if code is None:
        return None
    pack = InspectionPack.unscoped.select_related("portal").filter(code=code, built_at__isnull=False).first()
    if pack is None or pack.built_at is None:
        return None
    return VerifiedPack(
        issuer=pack.portal.name,
        first=pack.period_from,
        last=last_day(pack.period_until),
        built_at=pack.built_at,
        files=pack.files,
        size=pack.size,
        manifest_sha256=pack.manifest_sha256,
        sha256=pack.sha256,
        code=code,
        assumed=pack.portal.assumed_from is not None,
    )


def _letterhead(portal: Portal, day: date) -> Letterhead:
    """Of the day; a portal without one still gets its sheet, with its name."""
    try:
        head: LetterheadRow | None = letterhead_on(portal.pk, day)
    except DomainError:
        head = None
    return Letterhead(
        superior_body=head.superior_body.upper() if head else "",
        issuing_body=head.issuing_body.upper() if head else portal.name.upper(),
        place=head.place if head else "",
    )
