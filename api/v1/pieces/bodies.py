"""What a client sends about pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from api.bodies import ByPublicId, ReasonBody, StrictBody, VersionBody, Words
from contributors.models import Contributor, Origin, Photo, Role, Unit

MOST_CREDITS = 50
PRACTICE = "Written to learn: answered like any other, never approved, counts nowhere. Set once, at the start."
# A coefficient as the scores' column holds it; the legal range is the domain's to check.
COEFFICIENT: Mapping[str, Any] = {"max_digits": 7, "decimal_places": 3, "required": False, "allow_null": True}


class PieceText(StrictBody):
    """The words of a piece. All but the title may be left out."""

    title = Words(max_length=2000, required=False, allow_blank=True)
    body = Words(required=False, allow_blank=True, trim_whitespace=False)
    event_on = serializers.DateField(required=False, allow_null=True)
    event_place = Words(max_length=300, required=False, allow_blank=True)
    origin = serializers.ChoiceField(Origin.choices, required=False)
    source = Words(max_length=500, required=False, allow_blank=True)  # type: ignore[assignment]
    language = Words(max_length=8, required=False)
    leader_activity = serializers.BooleanField(
        required=False, help_text="The leaders' work: to be published the same day."
    )
    document_number = Words(max_length=100, required=False, allow_blank=True)
    document_type = Words(max_length=60, required=False, allow_blank=True)
    document_on = serializers.DateField(required=False, allow_null=True)
    document_signer = Words(max_length=200, required=False, allow_blank=True)
    document_issuer = Words(max_length=200, required=False, allow_blank=True)


class DraftBody(PieceText):
    """A draft as it is written now. `version` as the last answer gave it; left out the first time."""

    genre = Words(max_length=40, help_text="Code of a genre; counts when the draft begins.")
    topic = Words(max_length=40, required=False, allow_null=True, help_text="Code of a topic.")
    contributor = ByPublicId(
        Contributor, required=False, allow_null=True, help_text="Whose piece it is; left out: your own."
    )
    practice = serializers.BooleanField(required=False, help_text=PRACTICE)
    version = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)


class EnteredPiece(StrictBody):
    """Written down for its author: someone of the network, or a name that is recorded now."""

    client_key = serializers.UUIDField(help_text="Made by your device, once for each piece.")
    genre = Words(max_length=40, help_text="Code of a genre.")
    topic = Words(max_length=40, required=False, allow_null=True, help_text="Code of a topic.")
    contributor = ByPublicId(Contributor, required=False, allow_null=True)
    full_name = Words(max_length=300, required=False, allow_blank=True, help_text="Of someone not registered.")
    unit = ByPublicId(Unit, required=False, allow_null=True)
    title = Words(max_length=2000, required=False, allow_blank=True, help_text="Left out: the text's first line.")
    text = Words(allow_blank=True, trim_whitespace=False)


class NewPiece(PieceText):
    """A draft. The same `client_key` again gives the piece that is there already."""

    client_key = serializers.UUIDField(help_text="Made by your device, once for each piece.")
    genre = Words(max_length=40, help_text="Code of a genre.")
    topic = Words(max_length=40, required=False, allow_null=True, help_text="Code of a topic.")
    contributor = ByPublicId(
        Contributor, required=False, allow_null=True, help_text="Whose piece it is; left out: your own."
    )
    title = Words(max_length=2000, allow_blank=True)
    practice = serializers.BooleanField(required=False, help_text=PRACTICE)


class EditPiece(PieceText, VersionBody):
    """Changed fields only."""

    genre = Words(max_length=40, required=False, help_text="Code of a genre that counts alike; until approval.")
    topic = Words(max_length=40, required=False, allow_null=True, help_text="Code of a topic.")


class DeclaredCreditBody(StrictBody):
    """Author-like roles (author, translator, collector, videographer) have a share, photographers a quantity."""

    contributor = ByPublicId(Contributor)
    role = serializers.ChoiceField(Role.choices)
    share = serializers.DecimalField(
        max_digits=6, decimal_places=3, required=False, allow_null=True, help_text="Percent; a role's sum is 100."
    )
    quantity = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10_000)


class CreditsBody(VersionBody):
    """All declared credits of the piece; those left out are taken away."""

    credits = DeclaredCreditBody(many=True, allow_empty=False, max_length=MOST_CREDITS)  # type: ignore[call-arg]


class PhotoScore(StrictBody):
    photo = ByPublicId(Photo)
    coefficient = serializers.DecimalField(max_digits=7, decimal_places=3)


class ApproveBody(VersionBody):
    """The score, where the rate schedule asks for one; its legal range is checked."""

    coefficient = serializers.DecimalField(**COEFFICIENT)
    photo_coefficient = serializers.DecimalField(**COEFFICIENT, help_text="One value for each of the photos.")
    photo_coefficients = PhotoScore(many=True, required=False, help_text="For photos that have a score of their own.")
    name_editors = serializers.BooleanField(
        required=False, default=True, help_text="Whoever changed the text, by the log, gets an editor's credit."
    )
    reason = Words(max_length=500, required=False, allow_blank=True)


class PublishBody(VersionBody):
    """Address on the website; `at` is now if left out, and never ahead."""

    url = Words(max_length=2000, allow_blank=True)
    at = serializers.DateTimeField(required=False, allow_null=True)


class ScheduleBody(VersionBody):
    at = serializers.DateTimeField()


class OptionalReasonBody(ReasonBody):
    """`reason` may be empty here, so that the domain's own error is what a client sees."""

    reason = Words(max_length=1000, required=False, allow_blank=True, default="")


class SubmitBody(VersionBody):
    """With the version of the pledge that its sender read and agreed to; see /pledge/."""

    pledge = Words(max_length=20, required=False, allow_null=True, default=None)


class PhotoBody(VersionBody):
    """One photo as multipart/form-data. It is re-encoded, and what the camera wrote into it is removed."""

    file = serializers.FileField(help_text="JPEG, PNG, WebP or HEIC.")
    caption = Words(max_length=500, required=False, allow_blank=True, default="")
    photographer = ByPublicId(Contributor, required=False, allow_null=True)
