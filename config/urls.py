"""The two doors, and liveness."""

from django.urls import include, path

from config.health import alive

urlpatterns = [
    path("healthz", alive, name="healthz"),
    path("api/v1/", include("api.v1.urls")),
    path("", include("web.urls")),
]
