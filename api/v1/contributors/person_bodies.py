"""What a client sends about one person, and what it gets about consents and erasing."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.bodies import ByPublicId, StrictBody, VersionBody, Words
from contributors.models import Category, CodePurpose, Unit
from payments.own_file import FORMS

LONGEST_REASON = 500
WAYS = ("link", "digits")


class AgreedBody(StrictBody):
    """One purpose, with the version of the text that was shown."""

    purpose = Words(max_length=40)
    version = Words(max_length=40)


class _OfPerson(StrictBody):
    phone = Words(max_length=40, required=False, allow_blank=True, default="")
    pen_name = Words(max_length=1000, required=False, allow_blank=True, default="")
    birth_year = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=9999)
    consents = AgreedBody(many=True, allow_empty=True, max_length=20)  # type: ignore[call-arg]


class RegisterBody(_OfPerson):
    """Somebody else, who has agreed in front of you: your name is recorded with theirs."""

    client_key = serializers.UUIDField(help_text="Made by your device, once for each person.")
    full_name = Words(max_length=1000)
    unit = ByPublicId(Unit, required=False, allow_null=True, default=None)
    category = serializers.ChoiceField(Category.choices, required=False, default=Category.VOLUNTEER)


class ApplyAgainBody(_OfPerson, VersionBody):
    """For somebody whom others named, or who was not taken before."""


class StepBody(VersionBody):
    """`reason` is kept, and the person reads it. Only who ends their own collaboration need give none."""

    reason = Words(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")


class ResumeBody(StepBody):
    unit = ByPublicId(Unit, required=False, allow_null=True, default=None)


class HandOverCodeBody(StrictBody):
    """`reset`, for a lost phone or a forgotten PIN, ends the person's devices, PINs and password everywhere."""

    way = serializers.ChoiceField(WAYS)
    reset = serializers.BooleanField(required=False, default=False)


class HandedCodeAnswer(serializers.Serializer[Any]):
    """Works once, until `expires_at`. `secret` stands here and nowhere else: six digits, or the token of `url`."""

    way = serializers.ChoiceField(WAYS)
    secret = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="To send on; null for digits, which are read out.")
    purpose = serializers.ChoiceField(CodePurpose.choices)
    expires_at = serializers.DateTimeField()


class CorrectPersonBody(VersionBody):
    """Changed fields only. An empty phone and a year of 0 take the value away; `pen_names` are all that hold."""

    full_name = Words(max_length=1000, required=False)
    phone = Words(max_length=40, required=False, allow_blank=True)
    birth_year = serializers.IntegerField(required=False, min_value=0, max_value=9999)
    category = serializers.ChoiceField(Category.choices, required=False)
    pen_names = serializers.ListField(child=Words(max_length=1000), required=False, max_length=20)
    unit = ByPublicId(Unit, required=False)
    moved_on = serializers.DateField(required=False)


class PurposeBody(StrictBody):
    purpose = Words(max_length=40)


class TakeDataBody(StrictBody):
    photos = serializers.BooleanField(required=False, default=False)
    full_numbers = serializers.BooleanField(
        required=False, default=False, help_text="Only of oneself; each number is one more event."
    )


class OwnFileBody(StrictBody):
    form = serializers.ChoiceField(FORMS, default="pdf")


class ThanksWishBody(StrictBody):
    wanted = serializers.BooleanField(help_text="False: named in no thanks, nowhere.")


class EraseBody(VersionBody):
    """Cannot be undone. `confirmation` is the full name."""

    confirmation = Words(max_length=300)


class StandingRow(serializers.Serializer[Any]):
    """A purpose as it stands, in the language of the request."""

    purpose = serializers.CharField()
    version = serializers.CharField(help_text="Of the text that was shown, or would be shown now.")
    title = serializers.CharField()
    text = serializers.CharField()
    kept = serializers.CharField()
    given = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True, help_text="Null: never asked.")


class KeptRow(serializers.Serializer[Any]):
    what = serializers.CharField(help_text="A word of the retention table.")
    until = serializers.DateField(allow_null=True, help_text="The first day on which no law keeps it, if known.")


class ErasureRow(serializers.Serializer[Any]):
    """What goes, and what a law keeps."""

    erased = serializers.ListField(child=serializers.CharField())
    kept = KeptRow(many=True)
    blocked = serializers.CharField(allow_null=True, help_text="Code of the error that erasing would meet now.")
