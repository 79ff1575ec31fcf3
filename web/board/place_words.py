"""Seats and rights in the words of pages."""

from __future__ import annotations

from contributors.board import Clash
from contributors.models import Capability, SeatName


def place_names() -> dict[str, str]:
    """Seats and rights in the words of pages, as `absences` and `board` name them."""
    names = {f"seat:{seat.value}": str(seat.label) for seat in SeatName}
    return names | {f"grant:{right.value}": str(right.label) for right in Capability}


def clash_words(found: list[Clash]) -> list[tuple[str, str, str]]:
    """(who, first place, second place)."""
    names = place_names()
    return [(clash.name, names[clash.first], names[clash.second]) for clash in found]
