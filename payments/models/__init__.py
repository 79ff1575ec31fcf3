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
from payments.models.batches import (
    BankResult,
    BatchItem,
    BatchKind,
    BatchState,
    PayoutBatch,
    PayoutTemplate,
    ResultState,
)
from payments.models.books import BooksCheck, CheckOccasion, VerifiedMark
from payments.models.funds import Fund, FundChange, FundPolicy
from payments.models.inspection import InspectionPack
from payments.models.journal import JournalAccounts
from payments.models.lines import Answer, CheckDelivery, CheckOutcome, Delivery, Line, LineCheck
from payments.models.payees import Bank, DataKey, PayeeDetails, PayeePolicy, TaxKind, TaxStatus
from payments.models.payouts import Outcome, Payout, PayoutEvent, PayoutMethod
from payments.models.rates import BaseSalary, RateSchedule, RuleSnapshot, ScheduleState, TaxRule
from payments.models.reporting import SentReport
from payments.models.run_papers import RunArchive, RunSheet
from payments.models.runs import Bucket, DraftLine, Held, LineKind, Run, RunExclusion, RunItem, RunNotice, RunState
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
    "BankResult",
    "BaseSalary",
    "BatchItem",
    "BatchKind",
    "BatchState",
    "BooksCheck",
    "Bucket",
    "CheckDelivery",
    "CheckOccasion",
    "CheckOutcome",
    "Correction",
    "CorrectionSource",
    "CorrectionState",
    "DataKey",
    "Delivery",
    "DraftLine",
    "Fund",
    "FundChange",
    "FundPolicy",
    "Held",
    "InspectionPack",
    "JournalAccounts",
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
    "PayoutBatch",
    "PayoutEvent",
    "PayoutMethod",
    "PayoutTemplate",
    "RateSchedule",
    "ResultState",
    "RuleSnapshot",
    "Run",
    "RunArchive",
    "RunExclusion",
    "RunItem",
    "RunNotice",
    "RunSheet",
    "RunState",
    "ScheduleState",
    "SentReport",
    "Statement",
    "StatementState",
    "TaxKind",
    "TaxRule",
    "TaxStatus",
    "UnclaimedDecision",
    "UnclaimedNotice",
    "UnclaimedState",
    "VerifiedMark",
    "Waiver",
    "WaiverScope",
    "WaiverWay",
]
