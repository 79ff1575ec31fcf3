"""What a person may do with a run now: the run's transition table and the access table, read together."""

from __future__ import annotations

from contributors.actors import Actor
from payments.access import has_own_maker_line, holds_money, may_confirm
from payments.models import Run, RunState
from payments.reviews import review_standing
from payments.runs import TRANSITIONS, computing

# A step of paying is asked for where closing would be: while the run is issued.
STEP_LIKE = {
    "pay": "close",
    "confirm-payouts": "close",
    "start-review": "start_review",
    "end-review": "end_review",
}
RIGHT_OF = {"confirm-payouts": "run.pay", "start-review": "run.review", "end-review": "run.review"}
ORDER = (
    *("freeze", "compute", "start-review", "end-review"),
    *("confirm", "approve", "issue", "pay", "confirm-payouts", "close"),
    *("reopen", "cancel"),
)
CHECKS = frozenset({"confirm", "approve"})
NOT_WHILE_COMPUTING = frozenset({"compute", "start-review", "end-review", "confirm", "reopen"})
NEVER_FOR_ONESELF = frozenset({"approve", "pay"})  # `may_confirm` knows it for confirming


def allowed_actions(actor: Actor, run: Run) -> list[str]:
    """Names as in the addresses, in the order of a run's life."""
    open_steps = [name for name in ORDER if run.state in TRANSITIONS[STEP_LIKE.get(name, name)].sources]
    held = [name for name in open_steps if holds_money(actor, RIGHT_OF.get(name, f"run.{name}"))]
    if run.computed_by_id == actor.account_id:
        held = [name for name in held if name not in CHECKS]
    if NOT_WHILE_COMPUTING & set(held) and computing(run):
        held = [name for name in held if name not in NOT_WHILE_COMPUTING]
    if NEVER_FOR_ONESELF & set(held) and has_own_maker_line(actor, run):
        held = [name for name in held if name not in NEVER_FOR_ONESELF]
    if "confirm" in held and not may_confirm(actor, run):
        held.remove("confirm")
    if "confirm" in held and run.state == RunState.IN_REVIEW and not review_standing(run).over:
        held.remove("confirm")  # their days were promised
    return held
