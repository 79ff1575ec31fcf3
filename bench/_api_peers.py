"""Who the API is measured against, behind the same server: the same JSON by psycopg alone, and a plain ModelViewSet.

`/plain/` knows no login, no Django and no rule: it is the floor. `/model/` is what the framework's own tutorial would
give: serializers of the models, joined beforehand, counted pages, a session, and no rule either.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import psycopg
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path
from psycopg.rows import dict_row

settings.ROOT_URLCONF = "bench._api_peers"
django_application = get_wsgi_application()

from django_filters.rest_framework import DjangoFilterBackend  # noqa: E402
from rest_framework.authentication import SessionAuthentication  # noqa: E402
from rest_framework.pagination import PageNumberPagination  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.routers import SimpleRouter  # noqa: E402
from rest_framework.serializers import ModelSerializer  # noqa: E402
from rest_framework.viewsets import ModelViewSet  # noqa: E402

from contributors.models import Contributor, Credit, Genre, Piece, Topic, Unit  # noqa: E402

SAME = [
    "version",
    "title",
    "leader_activity",
    "state",
    "state_since",
    "receipt_number",
    "event_on",
    "practice",
    "created_at",
    "submitted_at",
    "approved_at",
    "scheduled_for",
    "published_at",
    "published_url",
]
ONE_MORE = ["state_reason", "body", "event_place", "origin", "source", "language", "document_number", "document_type"]
JOINED = """
SELECT p.id AS pk, p.public_id AS id, {same}, g.code AS genre_code, g.name AS genre_name, t.code AS topic_code,
       t.name AS topic_name, c.public_id AS contributor_id, c.full_name AS contributor_name,
       u.public_id AS unit_id, u.name AS unit_name
  FROM contributors_piece p JOIN contributors_genre g ON g.id = p.genre_id
  LEFT JOIN contributors_topic t ON t.id = p.topic_id JOIN contributors_contributor c ON c.id = p.contributor_id
  LEFT JOIN contributors_unit u ON u.id = p.unit_id
"""
CREDITS = """
SELECT k.piece_id, c.public_id AS id, c.full_name AS name, k.role, k.share, k.quantity, k.state, k.source
  FROM contributors_credit k JOIN contributors_contributor c ON c.id = k.contributor_id WHERE k.piece_id = ANY(%s)
"""
NARROWED = """
p.portal_id = %s AND p.state = %s
AND p.genre_id = (SELECT id FROM contributors_genre WHERE portal_id = %s AND code = %s)
AND p.topic_id = (SELECT id FROM contributors_topic WHERE portal_id = %s AND code = %s)
"""
_own = threading.local()


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, row_factory=dict_row)
    found: psycopg.Connection[Any] = _own.connection
    return found


def _rows(where: str, values: Iterable[Any], columns: Iterable[str] = SAME) -> list[dict[str, Any]]:
    joined = JOINED.format(same=", ".join(f"p.{name}" for name in columns))
    rows = _connection().execute(f"{joined} WHERE {where} ORDER BY p.id DESC LIMIT 51", list(values)).fetchall()
    credited: dict[int, list[Any]] = {}
    for credit in _connection().execute(CREDITS, [[row["pk"] for row in rows]]):
        credited.setdefault(credit.pop("piece_id"), []).append(credit)
    return [row | {"credits": credited.get(row.pop("pk"), [])} for row in rows]


def _list(environ: dict[str, Any]) -> Any:
    asked = dict(parse_qsl(environ["QUERY_STRING"]))
    portal = int(os.environ["BENCH_PORTAL"])
    rows = _rows(NARROWED, (portal, asked["state"], portal, asked["genre"], portal, asked["topic"]))
    return {"next": None, "results": rows[:50]}


def _one(environ: dict[str, Any]) -> Any:
    return _rows("p.public_id = %s", [environ["PATH_INFO"].split("/")[3]], [*SAME, *ONE_MORE])[0]


def _submit(environ: dict[str, Any]) -> Any:
    piece = environ["PATH_INFO"].split("/")[3]
    with _connection().transaction():
        _connection().execute(
            "UPDATE contributors_piece SET state = 'submitted', version = version + 1, submitted_at = now(),"
            " state_since = now(), receipt_number = %s WHERE public_id = %s AND state = 'draft'",
            [f"P-{piece[-12:]}", piece],
        )
    return _one(environ)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    address = environ["PATH_INFO"]
    if not address.startswith("/plain/"):
        answered: Iterable[bytes] = django_application(environ, start_response)
        return answered
    asked = _submit if address.endswith("/submit/") else _list if address == "/plain/pieces/" else _one
    body = json.dumps(asked(environ), default=str, ensure_ascii=False).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


class GenreShape(ModelSerializer[Genre]):
    class Meta:
        model = Genre
        fields = ["code", "name"]


class TopicShape(ModelSerializer[Topic]):
    class Meta:
        model = Topic
        fields = ["code", "name"]


class PersonShape(ModelSerializer[Contributor]):
    class Meta:
        model = Contributor
        fields = ["public_id", "full_name"]


class UnitShape(ModelSerializer[Unit]):
    class Meta:
        model = Unit
        fields = ["public_id", "name"]


class CreditShape(ModelSerializer[Credit]):
    contributor = PersonShape()

    class Meta:
        model = Credit
        fields = ["contributor", "role", "share", "quantity", "state", "source"]


class PieceShape(ModelSerializer[Piece]):
    genre = GenreShape(read_only=True)
    topic = TopicShape(read_only=True)
    contributor = PersonShape(read_only=True)
    unit = UnitShape(read_only=True)
    credits = CreditShape(many=True, read_only=True)

    class Meta:
        model = Piece
        fields = ["public_id", *SAME, "genre", "topic", "contributor", "unit", "credits"]


class Pages(PageNumberPagination):
    page_size = 50


class PieceSet(ModelViewSet[Piece]):
    queryset = (
        Piece.unscoped.select_related("genre", "topic", "contributor", "unit")
        .prefetch_related("credits__contributor")
        .order_by("-pk")
    )
    serializer_class = PieceShape
    pagination_class = Pages
    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]
    filter_backends = [DjangoFilterBackend]
    filterset_fields = {"state": ["exact"], "genre__code": ["exact"], "topic__code": ["exact"]}
    lookup_field = "public_id"


router = SimpleRouter()
router.register("pieces", PieceSet)
urlpatterns = [path("model/", include(router.urls)), path("", include("config.urls"))]
