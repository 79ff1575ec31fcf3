"""Banks by BIN."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from payments.banks import banks_offered
from payments.models import Bank


class BankRow(serializers.Serializer[Any]):
    bin = serializers.CharField(help_text="6 digits; what `bank_bin` takes.")
    short_name = serializers.CharField()
    name = serializers.CharField()


class BankView(PortalView):
    """Ngân hàng."""

    queryset = Bank.objects.none()
    pagination_class = None

    @extend_schema(responses=BankRow(many=True))
    def list(self, request: Request) -> Response:
        """Those on offer today; the most used ones first."""
        return Response(list(banks_offered().values("bin", "short_name", "name")))
