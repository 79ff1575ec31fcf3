"""Nouns of the upper floor, by room."""

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
from payments.models.journal import JournalAccounts
from payments.models.lines import Answer, CheckDelivery, CheckOutcome, Delivery, Line, LineCheck
from payments.models.payees import Bank, DataKey, PayeeDetails, PayeePolicy, TaxKind, TaxStatus
from payments.models.payouts import Outcome, Payout, PayoutEvent, PayoutMethod
from payments.models.rates import BaseSalary, RateSchedule, RuleSnapshot, ScheduleState, TaxRule
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
    "DataKey",
    "Delivery",
    "DraftLine",
    "Fund",
    "FundChange",
    "FundPolicy",
    "Held",
    "JournalAccounts",
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
    "Statement",
    "StatementState",
    "TaxKind",
    "TaxRule",
    "TaxStatus",
    "VerifiedMark",
]
