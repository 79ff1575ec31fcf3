"""What a client gets about pieces: the shapes that the OpenAPI document names.

Rows are written by `rows.py` as plain dictionaries, which is several times quicker than serializing
objects; a test holds each answer against the document.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contributors.models import (
    AttachmentKind,
    CreditSource,
    CreditState,
    Origin,
    PieceState,
    Role,
    UploadKind,
    UploadState,
)


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


class AttachmentRow(serializers.Serializer[Any]):
    """A film or a recording: a file, or the address where it can be seen."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(AttachmentKind.choices)
    caption = serializers.CharField()
    seconds = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes; 0 for an address.")


class ReadersRow(serializers.Serializer[Any]):
    """How often the piece was opened, as the office read it from its website."""

    count = serializers.IntegerField()
    as_of = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]


class UploadRow(serializers.Serializer[Any]):
    """A file on its way. Go on from `received`; a part has at most 4 MB, `chunk` is what suits a phone."""

    id = serializers.UUIDField()
    client_key = serializers.UUIDField()
    kind = serializers.ChoiceField(UploadKind.choices)
    state = serializers.ChoiceField(UploadState.choices)
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    received = serializers.IntegerField()
    chunk = serializers.IntegerField()
    caption = serializers.CharField()
    problem = serializers.CharField(help_text="Code of an error; empty where there is none.")
    detail = serializers.CharField(help_text="The problem as a sentence.")
    photo = serializers.UUIDField(allow_null=True, help_text="The photo that it became.")
    attachment = serializers.UUIDField(allow_null=True)


class PieceRow(serializers.Serializer[Any]):
    """A piece in a list."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    genre = Coded()
    topic = Coded(allow_null=True)
    leader_activity = serializers.BooleanField()
    practice = serializers.BooleanField(help_text="Written to learn; never approved, counts nowhere.")
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
    words = serializers.IntegerField(help_text="Of the body, as docs/dem-chu.md counts them.")
    entered_by = serializers.CharField(allow_null=True, help_text="Who entered it for its author.")
    readers = ReadersRow(allow_null=True, help_text="The newest count that the office entered; null: none.")
    photos = PhotoRow(many=True)
    attachments = AttachmentRow(many=True)
    uploads = UploadRow(many=True, help_text="Files that are on their way or cannot be used.")
    allowed_actions = serializers.ListField(child=serializers.CharField())
