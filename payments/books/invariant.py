"""What an invariant is, and what the books answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Invariant:
    """One sentence that must always be true, and the SQL whose rows contradict it.

    `sql` selects one column, the ids of what is wrong; `%(portal)s` is the portal. Where it says `{of_run}` it can be
    limited to the run of the column `of_run`: such an invariant is also asked before and after that run is issued.
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
        limit = f" AND {self.of_run} = %(run)s" if run else ""
        return self.sql.replace("{of_run}", limit)


@dataclass(frozen=True, slots=True)
class BookFinding:
    """One invariant: whether it holds, and otherwise the ids of (at most twenty) rows that break it; milliseconds."""

    name: str
    ok: bool
    detail: str
    ms: int = 0


def sentence_in(vi: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else vi
