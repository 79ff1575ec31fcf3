"""The frozen heads of a run's papers: made at issue, in its transaction; or as a draft, to look at before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Sum
from django.utils import translation

from contributors.models import Portal
from payments.banks import bank_names
from payments.envelope import derived_key
from payments.models import Line, PaperKind, Run, RunSheet, Statement
from payments.numbering import take_numbers
from payments.paper_forms import form_on
from payments.paper_rows import RunRows, issued_rows
from payments.papers import run_sheet as pure
from payments.papers import sheets
from payments.papers.words import in_words
from payments.preflight import Preflight, preflight_of
from payments.statements import Frame, frame_of

# In the order in which they are signed, and so in the dossier and on its cover; the payment list stands second.
FIRST = (
    *(PaperKind.PAYMENT_REQUEST, PaperKind.SUMMARY, PaperKind.BENEFICIARIES, PaperKind.WITHHOLDING),
    *(PaperKind.SIGNING_SHEETS, PaperKind.NOTICES),
)
LAST = (PaperKind.COVER, PaperKind.DOSSIER)  # they speak of the others' files, so they are printed after them
SUFFIXES = {
    PaperKind.PAYMENT_REQUEST: "ĐNTT",
    PaperKind.SUMMARY: "TH",
    PaperKind.BENEFICIARIES: "DSTH",
    PaperKind.WITHHOLDING: "KTT",
    PaperKind.SIGNING_SHEETS: "KN",
    PaperKind.NOTICES: "TB",
    PaperKind.COVER: "BHS",
    PaperKind.DOSSIER: "HS",
}
OPEN_NUMBER = "Số: ……/………"


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a run's statements, in đồng."""

    people: int
    works: int
    line_total: int
    carried_in: int
    carried_out: int
    gross: int
    tax: int
    net: int


def freeze_papers(run: Run, portal: Portal, *, issued_on: date, now: datetime) -> list[RunSheet]:
    """Number, seal and keep the head of every paper of a run that is being issued; its statements are frozen already.

    One transaction of the caller's. Counters are locked in one order, so two issues never wait for each other.
    """
    year = issued_on.year
    numbers = {kind: take_numbers(portal.pk, kind, year, 1) for kind in (*FIRST, *LAST)}
    rows = issued_rows(run, bank_names())
    heads = heads_of(run, portal, rows, issued_on=issued_on, numbers=numbers)
    made = []
    for kind, head in heads.items():
        sealed = sheets.sealed(head, key=derived_key("verification"), base_url=f"{settings.BASE_URL}/v")
        made.append(
            RunSheet(
                portal_id=portal.pk,
                run=run,
                kind=kind,
                year=year,
                number=numbers[PaperKind(kind)],
                frozen=json.loads(sealed.to_json()),
                code=sealed.verification_code,
                issued_at=now,
            )
        )
    return RunSheet.objects.bulk_create(made)


def heads_of(
    run: Run, portal: Portal, rows: RunRows, *, issued_on: date, numbers: Mapping[PaperKind, int] | None
) -> dict[str, pure.RunSheet]:
    """The head of each kind, unsealed. Without `numbers` they are drafts."""
    frame = frame_of(run, portal, issued_on)
    sums = sums_of(run)
    with translation.override("vi"):
        found = preflight_of(
            rows.each(),
            run_net=run.net,
            budget_code=run.fund.budget_code if run.fund else "",
            banks=rows.banks,
            payment_date=run.payment_date,
        )
    used = tuple(pure.BankName(bin=code, name=name) for code, name in sorted(_used_banks(run, rows.banks).items()))
    labels = {
        kind: f"Số: {numbers[kind]:02d}/{issued_on.year}/{SUFFIXES[kind]}" if numbers else OPEN_NUMBER
        for kind in (*FIRST, *LAST)
    }
    attached = _attached(run, labels, issued_on.year, numbered=numbers is not None)
    return {
        kind: _head(run, kind, frame, sums, found, label=label, banks=used, attached=attached)
        for kind, label in labels.items()
    }


