from django.urls import path

from web.public import feeds, front, guide, joined, joining, phone, portal, verify

urlpatterns = [
    path("", front.home_page, name="home"),
    path("p/<slug:slug>/", portal.portal_page, name="portal"),
    path("v/", verify.ask_page, name="verify"),
    path("v/<str:code>/", verify.verify_page, name="verify_code"),
    path("v/<str:code>", verify.verify_page, name="verify_printed"),
    path("j/", joining.code_page, name="join_code"),
    path("j/<str:token>/", joining.join_page, name="join"),
    path("join/", joining.open_page, name="join_open"),
    path("joined/", joined.receipt_page, name="joined"),
    path("joined/consent/", joined.own_consent_page, name="joined_consent"),
    path("joined/consent/pdf/", joined.own_consent_pdf, name="joined_consent_pdf"),
    path("joined/forget/", joining.forget_page, name="joined_forget"),
    path("joined/status/", joined.status_page, name="join_status"),
    path("feed/<str:kind>", feeds.feed_view, name="feed_by_header"),
    path("feed/<str:key>/<str:kind>", feeds.feed_view, name="feed"),
    path("feed/<str:key>/photos/<uuid:public_id>.jpg", feeds.feed_photo_view, name="feed_photo"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("icons/<slug:name>.png", phone.icon, name="icon"),
    path("sw.js", phone.worker, name="worker"),
    path("offline/", phone.offline_page, name="offline"),
    path("help/", guide.help_page, name="help"),
    path("style/", front.style_page, name="style"),
]
