"""Pages, by audience."""

from django.urls import include, path

from web.everywhere import urlpatterns as everywhere

app_name = "web"
urlpatterns = [
    *everywhere,
    path("", include("web.public.login_urls")),
    path("", include("web.public.urls")),
    path("", include("web.contributor.urls")),
    path("", include("web.setup.urls")),
    path("", include("web.board.urls")),
    path("", include("web.office.urls")),
    path("", include("web.accounting.urls")),
]
