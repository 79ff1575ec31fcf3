"""The ledger accounts that a portal's journal entries name."""

from __future__ import annotations

from django.db import models

from contributors.models.portals import EFFECTIVE_ORDER
from contributors.models.tenancy import TenantModel, no_overlap


class JournalAccounts(TenantModel):
    """A portal's own account numbers, dated; without a row those of `payments/journal_accounts.yaml` hold."""

    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    accounts = models.JSONField(help_text="Number of the account by its part, see payments.journal_accounts")
    decision_number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            no_overlap("journalaccounts_no_overlap", "portal_id"),
            models.CheckConstraint(condition=EFFECTIVE_ORDER, name="journalaccounts_order"),
        ]

    def __str__(self) -> str:
        return f"accounts from {self.effective_from}"
