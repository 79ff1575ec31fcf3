"""Who may do what with money: the upper floor's rows of the access table."""

from __future__ import annotations

from collections.abc import Mapping

from contributors import clock
from contributors.access import Right, holds
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.merging import rows_of_person
from contributors.models import MAKERS, Seat
from payments.models import DraftLine, Run, Statement


def _right(meaning: str, *holders: str) -> Right:
    return Right(frozenset(holders), meaning)


PAYMENT_RIGHTS: Mapping[str, Right] = {
    "schedule.write": _right("Draft a rate schedule and put it in force", "grant:admin", "grant:account_holder"),
    "fund.write": _right("Enter a fund", "grant:accountant"),
    "payee.write": _right("Enter payee details", "own", "grant:accountant"),
    "payee.confirm": _right(
        "Confirm payee details that someone else entered: the payee, or a second person with the signed sheet",
        "own",
        "grant:accountant",
        "grant:account_holder",
    ),
    "payee.see": _right("See payee details, masked", "own", "grant:accountant", "grant:account_holder"),
    "payee.reveal": _right("See a number in full, with a reason, on record", "own", "grant:accountant"),
    "payee.policy": _right("Fix how long a change holds payouts", "grant:account_holder", "grant:admin"),
    "tax_status.write": _right("Fix how a person is taxed", "grant:accountant"),
    "correction.write": _right(
        "Propose to correct an issued amount, and drop a correction", "grant:accountant", "seat:head"
    ),
    "correction.confirm": _right(
        "Confirm a correction; never who proposed it, nor whom it concerns",
        "grant:accountant",
        "grant:account_holder",
        "seat:head",
    ),
    "balance.see": _right(
        "See what is carried between runs", "own", "grant:accountant", "grant:account_holder", "seat:head"
    ),
    "balance.policy": _right(
        "Fix the least sum to pay and how much is recovered", "grant:account_holder", "grant:admin"
    ),
    "waiver.see": _right("See who accepts no fee", "own", "grant:accountant", "grant:account_holder"),
    "waiver.write": _right("Record and withdraw that somebody accepts no fee", "own", "grant:accountant"),
    "waiver.confirm": _right(
        "Confirm it with the signed sheet; never who recorded it", "grant:accountant", "grant:account_holder"
    ),
    "unclaimed.see": _right("See what nobody took", "grant:accountant", "grant:account_holder"),
    "unclaimed.write": _right("Record notices and decide about what nobody took", "grant:accountant"),
    "tax_year.see": _right("See everybody's tax of a year", "grant:accountant", "grant:account_holder"),
    "run.see": _right("See runs", "grant:accountant", "grant:account_holder", "seat:head", "seat:deputy"),
    "run.open": _right("Open a run", "grant:accountant"),
    "run.freeze": _right("Freeze the input of a run", "grant:accountant"),
    "run.compute": _right("Compute a run", "grant:accountant"),
    "run.review": _right("Open a computed run to its contributors, record who was told, close it", "grant:accountant"),
    "check.deliver": _right(
        "Record that somebody was told to check; a focal person for their own units",
        "grant:accountant",
        "grant:focal_person",
    ),
    "check.answer": _right(
        "Say whether an amount is right; a focal person for people of their units without a login",
        "own",
        "grant:focal_person",
    ),
    "check.reply": _right("Reply to a dispute of an amount", "grant:accountant"),
    "run.confirm": _right(
        "Confirm the list of works; never who computed it. The deputy where the head has an author's line in it",
        "seat:head",
        "seat:deputy",
    ),
    "run.approve": _right(
        "Approve the spending; never who computed it, nor someone with an author's line in it", "grant:account_holder"
    ),
    "run.issue": _right("Issue: numbers and papers", "grant:accountant"),
    "run.pay": _right("Pay and record the outcome", "grant:accountant"),
    "payout.revoke": _right(
        "Take back a wrong confirmation of a payout; never who confirmed it", "grant:accountant", "grant:account_holder"
    ),
    "journal.see": _right("See and take the journal entries", "grant:accountant", "grant:account_holder"),
    "journal.write": _right("Fix the ledger accounts of the journal", "grant:accountant"),
    "run.close": _right("Close a run", "grant:accountant"),
    "run.reopen": _right("Take a run back to open before approval", "grant:accountant", "seat:head"),
    "run.cancel": _right("Cancel a run before approval", "grant:accountant"),
    "job.manage": _right(
        "Pause, resume, give up and retry background work; an accountant that of runs and books",
        "grant:accountant",
        "grant:admin",
    ),
    "books.check": _right(
        "Have the books checked, see what was found", "grant:accountant", "grant:account_holder", "grant:admin"
    ),
    "settings.see": _right(
        "See everything that the portal decides about itself on one page", "seat:head", "grant:admin"
    ),
    "report.see": _right(
        "See the office's report on its website, its words and the accesses",
        *(f"seat:{seat}" for seat in ("head", "deputy", "writer", "editor", "publisher", "rapporteur")),
        "grant:admin",
        "grant:accountant",
        "grant:account_holder",
    ),
    "inspection.pack": _right(
        "Have a pack for inspectors made and take it, on record",
        "grant:accountant",
        "grant:account_holder",
        "grant:admin",
        "seat:head",
    ),
    "report.send": _right("Send the office's report to the portal above", "seat:head", "seat:deputy"),
    "below.see": _right(
        "See the figures of the portals below side by side, and who has not reported; never anybody's name",
        "seat:head",
        "seat:deputy",
        "seat:rapporteur",
        "grant:admin",
        "grant:accountant",
        "grant:account_holder",
        "grant:observer",
    ),
    "system.see": _right("See how the system is", "grant:admin"),
    "statement.see": _right("See a statement", "own", "grant:accountant", "grant:account_holder"),
    "paper.accounts": _right(
        "Open the treasury's list with account numbers in full, on record", "grant:accountant", "grant:account_holder"
    ),
    "paper.certificates": _right(
        "Take the data of withholding certificates with tax codes in full, on record", "grant:accountant"
    ),
    "whatif.see": _right(
        "See what paying would cost",
        "grant:accountant",
        "grant:account_holder",
        "grant:admin",
        "seat:head",
        "seat:deputy",
        "seat:rapporteur",
    ),
}