def sums_of(run: Run) -> Sums:
    """Two queries."""
    total = Statement.objects.filter(run=run).aggregate(
        **{
            name: Sum(name, default=0)
            for name in ("line_total", "carried_in", "carried_out", "gross", "tax", "net", "line_count")
        }
    )
    works = Line.objects.filter(run=run).count()
    people = Statement.objects.filter(run=run).count()
    return Sums(
        people=people,
        works=works,
        **{name: int(total[name]) for name in ("line_total", "carried_in", "carried_out", "gross", "tax", "net")},
    )


def frozen_head(sheet: RunSheet) -> pure.RunSheet:
    """What an issued paper prints at its head and foot."""
    return pure.RunSheet.from_json(sheet.frozen)


def frozen_heads(run: Run) -> dict[str, pure.RunSheet]:
    """Of every kind that the run has."""
    return {sheet.kind: frozen_head(sheet) for sheet in RunSheet.objects.filter(run=run)}


def rows_of(run: Run, head: pure.RunSheet) -> RunRows:
    """The rows that go with an issued head."""
    return issued_rows(run, {bank.bin: bank.name for bank in head.banks})


def _used_banks(run: Run, names: Mapping[str, str]) -> dict[str, str]:
    codes = Statement.objects.filter(run=run).values_list("payee_details__bank_bin", flat=True).distinct()
    return {code: names[code] for code in codes if code in names}


def _attached(run: Run, labels: Mapping[PaperKind, str], year: int, *, numbered: bool) -> tuple[str, ...]:
    """The papers that go with the request, with their numbers."""

    def named(kind: PaperKind) -> str:
        with translation.override("vi"):
            name = str(kind.label)
        return f"{name[:1].upper()}{name[1:]}"

    own = f"{named(PaperKind.PAYMENT_LIST)} {OPEN_NUMBER.lower()}"
    if numbered:
        own = f"{named(PaperKind.PAYMENT_LIST)} số: {run.list_number:02d}/{year}/BK"
    kinds = (PaperKind.SUMMARY, PaperKind.BENEFICIARIES, PaperKind.WITHHOLDING, PaperKind.SIGNING_SHEETS)
    others = [f"{named(kind)} {labels[kind][:1].lower()}{labels[kind][1:]}" for kind in kinds]
    return (own, *others, _statement_numbers(run, year))


def _statement_numbers(run: Run, year: int) -> str:
    numbers = (
        Statement.objects.filter(run=run, number__isnull=False).order_by("number").values_list("number", flat=True)
    )
    first, last = numbers.first(), numbers.last()
    if first is None:
        return "Phiếu thanh toán của từng người"
    return f"Phiếu thanh toán số {first}–{last}/{year}"


def _head(
    run: Run,
    kind: PaperKind,
    frame: Frame,
    sums: Sums,
    found: Preflight,
    *,
    label: str,
    banks: tuple[pure.BankName, ...],
    attached: tuple[str, ...],
) -> pure.RunSheet:
    form = form_on(kind, frame.issued_on)
    signers = frame.signers
    if kind == PaperKind.BENEFICIARIES:
        signers = (signers[0], signers[-1])
    return pure.RunSheet(
        kind=kind,
        letterhead=frame.letterhead,
        number_label=label,
        issued_on=frame.issued_on,
        run_label=frame.run_label,
        period=frame.period,
        net_in_words=in_words(sums.net),
        rate_schedule=frame.rate_schedule,
        legal_basis=frame.legal_basis,
        signers=signers,
        data_mark=frame.data_mark,
        payment_date=run.payment_date,
        fund=f"{run.fund.source} {run.fund.year}" if run.fund else "",
        budget_code=run.fund.budget_code if run.fund else "",
        requester=run.computed_by.name if run.computed_by else "",
        payees=sums.people,
        works=sums.works,
        line_total=sums.line_total,
        carried_in=sums.carried_in,
        carried_out=sums.carried_out,
        gross=sums.gross,
        tax=sums.tax,
        net=sums.net,
        transfers=found.transfers,
        transfer_sum=found.transfer_sum,
        cash=found.cash,
        cash_sum=found.cash_sum,
        statements=attached[-1],
        attached=attached,
        banks=banks,
        checks=tuple(finding.as_check() for finding in found.findings),
        form=form.name,
        form_note=form.note,
    )
