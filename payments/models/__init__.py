"""Nouns of the upper floor, by room."""

from payments.models.funds import Fund
from payments.models.lines import Answer, Line, LineCheck
from payments.models.payees import Bank, DataKey, PayeeDetails, PayeePolicy, TaxKind, TaxStatus
from payments.models.payouts import Outcome, Payout, PayoutEvent, PayoutMethod
from payments.models.rates import BaseSalary, RateSchedule, RuleSnapshot, ScheduleState, TaxRule
from payments.models.run_papers import RunArchive, RunSheet
from payments.models.runs import Bucket, DraftLine, Held, LineKind, Run, RunExclusion, RunItem, RunState
from payments.models.statements import (
    BalanceEntry,
    BalanceReason,
    NumberCounter,
    Paper,
    PaperKind,
    Statement,
    StatementState,
)

__all__ = [
    "Answer",
    "BalanceEntry",
    "BalanceReason",
    "Bank",
    "BaseSalary",
    "Bucket",
    "DataKey",
    "DraftLine",
    "Fund",
    "Held",
    "Line",
    "LineCheck",
    "LineKind",
    "NumberCounter",
    "Outcome",
    "Paper",
    "PaperKind",
    "PayeeDetails",
    "PayeePolicy",
    "Payout",
    "PayoutEvent",
    "PayoutMethod",
    "RateSchedule",
    "RuleSnapshot",
    "Run",
    "RunArchive",
    "RunExclusion",
    "RunItem",
    "RunSheet",
    "RunState",
    "ScheduleState",
    "Statement",
    "StatementState",
    "TaxKind",
    "TaxRule",
    "TaxStatus",
]
