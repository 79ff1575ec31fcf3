"""The royalty engine: pure functions from a rate schedule and frozen facts to lines of whole đồng.

Django, the clock and the database stay outside; whoever calls reads files and rows and passes values in.
"""

from payments.royalty.engine import compute, would_cost
from payments.royalty.explanation import (
    ExplanationError,
    explain,
    explain_notice,
    explain_reason,
    written_number,
)
from payments.royalty.facts import (
    BaseSalary,
    ChosenFactor,
    CreditFacts,
    DutyFacts,
    FactsError,
    PieceFacts,
    RunFacts,
    ScorePolicy,
    SeatFacts,
)
from payments.royalty.money import MoneyError, RoundingMode, exact, plain, round_dong, split
from payments.royalty.outcome import ComputedLine, Held, Notice, Outcome, OutsideRules, Unscored
from payments.royalty.plan import legal_range
from payments.royalty.reckoning import Hold
from payments.royalty.schedule import (
    GENRES,
    ROLES,
    SEATS,
    LegalRange,
    Schedule,
    genre_rate,
    rate_for,
)
from payments.royalty.schedule_check import above_caps, check_periods, check_schedule, helpers_above_author
from payments.royalty.schedule_error import ScheduleError
from payments.royalty.schedule_mapping import schedule_from_mapping
from payments.royalty.schedule_writing import mapping_from_schedule
from payments.royalty.tax import (
    MissingTaxRuleError,
    Tax,
    TaxRule,
    TaxRules,
    TaxStatus,
    TaxWay,
    base_salaries_from_mapping,
    tax_on_transfer,
    tax_rules_from_mapping,
    withhold,
)
from payments.royalty.units import base_salary_on, unit_value

__all__ = [
    "GENRES",
    "ROLES",
    "SEATS",
    "BaseSalary",
    "ChosenFactor",
    "ComputedLine",
    "CreditFacts",
    "DutyFacts",
    "ExplanationError",
    "FactsError",
    "Held",
    "Hold",
    "LegalRange",
    "MissingTaxRuleError",
    "MoneyError",
    "Notice",
    "Outcome",
    "OutsideRules",
    "PieceFacts",
    "RoundingMode",
    "RunFacts",
    "Schedule",
    "ScheduleError",
    "ScorePolicy",
    "SeatFacts",
    "Tax",
    "TaxRule",
    "TaxRules",
    "TaxStatus",
    "TaxWay",
    "Unscored",
    "above_caps",
    "base_salaries_from_mapping",
    "base_salary_on",
    "check_periods",
    "check_schedule",
    "compute",
    "exact",
    "explain",
    "explain_notice",
    "explain_reason",
    "genre_rate",
    "helpers_above_author",
    "legal_range",
    "mapping_from_schedule",
    "plain",
    "rate_for",
    "round_dong",
    "schedule_from_mapping",
    "split",
    "tax_on_transfer",
    "tax_rules_from_mapping",
    "unit_value",
    "withhold",
    "would_cost",
    "written_number",
]
