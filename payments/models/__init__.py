"""Nouns of the upper floor, by room."""

from payments.models.after import (
    BalancePolicy,
    Correction,
    CorrectionSource,
    CorrectionState,
    NoticeWay,
    UnclaimedDecision,
    UnclaimedNotice,
    UnclaimedState,
    Waiver,
    WaiverScope,
    WaiverWay,
)
from payments.models.funds import Fund
from payments.models.lines import Answer, Line, LineCheck
from payments.models.payees import Bank, DataKey, PayeeDetails, PayeePolicy, TaxKind, TaxStatus
from payments.models.payouts import Outcome, Payout, PayoutEvent, PayoutMethod
from payments.models.rates import BaseSalary, RateSchedule, RuleSnapshot, ScheduleState, TaxRule
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
    "BalancePolicy",
    "BalanceReason",
    "Bank",
    "BaseSalary",
    "Bucket",
    "Correction",
    "CorrectionSource",
    "CorrectionState",
    "DataKey",
    "DraftLine",
    "Fund",
    "Held",
    "Line",
    "LineCheck",
    "LineKind",
    "NoticeWay",
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
    "RunExclusion",
    "RunItem",
    "RunState",
    "ScheduleState",
    "Statement",
    "StatementState",
    "TaxKind",
    "TaxRule",
    "TaxStatus",
    "UnclaimedDecision",
    "UnclaimedNotice",
    "UnclaimedState",
    "Waiver",
    "WaiverScope",
    "WaiverWay",
]
