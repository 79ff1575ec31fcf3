"""Packs for inspectors over HTTP: what one would hold, having it made, its file and the sheet to sign."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.bodies import StrictBody, Words
from api.files import file_answer
from api.periods import PERIOD, period_of
from api.portal_view import PortalView
from payments.access import require_money
from payments.inspection import cover, packs
from payments.models import InspectionPack

PDF, ZIP = "application/pdf", "application/zip"
SAME = ("reason", "handed_to", "with_photos", "done", "total", "files", "size", "sha256", "manifest_sha256")


class PackRow(serializers.Serializer[Any]):
    """The file is there once `ready`; `state` is working, stopped, ready or removed."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    until = serializers.DateField(help_text="The day after the last one.")
    reason = serializers.CharField()
    handed_to = serializers.CharField()
    with_photos = serializers.BooleanField()
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    done = serializers.IntegerField(help_text="Steps, of `total`.")
    total = serializers.IntegerField()
    built_at = serializers.DateTimeField(allow_null=True)
    kept_until = serializers.DateField(allow_null=True, help_text="From this day on the file may go.")
    files = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField(allow_blank=True, help_text="Of the archive.")
    manifest_sha256 = serializers.CharField(allow_blank=True, help_text="Of SHA256SUMS inside.")
    code = serializers.CharField(allow_blank=True, help_text="By which anyone can verify it.")

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.DateField()}


class PackContents(serializers.Serializer[Any]):
    """Counts of what a pack would hold now; sizes in bytes."""

    pieces = serializers.IntegerField()
    runs = serializers.IntegerField()
    statements = serializers.IntegerField()
    lines = serializers.IntegerField()
    payouts = serializers.IntegerField()
    events = serializers.IntegerField()
    papers = serializers.IntegerField()
    photos = serializers.IntegerField()
    photo_bytes = serializers.IntegerField()
    paper_bytes = serializers.IntegerField()
    told = serializers.ListField(child=serializers.CharField(), help_text="Who gets a notice when it is asked for.")


class PackBody(StrictBody):
    """`[from, until)`. Why and to whom it goes stands in the event log."""

    until = serializers.DateField()
    reason = Words(max_length=packs.LONGEST_REASON)
    handed_to = Words(max_length=packs.LONGEST_RECEIVER)
    with_photos = serializers.BooleanField(required=False, default=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.DateField()}


class InspectionPackView(PortalView):
    """Hồ sơ thanh tra."""

    money = True
    queryset = InspectionPack.unscoped.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def known_parameters(self) -> frozenset[str]:
        return frozenset({"from", "until"}) if self.action == "contents" else super().known_parameters()

    @extend_schema(responses=PackRow(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        page: list[InspectionPack] = self.paginate_queryset(packs.packs_made(actor=self.actor)) or []
        return self.get_paginated_response([_row(state) for state in packs.pack_states(page)])

    @extend_schema(request=PackBody, responses={202: PackRow})
    def create(self, request: Request) -> Response:
        """Has a worker build it: ask again until it is `ready`. The same wish while it is built is the same pack."""
        require_money(self.actor, packs.RIGHT)
        body = self.read(PackBody)
        pack = packs.start_pack(
            actor=self.actor,
            since=body["from"],
            until=body["until"],
            reason=body["reason"],
            handed_to=body["handed_to"],
            with_photos=body["with_photos"],
        )
        follow = reverse("inspection-pack", [pack.public_id], request=request)
        shown = packs.pack_shown(actor=self.actor, public_id=pack.public_id)
        return Response(_row(shown), status=202, headers={"Location": follow})

    @extend_schema(
        operation_id="inspection_packs_contents",
        parameters=PERIOD,
        responses=PackContents,
        filters=False,
    )
    def contents(self, request: Request) -> Response:
        """What a pack of these days would hold now."""
        require_money(self.actor, packs.RIGHT)
        asked = period_of(request)
        found = packs.pack_preview(actor=self.actor, since=asked.first, until=asked.until)
        return Response(asdict(found) | {"told": packs.told_of_packs(actor=self.actor)})

    @extend_schema(responses=PackRow)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """How far it is, and its hashes."""
        return Response(_row(packs.pack_shown(actor=self.actor, public_id=public_id)))

    @extend_schema(responses={(200, ZIP): OpenApiResponse(OpenApiTypes.BINARY, "The archive; the taking is logged.")})
    def file(self, request: Request, public_id: str) -> FileResponse:
        """The archive. 409 `pack_not_ready` while it is built, `pack_removed` once its time is over."""
        pack = packs.pack_shown(actor=self.actor, public_id=public_id).pack
        path = packs.pack_file(actor=self.actor, pack=pack)
        return file_answer(path, kind=ZIP, name=f"{packs.pack_name(pack)}.zip")

    @extend_schema(responses={(200, PDF): OpenApiResponse(OpenApiTypes.BINARY, "One page that both sides sign.")})
    def cover(self, request: Request, public_id: str) -> HttpResponse:
        """The sheet with the hashes that prove the pack."""
        pack = packs.pack_shown(actor=self.actor, public_id=public_id).pack
        answer = HttpResponse(cover.cover_sheet(actor=self.actor, pack=pack), content_type=PDF)
        answer["Content-Disposition"] = f'attachment; filename="phieu-ban-giao-{packs.pack_name(pack)}.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer


def _row(state: packs.PackState) -> dict[str, Any]:
    pack = state.pack
    word = "ready" if state.ready else "removed" if pack.removed_at else "working" if state.working else "stopped"
    return {name: getattr(pack, name) for name in SAME} | {
        "id": pack.public_id,
        "state": word,
        "from": pack.period_from,
        "until": pack.period_until,
        "requested_by": pack.requested_by.name,
        "requested_at": pack.requested_at,
        "built_at": pack.built_at,
        "kept_until": state.kept_until,
        "code": pack.code or "",
    }
