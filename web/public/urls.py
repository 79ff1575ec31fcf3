from django.urls import path

from web.public import front, verify

urlpatterns = [
    path("", front.home_page, name="home"),
    path("v/", verify.ask_page, name="verify"),
    path("v/<str:code>/", verify.verify_page, name="verify_code"),
    path("v/<str:code>", verify.verify_page, name="verify_printed"),
    path("style/", front.style_page, name="style"),
]
