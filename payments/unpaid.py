"""Which issued statements are not paid, or not yet, for a reason that came after issue."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from payments.models import Correction, CorrectionState, Statement, UnclaimedDecision, UnclaimedState

GONE = (UnclaimedState.TRANSFERRED, UnclaimedState.OWED, UnclaimedState.PAID_AGAIN)


def ended() -> Q:
    """Statements that are never paid any more: a later run pays them anew, or the money went to the next fund."""
    replaced = Correction.objects.filter(
        replaces=True, state__in=[CorrectionState.CONFIRMED, CorrectionState.TAKEN]
    ).values("line__statement_id")
    gone = UnclaimedDecision.objects.filter(state__in=GONE).values("statement_id")
    return Q(pk__in=replaced) | Q(pk__in=gone)


def waits_for_run() -> Q:
    """Statements of which a run to come still takes something: a correction, or the whole that is paid anew."""
    open_ones = Correction.objects.filter(state__in=[CorrectionState.PROPOSED, CorrectionState.CONFIRMED])
    owed = UnclaimedDecision.objects.filter(state=UnclaimedState.OWED)
    return Q(pk__in=open_ones.values("line__statement_id")) | Q(pk__in=owed.values("statement_id"))


def has_ended(statement: Statement) -> bool:
    return Statement.objects.filter(ended(), pk=statement.pk).exists()


def stopped(statements: QuerySet[Statement]) -> set[int]:
    """Ids of those that wait for the second person of a correction that takes something back."""
    open_ones = Correction.objects.filter(
        state=CorrectionState.PROPOSED, amount__lt=0, line__statement__in=statements.values("pk")
    )
    return set(open_ones.values_list("line__statement_id", flat=True))
