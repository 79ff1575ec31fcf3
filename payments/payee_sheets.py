"""The sheets that payees fill in and sign, for one unit or for all of them in one file."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from django.utils import translation

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.consents import current_consents
from contributors.errors import DomainError
from contributors.models import Membership, Portal
from contributors.papers.heads import Letterhead
from contributors.portals import letterhead_on
from payments.banks import bank_names
from payments.models import TaxKind
from payments.papers.payee_sheet import PayeeSheet, SheetConsent, render_payee_sheets
from payments.payee_directory import PayeeFilter, PayeeRow, payees_listed
from payments.payee_policy import shipped_policy
from payments.payees import PAYMENT_CONSENT, masked_account, masked_id
from payments.rendering import faces
from payments.statements import ASSUMED_MARK

TITLE = "Giấy cung cấp thông tin nhận nhuận bút"


def payee_sheets_pdf(*, actor: Actor, narrowed: PayeeFilter) -> bytes:
    """A4 sheets of everybody whom the filter finds, unit by unit, people in the Vietnamese order of names.

    Raises `not_found` where it finds nobody.
    """
    rows = payees_listed(actor=actor, narrowed=narrowed)
    if not rows:
        raise DomainError("not_found")
    return render_payee_sheets(_sheets(actor, rows), title=TITLE, faces=faces())


def _sheets(actor: Actor, rows: Sequence[PayeeRow]) -> list[PayeeSheet]:
    portal = Portal.objects.get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    head = letterhead_on(portal.pk, today)
    policy = shipped_policy()
    text = current_consents(PAYMENT_CONSENT, today)[0]
    banks = bank_names()
    order = dict(
        Membership.objects.filter(in_force(today), contributor_id__in=[row.contributor.pk for row in rows]).values_list(
            "contributor_id", "unit__sort_key"
        )
    )
    placed = sorted(((order.get(row.contributor.pk, "~"), row) for row in rows), key=itemgetter(0))
    return [
        PayeeSheet(
            letterhead=Letterhead(
                superior_body=head.superior_body.upper(), issuing_body=head.issuing_body.upper(), place=head.place
            ),
            unit=row.unit,
            full_name=row.details.legal_name if row.details else row.contributor.full_name,
            birth_year=row.contributor.birth_year,
            masked_id=masked_id(row.details) if row.details else "",
            bank=banks.get(row.details.bank_bin, "") if row.details else "",
            masked_account=masked_account(row.details) if row.details else "",
            account_name=row.details.account_name if row.details else "",
            other_payee_name=row.details.other_payee_name if row.details else "",
            tax_kinds=tuple(f"{label[:1].upper()}{label[1:]}" for _, label in _kinds()),
            commitment=(
                f"Tôi làm cam kết không khấu trừ thuế năm ………… (kèm mẫu {policy.commitment_form}, "
                f"{policy.commitment_form_basis})*"
            ),
            commitment_mark=f"* {policy.commitment_form_mark}.",
            consent=SheetConsent(
                title=text.title.vi,
                text=text.text.vi,
                kept=text.kept.vi,
                legal_basis=text.legal_basis.vi,
                version=text.version,
            ),
            data_mark=ASSUMED_MARK if portal.assumed_from and today >= portal.assumed_from else "",
        )
        for _, row in placed
    ]


def _kinds() -> list[tuple[str, str]]:
    """The sheet is an official paper: Vietnamese in any language of the page."""
    with translation.override("vi"):
        return [(kind.value, str(kind.label)) for kind in TaxKind]
