"""What changes from one schedule to another, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from payments.rate_words import ASIDE, what_it_says
from payments.royalty.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: "Tin: hệ số 0,5 – 2 → 0,5 – 3". `before` or `after` is "" for what is new or gone.

    `aside`: only words differ (a name, a legal basis, a note), no amount can.
    """

    part: str
    name: str
    before: str
    after: str
    aside: bool = False

    @property
    def sentence(self) -> str:
        if not self.before:
            return _("thêm %(name)s: %(words)s") % {"name": self.name, "words": self.after}
        if not self.after:
            return _("bỏ %(name)s (%(words)s)") % {"name": self.name, "words": self.before}
        return f"{self.name}: {self.before} → {self.after}"


def differences(before: Schedule, after: Schedule) -> list[Change]:
    """What changes from one schedule to the other; the order of entries is no difference."""
    old = {(said.part, said.key, said.aspect): said for said in what_it_says(before)}
    new = {(said.part, said.key, said.aspect): said for said in what_it_says(after)}
    changes = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, is_now = old.get(key), new.get(key)
        words = (was.words if was else "", is_now.words if is_now else "")
        if words[0] != words[1]:
            said = is_now or was
            changes.append(Change(key[0], said.name if said else "", *words, aside=key[2] in ASIDE))
    return changes
