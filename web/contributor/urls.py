from django.urls import path

from web import notices
from web.contributor import calls, claims, details, fees, home, parts, payee, send

urlpatterns = [
    path("me/", home.my_pieces_page, name="my_pieces"),
    path("me/credits/", parts.my_credits_page, name="my_credits"),
    path("me/credits/<int:pk>/answer/", parts.answer_view, name="credit_answer"),
    path("me/notices/read/", notices.read_view, name="notices_read"),
    path("calls/", calls.my_calls_page, name="my_calls"),
    path("calls/<uuid:public_id>/", calls.call_page, name="call"),
    path("calls/<uuid:public_id>/<slug:step>/", calls.call_step_view, name="call_step"),
    path("pieces/<uuid:public_id>/credits/", parts.credits_page, name="credits"),
    path("me/claims/", claims.my_claims_page, name="my_claims"),
    path("pieces/<uuid:public_id>/", home.piece_page, name="piece"),
    path("pieces/<uuid:public_id>/withdraw/", home.withdraw_page, name="withdraw"),
    path("pieces/<uuid:public_id>/reopen/", home.reopen_page, name="reopen"),
    path("send/", send.genre_page, name="send"),
    path("send/text/", send.new_text_page, name="send_text"),
    path("send/<uuid:public_id>/text/", send.text_page, name="send_piece_text"),
    path("send/<uuid:public_id>/photos/", send.photos_page, name="send_photos"),
    path("send/<uuid:public_id>/check/", send.check_page, name="send_check"),
    path("send/<uuid:public_id>/done/", send.done_page, name="send_done"),
    path("payee/", payee.my_payee_page, name="my_payee"),
    path("payee/change/", payee.my_payee_change_page, name="my_payee_change"),
    path("payee/confirm/", payee.my_payee_confirm, name="my_payee_confirm"),
    path("details/", details.details_page, name="details"),
    path("details/edit/", details.edit_page, name="details_edit"),
    path("details/unit/", details.unit_page, name="details_unit"),
    path("details/consents/<slug:purpose>/withdraw/", details.withdraw_consent_page, name="consent_withdraw"),
    path("details/consents/<slug:purpose>/give/", details.give_consent_view, name="consent_give"),
    path("details/data/", details.take_data_view, name="my_data"),
    path("details/leave/", details.leave_page, name="my_leaving"),
    path("details/erase/", details.erase_page, name="my_erasure"),
    path("fees/", fees.my_fees_page, name="my_fees"),
    path("fees/<uuid:public_id>/", fees.statement_page, name="statement"),
    path("fees/<uuid:public_id>/pdf/", fees.statement_pdf, name="statement_pdf"),
]
