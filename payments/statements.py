"""What a statement and a payment list print: built once at issue from rows, then only read from the frozen copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation

from contributors.actors import in_force
from contributors.models import Letterhead, Membership, PenName, Piece, Portal, Role
from contributors.portals import letterhead_on
from payments import rates
from payments.envelope import derived_key
from payments.errors import PaymentError
from payments.models import Line, LineKind, PayeeDetails, Run, Statement
from payments.papers import sheets
from payments.papers.words import in_words
from payments.payees import masked_id
from payments.royalty.columns import Columns, columns_of
from payments.royalty.explanation import explain

ASSUMED_MARK = "SỐ LIỆU GIẢ ĐỊNH"


@dataclass(frozen=True, slots=True)
class Frame:
    """What all papers of a run share."""

    letterhead: sheets.Letterhead
    issued_on: date
    run_label: str
    period: str
    rate_schedule: str
    legal_basis: tuple[str, ...]
    signers: tuple[sheets.Signer, ...]
    data_mark: str


def frame_of(run: Run, portal: Portal, issued_on: date) -> Frame:
    """Letterhead, period, legal basis and signers as they stand on the day of issue."""
    head = letterhead_on(portal.pk, issued_on)
    if run.snapshot is None:
        message = f"run {run.pk} has no rules"
        raise ValueError(message)
    basis = rates.legal_basis_lines(run.snapshot)
    salaries = run.snapshot.content["base_salaries"]
    used = [row for row in salaries if _in_force_during(row, run)]
    last = run.period_until - timedelta(days=1)
    return Frame(
        letterhead=_printed_head(head),
        issued_on=issued_on,
        run_label=run.label,
        period=f"từ ngày {run.period_from:%d/%m/%Y} đến ngày {last:%d/%m/%Y}",
        rate_schedule="; ".join(basis),
        legal_basis=(
            *head.grounds,
            *(f"Lương cơ sở {_dotted(row['amount'])} đồng ({row['legal_basis']})" for row in used),
        ),
        signers=_signers(run),
        data_mark=ASSUMED_MARK if portal.assumed_from and run.period_until > portal.assumed_from else "",
    )


def _in_force_during(row: Mapping[str, Any], run: Run) -> bool:
    until = date.fromisoformat(row["until"]) if row["until"] else date.max
    return date.fromisoformat(row["from"]) < run.period_until and until > run.period_from


def _printed_head(head: Letterhead) -> sheets.Letterhead:
    return sheets.Letterhead(
        superior_body=head.superior_body.upper(), issuing_body=head.issuing_body.upper(), place=head.place
    )


def _signers(run: Run) -> tuple[sheets.Signer, ...]:
    names = [person.name if person else "" for person in (run.computed_by, run.confirmed_by, run.approved_by)]
    titles = ("KẾ TOÁN", "TRƯỞNG BAN BIÊN TẬP", "THỦ TRƯỞNG ĐƠN VỊ")
    return tuple(sheets.Signer(title=title, name=name) for title, name in zip(titles, names, strict=True))


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


class SheetBuilder:
    """Builds the sheets of one run's statements; reads what they need in batches, not per statement."""

    def __init__(self, run: Run, portal: Portal, issued_on: date) -> None:
        self.run = run
        self.portal = portal
        self.zone = ZoneInfo(portal.time_zone)
        self.frame = frame_of(run, portal, issued_on)
        self.verification_key = derived_key("verification")

    def build(self, statements: Sequence[Statement], numbers: Sequence[int]) -> Iterator[sheets.StatementSheet]:
        """One sealed sheet per statement, in order. Five queries for the whole batch."""
        people = [statement.contributor_id for statement in statements]
        lines = self._lines(statements)
        pens: dict[int, list[str]] = defaultdict(list)
        for pen in PenName.objects.filter(in_force(self.frame.issued_on), contributor_id__in=people).order_by("pk"):
            pens[pen.contributor_id].append(pen.name)
        units = dict(
            Membership.objects.filter(
                in_force(self.run.period_until - timedelta(days=1)), contributor_id__in=people
            ).values_list("contributor_id", "unit__name")
        )
        details = PayeeDetails.objects.in_bulk([statement.payee_details_id for statement in statements])
        for statement, number in zip(statements, numbers, strict=True):
            yield self._sheet(
                statement,
                number=number,
                lines=lines[statement.pk],
                details=details[statement.payee_details_id],
                pens=tuple(pens[statement.contributor_id]),
                unit=units.get(statement.contributor_id, ""),
            )

    def _sheet(
        self,
        statement: Statement,
        *,
        number: int,
        lines: tuple[sheets.StatementLine, ...],
        details: PayeeDetails,
        pens: tuple[str, ...],
        unit: str,
    ) -> sheets.StatementSheet:
        frame = self.frame
        sheet = sheets.StatementSheet(
            letterhead=frame.letterhead,
            number_label=f"Số: {number:02d}/{frame.issued_on.year}/PTT",
            issued_on=frame.issued_on,
            run_label=frame.run_label,
            period=frame.period,
            net_in_words=in_words(statement.net),
            rate_schedule=frame.rate_schedule,
            legal_basis=frame.legal_basis,
            signers=frame.signers,
            data_mark=frame.data_mark,
            payee=sheets.Payee(full_name=details.legal_name, pen_names=pens, unit=unit, masked_id=masked_id(details)),
            lines=lines,
            gross=statement.line_total,
            tax=statement.tax,
            tax_explanation=explain(statement.tax_template, tuple(statement.tax_values), "vi"),
            net=statement.net,
            carried_in=statement.carried_in,
            carried_out=statement.carried_out,
        )
        return sheets.sealed(sheet, key=self.verification_key, base_url=f"{settings.BASE_URL}/v")

    def _lines(self, statements: Sequence[Statement]) -> dict[int, tuple[sheets.StatementLine, ...]]:
        found: dict[int, list[sheets.StatementLine]] = defaultdict(list)
        # Flat rows: at ten thousand statements, making objects of them takes longer than all the rest.
        lines = list(
            Line.objects.filter(statement__in=[statement.pk for statement in statements])
            .order_by("statement_id", "ordinal")
            .values_list("statement_id", "ordinal", "piece_id", "role", "kind", "amount", "template", "values")
        )
        pieces = {
            pk: (published_at.astimezone(self.zone).date() if published_at else None, title, genre)
            for pk, published_at, title, genre in Piece.objects.filter(
                pk__in={piece_id for _, _, piece_id, *_ in lines}
            ).values_list("pk", "published_at", "title", "genre__name")
        }
        with translation.override("vi"):  # a paper speaks Vietnamese, whatever its issuer reads
            roles = {str(role.value): str(role.label) for role in Role}
            kinds = {str(kind.value): str(kind.label) for kind in LineKind}
        for statement_id, ordinal, piece_id, role, kind, amount, template, values in lines:
            published_on, title, genre = pieces.get(piece_id, (None, kinds[kind], ""))
            columns, explanation = _told(template, tuple(values))
            found[statement_id].append(
                sheets.StatementLine(
                    ordinal=ordinal,
                    published_on=published_on,
                    title=title,
                    genre=genre,
                    role=roles.get(role, ""),
                    coefficient=columns.coefficient,
                    unit_value=columns.unit_value,
                    share=columns.share,
                    amount=amount,
                    explanation=explanation,
                )
            )
        return {statement.pk: tuple(found[statement.pk]) for statement in statements}


