"""Pages that every member reaches from the bar: what one was told, and the search over everything."""

from django.urls import path

from web import notices, searching

urlpatterns = [
    path("notices/", notices.notices_page, name="notices"),
    path("search/", searching.search_page, name="search"),
]
