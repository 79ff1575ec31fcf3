"""Portals: those that one belongs to, and what the chosen one decides about itself."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import StrictBody, Words
from api.portal_view import PortalView
from api.v1.me import PortalRow
from contributors import clock, portals
from contributors.actors import portals_of
from contributors.models import Account, Letterhead, Portal
from contributors.models.portals import Mode


class LetterheadRow(serializers.Serializer[Any]):
    """Heading and foot of papers. Those that were issued keep theirs."""

    effective_from = serializers.DateField()
    superior_body = serializers.CharField(allow_blank=True)
    issuing_body = serializers.CharField()
    place = serializers.CharField()
    grounds = serializers.ListField(child=serializers.CharField(), help_text="Legal grounds, a line each.")
    recipients = serializers.ListField(child=serializers.CharField(), help_text="“Nơi nhận”, a line each.")


class PortalDetail(PortalRow):
    time_zone = serializers.CharField()
    parent = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="Slug of the portal above, if there is one."
    )
    commune_code = serializers.CharField(allow_blank=True, help_text="Of the list in force since 1 July 2025.")
    province_code = serializers.CharField(allow_blank=True)
    promise_days = serializers.IntegerField(help_text="A piece goes up within so many days of its event.")
    closed_on = serializers.DateField(allow_null=True, help_text="Continued by another portal from this day on.")
    mode = serializers.ChoiceField(Mode.choices, help_text="Of today.")
    letterhead = LetterheadRow(allow_null=True, help_text="Of today; null before the first one.")


class NameBody(StrictBody):
    name = Words(max_length=200)
    time_zone = Words(max_length=64, help_text="Such as Asia/Ho_Chi_Minh.")


class PlaceBody(StrictBody):
    commune_code = Words(max_length=5)


class LetterheadBody(StrictBody):
    """Holds from today on at the earliest; one that was to begin later is replaced."""

    effective_from = serializers.DateField()
    issuing_body = Words(max_length=300)
    superior_body = Words(max_length=300, required=False, allow_blank=True, default="")
    place = Words(max_length=100)
    grounds = serializers.ListField(child=Words(max_length=300), required=False, default=list, max_length=50)
    recipients = serializers.ListField(child=Words(max_length=300), required=False, default=list, max_length=50)


class ModeBody(StrictBody):
    """From today on at the earliest; what was published before stays as it was."""

    mode = serializers.ChoiceField(Mode.choices)
    effective_from = serializers.DateField()
    decision_number = Words(
        max_length=100, required=False, allow_blank=True, default="", help_text="Needed for `paying`."
    )


class PortalListView(PortalView):
    """Các trang mà tôi tham gia."""

    queryset = Portal.objects.none()
    portal_needed = False
    pagination_class = None

    @extend_schema(operation_id="portals_list", responses=PortalRow(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """What the header X-Portal may name."""
        found = portals_of(cast("Account", request.user))
        return Response([{"slug": portal.slug, "name": portal.name} for portal in found])


class OwnPortalView(PortalView):
    """Trang đang dùng."""

    queryset = Portal.objects.none()
    pagination_class = None

    @extend_schema(operation_id="portal_retrieve", responses=PortalDetail)
    def retrieve(self, request: Request) -> Response:
        """The chosen portal as it is today."""
        return self.shown()

    @extend_schema(operation_id="portal_name", request=NameBody, responses=PortalDetail)
    def rename(self, request: Request) -> Response:
        """What it is called, and whose clock it keeps."""
        portals.name_portal(actor=self.actor, **self.read(NameBody))
        return self.shown()

    @extend_schema(operation_id="portal_place", request=PlaceBody, responses=PortalDetail)
    def set_place(self, request: Request) -> Response:
        """Where its commune lies."""
        portals.set_place(actor=self.actor, **self.read(PlaceBody))
        return self.shown()

    @extend_schema(operation_id="portal_letterhead", request=LetterheadBody, responses={201: LetterheadRow})
    def set_letterhead(self, request: Request) -> Response:
        """The heading of papers from a day on."""
        return Response(_letterhead(portals.set_letterhead(actor=self.actor, **self.read(LetterheadBody))), status=201)

    @extend_schema(operation_id="portal_mode", request=ModeBody, responses={201: ModeBody})
    def set_mode(self, request: Request) -> Response:
        """Unpaid, trial or paying from a day on. Switching on creates no arrears."""
        row = portals.set_payment_mode(actor=self.actor, **self.read(ModeBody))
        answer = {name: getattr(row, name) for name in ("mode", "effective_from", "decision_number")}
        return Response(answer, status=201)

    def shown(self) -> Response:
        portal = Portal.objects.select_related("parent").get(pk=self.portal.pk)
        today = clock.today(portal.time_zone)
        head = Letterhead.objects.filter(effective_from__lte=today).order_by("-effective_from").first()
        plain = ("slug", "name", "time_zone", "commune_code", "province_code", "promise_days", "closed_on")
        return Response(
            {name: getattr(portal, name) for name in plain}
            | {
                "parent": portal.parent.slug if portal.parent else None,
                "mode": portals.payment_mode_on(portal.pk, today),
                "letterhead": _letterhead(head) if head else None,
            }
        )


def _letterhead(head: Letterhead) -> dict[str, Any]:
    plain = ("effective_from", "superior_body", "issuing_body", "place", "grounds", "recipients")
    return {name: getattr(head, name) for name in plain}
