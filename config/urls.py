"""The two doors, and liveness."""

from django.urls import include, path

from api.ready import ready
from config.health import alive

urlpatterns = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("api/v1/", include("api.v1.urls")),
    path("", include("web.urls")),
]
