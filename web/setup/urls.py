from django.urls import path

from web.setup import begin, pages, settings

urlpatterns = [
    path("setup/begin/<str:token>/", begin.begin_page, name="begin"),
    path("setup/", pages.setup_page, name="setup"),
    path("setup/place/", pages.place_page, name="setup_place"),
    path("setup/letterhead/", pages.letterhead_page, name="setup_letterhead"),
    path("setup/board/", pages.board_page, name="setup_board"),
    path("setup/board/<uuid:public_id>/undo/", pages.unseat_view, name="setup_unseat"),
    path("setup/units/", pages.units_page, name="setup_units"),
    path("setup/genres/", pages.genres_page, name="setup_genres"),
    path("setup/money/", pages.mode_page, name="setup_mode"),
    path("setup/officers/", pages.officers_page, name="setup_officers"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/name/", pages.name_page, name="settings_name"),
]
