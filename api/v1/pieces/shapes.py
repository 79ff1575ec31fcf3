"""What a client gets about pieces: the shapes that the OpenAPI document names.

Rows are written by `rows.py` as plain dictionaries, which is several times quicker than serializing
objects; a test holds each answer against the document.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contributors.models import CreditSource, CreditState, Origin, PieceState, Role


class Named(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Coded(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class CreditRow(serializers.Serializer[Any]):
    contributor = Named()
    role = serializers.ChoiceField(Role.choices)
    share = serializers.CharField(allow_null=True, help_text="Percent as decimal text, e.g. 33.333.")
    quantity = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(CreditState.choices)
    source = serializers.ChoiceField(CreditSource.choices)  # type: ignore[assignment]


class PhotoRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    caption = serializers.CharField()
    photographer = Named(allow_null=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    taken_at = serializers.DateTimeField(allow_null=True)


class PieceRow(serializers.Serializer[Any]):
    """A piece in a list."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    genre = Coded()
    topic = Coded(allow_null=True)
    leader_activity = serializers.BooleanField()
    state = serializers.ChoiceField(PieceState.choices)
    state_since = serializers.DateTimeField()
    contributor = Named()
    unit = Named(allow_null=True, help_text="As it was when the piece was sent in.")
    receipt_number = serializers.CharField(allow_null=True)
    event_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    scheduled_for = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    published_url = serializers.CharField(allow_null=True)
    credits = CreditRow(many=True)


class PieceDetail(PieceRow):
    """A piece with everything about it, and what you may do with it now."""

    state_reason = serializers.CharField(help_text="Why it was returned, declined or retracted.")
    revisions = serializers.IntegerField(help_text="How many versions were saved.")
    approved_revision = serializers.IntegerField(allow_null=True)
    body = serializers.CharField()
    event_place = serializers.CharField()
    origin = serializers.ChoiceField(Origin.choices)
    source = serializers.CharField()  # type: ignore[assignment]
    language = serializers.CharField()
    document_number = serializers.CharField()
    document_type = serializers.CharField()
    document_on = serializers.DateField(allow_null=True)
    document_signer = serializers.CharField()
    document_issuer = serializers.CharField()
    photos = PhotoRow(many=True)
    allowed_actions = serializers.ListField(child=serializers.CharField())
