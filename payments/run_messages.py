"""What people are told of their statements and of their money, without any figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contributors import clock
from contributors.actors import Actor
from contributors.gateways import notice_gateway
from contributors.messaging import ToTell, promise_messages
from contributors.models import Contributor, MessageKind
from payments.models import DraftLine, Held, Payout, Run, Statement


def tell_statements_ready(actor: Actor, run: Run) -> None:
    """Each person by the gateway; without one the accountant has one text for the groups."""
    rows = Statement.objects.filter(run=run).select_related("contributor__account").order_by("pk")
    _tell(actor, run, MessageKind.STATEMENT, "ready", rows)


def tell_to_check(actor: Actor, run: Run) -> None:
    """Each person with an amount in the run, by the gateway; where there is none, the page of the check has the texts.

    A person's days run from the message that was sent (`payments.checking.record_told`).
    """
    if notice_gateway() is None:
        return
    lines = DraftLine.objects.filter(run=run, generation=run.generation).exclude(held=Held.NOT_REGISTERED)
    people = Contributor.objects.filter(pk__in=lines.values("contributor_id")).select_related("account").order_by("pk")
    values = (("title", run.label), ("days", str(run.review_days or 0)))
    occasion = f"{run.review_started_at:%Y-%m-%dT%H:%M:%S}"  # started anew, told anew
    wanted = [
        ToTell(MessageKind.CHECK, run, occasion, contributor=one, path="/check/", values=values) for one in people
    ]
    promise_messages(actor=actor, wanted=wanted)


def tell_paid(actor: Actor, run: Run, payouts: Sequence[Payout]) -> None:
    """Those whose payout was confirmed now."""
    rows = Statement.objects.filter(pk__in=[payout.statement_id for payout in payouts])
    if payouts:
        day = f"{clock.now():%Y-%m-%d}"
        _tell(actor, run, MessageKind.PAID, day, rows.select_related("contributor__account").order_by("pk"))


def tell_came_back(actor: Actor, payout: Payout) -> None:
    """The one person, always by name: something is to be mended."""
    statement = Statement.objects.select_related("contributor__account", "run").get(pk=payout.statement_id)
    told = ToTell(
        MessageKind.PAID_BACK,
        payout,
        "returned",
        contributor=statement.contributor,
        path="/payee/",
        values=(("title", statement.run.label),),
    )
    promise_messages(actor=actor, wanted=[told])


def _tell(actor: Actor, run: Run, kind: MessageKind, occasion: str, statements: Iterable[Statement]) -> None:
    values = (("title", run.label),)
    if notice_gateway() is None:
        wanted = [ToTell(kind, run, occasion, path="/fees/", values=values)]
    else:
        wanted = [
            ToTell(kind, row, occasion, contributor=row.contributor, path=f"/fees/{row.public_id}/", values=values)
            for row in statements
        ]
    promise_messages(actor=actor, wanted=wanted)
