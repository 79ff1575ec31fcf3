"""Pages, by audience."""

from django.urls import include, path

app_name = "web"
urlpatterns = [
    path("", include("web.public.login_urls")),
    path("", include("web.public.urls")),
    path("", include("web.contributor.urls")),
    path("", include("web.setup.urls")),
    path("", include("web.board.urls")),
    path("", include("web.office.urls")),
    path("", include("web.accounting.urls")),
]
