"""What figures may be asked for, and how their cuts look."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from api.bodies import ByPublicId
from contributors.models import Contributor, Genre, Role, Topic, Unit
from contributors.output_cuts import Cut, Makers, RoleCount
from contributors.publication_lags import Lag

THEN, TODAY = "then", "today"
NAMES = frozenset({"unit", "unit_names", "genre", "topic", "role", "contributor"})
THOUSANDTH = Decimal("0.001")


def _parameter(name: str, kind: Any, meaning: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, required=False, description=meaning, **more)


CUTS = [
    _parameter("unit", OpenApiTypes.UUID, "Only pieces sent from a unit."),
    _parameter(
        "unit_names",
        str,
        "Units as they were named when a piece was sent in, or each by the unit in which it goes on today.",
        enum=[THEN, TODAY],
        default=THEN,
    ),
    _parameter("genre", str, "Only pieces of a genre, by its code."),
    _parameter("topic", str, "Only pieces of a topic, by its code."),
    _parameter("role", str, "Only pieces in which somebody, or the contributor, has this role.", enum=Role.values),
    _parameter(
        "contributor",
        OpenApiTypes.UUID,
        "Only pieces that a person made, or has a part in as `role` where one is given.",
    ),
]


class ByCode(serializers.CharField):
    """A row of the portal by its `code`."""

    default_error_messages = {"does_not_exist": "There is no such row."}

    def __init__(self, noun: type[Genre | Topic], **kwargs: Any) -> None:
        self.noun = noun
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        row = self.noun.objects.filter(code=super().to_internal_value(data)).first()
        if row is None:
            self.fail("does_not_exist")
        return row


class CutQuery(serializers.Serializer[Any]):
    unit = ByPublicId(Unit, required=False)
    unit_names = serializers.ChoiceField([THEN, TODAY], default=THEN)
    genre = ByCode(Genre, required=False)
    topic = ByCode(Topic, required=False)
    role = serializers.ChoiceField(Role.values, default="")
    contributor = ByPublicId(Contributor, required=False)

    @property
    def cut(self) -> Cut:
        """After validation. A row that was merged asks for the person whom it became."""
        given = self.validated_data
        person = given.get("contributor")
        asked = {f"{name}_id": given[name].pk for name in ("unit", "genre", "topic") if name in given}
        if person:
            asked["contributor_id"] = person.merged_into_id or person.pk
        return Cut(**asked, role=given["role"], successors=given["unit_names"] == TODAY)


class ShareOutput(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True, help_text="Empty for pieces of no topic.")
    pieces = serializers.IntegerField(help_text="Documents included.")
    photos = serializers.IntegerField()


class MakerOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    pieces = serializers.IntegerField(help_text="In which the person is an author; a shared piece counts for each.")
    share = serializers.DecimalField(
        None, 3, help_text="Pieces divided among their authors by shares, to the thousandth; all and `nobody` add up."
    )
    photos = serializers.IntegerField()


class MakersOutput(serializers.Serializer[Any]):
    people = MakerOutput(many=True)
    nobody = serializers.DecimalField(None, 3, help_text="Pieces without an author's part.")


class RoleOutput(serializers.Serializer[Any]):
    role = serializers.ChoiceField(Role.choices)
    pieces = serializers.IntegerField(help_text="Documents included. Roles do not add up: a piece has several.")
    people = serializers.IntegerField()


class LagOutput(serializers.Serializer[Any]):
    """From the day of the event until a piece was up."""

    median_days = serializers.IntegerField(allow_null=True, help_text="The lower of the two middle ones.")
    within = serializers.IntegerField(help_text="Up within the promise.")
    measured = serializers.IntegerField(help_text="Pieces with an event's day.")
    unknown = serializers.IntegerField(help_text="Pieces without one.")


def makers_answer(made: Makers) -> dict[str, Any]:
    return {
        "people": [
            {
                "id": each.public_id,
                "name": each.name,
                "pieces": each.pieces,
                "share": _thousandths(each.share),
                "photos": each.photos,
            }
            for each in made.people
        ],
        "nobody": _thousandths(made.nobody),
    }


def roles_answer(rows: tuple[RoleCount, ...]) -> list[dict[str, Any]]:
    return [{"role": row.role, "pieces": row.pieces, "people": row.people} for row in rows]


def lag_answer(lag: Lag) -> dict[str, Any]:
    return {
        "median_days": lag.median,
        "within": lag.within.kept,
        "measured": lag.within.total,
        "unknown": lag.unknown,
    }


def _thousandths(share: Fraction) -> str:
    return str((Decimal(share.numerator) / Decimal(share.denominator)).quantize(THOUSANDTH, ROUND_HALF_UP))
