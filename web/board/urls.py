from django.urls import path

from web.board import desk, output, publish, review

urlpatterns = [
    path("desk/", desk.desk_page, name="desk"),
    path("review/<uuid:public_id>/", review.review_page, name="review"),
    path("review/<uuid:public_id>/amounts/", review.amounts_fragment, name="review_amounts"),
    path("review/<uuid:public_id>/approve/", review.approve_view, name="review_approve"),
    path("review/<uuid:public_id>/return/", review.return_view, name="review_return"),
    path("review/<uuid:public_id>/decline/", review.decline_view, name="review_decline"),
    path("publish/<uuid:public_id>/", publish.publish_page, name="publish"),
    path("publish/<uuid:public_id>/zip/", publish.photos_zip, name="photos_zip"),
    path("photos/<uuid:public_id>/", publish.photo_file, name="photo"),
    path("applications/<uuid:public_id>/", desk.application_page, name="application"),
    path("documents/", desk.document_page, name="document"),
    path("enter/", desk.enter_page, name="enter"),
    path("output/", output.output_page, name="output"),
]
