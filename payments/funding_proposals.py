"""The funding proposal (tờ trình) of a what-if, filled in. Nothing is stored: the office numbers and keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation

from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.models import Capability, Grant, Portal
from contributors.names import plain_text, search_key
from contributors.papers.printable import LONG_NUMBER
from contributors.portals import last_day, letterhead_on
from payments.access import require_money
from payments.errors import PaymentError
from payments.law import base_salaries
from payments.papers.funding_proposal import FundingProposalSheet, ProposalGenre
from payments.papers.sheets import Letterhead, Signer
from payments.papers.words import LARGEST, in_words
from payments.statements import ASSUMED_MARK
from payments.whatif_figures import Comparison, year_cost

SUMMARY = "đề nghị bố trí kinh phí chi trả nhuận bút, thù lao cho tin, bài, ảnh đăng trên trang thông tin điện tử"

OPEN_NUMBER = "Số: ……/TTr-UBND"  # written in by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the office writes itself. `asked` None: the highest cost of a year. `dated` None: left open."""

    recipient: str
    source: str
    asked_year: int
    asked: int | None = None
    number_label: str = OPEN_NUMBER
    dated: date | None = None
    signer_authority: str = ""
    signer_title: str = ""
    signer_name: str = ""
    copies: Sequence[str] = ()


def usual_wishes(today: date) -> Wishes:
    """What a form offers: next year's budget, signed by who holds the account."""
    holder = (
        Grant.objects.filter(in_force(today), capability=Capability.ACCOUNT_HOLDER, confirmed_at__isnull=False)
        .select_related("account")
        .order_by("-effective_from", "-pk")
        .first()
    )
    return Wishes(
        recipient="Hội đồng nhân dân xã",
        source="Ngân sách xã",
        asked_year=today.year + 1,
        signer_authority="TM. ỦY BAN NHÂN DÂN",
        signer_title="CHỦ TỊCH",
        signer_name=holder.account.name if holder else "",
    )


def funding_proposal_sheet(
    *, actor: Actor, portal: Portal, comparison: Comparison, wishes: Wishes, today: date
) -> FundingProposalSheet:
    """A frozen sheet. Raises `not_allowed`, `proposal_empty`, `proposal_no_letterhead`, `proposal_amount_wrong`,
    `proposal_personal_number`.
    """
    require_money(actor, "whatif.see")
    by = comparison.total.by
    if not by.high:
        raise PaymentError("proposal_empty")
    try:
        head = letterhead_on(portal.pk, wishes.dated or today)
    except DomainError:
        raise PaymentError("proposal_no_letterhead") from None
    # An official paper is Vietnamese, whatever language its reader has chosen.
    with translation.override("vi"):
        year = year_cost(comparison.total, comparison.period_from, comparison.period_until)
    asked = year.cost.by.high if wishes.asked is None else wishes.asked
    if not 0 < asked <= LARGEST:
        raise PaymentError("proposal_amount_wrong", field="asked")
    for name in ("recipient", "source", "number_label", "signer_authority", "signer_title", "signer_name", "copies"):
        said = getattr(wishes, name)
        if LONG_NUMBER.search(said if isinstance(said, str) else "\n".join(said)):
            raise PaymentError("proposal_personal_number", field=name)
    assumed = portal.assumed_from is not None and comparison.period_until > portal.assumed_from
    return FundingProposalSheet(
        letterhead=Letterhead(
            superior_body=head.superior_body.upper(), issuing_body=head.issuing_body.upper(), place=head.place
        ),
        number_label=plain_text(wishes.number_label) or OPEN_NUMBER,
        dated=wishes.dated,
        summary=SUMMARY,
        recipient=plain_text(wishes.recipient),
        grounds=(*head.grounds, *_grounds(comparison)),
        portal_name=portal.name,
        period=f"từ ngày {comparison.period_from:%d/%m/%Y} đến hết ngày {last_day(comparison.period_until):%d/%m/%Y}",
        pieces=comparison.pieces,
        photos=comparison.photos,
        open_pieces=comparison.open_pieces,
        rates=_rates(comparison),
        genres=tuple(
            ProposalGenre(name=row.name, pieces=row.pieces, low=row.cost.by.low, high=row.cost.by.high)
            for row in comparison.genres
        ),
        low=by.low,
        high=by.high,
        year_low=year.cost.by.low,
        year_high=year.cost.by.high,
        assumption=year.assumption,
        asked_year=wishes.asked_year,
        asked=asked,
        asked_in_words=in_words(asked),
        source=plain_text(wishes.source),
        signer=Signer(
            title=plain_text(wishes.signer_title),
            name=plain_text(wishes.signer_name),
            authority=plain_text(wishes.signer_authority),
        ),
        copies=tuple(text for text in map(plain_text, wishes.copies or head.recipients) if text and not _archive(text)),
        data_mark=ASSUMED_MARK if assumed else "",
    )


def _archive(text: str) -> bool:
    """“Lưu: VT”: every paper ends its recipients by itself with that."""
    return search_key(text).startswith("luu")


def _grounds(comparison: Comparison) -> list[str]:
    """A decision of one's own is a ground; so is what the base salary of the days comes from."""
    own = list(comparison.schedule.legal_basis) if comparison.schedule.decision_number else []
    percent = any(schedule.unit.percent_of_base_salary is not None for schedule in comparison.schedule.schedules)
    salaries = [
        f"{salary.legal_basis} (mức lương cơ sở {salary.amount:,} đồng)".replace(",", ".")
        for salary in base_salaries()
        if salary.from_day < comparison.period_until
        and (salary.until_day is None or salary.until_day > comparison.period_from)
    ]
    return own + (salaries if percent else [])


def _rates(comparison: Comparison) -> str:
    """In which words the rates are named: a decision, or a table that is only proposed."""
    side = comparison.schedule
    if side.decision_number:
        return "; ".join(side.legal_basis)
    bases = "; ".join(
        dict.fromkeys(schedule.source.legal_basis for schedule in side.schedules if schedule.source.legal_basis)
    )
    return f"mức chi dự kiến “{side.title}”" + (f" (tham khảo {bases})" if bases else "")
