"""Journal entries of a period, derived from issued statements and payouts, never kept.

What a statement pays is a debt on the day of issue (expense against payable), a correction of an earlier one an entry
of its own, mostly negative; tax withheld goes from the debt to the tax due. Money leaves on the day on which its
batch was sent, else on the day on which it was received; a transfer that came back and a confirmation taken back are
the same entry with a minus, on the day of that news. What was entered and what statements and payouts say are summed
apart, and must agree to the đồng.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributors.models import Portal
from payments.journal_accounts import AccountBook
from payments.models import (
    BatchItem,
    BatchKind,
    Line,
    LineKind,
    Outcome,
    Payout,
    PayoutEvent,
    PayoutMethod,
    Statement,
    StatementState,
)

ISSUE, CORRECTION, CARRIED, TAX, PAYOUT, REVERSAL = "issue", "correction", "carried", "tax", "payout", "reversal"
KINDS: dict[str, str | Promise] = {
    ISSUE: _("nhuận bút phải trả"),
    CORRECTION: _("điều chỉnh kỳ trước"),
    CARRIED: _("số dư chuyển kỳ"),
    TAX: _("thuế thu nhập cá nhân khấu trừ"),
    PAYOUT: _("chi tiền"),
    REVERSAL: _("chi tiền bị trả lại"),
}
ORDER = tuple(KINDS)
Move = tuple[str, date, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `amount` in đồng, negative where it takes back."""

    day: date
    document: str
    text: str
    debit: str
    credit: str
    amount: int
    subject: str
    name: str
    kind: str

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind])


@dataclass(frozen=True, slots=True)
class Check:
    """One sum, twice: of the entries, and of what they were made from. đồng."""

    label: str
    entries: int
    source: int

    @property
    def difference(self) -> int:
        return self.entries - self.source


@dataclass(frozen=True, slots=True)
class Journal:
    """Entries of `[since, until)` in the order of days; `sums` by kind."""

    since: date
    until: date
    entries: list[Entry]
    checks: list[Check]

    @property
    def sums(self) -> list[tuple[str, int, int]]:
        """(kind in words, how many, đồng) of those kinds that occur."""
        found = []
        for kind in ORDER:
            amounts = [entry.amount for entry in self.entries if entry.kind == kind]
            if amounts:
                found.append((str(KINDS[kind]), len(amounts), sum(amounts)))
        return found

    @property
    def total(self) -> int:
        return sum(entry.amount for entry in self.entries)

    @property
    def difference(self) -> int:
        return sum(abs(check.difference) for check in self.checks)


def journal_of(portal: Portal, since: date, until: date) -> Journal:
    """Every entry of `[since, until)`. Constant number of queries."""
    zone = ZoneInfo(portal.time_zone)
    book = AccountBook()
    entries = [*_issued(book, zone, since, until), *_moved(book, zone, since, until)]
    entries.sort(key=lambda entry: (entry.day, ORDER.index(entry.kind), entry.document, entry.subject))
    return Journal(since, until, entries, _checks(portal, entries, zone, since, until))


def subject_code(contributor_id: int) -> str:
    """Mã đối tượng: one person, one code, also after a merge."""
    return f"CTV{contributor_id:06d}"


def _moments(zone: ZoneInfo, since: date, until: date) -> tuple[datetime, datetime]:
    return datetime(since.year, since.month, since.day, tzinfo=zone), datetime(
        until.year, until.month, until.day, tzinfo=zone
    )


def _statements(zone: ZoneInfo, since: date, until: date) -> QuerySet[Statement]:
    first, end = _moments(zone, since, until)
    found: QuerySet[Statement] = Statement.objects.filter(
        state=StatementState.ISSUED, issued_at__gte=first, issued_at__lt=end
    )
    return found


def _issued(book: AccountBook, zone: ZoneInfo, since: date, until: date) -> Iterator[Entry]:
    statements = (
        _statements(zone, since, until).select_related("contributor", "run").defer("frozen", "run__list_frozen")
    )
    corrections = dict(
        Line.objects.filter(statement__in=_statements(zone, since, until), kind=LineKind.CORRECTION)
        .values_list("statement_id")
        .annotate(sum=Sum("amount"))
    )
    for statement in statements.order_by("year", "number"):
        if statement.issued_at is None:
            continue
        day = statement.issued_at.astimezone(zone).date()
        accounts = book.on(day)
        corrected = corrections.get(statement.pk, 0)
        parts = (
            (ISSUE, statement.line_total - corrected, "expense", "payable", "Nhuận bút"),
            (CORRECTION, corrected, "expense", "payable", "Điều chỉnh nhuận bút"),
            (CARRIED, statement.carried_in - statement.carried_out, "expense", "payable", "Số dư chuyển kỳ"),
            (TAX, statement.tax, "payable", "tax", "Thuế TNCN khấu trừ"),
        )
        for kind, amount, debit, credit, words in parts:
            if amount:
                yield Entry(
                    day=day,
                    document=f"{statement.number:02d}/{statement.year}/PTT",
                    text=f"{words} {statement.run.label}, {statement.contributor.full_name}",
                    debit=accounts.of(debit),
                    credit=accounts.of(credit),
                    amount=amount,
                    subject=subject_code(statement.contributor.merged_into_id or statement.contributor_id),
                    name=statement.contributor.full_name,
                    kind=kind,
                )