def holds_money(actor: Actor, action: str, *, own: bool = False) -> bool:
    """Whether the actor holds a right of the upper floor."""
    return holds(actor, action, PAYMENT_RIGHTS, own=own)


def require_money(actor: Actor, action: str, *, own: bool = False) -> None:
    """Raise `not_allowed` unless the actor holds the right."""
    if not holds_money(actor, action, own=own):
        raise DomainError("not_allowed")


def has_own_maker_line(actor: Actor, run: Run) -> bool:
    """Whether the run pays the actor as author or photographer."""
    return (
        actor.contributor_id is not None
        and DraftLine.objects.filter(
            run=run, generation=run.generation, contributor_id=actor.contributor_id, role__in=MAKERS, held=""
        ).exists()
    )


def may_confirm(actor: Actor, run: Run) -> bool:
    """The head, or the deputy where the run pays the head as a maker; neither with such a line of their own."""
    if not holds_money(actor, "run.confirm") or has_own_maker_line(actor, run):
        return False
    if "head" in actor.seats:
        return True
    heads = Seat.objects.filter(in_force(clock.today()), seat="head").values("contributor_id")
    return DraftLine.objects.filter(
        run=run, generation=run.generation, contributor_id__in=heads, role__in=MAKERS, held=""
    ).exists()


def may_see_statement(actor: Actor, statement: Statement) -> bool:
    """The person it pays, and those who are responsible for the money."""
    own = actor.contributor_id is not None and statement.contributor_id in rows_of_person(actor.contributor_id)
    return holds_money(actor, "statement.see", own=own)
