from django.urls import path

from web.accounting import runs

urlpatterns = [
    path("runs/", runs.runs_page, name="runs"),
    path("runs/open/", runs.open_page, name="open_run"),
    path("runs/<uuid:public_id>/", runs.run_page, name="run"),
    path("runs/<uuid:public_id>/progress/", runs.progress_fragment, name="run_progress"),
    path("runs/<uuid:public_id>/cancel/", runs.cancel_page, name="run_cancel"),
    path("runs/<uuid:public_id>/people/<uuid:person_id>/", runs.person_page, name="run_person"),
    path("runs/<uuid:public_id>/payouts/<uuid:payout_id>/return/", runs.return_page, name="payout_return"),
    path("runs/<uuid:public_id>/<slug:step>/", runs.step_page, name="run_step"),
    path("papers/<uuid:public_id>/", runs.paper_page, name="paper"),
    path("papers/<uuid:public_id>/pdf/", runs.paper_pdf, name="paper_pdf"),
]
