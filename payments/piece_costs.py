"""What the pieces of a period cost: for each genre, and for one piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Sum

from contributors.models import Portal
from contributors.output_cuts import Counted, Counts, Cut, pieces_of
from payments.models import Line, StatementState
from payments.royalty.money import round_dong


@dataclass(frozen=True, slots=True)
class GenreCost:
    """đồng. `pieces` went up in the period; `paid` of them have an issued amount, together `amount`, corrections
    included.
    """

    genre: str
    pieces: int
    paid: int
    amount: int

    @property
    def each(self) -> int | None:
        """For one paid piece, to the đồng; None where none is paid."""
        return round_dong(Fraction(self.amount, self.paid), 1) if self.paid else None


@dataclass(frozen=True, slots=True)
class PieceCosts:
    """`rows` by genre, dearest first; `whole` is their sum, its `genre` empty."""

    rows: tuple[GenreCost, ...]
    whole: GenreCost


def piece_costs(portal: Portal, period_from: date, period_until: date, cut: Cut, *, counts: Counts) -> PieceCosts:
    """Of the news that went up in `[period_from, period_until)`, of which `contributors.output_cuts` found `counts`.

    What is not paid for a piece (a seat's monthly sum, what is carried between runs) is in no row. One query, one
    more where a unit is asked for by its successor.
    """
    pieces = {pk: each.news - counts.books.get(pk, Counted()).news for pk, each in counts.genres.items()}
    pieces = {pk: news for pk, news in pieces.items() if news}
    counted = pieces_of(portal, period_from, period_until, cut).filter(genre__in=list(pieces)).values("pk")
    sums = {
        genre: (paid, amount)
        for genre, paid, amount in Line.objects.filter(piece__in=counted, statement__state=StatementState.ISSUED)
        .order_by()
        .values_list("piece__genre_id")
        .annotate(paid=Count("piece", distinct=True), amount=Sum("amount"))
    }
    rows = [GenreCost(counts.names[pk], count, *sums.get(pk, (0, 0))) for pk, count in pieces.items()]
    return PieceCosts(
        rows=tuple(sorted(rows, key=lambda row: (-row.amount, -row.pieces, row.genre))),
        whole=GenreCost(
            "", sum(row.pieces for row in rows), sum(row.paid for row in rows), sum(row.amount for row in rows)
        ),
    )
