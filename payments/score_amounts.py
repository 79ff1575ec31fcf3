"""What a score would pay, beside what the year's fund has left: asked while somebody scores. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from contributors import clock
from contributors.actors import Actor
from contributors.models import Credit, Piece
from payments.approvals import Preview, Terms, preview
from payments.funds import FundPosition, fund_of, position


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the chosen score pays, and what it leaves of the fund (None: no fund entered). đồng."""

    shown: Preview | None
    fund: FundPosition | None
    problem: str = ""

    @property
    def coming(self) -> int:
        return self.fund.preparing if self.fund else 0

    @property
    def spoken_for(self) -> int:
        return self.fund.issued + self.fund.committed + self.coming if self.fund else 0

    @property
    def left_after(self) -> int:
        return (self.fund.left if self.fund else 0) - self.coming - (self.shown.total if self.shown else 0)


def amounts_of(
    *,
    actor: Actor,
    piece: Piece,
    terms: Terms,
    coefficient: Decimal | None,
    photo_coefficient: Decimal | None,
    photo_coefficients: Mapping[int, Decimal] | None = None,
    parts: Iterable[Credit] | None = None,
) -> Amounts:
    """The amounts of `payments.approvals.preview`, and the position of the fund of today's year."""
    shown = preview(
        piece=piece,
        coefficient=coefficient,
        photo_coefficient=photo_coefficient,
        photo_coefficients=photo_coefficients,
        actor=actor,
        terms=terms,
        parts=parts,
    )
    fund = fund_of(terms.portal.pk, clock.today(terms.portal.time_zone).year)
    return Amounts(shown, position(fund) if fund is not None else None)
