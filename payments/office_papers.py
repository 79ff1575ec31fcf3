"""Editable drafts filled in from the books: the decision on spending of a run, and the portal's internal rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils import translation

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.models import Capability, Grant, Letterhead, Portal
from contributors.names import search_key
from contributors.portals import letterhead_on
from payments import previews
from payments.access import require_money
from payments.errors import PaymentError
from payments.issuing import is_issued
from payments.law import base_salaries, tax_rules
from payments.models import Run
from payments.paper_rows import RunRows, issued_rows
from payments.papers import office_drafts as drafts
from payments.papers.sheets import Letterhead as PrintedHead
from payments.papers.sheets import Signer
from payments.papers.signing_sheets import NO_UNIT
from payments.papers.words import in_words
from payments.rate_words import genre_name, genre_words, role_name, role_words, unit_words
from payments.rates import legal_basis_lines, schedule_of, schedule_on
from payments.royalty.schedule import Schedule
from payments.run_sheets import Sums, sums_of


def decision_draft(*, actor: Actor, run: Run) -> bytes:
    """A .docx of the spending decision of a run that is computed or issued.

    Raises `preview_not_now`, `draft_no_letterhead`.
    """
    require_money(actor, "run.see")
    portal = Portal.objects.get(pk=actor.portal_id)
    head = _head(portal, clock.today(portal.time_zone))
    with _rows(run) as (row, rows), translation.override("vi"):
        return drafts.decision_docx(_decision(row, portal, head, rows, sums_of(row)))


def internal_rules_draft(*, actor: Actor) -> bytes:
    """A .docx of the internal rules, from the schedule in force today. Raises `no_schedule`, `draft_no_letterhead`."""
    require_money(actor, "run.see")
    portal = Portal.objects.get(pk=actor.portal_id)
    today = clock.today(portal.time_zone)
    row = schedule_on(portal, today)
    if row is None:
        raise PaymentError("no_schedule", day=f"{today:%d/%m/%Y}")
    head = _head(portal, today)
    with translation.override("vi"):
        return drafts.rules_docx(_rules(portal, head, schedule_of(row), today))


@contextmanager
def _rows(run: Run) -> Iterator[tuple[Run, RunRows]]:
    if is_issued(run):
        yield run, issued_rows(run, {})
        return
    with previews.statements_of(run) as row:
        yield row, previews.draft_rows(row, Portal.objects.get(pk=row.portal_id))


def _decision(run: Run, portal: Portal, head: Letterhead, rows: RunRows, sums: Sums) -> drafts.DecisionDraft:
    units: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows.people():
        counted = units[row.unit or NO_UNIT]
        counted[0] += 1
        counted[1] += row.net
    listed = f"bảng kê chi trả nhuận bút số {run.list_number:02d}" if run.list_number else "bảng kê chi trả nhuận bút"
    basis = legal_basis_lines(run.snapshot) if run.snapshot else []
    return drafts.DecisionDraft(
        letterhead=_printed(head),
        portal_name=portal.name,
        grounds=(*head.grounds, *basis),
        run_label=run.label,
        period=f"từ ngày {run.period_from:%d/%m/%Y} đến hết ngày {_last(run.period_until):%d/%m/%Y}",
        people=sums.people,
        works=sums.works,
        gross=sums.gross,
        gross_in_words=in_words(sums.gross),
        tax=sums.tax,
        net=sums.net,
        fund=f"{run.fund.source} {run.fund.year}" if run.fund else "……………………",
        payment_list=listed,
        payment_date=run.payment_date,
        units=tuple((name, people, net) for name, (people, net) in sorted(units.items())),
        signer=_signer(clock.today(portal.time_zone)),
        copies=_copies(head),
    )


def _rules(portal: Portal, head: Letterhead, schedule: Schedule, today: date) -> drafts.RulesDraft:
    decision = schedule.decision
    named = f"{decision.number} ngày {decision.issued_on:%d/%m/%Y}" if decision.issued_on else decision.number
    salaries = [salary for salary in base_salaries() if salary.from_day <= today]
    current = max(salaries, key=lambda salary: salary.from_day) if salaries else None
    grounds = [*head.grounds]
    if schedule.unit.percent_of_base_salary is not None and current is not None:
        grounds.append(f"{current.legal_basis} (lương cơ sở {current.amount:,} đồng)".replace(",", "."))
    return drafts.RulesDraft(
        letterhead=_printed(head),
        portal_name=portal.name,
        grounds=tuple(dict.fromkeys(ground for ground in grounds if ground)),
        schedule=f"Quyết định số {named}" if named else _titled(schedule),
        unit_value=unit_words(schedule.unit),
        rates=tuple(
            drafts.RateRow(
                name=genre_name(entry.genre, entry.label)
                + (f" ({rate.label.vi or rate.variant})" if rate.variant else ""),
                rate=genre_words(rate.basis),
            )
            for entry in schedule.genres
            for rate in entry.rates
        ),
        helpers=tuple(
            drafts.RateRow(
                name=_capital(role_name(entry.role))
                + (f" – {', '.join(genre_name(code) for code in entry.genres)}" if entry.genres else ""),
                rate=role_words(entry.basis),
            )
            for entry in schedule.roles
        ),
        rounding=schedule.rounding,
        tax_words=_tax_words(today),
        deadline_words="Thời hạn chi kể từ ngày đăng theo quy định hiện hành.",
        signer=_signer(today),
        copies=_copies(head),
    )


def _titled(schedule: Schedule) -> str:
    """A table without a decision yet, with what it leans on."""
    basis = f" ({schedule.source.legal_basis})" if schedule.source.legal_basis else ""
    return f"quy định mức chi “{schedule.title.vi or schedule.code}”{basis}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _tax_words(today: date) -> tuple[str, ...]:
    """What is withheld from those without a contract here, with its basis, as the rules in force say it."""
    words = []
    for rule in tax_rules().rules:
        if rule.percent and rule.from_day <= today and (rule.until_day is None or today < rule.until_day):
            above = f" khi một lần chi từ {rule.threshold:,} đồng trở lên".replace(",", ".") if rule.threshold else ""
            words.append(f"{rule.percent} % tổng số tiền{above} ({rule.source.legal_basis})")
    return tuple(dict.fromkeys(words)) or ("theo quy định hiện hành",)


def _head(portal: Portal, day: date) -> Letterhead:
    try:
        return letterhead_on(portal.pk, day)
    except DomainError:
        raise PaymentError("draft_no_letterhead") from None


def _printed(head: Letterhead) -> PrintedHead:
    return PrintedHead(
        superior_body=head.superior_body.upper(), issuing_body=head.issuing_body.upper(), place=head.place
    )


def _copies(head: Letterhead) -> tuple[str, ...]:
    """Without "Lưu: VT", with which every paper ends by itself."""
    found = [str(text) for text in head.recipients if not search_key(str(text)).startswith("luu")]
    return tuple(found or ["Như Điều 3"])


def _signer(today: date) -> Signer:
    holder = (
        Grant.objects.filter(in_force(today), capability=Capability.ACCOUNT_HOLDER, confirmed_at__isnull=False)
        .select_related("account")
        .order_by("-effective_from", "-pk")
        .first()
    )
    return Signer(title="CHỦ TỊCH", name=holder.account.name if holder else "")


def _last(until: date) -> date:
    return date.fromordinal(until.toordinal() - 1)
