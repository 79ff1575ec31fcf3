"""What a score would pay, asked while somebody scores. Amounts are whole đồng."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from api.bodies import StrictBody
from api.v1.pieces.bodies import COEFFICIENT, PhotoScore
from contributors.actors import Actor
from contributors.models import Piece, Portal
from payments.approvals import ScoreSheet, score_sheet, terms_today
from payments.score_amounts import Amounts, amounts_of

RANGES = ("low", "high", "fixed", "photo_low", "photo_high")


class ScoresBody(StrictBody):
    """The scores as they stand now; those not chosen yet are left out."""

    coefficient = serializers.DecimalField(**COEFFICIENT)
    photo_coefficient = serializers.DecimalField(**COEFFICIENT, help_text="One value for each of the photos.")
    photo_coefficients = PhotoScore(many=True, required=False, help_text="For photos that have a score of their own.")


class ScaleAnswer(serializers.Serializer[Any]):
    """What may be given, by the rate schedule; coefficients as decimal text, null where nothing is to be chosen."""

    schedule = serializers.CharField(allow_blank=True, help_text="Its title; empty where the piece is not scored.")
    unit_value = serializers.IntegerField(allow_null=True, help_text="Đồng of one coefficient.")
    needed = serializers.BooleanField(help_text="Whether the text wants a score.")
    photos_paid = serializers.BooleanField(help_text="Whether photos want scores of their own.")
    photo_count = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        coefficients = {name: serializers.CharField(allow_null=True) for name in RANGES}
        return super().get_fields() | coefficients


class AmountLine(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True, help_text="Empty: not known yet, as who will publish.")
    role = serializers.CharField(help_text="In the language of the request.")
    amount = serializers.IntegerField()
    explanation = serializers.CharField()


class FundLeft(serializers.Serializer[Any]):
    amount = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Amount − issued − committed.")
    preparing = serializers.IntegerField(help_text="Draft lines of runs before approval.")
    left_after = serializers.IntegerField(help_text="Left − preparing − total of this piece.")


class AmountsAnswer(serializers.Serializer[Any]):
    scale = ScaleAnswer()
    lines = AmountLine(many=True)
    total = serializers.IntegerField()
    fund = FundLeft(allow_null=True, help_text="Of today's year; null where none is entered.")


def amounts_answer(actor: Actor, piece: Piece, portal: Portal, scores: Mapping[str, Any]) -> dict[str, Any]:
    """Raises `no_schedule` where the portal pays and has no rate schedule today."""
    terms = terms_today(portal)
    sheet = score_sheet(piece, terms)
    if not sheet.schedule_title:  # a document, a genre without a rate, or a portal that does not pay
        return {"scale": _scale(sheet), "lines": [], "total": 0, "fund": None}
    each = {score["photo"].pk: score["coefficient"] for score in scores.get("photo_coefficients") or ()}
    found = amounts_of(
        actor=actor,
        piece=piece,
        terms=terms,
        coefficient=scores.get("coefficient"),
        photo_coefficient=scores.get("photo_coefficient"),
        photo_coefficients=each or None,
    )
    lines = found.shown.lines if found.shown else []
    return {
        "scale": _scale(sheet),
        "lines": [
            {"name": line.name, "role": line.role_label, "amount": line.amount, "explanation": line.explanation}
            for line in lines
        ],
        "total": found.shown.total if found.shown else 0,
        "fund": _fund(found),
    }


def _fund(found: Amounts) -> dict[str, int] | None:
    here = found.fund
    if here is None:
        return None
    return {"amount": here.amount, "left": here.left, "preparing": here.preparing, "left_after": found.left_after}


def _scale(sheet: ScoreSheet) -> dict[str, Any]:
    ranges = {name: _text(getattr(sheet, name)) for name in RANGES}
    told = {name: getattr(sheet, name) for name in ("unit_value", "needed", "photos_paid", "photo_count")}
    return {"schedule": sheet.schedule_title} | told | ranges


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