def _moved(book: AccountBook, zone: ZoneInfo, since: date, until: date) -> Iterator[Entry]:
    """Money out, and back. Events of a payout are read together: which came first decides the day."""
    margin = _moments(zone, since - timedelta(days=1), until + timedelta(days=1))
    touched = PayoutEvent.objects.filter(
        Q(at__gte=margin[0], at__lt=margin[1]) | Q(happened_on__gte=since, happened_on__lt=until)
    ).values("payout_id")
    payouts = (
        Payout.objects.filter(pk__in=touched)
        .select_related("statement__contributor", "statement__run")
        .defer("statement__frozen", "statement__run__list_frozen")
        .prefetch_related("outcomes")
        .order_by("pk")
    )
    kinds = dict(
        BatchItem.objects.filter(payout__in=touched, live=True).values_list("payout_id", "batch__kind").order_by("pk")
    )
    for payout in payouts:
        for move in movements(payout, list(payout.outcomes.all()), zone):
            if since <= move[1] < until:
                yield _movement(book, payout, kinds.get(payout.pk, ""), move)


def movements(payout: Payout, events: list[PayoutEvent], zone: ZoneInfo) -> list[Move]:
    """(kind, day, đồng) of one payout: once out, and once back where it came back after it had left."""
    by_outcome = {event.outcome: event for event in events}
    left = by_outcome.get(Outcome.SENT) or by_outcome.get(Outcome.CONFIRMED)
    if left is None:
        return []
    out = left.happened_on or left.at.astimezone(zone).date()
    moves = [(PAYOUT, out, payout.amount)]
    back = by_outcome.get(Outcome.RETURNED) or by_outcome.get(Outcome.REVOKED)
    if back is not None:
        moves.append((REVERSAL, max(out, back.at.astimezone(zone).date()), -payout.amount))
    return moves


def _movement(book: AccountBook, payout: Payout, batch: str, move: Move) -> Entry:
    kind, day, amount = move
    accounts = book.on(day)
    usual = "cash" if payout.method == PayoutMethod.CASH else "treasury"
    part = {BatchKind.CASH.value: "cash", BatchKind.BANK.value: "bank", BatchKind.TREASURY.value: "treasury"}
    statement = payout.statement
    words = "Chi nhuận bút" if kind == PAYOUT else "Trả lại, chi nhuận bút"
    return Entry(
        day=day,
        document=f"{statement.number:02d}/{statement.year}/PTT",
        text=f"{words} {statement.run.label}, {statement.contributor.full_name}",
        debit=accounts.of("payable"),
        credit=accounts.of(part.get(batch, usual)),
        amount=amount,
        subject=subject_code(statement.contributor.merged_into_id or statement.contributor_id),
        name=statement.contributor.full_name,
        kind=kind,
    )


MONEY_OUT = """
WITH news AS (
  SELECT p.id, p.amount,
         min(coalesce(e.happened_on, (e.at AT TIME ZONE %(zone)s)::date)) FILTER (WHERE e.outcome = 'sent') AS sent,
         min(coalesce(e.happened_on, (e.at AT TIME ZONE %(zone)s)::date)) FILTER (WHERE e.outcome = 'confirmed') AS got,
         min((e.at AT TIME ZONE %(zone)s)::date) FILTER (WHERE e.outcome IN ('returned', 'revoked')) AS back
    FROM payments_payout p JOIN payments_payoutevent e ON e.payout_id = p.id
   WHERE p.portal_id = %(portal)s GROUP BY p.id, p.amount)
SELECT coalesce(sum(amount) FILTER (WHERE coalesce(sent, got) >= %(since)s AND coalesce(sent, got) < %(until)s), 0),
       coalesce(sum(amount) FILTER (WHERE coalesce(sent, got) IS NOT NULL AND back IS NOT NULL
                                      AND greatest(coalesce(sent, got), back) >= %(since)s
                                      AND greatest(coalesce(sent, got), back) < %(until)s), 0)
  FROM news
"""


def _checks(portal: Portal, entries: list[Entry], zone: ZoneInfo, since: date, until: date) -> list[Check]:
    """The same sums by the database, from statements and payouts themselves."""
    sums = {kind: sum(entry.amount for entry in entries if entry.kind == kind) for kind in ORDER}
    issued = _statements(zone, since, until).aggregate(gross=Sum("gross"), tax=Sum("tax"))
    with connection.cursor() as cursor:
        cursor.execute(MONEY_OUT, {"portal": portal.pk, "zone": portal.time_zone, "since": since, "until": until})
        out, back = (int(value) for value in cursor.fetchone())
    return [
        Check(str(_("Phiếu đã phát hành")), sums[ISSUE] + sums[CORRECTION] + sums[CARRIED], issued["gross"] or 0),
        Check(str(_("Thuế trên phiếu")), sums[TAX], issued["tax"] or 0),
        Check(str(_("Tiền đã chi")), sums[PAYOUT], out),
        Check(str(_("Tiền bị trả lại")), sums[REVERSAL], -back),
    ]
