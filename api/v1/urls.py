"""Addresses of version 1. Every one ends with a slash."""

from __future__ import annotations

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from api.v1.applications import ApplicationView
from api.v1.banks import BankView
from api.v1.claims import ClaimView
from api.v1.contributors.imports import ContributorImportView
from api.v1.contributors.views import ContributorView, MergeView
from api.v1.error_codes import ErrorCodeView, no_such_address
from api.v1.events import EventView
from api.v1.genres import GenreView
from api.v1.grants import GrantView
from api.v1.invitations import InvitationView
from api.v1.join import JoinView
from api.v1.me import MeView
from api.v1.payee_details import PayeeDetailsView
from api.v1.pieces.views import PieceView
from api.v1.rate_schedules import RateScheduleView
from api.v1.runs.views import RunView
from api.v1.seats import SeatView
from api.v1.statements import StatementView
from api.v1.topics import TopicView
from api.v1.training import TrainingView
from api.v1.units import UnitView
from api.v1.whatif import WhatIfView

router = SimpleRouter(use_regex_path=False)
router.register("pieces", PieceView, basename="piece")
router.register("runs", RunView, basename="run")
router.register("rate-schedules", RateScheduleView, basename="rate-schedule")
router.register("statements", StatementView, basename="statement")
router.register("payee-details", PayeeDetailsView, basename="payee-details")
router.register("banks", BankView, basename="bank")
router.register("genres", GenreView, basename="genre")
router.register("topics", TopicView, basename="topic")
router.register("invitations", InvitationView, basename="invitation")
router.register("applications", ApplicationView, basename="application")
router.register("claims", ClaimView, basename="claim")
router.register("contributors", ContributorView, basename="contributor")
router.register("contributor-imports", ContributorImportView, basename="contributor-import")
router.register("merges", MergeView, basename="merge")
router.register("units", UnitView, basename="unit")
router.register("seats", SeatView, basename="seat")
router.register("grants", GrantView, basename="grant")
router.register("training-sessions", TrainingView, basename="training-session")
router.register("events", EventView, basename="event")

# The explorer writes inline styles; its script comes from our own address.
explorer = csp_update({"style-src": [UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="schema"))

urlpatterns = [
    *router.urls,
    path("join/", JoinView.as_view({"post": "create"}), name="join"),
    path("join/<str:token>/", JoinView.as_view({"get": "retrieve"}), name="join-look"),
    path("me/", MeView.as_view({"get": "retrieve"}), name="me"),
    path("what-if/", WhatIfView.as_view({"get": "retrieve"}), name="what-if"),
    path("errors/", ErrorCodeView.as_view({"get": "list"}), name="error-list"),
    path("errors/<slug:code>/", ErrorCodeView.as_view({"get": "retrieve"}), name="error-detail"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", explorer, name="docs"),
    re_path(r"^(?P<path>.*)$", no_such_address),
]
