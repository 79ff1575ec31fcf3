"""What an invariant is, and what the books answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

# Lines have no index by run, so they are found through their statements.
LINES_OF_RUN = "l.statement_id IN (SELECT id FROM payments_statement WHERE run_id = %(run)s)"


@dataclass(frozen=True, slots=True)
class Invariant:
    """One sentence that must always be true, and the SQL whose rows contradict it.

    `sql` selects one column, the ids of what is wrong; `%(portal)s` is the portal. Where it says `{of_run}` it can be
    limited to the run of the column `of_run` (or by a condition of its own, with `%(run)s`): such an invariant is also
    asked before and after that run is issued.
    """

    code: str
    vi: str
    en: str
    sql: str
    of_run: str = ""

    @property
    def sentence(self) -> str:
        """In the language of the request."""
        return sentence_in(self.vi, self.en)

    def asked(self, *, run: bool) -> str:
        condition = self.of_run if "%(run)s" in self.of_run else f"{self.of_run} = %(run)s"
        return self.sql.replace("{of_run}", f" AND {condition}" if run else "")


@dataclass(frozen=True, slots=True)
class BookFinding:
    """One invariant: whether it holds, and otherwise the ids of (at most twenty) rows that break it; milliseconds."""

    name: str
    ok: bool
    detail: str
    ms: int = 0


def sentence_in(vi: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else vi