@lru_cache(maxsize=4096)
def _told(template: str, values: tuple[str, ...]) -> tuple[Columns, str]:
    """Most lines of a run are reckoned from the same few figures."""
    return columns_of(template, values), explain(template, values, "vi")


def list_sheet(
    run: Run, portal: Portal, *, issued_on: date, number: int, fund: str, works: int, payees: int
) -> sheets.PaymentListSheet:
    """The payment list of a run but for its rows, which are the frozen statements. Sums as approved."""
    frame = frame_of(run, portal, issued_on)
    sheet = sheets.PaymentListSheet(
        letterhead=frame.letterhead,
        number_label=f"Số: {number:02d}/{issued_on.year}/BK",
        issued_on=issued_on,
        run_label=frame.run_label,
        period=frame.period,
        net_in_words=in_words(run.net or 0),
        rate_schedule=frame.rate_schedule,
        legal_basis=frame.legal_basis,
        signers=(sheets.Signer(title="NGƯỜI LẬP BIỂU", name=""), *frame.signers),
        data_mark=frame.data_mark,
        fund=fund,
        payees=payees,
        works=works,
        amount=run.gross or 0,
        tax=run.tax or 0,
        net=run.net or 0,
    )
    return sheets.sealed(sheet, key=derived_key("verification"), base_url=f"{settings.BASE_URL}/v")


def frozen_sheet(statement: Statement) -> sheets.StatementSheet:
    """The frozen copy of an issued statement. Raises `paper_not_ready` before issue."""
    if statement.frozen is None:
        raise PaymentError("paper_not_ready")
    return sheets.StatementSheet.from_json(statement.frozen)


def frozen_list(run: Run) -> sheets.PaymentListSheet:
    """The frozen head of an issued run's payment list. Raises `paper_not_ready` before issue."""
    if run.list_frozen is None:
        raise PaymentError("paper_not_ready")
    return sheets.PaymentListSheet.from_json(run.list_frozen)
