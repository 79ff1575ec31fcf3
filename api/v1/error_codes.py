"""What a problem's `type` leads to: every error code with its sentences."""

# ruff: noqa: ARG001, ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from api.errors import ApiError, all_messages, problem_of
from api.portal_view import StrictView
from contributors.errors import DomainError
from contributors.refusals.message import Message


class ErrorCode(serializers.Serializer[Any]):
    """`vi` and `en` are the sentences, with the places for values in braces."""

    code = serializers.CharField()
    status = serializers.IntegerField()
    vi = serializers.CharField()
    en = serializers.CharField()


class ErrorCodeView(StrictView, ViewSet):
    """Open to all: a client's developer reads it without an account."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="errors_list", responses=ErrorCode(many=True), auth=[])
    def list(self, request: Request) -> Response:
        """Every error code."""
        return Response([_shown(code, message) for code, message in all_messages().items()])

    @extend_schema(operation_id="errors_retrieve", responses=ErrorCode, auth=[])
    def retrieve(self, request: Request, code: str) -> Response:
        """One error code."""
        message = all_messages().get(code)
        if message is None:
            raise DomainError("not_found")
        return Response(_shown(code, message))


def _shown(code: str, message: Message) -> dict[str, Any]:
    return {"code": code, "status": message.status, "vi": message.vi, "en": message.en}


@csrf_exempt
def no_such_address(request: HttpRequest, path: str = "") -> HttpResponse:
    """The last pattern: what lies below /api/v1/ answers as a problem too when it does not exist."""
    return problem_of(ApiError("address_unknown")).response()
