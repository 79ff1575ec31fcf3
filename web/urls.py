"""Pages, by audience."""

from django.urls import include, path

from web import login

app_name = "web"
urlpatterns = [
    path("login/", login.login_page, name="login"),
    path("logout/", login.logout_page, name="logout"),
    path("portals/", login.choose_portal, name="choose_portal"),
    path("language/", login.choose_language, name="language"),
    path("", include("web.public.urls")),
    path("", include("web.contributor.urls")),
    path("", include("web.board.urls")),
    path("", include("web.accounting.urls")),
]
