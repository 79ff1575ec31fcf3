"""The way in and out, and one's own login."""

from django.urls import path

from web.board import hand_over
from web.public import access_keys, choices, login, proving, second_factor, security

urlpatterns = [
    path("login/", login.login_page, name="login"),
    path("login/code/", login.code_page, name="login_code"),
    path("login/first/", login.first_page, name="login_first"),
    path("login/who/", login.who_page, name="login_who"),
    path("login/second/", login.second_page, name="login_second"),
    path("login/pin/", login.pin_page, name="login_pin"),
    path("l/<str:token>/", login.link_page, name="enter_by_link"),
    path("logout/", login.logout_page, name="logout"),
    path("portals/", choices.choose_portal, name="choose_portal"),
    path("language/", choices.choose_language, name="language"),
    path("prove/", proving.prove_page, name="prove"),
    path("security/", security.security_page, name="security"),
    path("security/again/", security.again_page, name="login_again"),
    path("security/pin/", security.pin_page, name="my_pin"),
    path("security/password/", security.password_page, name="my_password"),
    path("security/forget/", security.forget_page, name="forget_me"),
    path("security/elsewhere/", security.elsewhere_page, name="forget_elsewhere"),
    path("security/demand/", security.demand_page, name="demand_second_factor"),
    path("security/totp/", second_factor.totp_page, name="my_totp"),
    path("security/passkeys/", second_factor.passkey_page, name="my_passkey"),
    path("security/recovery/", second_factor.recovery_page, name="my_recovery"),
    path("security/factors/<int:factor>/remove/", second_factor.remove_page, name="remove_factor"),
    path("security/keys/", access_keys.keys_page, name="access_keys"),
    path("security/keys/new/", access_keys.new_key_page, name="access_key_new"),
    path("security/keys/<uuid:public_id>/withdraw/", access_keys.withdraw_key_page, name="access_key_withdraw"),
    path("rights/grants/<uuid:public_id>/code/", hand_over.officer_code_page, name="officer_code"),
    path("people/<uuid:person>/code/", hand_over.hand_over_page, name="hand_over"),
]
