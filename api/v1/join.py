"""Joining by an invitation, without a login."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from api.bodies import StrictBody, Words
from api.portal_view import PortalRequest, StrictView
from contributors.actors import Actor
from contributors.attempts import count_attempt
from contributors.callers import caller_address
from contributors.consents import current_consents
from contributors.errors import DomainError
from contributors.invitations import open_invitation, unit_of
from contributors.models import Invitation, Portal
from contributors.registration import apply_to_join
from contributors.scopes import portal_scope

# Counted under the same names as the page's, so that both doors share one limit.
MOST_OF_ADDRESS = (60, timedelta(hours=1))
MOST_OF_INVITATION = (300, timedelta(days=1))
MOST_WRONG_CODES = (30, timedelta(hours=1))


class ConsentQuestion(serializers.Serializer[Any]):
    """What is asked, in the language of the request."""

    purpose = serializers.CharField()
    version = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    title = serializers.CharField()
    text = serializers.CharField()
    kept = serializers.CharField()


class InvitationShown(serializers.Serializer[Any]):
    """What the page of an invitation knows. `invited` is the name of the person invited by name."""

    portal = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    invited = serializers.CharField(allow_null=True)
    expires_at = serializers.DateTimeField()
    consents = ConsentQuestion(many=True)


class GivenConsent(StrictBody):
    purpose = Words(max_length=40)
    version = Words(max_length=40)


class Application(StrictBody):
    """By oneself. The unit is the invitation's; so is the name, where somebody is invited by name."""

    token = Words(max_length=40, help_text="The code of the poster or card.")
    client_key = serializers.UUIDField(help_text="Made by your device, once for each application.")
    full_name = Words(max_length=1000, required=False, allow_blank=True, default="")
    phone = Words(max_length=40, required=False, allow_blank=True, default="")
    pen_name = Words(max_length=1000, required=False, allow_blank=True, default="")
    birth_year = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=9999)
    consents = GivenConsent(many=True, allow_empty=True, max_length=20)  # type: ignore[call-arg]


class Receipt(serializers.Serializer[Any]):
    """Says nothing about the phone or the name, whether they are known or not."""

    receipt_number = serializers.CharField()
    state = serializers.CharField()


class JoinView(StrictView, ViewSet):
    """Đăng ký bằng mã trên tờ giới thiệu."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="join_look", responses=InvitationShown, auth=[])
    def retrieve(self, request: Request, token: str) -> Response:
        """What the invitation is for, and what will be asked."""
        portal, invitation = _opened(request, token)
        with portal_scope(portal):
            unit, person = unit_of(invitation), invitation.contributor
            return Response(
                {
                    "portal": portal.name,
                    "unit": unit.name if unit else None,
                    "invited": person.full_name if person else None,
                    "expires_at": invitation.expires_at,
                    "consents": [
                        {
                            "purpose": text.purpose,
                            "version": text.version,
                            "required": text.required,
                            "title": str(text.title),
                            "text": str(text.text),
                            "kept": str(text.kept),
                        }
                        for text in current_consents()
                    ],
                }
            )

    @extend_schema(operation_id="join", request=Application, responses={201: Receipt}, auth=[])
    def create(self, request: Request) -> Response:
        """Applies. The same `client_key` again gives the same receipt."""
        reader = Application(data=request.data, context={"request": request})
        reader.is_valid(raise_exception=True)
        body = reader.validated_data
        portal, invitation = _opened(request, body.pop("token"))
        address = caller_address(request.META)
        count_attempt(kind="join.address", what=address, most=MOST_OF_ADDRESS[0], within=MOST_OF_ADDRESS[1])
        count_attempt(
            kind="join.invitation", what=str(invitation.pk), most=MOST_OF_INVITATION[0], within=MOST_OF_INVITATION[1]
        )
        with portal_scope(portal):
            person = apply_to_join(
                actor=Actor(
                    kind="system", portal_id=portal.pk, request_id=cast("PortalRequest", request).request_id[:64]
                ),
                unit=None,
                invitation=invitation,
                consents=[(given["purpose"], given["version"]) for given in body.pop("consents")],
                **body,
            )
        return Response({"receipt_number": person.receipt_number, "state": "applied"}, status=201)


def _opened(request: Request, token: str) -> tuple[Portal, Invitation]:
    """The invitation; trying codes is counted."""
    try:
        return open_invitation(token)
    except DomainError as refused:
        if refused.code == "invitation_unknown":
            address = caller_address(request.META)
            count_attempt(kind="join.code", what=address, most=MOST_WRONG_CODES[0], within=MOST_WRONG_CODES[1])
        raise
