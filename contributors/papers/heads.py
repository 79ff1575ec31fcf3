"""Who a paper comes from, and who signs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Bodies as the portal's dated letterhead names them, in capitals; `place` stands before the date."""

    superior_body: str
    issuing_body: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """`authority` is the line above the title: "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"; may be empty, as `name`."""

    title: str
    name: str
    authority: str = ""
