"""Tax withheld in a year of payment, person by person, from issued statements: the list and the certificates' data.

The year of a payment is that of the run's payment date, by which its tax was reckoned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from contributors import clock
from contributors.actors import Actor
from contributors.events import record_event
from contributors.models import Contributor, Portal
from contributors.portals import letterhead_on
from payments.access import require_money
from payments.errors import PaymentError
from payments.law import tax_rules
from payments.models import PayeeDetails, Run, Statement, StatementState
from payments.paper_rows import tax_kinds
from payments.papers import sheets
from payments.papers.run_sheet import PersonRow
from payments.papers.withholding import YearSheet, render_year
from payments.papers.words import in_words
from payments.papers.workbooks import CertificateRow, write_certificates
from payments.payee_cipher import opened
from payments.payees import masked_id
from payments.rendering import faces
from payments.statements import ASSUMED_MARK

_BATCH = 500


@dataclass(slots=True)
class PersonOfYear:
    """One taxpayer's year: everything that was paid to them and all rows merged into theirs, in đồng."""

    name: str
    unit: str
    tax_status: str
    details_id: int
    payments: int = 0
    gross: int = 0
    tax: int = 0
    net: int = 0
    first: date = date.max
    last: date = date.min
    statements: str = ""


def years_paid() -> list[int]:
    """Years in which something was paid, newest first."""
    days = Run.objects.filter(statements__state=StatementState.ISSUED).values_list("payment_date__year", flat=True)
    return sorted(set(days), reverse=True)


def people_of_year(*, actor: Actor, year: int) -> list[PersonOfYear]:
    """Everybody who was paid in a year, by Vietnamese name. Raises `withholding_year_empty`.

    Name, unit and tax status are those of the latest statement. Two queries, memory by the number of people.
    """
    require_money(actor, "statement.see")
    found: dict[int, PersonOfYear] = {}
    rows = (
        Statement.objects.filter(state=StatementState.ISSUED, run__payment_date__year=year)
        .order_by("run__payment_date", "year", "number")
        .values_list(
            *("contributor_id", "contributor__merged_into_id", "frozen__payee", "tax_status", "payee_details_id"),
            *("gross", "tax", "net", "run__payment_date", "number", "year"),
        )
    )
    for person, merged_into, payee, status, details, gross, tax, net, day, number, of_year in rows.iterator(
        chunk_size=_BATCH
    ):
        one = found.setdefault(merged_into or person, PersonOfYear("", "", "", 0))
        one.name, one.unit, one.tax_status, one.details_id = payee["full_name"], payee["unit"], status, details
        one.payments += 1
        one.gross, one.tax, one.net = one.gross + gross, one.tax + tax, one.net + net
        one.first, one.last = min(one.first, day), max(one.last, day)
        one.statements = ", ".join(filter(None, (one.statements, f"{number}/{of_year}")))
    if not found:
        raise PaymentError("withholding_year_empty", year=year)
    keys = _sort_keys(list(found))
    return [found[pk] for pk in sorted(found, key=lambda pk: (keys.get(pk, ""), pk))]


def year_list(*, actor: Actor, year: int) -> bytes:
    """The PDF of a year, masked, as far as statements are issued; not numbered, for more may come."""
    people = people_of_year(actor=actor, year=year)
    portal = Portal.objects.get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    head = letterhead_on(portal.pk, today)
    tax = sum(one.tax for one in people)
    sheet = YearSheet(
        letterhead=sheets.Letterhead(
            superior_body=head.superior_body.upper(), issuing_body=head.issuing_body.upper(), place=head.place
        ),
        number_label="Số: ……/………",
        issued_on=today,
        run_label=f"Năm {year}",
        period=f"các khoản đã phát hành phiếu đến ngày {today:%d/%m/%Y}",
        net_in_words=in_words(tax),
        rate_schedule="",
        legal_basis=_basis(year),
        signers=(
            sheets.Signer(title="NGƯỜI LẬP BIỂU", name=""),
            sheets.Signer(title="KẾ TOÁN", name=""),
            sheets.Signer(title="THỦ TRƯỞNG ĐƠN VỊ", name=""),
        ),
        data_mark=ASSUMED_MARK if portal.assumed_from else "",
        year=year,
        until=today,
        people=len(people),
        payments=sum(one.payments for one in people),
        gross=sum(one.gross for one in people),
        tax=tax,
        net=sum(one.net for one in people),
    )
    return render_year(sheet, _rows(people), faces=faces())


def certificate_data(*, actor: Actor, year: int) -> bytes:
    """An .xlsx with one row for each person who was taxed, tax codes in full; made for this once, on record."""
    require_money(actor, "paper.certificates")
    people = [one for one in people_of_year(actor=actor, year=year) if one.tax]
    record_event(
        actor=actor,
        kind="tax.certificates_taken",
        subject=Portal.objects.get(pk=actor.portal_id),
        facts={"year": year, "people": len(people)},
    )
    out = BytesIO()
    stated = (sum(one.gross for one in people), sum(one.tax for one in people), sum(one.net for one in people))
    write_certificates(out, _certificates(people), title=f"Chứng từ khấu trừ thuế năm {year}", stated=stated)
    return out.getvalue()


def _rows(people: list[PersonOfYear]) -> Iterator[PersonRow]:
    kinds = tax_kinds()
    details = PayeeDetails.objects.in_bulk([one.details_id for one in people])
    for one in people:
        yield PersonRow(
            number=one.payments,
            name=one.name,
            unit=one.unit,
            masked_id=masked_id(details[one.details_id]),
            works=0,
            amount=one.gross,
            tax=one.tax,
            net=one.net,
            tax_kind=kinds.get(one.tax_status, one.tax_status),
            tax_explanation="",
        )


def _certificates(people: list[PersonOfYear]) -> Iterator[CertificateRow]:
    kinds = tax_kinds()
    for start in range(0, len(people), _BATCH):
        batch = people[start : start + _BATCH]
        details = PayeeDetails.objects.select_related("data_key").in_bulk([one.details_id for one in batch])
        for one in batch:
            yield CertificateRow(
                name=one.name,
                tax_code=opened(details[one.details_id], "personal_id"),
                unit=one.unit,
                tax_kind=kinds.get(one.tax_status, one.tax_status),
                payments=one.payments,
                paid_from=one.first,
                paid_until=one.last,
                gross=one.gross,
                tax=one.tax,
                net=one.net,
                statements=one.statements,
            )


def _basis(year: int) -> tuple[str, ...]:
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return tuple(
        dict.fromkeys(
            rule.source.legal_basis
            for rule in tax_rules().rules
            if rule.percent and rule.from_day < after and (rule.until_day is None or rule.until_day > first)
        )
    )


def _sort_keys(people: list[int]) -> dict[int, str]:
    return dict(Contributor.objects.filter(pk__in=people).values_list("pk", "sort_key"))
