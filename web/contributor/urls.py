from django.urls import path

from web.contributor import fees, home, send

urlpatterns = [
    path("me/", home.my_pieces_page, name="my_pieces"),
    path("pieces/<uuid:public_id>/", home.piece_page, name="piece"),
    path("pieces/<uuid:public_id>/withdraw/", home.withdraw_page, name="withdraw"),
    path("pieces/<uuid:public_id>/reopen/", home.reopen_page, name="reopen"),
    path("send/", send.genre_page, name="send"),
    path("send/text/", send.new_text_page, name="send_text"),
    path("send/<uuid:public_id>/text/", send.text_page, name="send_piece_text"),
    path("send/<uuid:public_id>/photos/", send.photos_page, name="send_photos"),
    path("send/<uuid:public_id>/check/", send.check_page, name="send_check"),
    path("send/<uuid:public_id>/done/", send.done_page, name="send_done"),
    path("fees/", fees.my_fees_page, name="my_fees"),
    path("fees/<uuid:public_id>/", fees.statement_page, name="statement"),
    path("fees/<uuid:public_id>/pdf/", fees.statement_pdf, name="statement_pdf"),
]
